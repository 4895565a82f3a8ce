// What the running gate said lately, for a wait that may begin before or after it was said. Bounded; knows no device.
// Used by the stage of the demo.

import type { MonotonicMs } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'
import type { Happening } from '../happening.ts'

/** A scene makes a dozen happenings, sixty people some four hundred. */
const MEMORY_LIMIT = 1024

type Pick<T> = (happening: Happening, at: MonotonicMs) => T | undefined

export type Heard = {
  /** Taken before the first thing whose answer is waited for. */
  readonly mark: () => number
  /** What `pick` finds first among all that was heard since `mark`; undefined after the limit. */
  readonly waitFor: <T>(mark: number, pick: Pick<T>, limitMs: number) => Promise<T | undefined>
  readonly stop: () => void
}

export const hearDaemon = ({ clock, watch }: Daemon): Heard => {
  const memory: { readonly n: number; readonly at: MonotonicMs; readonly happening: Happening }[] = []
  const listeners = new Set<Pick<unknown>>()
  let heard = 0

  const stop = watch((happening) => {
    const at = clock.monotonic()
    memory.push({ n: heard++, at, happening })
    if (memory.length > MEMORY_LIMIT) memory.shift()
    for (const listen of [...listeners]) listen(happening, at)
  })

  return {
    mark: () => heard,
    waitFor: <T>(mark: number, pick: Pick<T>, limitMs: number) => {
      for (const { n, happening, at } of memory) {
        const found = n < mark ? undefined : pick(happening, at)
        if (found !== undefined) return Promise.resolve(found)
      }
      return new Promise<T | undefined>((resolve) => {
        const settle = (found: T | undefined) => {
          clearTimeout(limit)
          listeners.delete(listen)
          resolve(found)
        }
        const listen = (happening: Happening, at: MonotonicMs) => {
          const found = pick(happening, at)
          if (found !== undefined) settle(found)
        }
        const limit = setTimeout(() => settle(undefined), limitMs)
        listeners.add(listen)
      })
    },
    stop,
  }
}
