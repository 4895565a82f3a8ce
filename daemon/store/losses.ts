// What the queue could not hold: how many events, and the wrong codes among them, so that a full journal ends nobody's lockout
// (P12). Says what the ledger is owed; writes nothing. Called by queue.ts alone.

import type { MonotonicMs } from '../../config/words.ts'
import { freeTries } from '../core/limits.ts'

/** Wrong codes in one report, give or take one credential's: a few milliseconds of write lock. */
const reportLimit = 32

export type Report = { readonly count: number; readonly wrongCode: readonly string[] }

export type Losses = {
  /** Not yet said in the ledger. */
  readonly count: () => number
  readonly add: (at: MonotonicMs, wrongCode?: readonly string[]) => void
  /** What the next report covers; nothing while all is on its way. From then on its wrong codes are the report's. */
  readonly takeReport: () => Report | undefined
  /** A report has landed. */
  readonly land: (count: number) => void
  /** A report was refused: it is owed again. */
  readonly oweAgain: (count: number) => void
  readonly wrongAt: (credentialId: string) => readonly MonotonicMs[]
}

/** `before`: what the process before left. */
export const keepLosses = (before: number): Losses => {
  let lost = before
  let reported = 0
  const wrong = new Map<string, readonly MonotonicMs[]>()
  const takeWrong = (): readonly string[] => {
    const ids: string[] = []
    for (const [id, instants] of wrong) {
      if (ids.length >= reportLimit) break
      ids.push(...instants.map(() => id))
      wrong.delete(id)
    }
    return ids
  }
  return {
    count: () => lost,
    add: (at, wrongCode = []) => {
      lost += 1
      // More would lock out no longer than these do (limits.ts).
      for (const id of wrongCode) wrong.set(id, [...(wrong.get(id) ?? []), at].slice(-freeTries))
    },
    takeReport: () => {
      const owed = lost - reported
      if (owed === 0) return undefined
      const wrongCode = takeWrong()
      const count = wrong.size === 0 ? owed : Math.min(owed, wrongCode.length)
      reported += count
      return { count, wrongCode }
    },
    land: (count) => {
      lost -= count
      reported -= count
    },
    oweAgain: (count) => {
      reported -= count
    },
    wrongAt: (credentialId) => wrong.get(credentialId) ?? [],
  }
}
