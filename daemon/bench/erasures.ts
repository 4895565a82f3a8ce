// How long one person's erasure takes, from the command to the receipt that says nothing is left, and what the line feels of it.
// Called by bench.ts.
//
// Quiet taps and taps beside erasures take turns; every tap of the second kind falls into an erasure of its own. Erased are people with a
// card and a face among all residents, so each also has the face process replaced.

import { setTimeout as pause } from 'node:timers/promises'
import * as v from 'valibot'
import { systemClock } from '../../config/words.ts'
import type { FigureName, Measurement } from './figures.ts'
import { type GateRun, startGate } from './gate-run.ts'
import type { Lab } from './lab.ts'
import { ERASED, FACES } from './people.ts'
import { medianOf, rankOf } from './ranks.ts'
import { type Bench, prepare, tapMany } from './taps.ts'
import { ask, listEnrolled } from './withdrawals.ts'

const erased = v.object({ gone: v.boolean() })

const eraseOnce = async (gate: GateRun, resident: string): Promise<number> => {
  const at = systemClock.monotonic()
  const answer = await ask(gate, 'erase', { resident })
  if (!answer.ok) throw new Error(`the erasure was refused: ${answer.code}`)
  if (!v.parse(erased, answer.value).gone) throw new Error('the erasure was not proved in time')
  return systemClock.monotonic() - at
}

/** Each tap falls into another moment of an erasure: before it, in the deletion, in the pages given back, in the log emptied. */
const OFFSETS_MS = 50

const tapBeside = async (bench: Bench, people: readonly string[], took: number[]): Promise<number[]> => {
  const taps: number[] = []
  for (const [turn, resident] of people.entries()) {
    const erasing = eraseOnce(bench.gate, resident)
    await pause((turn * 7) % OFFSETS_MS)
    taps.push(...(await tapMany(bench, 1)).taps)
    took.push(await erasing)
  }
  return taps
}

export type ErasureOptions = {
  readonly lab: Lab
  readonly residents: number
  readonly runs: number
  readonly say: (line: string) => void
}

type ErasureFigureName = Extract<FigureName, `erasure${string}`>

export const measureErasures = async (options: ErasureOptions): Promise<Record<ErasureFigureName, Measurement>> => {
  const { lab, residents, runs, say } = options
  const gate = startGate(lab.tapGate, lab.runtimeDirectory)
  try {
    // Whoever is to be erased stands at the end of the list and is not tapped.
    const bench: Bench = { lab, gate, residents: Math.max(1, residents - ERASED), turn: 0 }
    await prepare(bench, 'rest')
    const people = (await listEnrolled(gate)).slice(FACES)
    const share = Math.ceil(people.length / runs)
    const quiet: number[] = []
    const beside: number[] = []
    const took: number[] = []
    for (let run = 1; run <= runs; run++) {
      const next = people.splice(0, share)
      quiet.push(...(await tapMany(bench, next.length)).taps)
      beside.push(...(await tapBeside(bench, next, took)))
      say(`erasures, run ${run} of ${runs}: ${took.length} so far, the worst ${Math.max(...took).toFixed(0)} ms`)
    }
    const p99 = { quiet: rankOf(quiet, 0.99), beside: rankOf(beside, 0.99) }
    return {
      erasure_s: { p50: medianOf(took) / 1000, worst: Math.max(...took) / 1000, erasures: took.length, residents },
      erasure_line_p99_worse_ms: {
        value: p99.beside - p99.quiet,
        quiet: { p50: rankOf(quiet, 0.5), p99: p99.quiet, taps: quiet.length },
        beside: { p50: rankOf(beside, 0.5), p99: p99.beside, worst: Math.max(...beside), taps: beside.length },
      },
    }
  } finally {
    await gate.stop()
  }
}
