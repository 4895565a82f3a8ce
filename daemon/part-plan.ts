// Which parts a configuration asks for, and what each is told: only its own devices and nothing of the store.
// Pure but for the environment it passes on. Called when the daemon starts.

import type { Config } from '../config/settings.ts'
import { type Side, sides } from '../config/words.ts'
import type { PartSpec } from './part-slot.ts'

/** Environment a part may see: the loader's cache, the system's own, and where another PC/SC service listens. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'NODE_COMPILE_CACHE',
  'PCSCLITE_CSOCK_NAME',
  'CREDENTIALS_DIRECTORY',
  'JOURNAL_STREAM',
]

const environment = (): Record<string, string> =>
  Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))

type Path = 'card' | 'keypad' | 'face'

/** The devices of one path on both sides, each with its side. */
const devicesOf = <P extends Path>(config: Config, path: P) =>
  sides.flatMap((side) => (config.sides[side]?.[path] ?? []).map((device) => ({ ...device, side })))

export const planParts = (
  config: Config,
  acceptedFile: string,
  model: string,
  templateKeyFile: string | undefined,
): readonly PartSpec[] => {
  const env = environment()
  const part = (name: Path, settings: { readonly devices: readonly { readonly id: string }[] }): PartSpec[] =>
    settings.devices.length === 0
      ? []
      : [
          {
            part: name,
            entry: new URL(`../drivers/${name}/part.ts`, import.meta.url),
            args: [],
            settings,
            devices: settings.devices.map(({ id }) => id),
            env,
          },
        ]
  const { pack, modelsDirectory, threads, targetFpir } = config.face
  return [
    // The door reads its own settings: it must stand before anything else does.
    {
      part: 'door',
      entry: new URL('../drivers/door/part.ts', import.meta.url),
      args: ['--config', acceptedFile],
      settings: null,
      devices: ['door'],
      env,
    },
    ...part('card', { devices: devicesOf(config, 'card') }),
    ...part('keypad', { devices: devicesOf(config, 'keypad') }),
    ...part('face', {
      devices: devicesOf(config, 'face'),
      ...{ pack, modelsDirectory, threads, targetFpir },
      ...(model === 'none' ? {} : { model }),
      // Installed, the face unit has it as a credential of its own.
      ...(templateKeyFile === undefined ? {} : { templateKeyFile }),
    }),
  ]
}

/** The side of each device, by its id. */
export const sidesOfDevices = (config: Config): ReadonlyMap<string, Side> =>
  new Map(
    (['card', 'keypad', 'face'] as const).flatMap((path) =>
      devicesOf(config, path).map(({ id, side }) => [id, side] as const),
    ),
  )
