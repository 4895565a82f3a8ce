// Who was let in at a camera's side by another way, or enrolled there, until the zone has been empty for long enough: not let in once more
// where he stands. Holds ids, never a vector. Created by the tracker.

import type { MonotonicMs } from '../../config/words.ts'

/** `limit`: of people; `leaveMs`: for so long nobody stands there until they have left. */
type Plan = { readonly limit: number; readonly leaveMs: number }

/** Those let in by another way, until the zone has been empty for long enough. */
export const createGuests = ({ limit, leaveMs }: Plan) => {
  const inside = new Set<string>()
  let until = 0
  let emptySince: MonotonicMs | undefined
  return {
    has: (credential: string): boolean => inside.has(credential),
    any: (): boolean => inside.size > 0,
    add: (credentials: readonly string[], notBefore: MonotonicMs): void => {
      for (const credential of credentials) inside.add(credential)
      for (const oldest of [...inside].slice(0, -limit)) inside.delete(oldest)
      until = Math.max(until, notBefore)
      emptySince = undefined
    },
    remove: (credentials: readonly string[]): void => {
      for (const credential of credentials) inside.delete(credential)
    },
    see: (faces: number, at: MonotonicMs): void => {
      emptySince = faces > 0 ? undefined : (emptySince ?? at)
      if (emptySince !== undefined && at - emptySince >= leaveMs && at >= until) inside.clear()
    },
  }
}
