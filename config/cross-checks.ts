// Whether the settings of one gate go together, and keep the promises: P1 and P8 first, then devices, door and store.
// Pure: reads no file, no clock, no hardware. Called by review.ts for `check`, start and reload.

import { checkDoor } from './checks-door.ts'
import { checkMqtt } from './checks-mqtt.ts'
import { type Problem, problem } from './problems.ts'
import type { CardReader, Config, FaceDevice, Keypad, SideSettings } from './settings.ts'
import { type Path, paths, type Side, sides } from './words.ts'

/** What `pack: auto` amounts to where the gate stands: the best pack whose files are there. */
export type InstalledPack = 'builtin' | 'recommended'

type Mounted = { readonly side: Side; readonly settings: SideSettings }

const listSides = (config: Config): readonly Mounted[] =>
  sides.flatMap((side) => {
    const settings = config.sides[side]
    return settings ? [{ side, settings }] : []
  })

const offers = (settings: SideSettings, path: Path): boolean => (settings[path] ?? []).length > 0

/** P1 for one side: with face must stand another way that is enough by itself, two factors included. */
const checkEquality = ({ side, settings }: Mounted): readonly Problem[] => {
  if (!offers(settings, 'face')) return []
  if (!offers(settings, 'card') && !offers(settings, 'keypad'))
    return [problem('error', 'face_alone', `sides.${side}.face`, { side })]
  const rules = settings.twoFactor ?? []
  if (rules.length === 0 || rules.some((pair) => !pair.includes('face'))) return []
  return [problem('error', 'two_factor_needs_face', `sides.${side}.twoFactor`, { side })]
}

const checkTwoFactor = ({ side, settings }: Mounted): readonly Problem[] =>
  (settings.twoFactor ?? []).flatMap(([first, second], index) => {
    const at = `sides.${side}.twoFactor.${index}`
    if (first === second) return [problem('error', 'two_factor_same', at, { path: first })]
    return [first, second]
      .filter((path) => !offers(settings, path))
      .map((path) => problem('error', 'two_factor_not_offered', at, { side, path }))
  })

const checkSide = (mounted: Mounted): readonly Problem[] => {
  const { side, settings } = mounted
  if (!paths.some((path) => offers(settings, path))) return [problem('error', 'side_empty', `sides.${side}`, { side })]
  return [...checkEquality(mounted), ...checkTwoFactor(mounted)]
}

const checkExit = ({ sides: { exit }, door }: Config): readonly Problem[] =>
  exit && !door.exitButton ? [problem('error', 'exit_without_button', 'sides.exit')] : []

/** Every face path needs models, and with a real door models that may open it. */
const checkPack = (config: Config, installed: InstalledPack | undefined): readonly Problem[] => {
  const withFace = listSides(config).filter(({ settings }) => offers(settings, 'face'))
  if (withFace.length === 0) return []
  const values = { sides: withFace.map(({ side }) => `sides.${side}`).join(', ') }
  const { pack, modelsDirectory } = config.face
  const missing =
    modelsDirectory === undefined ? [problem('error', 'models_directory_missing', 'face.modelsDirectory', values)] : []
  const used = pack === 'auto' ? installed : pack
  if (used === 'builtin' && config.door.driver !== 'simulated')
    return [...missing, problem('error', 'pack_assists_only', 'face.pack', values)]
  return used === 'recommended' && installed === 'builtin'
    ? [...missing, problem('warning', 'pack_missing', 'face.pack')]
    : missing
}

type Placed<Device> = { readonly at: string; readonly device: Device }

const listDevices = (config: Config) => {
  const list = <Device>(kind: Path, pick: (settings: SideSettings) => readonly Device[] | undefined) =>
    listSides(config).flatMap(({ side, settings }): readonly Placed<Device>[] =>
      (pick(settings) ?? []).map((device, index) => ({ at: `sides.${side}.${kind}.${index}`, device })),
    )
  return {
    card: list<CardReader>('card', (settings) => settings.card),
    keypad: list<Keypad>('keypad', (settings) => settings.keypad),
    face: list<FaceDevice>('face', (settings) => settings.face),
  }
}

type Devices = ReturnType<typeof listDevices>

