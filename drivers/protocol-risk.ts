// What the face part says of its threshold and of a calibration: rates, counts and ids, never a score of anybody. Read by protocol.ts.

import * as v from 'valibot'
import { code, opaqueId } from './protocol-words.ts'

export const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const counted = v.pipe(v.number(), v.integer(), v.minValue(0))

/** What the threshold of the gallery rests on; of no person. */
export const basis = v.object({
  threshold: share,
  targetFpir: share,
  templates: counted,
  extrapolated: v.boolean(),
  decidedBy: v.pipe(v.string(), v.maxLength(64)),
  raisedBy: share,
  fpir: v.optional(share),
  fnir: v.optional(
    v.object({
      value: share,
      low: share,
      high: share,
      extrapolated: v.boolean(),
      group: v.pipe(v.string(), v.maxLength(64)),
      unknownFor: v.array(v.pipe(v.string(), v.maxLength(64))),
    }),
  ),
})
export type ThresholdBasis = v.InferOutput<typeof basis>

/** Counts, and who resembles whom by id: no vector, no score. */
export const calibrated = v.object({
  type: v.literal('calibrated'),
  request: v.string(),
  result: v.variant('outcome', [
    v.object({
      outcome: v.literal('done'),
      model: v.pipe(v.string(), v.maxLength(128)),
      people: counted,
      peoplePairs: counted,
      pairs: counted,
      points: v.pipe(v.array(v.object({ threshold: share, pairs: counted })), v.maxLength(200)),
      raisedBy: share,
      leastRate: share,
      lookAlikes: v.pipe(v.array(v.tuple([opaqueId, opaqueId])), v.maxLength(2000)),
    }),
    v.object({ outcome: v.literal('failed'), because: code }),
  ]),
})
export type Calibrated = v.InferOutput<typeof calibrated>
