// A level counts when it has stood for its time; the first one counts at once. The kernel does this for gpiochip; sysfs has none.
// Pure: levels, edges and time in, the counted level out. Called by onoff.ts.

import type { MonotonicMs } from '../../config/words.ts'

export type Debounce = {
  /** An edge was seen: whatever stood, stands anew. */
  readonly move: (at: MonotonicMs) => void
  readonly count: (level: boolean, at: MonotonicMs) => boolean
  /** The last level seen does not count yet: it must be looked at again, whether an edge was told or not. */
  readonly isMoving: () => boolean
}

export const createDebounce = (debounceMs: number): Debounce => {
  let counted: boolean | undefined
  let movedAt: MonotonicMs | undefined
  return {
    move: (at) => {
      movedAt = at
    },
    count: (level, at) => {
      counted ??= level
      if (level === counted) {
        movedAt = undefined
        return counted
      }
      // An edge that got lost: the level stands since now, as far as anyone knows.
      movedAt ??= at
      if (at - movedAt < debounceMs) return counted
      counted = level
      movedAt = undefined
      return counted
    },
    isMoving: () => movedAt !== undefined,
  }
}
