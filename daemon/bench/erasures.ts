// How long one person's erasure takes, from the command to the receipt that says nothing is left, and what the line feels of it.
// Called by bench.ts.
//
// Quiet taps and taps beside erasures take turns; beside them, the next erasure begins as soon as the one before is over, so that the
// taps fall into every moment of one: the deletion, the pages given back, the log emptied, the new face process. All are of people with
// a card and a face among all residents.

import * as v from 'valibot'
import { systemClock } from '../../config/words.ts'
import type { FigureName, Measurement } from './figures.ts'
import { type GateRun, startGate } from './gate-run.ts'
import type { Lab } from './lab.ts'
import { ERASED, FACES } from './people.ts'
import { medianOf, rankOf } from './ranks.ts'
import { type Bench, prepare, tapMany } from './taps.ts'
import { ask, listEnrolled } from './withdrawals.ts'

/** Of each kind in each run. */
const TAPS_LIMIT = 40

const erased = v.object({ gone: v.boolean() })

const eraseOnce = async (gate: GateRun, resident: string): Promise<number> => {
  const at = systemClock.monotonic()
  const answer = await ask(gate, 'erase', { resident })
  if (!answer.ok) throw new Error(`the erasure was refused: ${answer.code}`)
  if (!v.parse(erased, answer.value).gone) throw new Error('the erasure was not proved in time')
  return systemClock.monotonic() - at
}

/** One after the other until stopped, or nobody is left. */
const eraseAlong = (gate: GateRun, people: string[], took: number[]): { readonly stop: () => Promise<void> } => {
  let going = true
  const work = (async () => {
    for (let next = people.pop(); going && next !== undefined; next = people.pop())
      took.push(await eraseOnce(gate, next))
  })()
  return {
    stop: async () => {
      going = false
      await work
    },
  }
}

export type ErasureOptions = {
  readonly lab: Lab
  readonly residents: number
  readonly runs: number
  readonly taps: number
  readonly say: (line: string) => void
}

type ErasureFigureName = Extract<FigureName, `erasure${string}`>

export const measureErasures = async (options: ErasureOptions): Promise<Record<ErasureFigureName, Measurement>> => {
  const { lab, residents, runs, taps, say } = options
  const gate = startGate(lab.tapGate, lab.runtimeDirectory)
  try {
    // Whoever is to be erased stands at the end of the list and is not tapped.
    const bench: Bench = { lab, gate, residents: Math.max(1, residents - ERASED), turn: 0 }
    await prepare(bench, 'rest')
    const people = (await listEnrolled(gate)).slice(FACES)
    const count = people.length
    const each = Math.min(taps, TAPS_LIMIT)
    const quiet: number[] = []
    const beside: number[] = []
    const took: number[] = []
    for (let run = 1; run <= runs; run++) {
      quiet.push(...(await tapMany(bench, each)).taps)
      const share = people.splice(0, Math.ceil(count / runs))
      const erasing = eraseAlong(gate, share, took)
      beside.push(...(await tapMany(bench, each)).taps)
      await erasing.stop()
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
