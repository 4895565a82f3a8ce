// When an order of main's may still be obeyed. Pure. Called by the door's state machines.

import type { MonotonicMs } from '../../config/words.ts'

/** An order older than this waited somewhere; whoever asked for it has gone or tried again. */
export const ORDER_LIMIT_MS = 2000

/** Written so that a number that is not one is refused as well. */
export const findStale = (issuedAt: MonotonicMs, at: MonotonicMs): 'order_from_future' | 'order_stale' | undefined => {
  if (!(issuedAt <= at)) return 'order_from_future'
  return at - issuedAt <= ORDER_LIMIT_MS ? undefined : 'order_stale'
}
