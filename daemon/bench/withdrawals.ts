// From a resident's withdrawal to the moment at which nobody can match his face any more. Called by bench.ts.
//
// Measured from outside: `consent withdraw` is asked over the control socket, and its answer comes after the face process has confirmed
// that it forgot and after the store has the withdrawal; so the figure is an upper bound. Each withdrawal has the face process replaced,
// and the next waits for the new one to hold its gallery, as it would at a gate: a face process that is starting holds nobody.

import { join } from 'node:path'
import * as v from 'valibot'
import { systemClock } from '../../config/words.ts'
import { callControl } from '../control.ts'
import type { Measurement } from './figures.ts'
import { type GateRun, startGate, waitFor } from './gate-run.ts'
import type { Lab } from './lab.ts'
import { FACES } from './people.ts'
import { rankOf } from './ranks.ts'

const READY_LIMIT_MS = 60_000
const BACK_LIMIT_MS = 15_000

const status = v.object({ gallery: v.optional(v.object({ templates: v.number() })) })
const residents = v.array(v.object({ id: v.string(), face: v.number() }))

const ask = (gate: GateRun, command: string, args: object = {}) =>
  callControl(join(gate.runtimeDirectory, 'control.sock'), { command, args }, () => undefined)

const readTemplates = async (gate: GateRun): Promise<number | undefined> => {
  const answer = await ask(gate, 'status').catch(() => undefined)
  return answer?.ok ? v.parse(status, answer.value).gallery?.templates : undefined
}

const facePid = (gate: GateRun) => gate.processes().find(({ name }) => name === 'face')?.pid

/** Until a face process other than this holds so many. */
export const waitForFaces = (gate: GateRun, count: number, before: number | undefined, limitMs: number) =>
  waitFor(gate, 'the gallery', limitMs, async () =>
    facePid(gate) !== before && (await readTemplates(gate)) === count ? true : undefined,
  )

const withdrawOnce = async (gate: GateRun, resident: string): Promise<number> => {
  const at = systemClock.monotonic()
  const answer = await ask(gate, 'consent withdraw', { resident })
  if (!answer.ok) throw new Error(`the withdrawal was refused: ${answer.code}`)
  return systemClock.monotonic() - at
}

export type WithdrawalOptions = { readonly lab: Lab; readonly say: (line: string) => void }

export const measureWithdrawals = async ({ lab, say }: WithdrawalOptions): Promise<Measurement> => {
  const gate = startGate(lab.laneGate, lab.runtimeDirectory)
  try {
    await waitForFaces(gate, FACES, undefined, READY_LIMIT_MS)
    const listed = await ask(gate, 'resident list')
    if (!listed.ok) throw new Error(`the residents were not told: ${listed.code}`)
    const enrolled = v.parse(residents, listed.value).filter(({ face }) => face > 0)
    const took: number[] = []
    const gaps: number[] = []
    for (const { id } of enrolled) {
      const before = facePid(gate)
      took.push(await withdrawOnce(gate, id))
      const since = systemClock.monotonic()
      // Of an empty gallery nothing is told.
      if (took.length === enrolled.length) break
      await waitForFaces(gate, FACES - took.length, before, BACK_LIMIT_MS)
      gaps.push(systemClock.monotonic() - since)
    }
    say(`withdrawal to unmatchable: worst of ${took.length} ${Math.max(...took).toFixed(0)} ms`)
    const spread = { p50: rankOf(took, 0.5), p99: rankOf(took, 0.99), worst: Math.max(...took) }
    return {
      ...spread,
      withdrawals: took.length,
      gallery_back_p50: rankOf(gaps, 0.5),
      gallery_back_worst: Math.max(...gaps),
    }
  } finally {
    await gate.stop()
  }
}
