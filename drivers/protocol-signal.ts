// What main says to the signal part: signs, words, clicks, alarms and calls. `at`: when it was meant; late, it would answer somebody else.
// Used by protocol.ts alone.

import * as v from 'valibot'
import { sides } from '../config/words.ts'
import { spokenDigits } from './protocol-pass.ts'
import { instant } from './protocol-words.ts'
import { signs } from './signal/contract.ts'

const amount = v.pipe(v.number(), v.integer(), v.minValue(0))
const held = v.object({ cards: amount, codes: amount, face: v.boolean() })

export const signalOrders = [
  v.object({ type: v.literal('sign'), side: v.picklist(sides), sign: v.picklist(signs), at: instant }),
  v.object({ type: v.literal('held'), side: v.picklist(sides), held, at: instant }),
  v.object({
    type: v.literal('number'),
    side: v.picklist(sides),
    number: v.union([amount, spokenDigits]),
    at: instant,
  }),
  v.object({ type: v.literal('click'), side: v.picklist(sides), at: instant }),
  /** The relay is energised, or rests again. */
  v.object({ type: v.literal('unlocked'), unlocked: v.boolean() }),
  /** Somebody typed his code under duress: the wire that leads away from the gate, and nothing else. */
  v.object({ type: v.literal('help'), at: instant }),
  /** The guard has answered by command. */
  v.object({ type: v.literal('call_answer'), at: instant }),
  /** A call of which the part, started anew, knows nothing. */
  v.object({ type: v.literal('call_ring') }),
  /** What must be seen at the gate. `sounding`: something of it nobody has acknowledged. */
  v.object({
    type: v.literal('alarm'),
    standing: v.boolean(),
    sounding: v.boolean(),
    /** The lamp blinks, acknowledged or not: the guard holds the door open. */
    blinks: v.exactOptional(v.boolean()),
  }),
] as const
