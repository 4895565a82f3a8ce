// A wait with an end: for everything that asks the disk, which may never answer. Called by ledger.ts, thread.ts and serve.ts.

import { setTimeout as pause } from 'node:timers/promises'

/** What was asked for, or `otherwise` when it has not come within the limit; it goes on, but nobody waits for it any longer. */
export const awaitWithin = async <T>(asked: Promise<T>, limitMs: number, otherwise: T): Promise<T> => {
  const limit = new AbortController()
  const expired = pause(limitMs, otherwise, { signal: limit.signal }).catch(() => otherwise)
  try {
    return await Promise.race([asked, expired])
  } finally {
    limit.abort()
  }
}
