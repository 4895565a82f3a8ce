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

/** It issues and enrols cards and lets nobody in. */
export const isDesk = (device: Device): boolean => 'use' in device && device.use === 'desk'

/** The devices by which one comes in or goes out. */
export const listWays = (settings: SideSettings, path: Path): readonly Device[] => {
  const all: readonly Device[] = settings[path] ?? []
  return all.filter((device) => !isDesk(device))
}

export const offers = (settings: SideSettings, path: Path): boolean => listWays(settings, path).length > 0

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
