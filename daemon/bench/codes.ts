// How long a code takes from its last key to the relay, and whether the time of an answer tells which numbers exist. Called by bench.ts.
//
// The first is measured from outside, at a running gate, on the one monotonic clock of the machine, as in taps.ts. The second on the line
// itself, from the reading to the sign: wrong codes of numbers that exist and of numbers that do not, in turn, each at a keypad that has
// seen none before. Whether the two differ is asked of Welch's t: beyond 4.5 they are told apart, as side channels are judged. What
// is left of the difference without the slow hash, whose own jitter hides it, is told beside it.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../config/words.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { openGate } from '../gate.ts'
import { type CodeParameters, codeParameters } from '../store/lookups.ts'
import { addHolder, type BenchStore, codeReading, openBenchStore, quietWorld, smallHash } from './code-line.ts'
import type { Measurement } from './figures.ts'
import { type GateRun, openRelayLog, startGate, waitFor } from './gate-run.ts'
import { type Lab, PULSE_MS } from './lab.ts'
import { pin } from './people.ts'
import { rankOf } from './ranks.ts'

const READY_LIMIT_MS = 30_000
const PULSE_END_LIMIT_MS = 3000
const AFTER_PULSE_MS = 20
const JITTER_MS = 60

const typeCode = async (gate: GateRun, turn: number): Promise<number> => {
  const read = openRelayLog(gate)
  const { at } = await playDevice(gate.runtimeDirectory, 'entry-keypad', { keys: `${pin.number}*${pin.code}#` })
  const typedAt = Number(at)
  await pause(PULSE_MS + AFTER_PULSE_MS)
  const opened = await waitFor(gate, 'the end of a pulse', PULSE_END_LIMIT_MS, async () => {
    const moves = read(typedAt)
    // The end of a pulse before this one, which the first code may meet, is none of it.
    const on = moves.findIndex((move) => move.on)
    return on >= 0 && moves.slice(on).some((move) => !move.on) ? moves[on] : undefined
  })
  await pause((turn * 17) % JITTER_MS)
  return opened.at - typedAt
}

export type CodeOptions = { readonly lab: Lab; readonly times: number; readonly say: (line: string) => void }

export const measureCodes = async ({ lab, times, say }: CodeOptions): Promise<Measurement> => {
  const gate = startGate(lab.tapGate, lab.runtimeDirectory)
  const took: number[] = []
  try {
    await waitFor(gate, 'the first code', READY_LIMIT_MS, () => typeCode(gate, 0).catch(() => undefined))
    for (let turn = 1; turn <= times; turn++) took.push(await typeCode(gate, turn))
  } finally {
    await gate.stop()
  }
  const { memoryKib, passes } = codeParameters
  say(`last key to relay p95 ${rankOf(took, 0.95).toFixed(1)} ms, argon2id ${memoryKib} KiB, ${passes} passes`)
  return { p50: rankOf(took, 0.5), p95: rankOf(took, 0.95), worst: Math.max(...took), times, memoryKib, passes }
}

/** Fewer than are free for each of the numbers that exist. */
const HOLDERS = 60
const ROUNDS = 5
/** Without the slow hash many more fit: the holders' free tries are used by the first, so that these have their own. */
const FINE_HOLDERS = 200
const FINE_ROUNDS = 8

/** From the reading to the sign, at a keypad of its own. */
const timeAnswer = async (store: BenchStore, number: string, parameters: CodeParameters): Promise<number> => {
  let shownAt = 0
  const world = quietWorld(store, systemClock, parameters)
  const show = () => {
    shownAt = systemClock.monotonic()
  }
  const gate = openGate({ ...world, signal: { show } })
  const at = systemClock.monotonic()
  gate.take(codeReading(number, '971305', at))
  await gate.settle()
  return shownAt - at
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length
const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values)
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1)
}

/** What is slower than this share of all was held up by something else on the machine, as dudect has it. */
const KEPT_SHARE = 0.9

const compare = (allKnown: readonly number[], allUnknown: readonly number[]) => {
  const most = rankOf([...allKnown, ...allUnknown], KEPT_SHARE)
  const [known, unknown] = [allKnown, allUnknown].map((all) => all.filter((ms) => ms <= most))
  if (!known || !unknown) throw new Error('unreachable: two lists in, two lists out')
  const difference = meanOf(known) - meanOf(unknown)
  const spread = Math.sqrt(varianceOf(known) / known.length + varianceOf(unknown) / unknown.length)
  return { difference, t: Math.abs(difference / spread) }
}

/** In turn, so that whatever drifts drifts for both. */
const timeBoth = async (
  store: BenchStore,
  parameters: CodeParameters,
  first: number,
  holders: number,
  rounds: number,
) => {
  const [known, unknown]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++)
    for (let n = 0; n < holders; n++) {
      known.push(await timeAnswer(store, String(first + n), parameters))
      unknown.push(await timeAnswer(store, String(first + 50_000 + n), parameters))
    }
  return compare(known.slice(holders), unknown.slice(holders))
}

export const measureTelling = async (say: (line: string) => void): Promise<Measurement> => {
  const place = { folder: mkdtempSync(join(tmpdir(), 'eg-tell-')), key: randomBytes(32) }
  try {
    const store = await openBenchStore(place, systemClock, 'bench', true)
    for (let n = 0; n < FINE_HOLDERS; n++) await addHolder(store, String(20_000 + n), smallHash)
    for (let n = 0; n < HOLDERS; n++) await addHolder(store, String(30_000 + n), smallHash)
    const fine = await timeBoth(store, smallHash, 20_000, FINE_HOLDERS, FINE_ROUNDS)
    const real = await timeBoth(store, codeParameters, 30_000, HOLDERS, ROUNDS)
    await store.close()
    say(
      `known and unknown numbers: t ${real.t.toFixed(2)}, ${fine.difference.toFixed(3)} ms apart without the slow hash`,
    )
    const samples = HOLDERS * (ROUNDS - 1)
    return {
      t: real.t,
      difference_ms: real.difference,
      without_hash_ms: fine.difference,
      without_hash_t: fine.t,
      samples,
    }
  } finally {
    rmSync(place.folder, { recursive: true, force: true })
  }
}
