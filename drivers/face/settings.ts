// What main sends the face part at its welcome. Checked here: a part trusts no frame. Called by the face part.

import * as v from 'valibot'
import { livenessPolicies, sides } from '../../config/words.ts'

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const sidePixels = v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(8192))

const common = {
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)),
  side: v.picklist(sides),
  /** It reads visitors' passes as well. */
  passes: v.exactOptional(v.boolean()),
  width: sidePixels,
  height: sidePixels,
  framesPerSecond: v.pipe(v.number(), v.minValue(1), v.maxValue(60)),
  zone: v.object({
    x: fraction,
    y: fraction,
    width: fraction,
    height: fraction,
    minFacePixels: v.pipe(v.number(), v.minValue(16), v.maxValue(8192)),
  }),
}

const device = v.variant('driver', [
  v.object({
    ...common,
    driver: v.literal('ffmpeg'),
    input: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
    format: v.exactOptional(v.string()),
    loop: v.exactOptional(v.boolean()),
  }),
  v.object({ ...common, driver: v.literal('folder') }),
])
export type FaceDeviceSettings = v.InferOutput<typeof device>

/** For every camera alike. */
const looking = {
  /** Faces are looked at when they stand in the zone, or only once somebody has asked for it. */
  start: v.picklist(['zone', 'request']),
  /** Good frames whose mean is compared. */
  frames: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5)),
  /** The strictest that any hour asks for, until main says which holds now. */
  liveness: v.optional(v.picklist(livenessPolicies), 'off'),
}
export type Looking = v.InferOutput<ReturnType<typeof v.object<typeof looking, undefined>>>

export const faceSettings = v.object({
  devices: v.pipe(v.array(device), v.maxLength(8)),
  pack: v.picklist(['auto', 'builtin', 'recommended', 'sface']),
  modelsDirectory: v.string(),
  /** The model that main started with: consents and templates name it, and no other may take its place unnoticed. */
  model: v.exactOptional(v.pipe(v.string(), v.maxLength(128))),
  /** Absent: chosen for the cores of the machine. */
  threads: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4))),
  ...looking,
  targetFpir: v.pipe(v.number(), v.minValue(0.0001), v.maxValue(0.1)),
  /** Absent: a face behind a card or code needs as much as one alone. */
  targetFmr: v.exactOptional(v.pipe(v.number(), v.minValue(0.00001), v.maxValue(0.01))),
  /** Absent when installed: the key is then a credential of the unit. */
  templateKeyFile: v.exactOptional(v.string()),
})
export type FaceSettings = v.InferOutput<typeof faceSettings>