/** Reports each item that fits an earlier one. */
const findTwins = <Item extends { readonly at: string }>(
  items: readonly Item[],
  fits: (one: Item, other: Item) => boolean,
  report: (item: Item, first: string) => Problem,
): readonly Problem[] =>
  items.flatMap((item, index) => {
    const twin = items.slice(0, index).find((earlier) => fits(earlier, item))
    return twin ? [report(item, twin.at)] : []
  })

const checkIds = ({ card, keypad, face }: Devices): readonly Problem[] =>
  findTwins<Placed<CardReader | Keypad | FaceDevice>>(
    [...card, ...keypad, ...face],
    (one, other) => one.device.id === other.device.id,
    ({ at, device: { id } }, first) => problem('error', 'id_twice', `${at}.id`, { id, first }),
  )

const checkHardware = ({ card, keypad, face }: Devices): readonly Problem[] => {
  const readers = card.flatMap(({ at, device }) => (device.driver === 'pcsc' ? [{ at, reader: device.reader }] : []))
  const lines = keypad.flatMap(({ at, device }) => (device.driver === 'serial' ? [{ at, line: device.device }] : []))
  const inputs = face.flatMap(({ at, device }) => (device.driver === 'ffmpeg' ? [{ at, input: device.input }] : []))
  return [
    ...findTwins(
      readers,
      // Each name picks the readers that contain it: one inside the other picks the same reader twice.
      (one, other) => one.reader.includes(other.reader) || other.reader.includes(one.reader),
      ({ at, reader }, first) => problem('error', 'reader_ambiguous', `${at}.reader`, { reader, first }),
    ),
    ...findTwins(
      lines,
      (one, other) => one.line === other.line,
      ({ at }, first) => problem('error', 'keypad_device_twice', `${at}.device`, { first }),
    ),
    ...findTwins(
      inputs,
      (one, other) => one.input === other.input,
      ({ at }, first) => problem('error', 'camera_input_twice', `${at}.input`, { first }),
    ),
  ]
}

const checkZone = ({ at, device }: Placed<FaceDevice>): readonly Problem[] => {
  const { zone } = device
  const leaves = [
    ...(zone.x + zone.width > 1 ? [{ start: 'x', extent: 'width' }] : []),
    ...(zone.y + zone.height > 1 ? [{ start: 'y', extent: 'height' }] : []),
  ]
  if (leaves.length > 0) return leaves.map((values) => problem('error', 'zone_outside', `${at}.zone`, values))
  const width = Math.round(zone.width * device.width)
  const height = Math.round(zone.height * device.height)
  const { minFacePixels } = zone
  if (minFacePixels <= Math.min(width, height)) return []
  return [problem('error', 'zone_small', `${at}.zone`, { minFacePixels, width, height })]
}

const isSimulated = ({ driver }: CardReader | Keypad | FaceDevice): boolean =>
  driver === 'simulated' || driver === 'folder'

const checkSimulation = (config: Config, { card, keypad, face }: Devices): readonly Problem[] => {
  if (config.door.driver === 'simulated') return []
  return [...card, ...keypad, ...face]
    .filter(({ device }) => isSimulated(device))
    .map(({ at }) => problem('warning', 'simulated_at_real_door', `${at}.driver`))
}

const checkStore = ({ store: { directory, keysDirectory } }: Config): readonly Problem[] =>
  keysDirectory === directory || keysDirectory.startsWith(`${directory}/`)
    ? [problem('warning', 'keys_beside_store', 'store.keysDirectory')]
    : []

/**
 * Everything that settings which are each right may be together. `installed` is known only where the gate stands;
 * without it a gate with `pack: auto` is not judged by its models.
 */
export const checkConfig = (config: Config, installed?: InstalledPack): readonly Problem[] => {
  const devices = listDevices(config)
  return [
    ...listSides(config).flatMap(checkSide),
    ...checkExit(config),
    ...checkPack(config, installed),
    ...checkIds(devices),
    ...checkHardware(devices),
    ...devices.face.flatMap(checkZone),
    ...checkSimulation(config, devices),
    ...checkDoor(config),
    ...checkMqtt(config),
    ...checkStore(config),
  ]
}
