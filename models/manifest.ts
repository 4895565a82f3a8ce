// The shape of manifest.json: what must be said of a pack before any gate opens a file of it. Holds no pack and reads no file.
// Used by packs.ts, which reads the manifest, and by nobody else.

import * as v from 'valibot'

const text = v.pipe(v.string(), v.minLength(1))
const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const triple = v.tuple([v.number(), v.number(), v.number()])
const rate = v.pipe(v.number(), v.gtValue(0), v.ltValue(1))
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const score = v.pipe(v.number(), v.minValue(-1), v.maxValue(1))
const path = v.pipe(v.string(), v.regex(/^[\w.-]+(\/[\w.-]+)*$/))

/** Fixed to a commit or a version, so that one address means one file. `lfs`: the repository holds a pointer, its media server the file. */
const upstream = v.variant('kind', [
  v.strictObject({
    kind: v.picklist(['git', 'lfs']),
    repository: v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/)),
    commit: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
    path,
  }),
  v.strictObject({ kind: v.literal('npm'), package: text, version: text, path }),
])

const file = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9_]+\.(onnx|json|bin)$/)),
  bytes: v.pipe(count, v.maxValue(64 * 2 ** 20)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  upstream,
  licence: text,
  trainedOn: text,
})

/** Where the five points of a face go in the network's input, relative to ArcFace's 112 × 112. */
const templates = ['arcface-5'] as const

const embedder = v.strictObject({
  files: v.array(v.string()),
  side: count,
  template: v.picklist(templates),
  dimension: count,
  input: text,
  output: text,
  /** Of the input: channels first or last, and which of them comes first. */
  planar: v.boolean(),
  order: v.picklist(['rgb', 'bgr']),
  /** Value of a byte: (byte / range - mean) / deviation, per channel in the order R, G, B. */
  mean: triple,
  deviation: triple,
  range: v.number(),
  /** What the self-test must get (self-test.ts); empty where nobody has computed it yet. */
  answer: v.array(v.number()),
})

/** Both rates at one threshold; `null`: not measured there. */
const point = v.strictObject({
  threshold: score,
  fmr: rate,
  fnmr: v.nullable(share),
})

/** What is missed of one's own, further than strangers were ever taken for somebody: pairs, and looks of somebody with three templates. */
const miss = v.strictObject({ threshold: score, fnmr: share, fnir: share })

/** What happened to pairs of pictures of one group of people. Thresholds rise, false matches fall. */
const curve = v.pipe(
  v.strictObject({
    group: text,
    from: text,
    /** With two pictures or more: behind the false non-matches. Absent where nobody counted. */
    people: v.optional(count),
    genuinePairs: count,
    impostorPairs: count,
    points: v.array(point),
    misses: v.optional(v.array(miss)),
  }),
  v.check(
    ({ points }) =>
      points.length >= 2 &&
      points.every((each, i) => {
        const before = points[i - 1]
        return before === undefined || (each.threshold > before.threshold && each.fmr < before.fmr)
      }),
    'a curve has two points or more, in order',
  ),
)

const pack = v.pipe(
  v.strictObject({
    name: v.picklist(['recommended', 'builtin', 'sface']),
    /** Too weak, or not measured: never opens a real door on a face alone. */
    assistsOnly: v.boolean(),
    format: v.picklist(['onnx', 'tfjs']),
    /** Where the files lie: the models folder of the gate, or the package they came with. */
    origin: v.picklist(['folder', 'npm:@vladmandic/human']),
    files: v.array(file),
    detector: v.strictObject({
      kind: v.picklist(['yunet', 'blazeface']),
      files: v.array(v.string()),
      longestSide: count,
      leastScore: rate,
      /** Side of the canvas on which it looks at a face once more before that is embedded (second-look.ts); absent: it does not. */
      secondLookSide: v.optional(v.pipe(count, v.multipleOf(32), v.minValue(128))),
    }),
    embedder,
    thresholds: v.strictObject({
      floor: score,
      margin: score,
      enrolment: v.strictObject({
        leastSelfScore: score,
        mostOtherScore: score,
        leastDetectorScore: score,
        leastFacePixels: count,
      }),
    }),
    /** Empty: nobody has measured it, and it says so everywhere. */
    measured: v.array(curve),
  }),
  v.check(({ measured, assistsOnly }) => measured.length > 0 || assistsOnly, 'what is not measured only assists'),
)

export const manifestSchema = v.strictObject({ packs: v.array(pack) })
export type Manifest = v.InferOutput<typeof manifestSchema>
