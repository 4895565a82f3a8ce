// What main tells the keypad process at its welcome. Checked again here: a wrong message from main is a bug and throws.
// Read by part.ts and its drivers.

import * as v from 'valibot'
import { sides } from '../../config/words.ts'
import type { Device } from '../contracts.ts'
import type { Pad } from './pad.ts'

const KEYPADS_LIMIT = 8

const common = {
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)),
  side: v.picklist(sides),
  silenceMs: v.pipe(v.number(), v.integer(), v.minValue(1000), v.maxValue(60_000)),
}
const serialKeypad = v.strictObject({
  ...common,
  driver: v.literal('serial'),
  device: v.pipe(v.string(), v.minLength(1)),
  baud: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
const evdevKeypad = v.strictObject({
  ...common,
  driver: v.literal('evdev'),
  device: v.pipe(v.string(), v.minLength(1)),
})
const simulatedKeypad = v.strictObject({ ...common, driver: v.literal('simulated') })
export const keypadSettings = v.strictObject({
  devices: v.pipe(
    v.array(v.variant('driver', [serialKeypad, evdevKeypad, simulatedKeypad])),
    v.maxLength(KEYPADS_LIMIT),
  ),
})

/** A device of this part. */
export type Keypad = Device & Pick<Pad, 'look'>
export type SerialKeypad = v.InferOutput<typeof serialKeypad>
export type EvdevKeypad = v.InferOutput<typeof evdevKeypad>
export type SimulatedKeypad = v.InferOutput<typeof simulatedKeypad>
