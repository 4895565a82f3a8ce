// What main and the card part say to each other about the site's keys and about a card that is issued at the desk. One declaration a
// message. Read by protocol.ts.

import * as v from 'valibot'
import { code } from './protocol-words.ts'

const deviceId = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/))
const request = v.pipe(v.string(), v.maxLength(64))

const generation = v.pipe(v.number(), v.integer(), v.minValue(1))

/** Newest first; kept in memory. */
const cardKeys = v.object({
  type: v.literal('card_keys'),
  keys: v.pipe(v.array(v.object({ generation, key: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)) })), v.maxLength(2)),
})

/** The next card at this reader is given the site's newest keys. */
const issueOrder = v.object({
  type: v.literal('issue'),
  request,
  device: deviceId,
  forMs: v.pipe(v.number(), v.minValue(1), v.maxValue(120_000)),
  /** A tag that mirrors a message, instead of a card that proves a key. */
  mirrors: v.exactOptional(v.boolean()),
})
/** Nobody waits any more. */
const issueStop = v.object({ type: v.literal('issue_stop'), request })

/** From main to the card part. */
export const cardOrders = [cardKeys, issueOrder, issueStop] as const

export const issueAnswer = v.object({
  type: v.literal('issued'),
  request,
  result: v.variant('outcome', [
    v.object({
      outcome: v.literal('done'),
      identifier: v.pipe(v.string(), v.regex(/^([0-9a-f]{2}){4,10}$/)),
      kind: v.picklist(['desfire', 'ntag424']),
      generation,
      was: v.picklist(['blank', 'older', 'current']),
      /** Of a tag that mirrors: what it has shown. */
      counter: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xff_ff_ff))),
    }),
    v.object({ outcome: v.literal('failed'), because: code }),
    /** On the way: a card is there and is being written. */
    v.object({ outcome: v.literal('hint'), hint: code }),
  ]),
})
export type IssueAnswer = v.InferOutput<typeof issueAnswer>
