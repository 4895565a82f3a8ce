// Whether the settings of one gate go together, and keep the promises: P1 and P8 first, then devices, door and store.
// Pure: reads no file, no clock, no hardware. Called by review.ts for `check`, start and reload.

import { checkCall } from './checks-call.ts'
import { checkCodes } from './checks-codes.ts'
import { checkDoor } from './checks-door.ts'
import { checkEqualRemedy } from './checks-equality.ts'
import { checkFace, type InstalledPack } from './checks-face.ts'
import { checkMqtt } from './checks-mqtt.ts'
import { checkRules } from './checks-rules.ts'
import { checkSignal } from './checks-signal.ts'
import {
  type Device,
  type Devices,
  hasRealDoor,
  isSimulated,
  listDevices,
  listSides,
  type Mounted,
  offers,
  type Placed,
} from './mounted.ts'
import { type Problem, problem } from './problems.ts'
import { withoutOrder } from './reader-name.ts'
import type { Config } from './settings.ts'
import { checkWires } from './wires.ts'
import { paths, sides } from './words.ts'

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
  return checkTwoFactor(mounted)
}

const checkExit = ({ sides: { exit }, door }: Config): readonly Problem[] =>
  exit && !door.exitButton ? [problem('error', 'exit_without_button', 'sides.exit')] : []

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

/** Parts report their devices by id, and door and signal report themselves as these. */
const reservedIds: readonly string[] = ['door', 'sound', 'alarm', 'call', ...sides.map((side) => `signal-${side}`)]

const checkIds = ({ card, keypad, face }: Devices): readonly Problem[] => {
  const all: readonly Placed<Device>[] = [...card, ...keypad, ...face]
  const reserved = all
    .filter(({ device }) => reservedIds.includes(device.id))
    .map(({ at, device: { id } }) => problem('error', 'id_reserved', `${at}.id`, { id }))
  const twins = findTwins(
    all,
    (one, other) => one.device.id === other.device.id,
    ({ at, device: { id } }, first) => problem('error', 'id_twice', `${at}.id`, { id, first }),
  )
  return [...reserved, ...twins]
}

const checkHardware = ({ card, keypad, face }: Devices): readonly Problem[] => {
  const readers = card.flatMap(({ at, device }) => (device.driver === 'pcsc' ? [{ at, reader: device.reader }] : []))
  const lines = keypad.flatMap(({ at, device }) => ('device' in device ? [{ at, line: device.device }] : []))
  const cardLines = card.flatMap(({ at, device }) => ('device' in device ? [{ at, line: device.device }] : []))
  const inputs = face.flatMap(({ at, device }) => (device.driver === 'ffmpeg' ? [{ at, input: device.input }] : []))
  return [
    ...findTwins(
      readers,
      // Each name picks the readers that contain it: one inside the other picks the same reader twice.
      (one, other) => one.reader.includes(other.reader) || other.reader.includes(one.reader),
      ({ at, reader }, first) => problem('error', 'reader_ambiguous', `${at}.reader`, { reader, first }),
    ),
    ...findTwins(
      readers,
      (one, other) => one.reader !== other.reader && withoutOrder(one.reader) === withoutOrder(other.reader),
      ({ at }, first) => problem('warning', 'reader_by_order', `${at}.reader`, { first }),
    ),
    ...findTwins(
      lines,
      (one, other) => one.line === other.line,
      ({ at }, first) => problem('error', 'keypad_device_twice', `${at}.device`, { first }),
    ),
    ...findTwins(
      [...lines, ...cardLines],
      (one, other) => one.line === other.line,
      ({ at }, first) => problem('error', 'card_device_twice', `${at}.device`, { first }),
    ).filter(({ path }) => path.includes('.card.')),
    ...findTwins(
      inputs,
      (one, other) => one.input === other.input,
      ({ at }, first) => problem('error', 'camera_input_twice', `${at}.input`, { first }),
    ),
  ]
}

/** A simulated camera is refused there (checks-face.ts). */
const checkSimulation = (config: Config, { card, keypad }: Devices): readonly Problem[] => {
  if (!hasRealDoor(config)) return []
  return [...card, ...keypad]
    .filter(({ device }) => isSimulated(device))
    .map(({ at }) => problem('warning', 'simulated_at_real_door', `${at}.driver`))
}

/** Names that the kernel gives in the order in which it finds devices, and where the stable ones are. */
const checkNames = (config: Config, { card, keypad, face }: Devices): readonly Problem[] => {
  if (!hasRealDoor(config)) return []
  const serial = [...card, ...keypad].flatMap(({ at, device }) =>
    device.driver === 'serial' && /^\/dev\/tty(USB|ACM)\d+$/.test(device.device)
      ? [problem('warning', 'name_may_change', `${at}.device`, { name: device.device, folder: '/dev/serial/by-path' })]
      : [],
  )
  const inputs = keypad.flatMap(({ at, device }) =>
    device.driver === 'evdev' && /^\/dev\/input\/event\d+$/.test(device.device)
      ? [problem('warning', 'name_may_change', `${at}.device`, { name: device.device, folder: '/dev/input/by-path' })]
      : [],
  )
  const cameras = face.flatMap(({ at, device }) =>
    device.driver === 'ffmpeg' && /^\/dev\/video\d+$/.test(device.input)
      ? [problem('warning', 'name_may_change', `${at}.input`, { name: device.input, folder: '/dev/v4l/by-path' })]
      : [],
  )
  return [...serial, ...inputs, ...cameras]
}

const checkStore = ({ store: { directory, keysDirectory } }: Config): readonly Problem[] =>
  keysDirectory === directory || keysDirectory.startsWith(`${directory}/`)
    ? [problem('error', 'keys_beside_store', 'store.keysDirectory')]
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
    ...checkFace(config, devices, installed),
    ...checkCodes(config),
    ...checkEqualRemedy(config),
    ...checkIds(devices),
    ...checkHardware(devices),
    ...checkSimulation(config, devices),
    ...checkNames(config, devices),
    ...checkWires(config),
    ...checkDoor(config),
    ...checkSignal(config),
    ...checkCall(config),
    ...checkMqtt(config),
    ...checkStore(config),
    ...checkRules(config),
  ]
}
