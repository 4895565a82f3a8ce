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
import { FACES, fillGallery, VIEWS } from './people.ts'
import { rankOf } from './ranks.ts'

const READY_LIMIT_MS = 60_000
const BACK_LIMIT_MS = 60_000

const status = v.object({ gallery: v.optional(v.object({ templates: v.number() })) })
const residents = v.array(v.object({ id: v.string(), name: v.string(), face: v.number() }))

export const ask = (gate: GateRun, command: string, args: object = {}) =>
  callControl(join(gate.runtimeDirectory, 'control.sock'), { command, args }, () => undefined)

const readTemplates = async (gate: GateRun): Promise<number | undefined> => {
  const answer = await ask(gate, 'status').catch(() => undefined)
  return answer?.ok ? v.parse(status, answer.value).gallery?.templates : undefined
}

export const facePid = (gate: GateRun) => gate.processes().find(({ name }) => name === 'face')?.pid

/** Until a face process other than this holds so many templates. */
export const waitForFaces = (gate: GateRun, count: number, before: number | undefined, limitMs: number) =>
  waitFor(gate, 'the gallery', limitMs, async () =>
    facePid(gate) !== before && (await readTemplates(gate)) === count ? true : undefined,
  )

const numberOf = (name: string): number => Number(/\d+$/.exec(name)?.[0])

/** Everybody with a face, as main tells them, in the order in which people.ts made them. */
export const listEnrolled = async (gate: GateRun): Promise<readonly string[]> => {
  const listed = await waitFor(gate, 'the residents', READY_LIMIT_MS, async () => {
    const answer = await ask(gate, 'resident list').catch(() => undefined)
    return answer?.ok ? answer : undefined
  })
  return v
    .parse(residents, listed.value)
    .filter(({ face }) => face > 0)
    .sort((a, b) => numberOf(a.name) - numberOf(b.name))
    .map(({ id }) => id)
}

const withdrawOnce = async (gate: GateRun, resident: string): Promise<number> => {
  const at = systemClock.monotonic()
  const answer = await ask(gate, 'consent withdraw', { resident })
  if (!answer.ok) throw new Error(`the withdrawal was refused: ${answer.code}`)
  return systemClock.monotonic() - at
}

export type WithdrawalOptions = {
  readonly lab: Lab
  /** In the store already; as many templates are added to the gallery. */
  readonly residents: number
  readonly say: (line: string) => void
}

export const measureWithdrawals = async ({ lab, residents, say }: WithdrawalOptions): Promise<Measurement> => {
  say(`filling the gallery with ${residents} templates`)
  const added = await fillGallery(lab, residents, residents, say)
  const gate = startGate(lab.laneGate, lab.runtimeDirectory)
  try {
    const enrolled = await listEnrolled(gate)
    const single = enrolled.length - added
    let templates = single + added * VIEWS
    const among = templates
    await waitForFaces(gate, templates, undefined, READY_LIMIT_MS)
    const took: number[] = []
    const gaps: number[] = []
    for (const [n, id] of enrolled.slice(0, FACES).entries()) {
      const before = facePid(gate)
      took.push(await withdrawOnce(gate, id))
      const since = systemClock.monotonic()
      templates -= n < single ? 1 : VIEWS
      // Of an empty gallery nothing is told.
      if (templates === 0) break
      await waitForFaces(gate, templates, before, BACK_LIMIT_MS)
      gaps.push(systemClock.monotonic() - since)
    }
    say(`withdrawal to unmatchable: worst of ${took.length} ${Math.max(...took).toFixed(0)} ms`)
    const spread = { p50: rankOf(took, 0.5), p99: rankOf(took, 0.99), worst: Math.max(...took) }
    return {
      ...spread,
      withdrawals: took.length,
      templates: among,
      gallery_back_p50: rankOf(gaps, 0.5),
      gallery_back_worst: Math.max(...gaps),
    }
  } finally {
    await gate.stop()
  }
}
