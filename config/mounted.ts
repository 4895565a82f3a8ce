// What a configuration mounts: sides with their settings, devices with their place in the file. Pure; judges nothing.
// Used by the cross-checks.

import type { CardReader, Config, FaceDevice, Keypad, SideSettings } from './settings.ts'
import { type Path, type Side, sides } from './words.ts'

export type Mounted = { readonly side: Side; readonly settings: SideSettings }
export type Device = CardReader | Keypad | FaceDevice

export const listSides = (config: Config): readonly Mounted[] =>
  sides.flatMap((side) => {
    const settings = config.sides[side]
    return settings ? [{ side, settings }] : []
  })

export const offers = (settings: SideSettings, path: Path): boolean => (settings[path] ?? []).length > 0

/** At some hour one proof opens this side. */
export const opensByOne = ({ twoFactor = [], twoFactorDuring }: SideSettings): boolean =>
  twoFactor.length === 0 || twoFactorDuring !== undefined

export const isSimulated = ({ driver }: Device): boolean => driver === 'simulated' || driver === 'folder'

export const hasRealDoor = ({ door }: Config): boolean => door.driver !== 'simulated'

export type Placed<One> = { readonly at: string; readonly device: One }

export const listDevices = (config: Config) => {
  const list = <One>(path: Path, pick: (settings: SideSettings) => readonly One[] | undefined) =>
    listSides(config).flatMap(({ side, settings }): readonly Placed<One>[] =>
      (pick(settings) ?? []).map((device, index) => ({ at: `sides.${side}.${path}.${index}`, device })),
    )
  return {
    card: list<CardReader>('card', (settings) => settings.card),
    keypad: list<Keypad>('keypad', (settings) => settings.keypad),
    face: list<FaceDevice>('face', (settings) => settings.face),
  }
}

export type Devices = ReturnType<typeof listDevices>
