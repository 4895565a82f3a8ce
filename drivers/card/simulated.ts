// A card reader without hardware: taps come as orders over the simulation socket. Keeps the same contract as pcsc.ts; loads nothing
// native. Called by part.ts.
//
//   {"tap": "04a1b2c3d4e5f6", "kind": "iso14443_4", "random": false}   {"tap": "unreadable", "because": "time_out"}   {"unplug": true}
//   {"tap": "04a1b2c3d4e5f6", "stays": true}   {"lift": true}

import * as v from 'valibot'
import { cardProofs, type Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import type { CardReading } from '../protocol.ts'
import { openSimulation } from '../simulation.ts'
import { isRandom } from './identifier.ts'
import { createStay } from './stay.ts'

export type SimulatedSettings = { readonly id: string; readonly side: Side; readonly driver: 'simulated' }

const identifier = v.pipe(v.string(), v.toLowerCase(), v.regex(/^([0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20})$/))
const unreadableTap = v.strictObject({
  tap: v.literal('unreadable'),
  because: v.pipe(v.string(), v.regex(/^[a-z0-9_]{1,48}$/)),
})
const goodTap = v.strictObject({
  tap: identifier,
  kind: v.optional(v.picklist(['iso14443_3', 'iso14443_4']), 'iso14443_3'),
  random: v.optional(v.boolean()),
  proof: v.optional(v.picklist(cardProofs)),
  generation: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  counter: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** It is not taken away. */
  stays: v.optional(v.boolean()),
})
const lift = v.strictObject({ lift: v.literal(true) })
const order = v.union([unreadableTap, goodTap, lift, v.strictObject({ unplug: v.boolean() })])

type Card = CardReading['card']

const cardOf = (tap: v.InferOutput<typeof goodTap> | v.InferOutput<typeof unreadableTap>): Card =>
  'because' in tap
    ? { kind: 'unreadable', because: tap.because }
    : {
        kind: tap.kind,
        identifier: tap.tap,
        random: tap.random ?? isRandom(Buffer.from(tap.tap, 'hex')),
        ...(tap.proof ? { proof: tap.proof } : {}),
        ...(tap.generation === undefined ? {} : { generation: tap.generation }),
        ...(tap.counter === undefined ? {} : { counter: tap.counter }),
      }

export const createSimulatedCard = (settings: SimulatedSettings, port: Port): Device => {
  const { id, side } = settings
  const stay = createStay(id, port)
  let unplugged = false
  let simulation: ReturnType<typeof openSimulation> | undefined

  const act = (raw: Readonly<Record<string, unknown>>): unknown => {
    const parsed = v.safeParse(order, raw)
    // The parser's own text would quote the identifier.
    if (!parsed.success) return { error: 'order_malformed' }
    if ('unplug' in parsed.output) {
      unplugged = parsed.output.unplug
      return {}
    }
    stay.end()
    if (unplugged) return { error: 'unplugged' }
    if ('lift' in parsed.output) return {}
    const card = cardOf(parsed.output)
    port.tell({ type: 'touched', device: id, at: port.clock.monotonic() })
    const at = port.clock.monotonic()
    port.tell({ type: 'reading', path: 'card', device: id, at, card })
    if ('stays' in parsed.output && parsed.output.stays) stay.begin(at)
    return { at }
  }

  return {
    id,
    side,
    start: () => {
      simulation = openSimulation(port.runtimeDirectory, id, act)
    },
    stop: async () => {
      stay.end()
      await simulation?.close()
    },
    state: () =>
      unplugged
        ? { device: id, side, state: 'down', because: 'reader_absent' }
        : { device: id, side, state: simulation ? 'up' : 'down' },
  }
}
