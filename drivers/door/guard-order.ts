// The guard's holding by his card instead of his button: main says so, and answers for it. Same state, same events; the button ends it too.
// Pure. Called by machine.ts.

import type { MonotonicMs } from '../../config/words.ts'
import type { GuardState } from './guard-button.ts'
import { findStale } from './order.ts'

export type GuardOrder = {
  readonly what: 'hold' | 'release'
  readonly ref: string
  readonly issuedAt: MonotonicMs
}

export const endOrdered = (state: GuardState): GuardState => ({
  ...state,
  byMain: false,
  heldSince: undefined,
  until: undefined,
})

/** `mayHold`: main has said its mode on this connection, and it is no lockdown. */
export const takeGuardOrder = (
  state: GuardState,
  { what, issuedAt }: GuardOrder,
  mayHold: boolean,
  at: MonotonicMs,
): { readonly state: GuardState } | { readonly because: string } => {
  const stale = findStale(issuedAt, at)
  if (stale) return { because: stale }
  const isHeld = state.heldSince !== undefined
  if (what === 'release') return isHeld ? { state: endOrdered(state) } : { because: 'not_held' }
  if (isHeld) return { because: 'held_already' }
  return mayHold
    ? { state: { ...state, byMain: true, heldSince: at, reminded: false } }
    : { because: 'hold_not_allowed' }
}
