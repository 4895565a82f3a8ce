// From a key to its click and from a tap to the light of its answer. Called by bench.ts.
//
// Measured from outside, on the one monotonic clock of the machine: a played key or card is answered with the instant at which its
// part has it, and the simulated lamps and tones are written to signal-log, each with its instant. Residents and strangers tap in
// turn, so that every answer changes the colour. What a lamp's wire and a speaker add is not in it: a line is written in
// microseconds, and samples are handed to the sound card with at most 80 ms before them (speaker.ts).

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { playDevice } from '../../drivers/simulation.ts'
import type { Measurement } from './figures.ts'
import { type GateRun, startGate, tapCard, waitFor } from './gate-run.ts'
import type { Lab } from './lab.ts'
import { identifierOf } from './people.ts'
import { rankOf } from './ranks.ts'

const READY_LIMIT_MS = 30_000
const SHOWN_LIMIT_MS = 3000
/** The keypad takes 50 keys a second from one line, and a click must be over before the next can be told from it. */
const BETWEEN_MS = 60
const JITTER_MS = 60
const TAIL_CHARACTERS = 2000
const CLICK = 'entry tone 2000'

type Place = { readonly gate: GateRun; turn: number }

/** The first time that something was shown after an instant. */
const findShown = ({ gate }: Place, what: string, after: number): number | undefined =>
  readFileSync(join(gate.runtimeDirectory, 'signal-log'), 'utf8')
    .slice(-TAIL_CHARACTERS)
    .split('\n')
    .filter((line) => line.endsWith(` ${what}`))
    .map((line) => Number.parseFloat(line))
    .find((at) => at >= after)

const timeShown = async (place: Place, what: string, at: number): Promise<number> => {
  const shownAt = await waitFor(place.gate, what, SHOWN_LIMIT_MS, async () => findShown(place, what, at))
  await pause(BETWEEN_MS + ((place.turn++ * 17) % JITTER_MS))
  return shownAt - at
}

const pressKey = async (place: Place): Promise<number> => {
  const { at } = await playDevice(place.gate.runtimeDirectory, 'entry-keypad', { keys: '1' })
  return timeShown(place, CLICK, Number(at))
}

const stranger = Buffer.from('04fffffffffffe', 'hex')

const tapOnce = async (place: Place): Promise<number> => {
  const isResident = place.turn % 2 === 0
  const at = await tapCard(place.gate, isResident ? identifierOf(0) : stranger)
  if (at === undefined) throw new Error('the card process does not answer')
  return timeShown(place, `entry ${isResident ? 'green' : 'red'} on`, at)
}

const repeat = async (times: number, act: () => Promise<number>): Promise<readonly number[]> => {
  const took: number[] = []
  while (took.length < times) took.push(await act())
  return took
}

const summarize = (took: readonly number[]) => ({
  p50: rankOf(took, 0.5),
  p99: rankOf(took, 0.99),
  worst: Math.max(...took),
  times: took.length,
})

export type SignalOptions = { readonly lab: Lab; readonly times: number; readonly say: (line: string) => void }

/** Two answers in each of the parts before it counts: their code is compiled by then. */
const WARM_UP_TIMES = 4

export const measureSignals = async ({
  lab,
  times,
  say,
}: SignalOptions): Promise<Readonly<Record<'key_to_click_ms' | 'tap_to_light_ms', Measurement>>> => {
  const place: Place = { gate: startGate(lab.signalGate, lab.runtimeDirectory), turn: 0 }
  try {
    await waitFor(place.gate, 'the first click', READY_LIMIT_MS, () => pressKey(place).catch(() => undefined))
    await repeat(WARM_UP_TIMES, () => tapOnce(place))
    const clicks = summarize(await repeat(times, () => pressKey(place)))
    const lights = summarize(await repeat(times, () => tapOnce(place)))
    say(`key to click p99 ${clicks.p99.toFixed(2)} ms, tap to light p99 ${lights.p99.toFixed(2)} ms`)
    return { key_to_click_ms: clicks, tap_to_light_ms: lights }
  } finally {
    await place.gate.stop()
  }
}
