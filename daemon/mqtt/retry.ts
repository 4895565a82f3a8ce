// How long something that was refused rests before it is tried again: from one second, doubled each time, to one minute, and never
// twice the same, so that the gates of a compound do not all return at once. Used for the connection and for what goes over it.

import type { Clock, Failure, MonotonicMs, Result } from '../../config/words.ts'

const LEAST_MS = 1000
const MOST_MS = 60_000

/** `random`: 0 … 1; `failures`: in a row, from 1. */
export const backOffMs = (failures: number, random: number): number =>
  Math.min(MOST_MS, LEAST_MS * 2 ** Math.min(failures - 1, 16)) * (0.5 + random / 2)

const refusals: ReadonlySet<string> = new Set(['mqtt_denied', 'mqtt_publish_refused'])

export type Retry = {
  /** Does the work, unless it rests. The value of what succeeded. */
  readonly attempt: <T>(work: () => Promise<Result<T>>) => Promise<T | undefined>
  /** Why it rests; undefined while all is well. */
  readonly refusal: () => Failure | undefined
}

export const createRetry = (clock: Clock): Retry => {
  let failures = 0
  let notBefore = 0 as MonotonicMs
  let refusal: Failure | undefined
  return {
    attempt: async (work) => {
      if (clock.monotonic() < notBefore) return undefined
      const result = await work()
      // A connection that went is no refusal of what was sent.
      if (!result.ok && !refusals.has(result.code)) return undefined
      refusal = result.ok ? undefined : result
      failures = result.ok ? 0 : failures + 1
      if (result.ok) return result.value
      notBefore = (clock.monotonic() + backOffMs(failures, Math.random())) as MonotonicMs
      return undefined
    },
    refusal: () => refusal,
  }
}
