// Whether a gate that offers face may: P1 on each side, a keypad for consent, models, cameras and their zones, the remedy. Pure.
// Called by cross-checks.ts.

import { posix } from 'node:path'
import { checkFiling } from './checks-filing.ts'
import { checkLiveness } from './checks-liveness.ts'
import {
  type Devices,
  hasRealDoor,
  isSimulated,
  listSides,
  listWays,
  type Mounted,
  offers,
  type Placed,
} from './mounted.ts'
import { type Problem, problem } from './problems.ts'
import type { Config, FaceDevice } from './settings.ts'

/** What `pack: auto` amounts to where the gate stands: the best pack whose files are there. */
export type InstalledPack = 'builtin' | 'recommended'

/** At most one stranger in a hundred is taken for somebody (GA/T 1093-2023, identification). */
const FPIR_LIMIT = 0.01

/** P1 for one side: with face must stand another way that is enough by itself, two factors included. */
const checkOtherWay = ({ side, settings }: Mounted): readonly Problem[] => {
  if (!offers(settings, 'card') && !offers(settings, 'keypad'))
    return [problem('error', 'face_alone', `sides.${side}.face`, { side })]
  const rules = settings.twoFactor ?? []
  if (rules.length === 0 || rules.some((pair) => !pair.includes('face'))) return []
  return [problem('error', 'two_factor_needs_face', `sides.${side}.twoFactor`, { side })]
}

/** A device that nobody can use lets nobody through a real door. */
const checkOtherWayReal = ({ side, settings }: Mounted): readonly Problem[] => {
  const others = (['card', 'keypad'] as const).filter((path) => offers(settings, path))
  const real = others.filter((path) => !listWays(settings, path).every(isSimulated))
  const rules = settings.twoFactor ?? []
  const passes = (ways: readonly string[]) =>
    rules.length === 0 ? ways.length > 0 : rules.some((pair) => pair.every((path) => ways.includes(path)))
  return passes(others) && !passes(real)
    ? [problem('error', 'other_way_simulated', `sides.${side}.face`, { side })]
    : []
}

/** A consent is confirmed and withdrawn at a keypad: the one by the resident's own act, the other at once. */
const checkKeypad = (config: Config, withFace: readonly Mounted[], { keypad }: Devices): readonly Problem[] => {
  const [first] = withFace
  const usable = keypad.some(({ device }) => !hasRealDoor(config) || !isSimulated(device))
  return first && !usable ? [problem('error', 'face_without_keypad', `sides.${first.side}.face`)] : []
}

/** Faces that are looked at on request only: who asks for it is at a keypad of that side, or has shown the first of two proofs. */
const checkRequest = (config: Config, withFace: readonly Mounted[]): readonly Problem[] => {
  if (config.face.start !== 'request') return []
  return withFace.flatMap(({ side, settings }) => {
    const isSecond = settings.twoFactor?.some((pair) => pair.includes('face')) ?? false
    return offers(settings, 'keypad') || isSecond
      ? []
      : [problem('error', 'face_request_without_keypad', 'face.start', { side })]
  })
}

const checkEquality = (config: Config, withFace: readonly Mounted[], devices: Devices): readonly Problem[] => {
  const alone = withFace.flatMap(checkOtherWay)
  if (alone.length > 0) return alone
  return [
    ...(hasRealDoor(config) ? withFace.flatMap(checkOtherWayReal) : []),
    ...checkKeypad(config, withFace, devices),
  ]
}

/** Every face path needs models, and with a real door models that may open it. */
const checkPack = (
  config: Config,
  withFace: readonly Mounted[],
  installed: InstalledPack | undefined,
): readonly Problem[] => {
  const values = { sides: withFace.map(({ side }) => `sides.${side}`).join(', ') }
  const { pack, modelsDirectory } = config.face
  const missing =
    modelsDirectory === undefined ? [problem('error', 'models_directory_missing', 'face.modelsDirectory', values)] : []
  const used = pack === 'auto' ? installed : pack
  if ((used === 'builtin' || used === 'sface') && hasRealDoor(config))
    return [...missing, problem('error', 'pack_assists_only', 'face.pack', values)]
  return used === 'recommended' && installed === 'builtin'
    ? [...missing, problem('warning', 'pack_missing', 'face.pack')]
    : missing
}

const checkThreshold = (config: Config): readonly Problem[] => {
  const { targetFpir } = config.face
  if (!hasRealDoor(config) || targetFpir <= FPIR_LIMIT) return []
  return [problem('warning', 'target_fpir_high', 'face.targetFpir', { targetFpir, limit: FPIR_LIMIT })]
}

/** A camera whose pictures cross the network. */
export const isNetwork = (input: string): boolean => /^(rtsps?|rtmps?|rtp|srt|udp|tcp|https?):\/\//.test(input)

/** What ffmpeg opens of these is a device or a connection. Of anything else it may be a recording, that is, a portrait. */
const isLive = (input: string): boolean =>
  isNetwork(input) || /^\/dev\/(?!shm\/|fd\/|mqueue\/|std)./.test(posix.normalize(input))

const checkCamera = ({ at, device }: Placed<FaceDevice>): readonly Problem[] => {
  // It is shown files, and whoever is shown could be enrolled: a portrait.
  if (device.driver !== 'ffmpeg') return [problem('error', 'camera_is_file', `${at}.driver`)]
  if (device.format === 'lavfi' || !isLive(device.input)) return [problem('error', 'camera_is_file', `${at}.input`)]
  return isNetwork(device.input) ? [problem('warning', 'camera_on_network', `${at}.input`)] : []
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

/** What the models expect of a door with its planned faces. */
export type ExpectedMisses = Readonly<Record<'value' | 'low' | 'high', number>> & { readonly group: string }

/** A share as people read it. */
export const writeShare = (share: number): string => `${Number((share * 100).toPrecision(2))} %`

/** Too many residents turned away: refused at a real door; a simulated one is told. `fnir` absent: nobody has measured it. */
export const checkMisses = (
  { face, door }: Config,
  fnir: ExpectedMisses | undefined,
  limit: number,
): readonly Problem[] => {
  const { plannedFaces: faces, targetFpir } = face
  if (fnir === undefined)
    return [problem('warning', 'fnir_unknown', 'face.plannedFaces', { faces, target: writeShare(targetFpir) })]
  if (fnir.value <= limit) return []
  const { value, low, high, group } = fnir
  const shares = { target: targetFpir, limit, fnir: value, low, high }
  const written = Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, writeShare(share)]))
  const severity = door.driver === 'simulated' ? 'warning' : 'error'
  return [problem(severity, 'fnir_high', 'face.plannedFaces', { faces, group, ...written })]
}

/** `installed` absent: a gate with `pack: auto` is not judged by its models. */
export const checkFace = (config: Config, devices: Devices, installed?: InstalledPack): readonly Problem[] => {
  const withFace = listSides(config).filter(({ settings }) => offers(settings, 'face'))
  if (withFace.length === 0) return []
  return [
    ...checkEquality(config, withFace, devices),
    ...checkPack(config, withFace, installed),
    ...checkThreshold(config),
    ...checkRequest(config, withFace),
    ...checkFiling(config),
    ...checkLiveness(config, withFace),
    ...(hasRealDoor(config) ? devices.face.flatMap(checkCamera) : []),
    ...devices.face.flatMap(checkZone),
  ]
}
