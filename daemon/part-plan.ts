// Which parts a configuration asks for, and what each is told: only its own devices and nothing of the store.
// Pure but for the environment it passes on. Called when the daemon starts.

import { isDesk } from '../config/mounted.ts'
import type { Config } from '../config/settings.ts'
import { doorLinesOf } from '../config/wires.ts'
import { type Part, parts, type Side, sides } from '../config/words.ts'
import { strictestLiveness } from './liveness-hours.ts'
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

/** What there is to see and hear at each side, the speaker, the outlet for alarms; and the door's lines, which are none of them. */
const planSignal = (config: Config) => {
  const { language, sound, alarm, call } = config
  const lit = sides.flatMap((side) => {
    const mounted = config.sides[side]
    if (!mounted || !(mounted.signal || sound)) return []
    return [{ side, ...(mounted.signal ? { signal: mounted.signal } : {}) }]
  })
  const whole = { ...(sound ? { sound } : {}), ...(alarm ? { alarm } : {}), ...(call ? { call } : {}) }
  const devices = [...lit.map(({ side }) => `signal-${side}`), ...Object.keys(whole)]
  const doorLines = doorLinesOf(config)
  const more = { ...whole, ...(doorLines ? { doorLines } : {}) }
  return { devices, settings: devices.length === 0 ? null : { language, sides: lit, ...more } }
}

/** All that the signal's process knows of a configuration; null: nothing. */
export const signalSettings = (config: Config) => planSignal(config).settings

const signalPart = (config: Config, env: PartSpec['env']): readonly PartSpec[] => {
  const { devices, settings } = planSignal(config)
  if (!settings) return []
  return [
    { part: 'signal', entry: new URL('../drivers/signal/part.ts', import.meta.url), args: [], settings, devices, env },
  ]
}

/** All that the door's process knows of a configuration. */
export const doorSettings = (config: Config) => ({
  door: config.door,
  sides: sides.filter((side) => config.sides[side] !== undefined),
})

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
  const { pack, modelsDirectory, threads, targetFpir, targetFmr, start, frames } = config.face
  return [
    // The door reads its own settings: it must stand before anything else does.
    {
      part: 'door',
      entry: new URL('../drivers/door/part.ts', import.meta.url),
      args: ['--config', acceptedFile],
      settings: doorSettings(config),
      devices: ['door'],
      env,
    },
    ...part('card', { devices: devicesOf(config, 'card') }),
    ...part('keypad', { devices: devicesOf(config, 'keypad') }),
    ...part('face', {
      devices: devicesOf(config, 'face'),
      ...{ pack, modelsDirectory, targetFpir, targetFmr, start, frames, liveness: strictestLiveness(config.face) },
      ...(threads === undefined ? {} : { threads }),
      ...(model === 'none' ? {} : { model }),
      // Installed, the face unit has it as a credential of its own.
      ...(templateKeyFile === undefined ? {} : { templateKeyFile }),
    }),
    ...signalPart(config, env),
  ]
}

/** Parts that have units of their own are not ours to start; one without a device is told so, as its unit runs all the same. */
export const leaveToUnits = (specs: readonly PartSpec[], isGiven: (part: Part) => boolean): readonly PartSpec[] =>
  parts.flatMap((part) => {
    const spec = specs.find((one) => one.part === part)
    if (!isGiven(part)) return spec ? [spec] : []
    const { entry: _, ...rest } = spec ?? { part, entry: undefined, args: [], settings: null, devices: [], env: {} }
    return [rest]
  })

/** The parts with the devices that somebody at the gate would miss: a reader at the desk is unplugged when the office closes. */
export const missedAtGate = (
  config: Config,
  specs: readonly PartSpec[],
): readonly Pick<PartSpec, 'part' | 'devices'>[] => {
  const atDesk = new Set(devicesOf(config, 'card').flatMap((device) => (isDesk(device) ? [device.id] : [])))
  return specs.map(({ part, devices }) => ({ part, devices: devices.filter((id) => !atDesk.has(id)) }))
}

/** The side of each device by which one comes in or goes out, by its id. A reader at the desk has none: it opens nothing. */
export const sidesOfDevices = (config: Config): ReadonlyMap<string, Side> =>
  new Map(
    (['card', 'keypad', 'face'] as const).flatMap((path) =>
      devicesOf(config, path).flatMap((device) => (isDesk(device) ? [] : [[device.id, device.side] as const])),
    ),
  )
