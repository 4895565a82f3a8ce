// What main tells the signal process at its welcome. Checked again here: a wrong message from main is a bug and throws.
// Read by part.ts and its drivers.

import * as v from 'valibot'
import { languages, sides } from '../../config/words.ts'

const bias = v.exactOptional(v.picklist(['pull-up', 'pull-down', 'none']))
const line = v.union([v.string(), v.number()])
const active = v.picklist(['high', 'low'])
const output = v.strictObject({ line, active, bias })
const input = v.strictObject({ line, active, bias, debounceMs: v.number() })
const simulated = v.strictObject({ driver: v.literal('simulated') })

const signal = v.variant('driver', [
  simulated,
  v.strictObject({
    driver: v.literal('gpiochip'),
    chip: v.string(),
    green: v.exactOptional(output),
    red: v.exactOptional(output),
    amber: v.exactOptional(output),
    buzzer: v.exactOptional(output),
  }),
])
const alarm = v.variant('driver', [
  simulated,
  v.strictObject({
    driver: v.literal('gpiochip'),
    chip: v.string(),
    lamp: v.exactOptional(output),
    buzzer: v.exactOptional(output),
    acknowledge: input,
  }),
])
const sound = v.strictObject({ device: v.string(), voice: v.exactOptional(v.string()) })

export const signalPartSettings = v.strictObject({
  language: v.picklist(languages),
  sides: v.pipe(v.array(v.strictObject({ side: v.picklist(sides), signal: v.exactOptional(signal) })), v.maxLength(2)),
  sound: v.exactOptional(sound),
  alarm: v.exactOptional(alarm),
})
export type SignalPartSettings = v.InferOutput<typeof signalPartSettings>
export type SoundSettings = v.InferOutput<typeof sound>
