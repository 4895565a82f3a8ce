// What main tells the signal process at its welcome. Checked again here: a wrong message from main is a bug and throws. Main also keeps
// it in a file, for a part that waits for a main which does not come. Read by part.ts and its drivers.

import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { languages, sides } from '../../config/words.ts'
import { log } from '../log.ts'

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
    help: v.exactOptional(output),
    acknowledge: input,
  }),
])
const callCommon = { side: v.picklist(sides), unansweredAfterSeconds: v.number() }
const call = v.variant('driver', [
  v.strictObject({ driver: v.literal('simulated'), ...callCommon, answer: v.boolean() }),
  v.strictObject({
    driver: v.literal('gpiochip'),
    ...callCommon,
    chip: v.string(),
    button: input,
    lamp: output,
    sounder: v.exactOptional(output),
    answer: v.exactOptional(input),
  }),
])
const sound = v.strictObject({ device: v.string(), voice: v.exactOptional(v.string()) })

export const doorLines = v.strictObject({ chip: v.string(), lines: v.pipe(v.array(line), v.maxLength(16)) })
export type DoorLines = v.InferOutput<typeof doorLines>

export const signalPartSettings = v.strictObject({
  language: v.picklist(languages),
  sides: v.pipe(v.array(v.strictObject({ side: v.picklist(sides), signal: v.exactOptional(signal) })), v.maxLength(2)),
  sound: v.exactOptional(sound),
  alarm: v.exactOptional(alarm),
  call: v.exactOptional(call),
  /** What the door drives and reads, by name or offset: never this part's, whatever else is said. */
  doorLines: v.exactOptional(doorLines),
})
export type SignalPartSettings = v.InferOutput<typeof signalPartSettings>
export type SoundSettings = v.InferOutput<typeof sound>

/** What main kept; undefined when there is no such file, it holds nothing for this part, or it is damaged. */
export const readKeptSettings = (file: string): SignalPartSettings | undefined => {
  try {
    const kept = v.safeParse(v.nullable(signalPartSettings), JSON.parse(readFileSync(file, 'utf8')))
    if (!kept.success) log('fault', 'kept_settings_unusable', { because: 'malformed' })
    return kept.success ? (kept.output ?? undefined) : undefined
  } catch (error) {
    // The parser's own text would quote the file.
    const because = error instanceof Error && 'code' in error ? String(error.code) : 'malformed'
    log('fault', 'kept_settings_unusable', { because })
    return undefined
  }
}
