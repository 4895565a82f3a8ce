// Which credentials have just opened a gate with a motor: the same one gives no second impulse until its time is over or the gate has
// closed again, so that a car which taps twice is answered once. Held in memory alone: after a restart the door itself still gives no
// impulse while the gate travels. Never says so of a code that is not right, which would tell a guesser of its owner. Asked by gate.ts.

import type { Config } from '../config/settings.ts'
import type { Clock, MonotonicMs } from '../config/words.ts'
import type { Attempt, Decision, Facts } from './core/types.ts'
import type { Watchers } from './happening.ts'

const SECOND_MS = 1000
/** More have not passed within the longest time there is: at one opening a second. */
const HELD_LIMIT = 300

export type HoldOff = {
  readonly holds: (attempt: Attempt, facts: Facts) => boolean
  /** Of a grant for which the door took its order. */
  readonly note: (decision: Decision) => void
  readonly hear: Parameters<Watchers['watch']>[0]
}

export const createHoldOff = (holdOffMs: number, monotonic: () => MonotonicMs): HoldOff => {
  const openedAt = new Map<string, MonotonicMs>()
  const isHeld = (credentialId: string): boolean => {
    const at = openedAt.get(credentialId)
    return at !== undefined && monotonic() < at + holdOffMs
  }
  return {
    holds: ({ proofs: shown }, { proofs }) =>
      shown.every(({ flaw }) => flaw === undefined) &&
      proofs.every(({ path, codeRight }) => path !== 'keypad' || codeRight === true) &&
      proofs.some(({ credential }) => credential !== undefined && isHeld(credential.id)),
    note: ({ credentialIds, reason }) => {
      // A door that stands open anyway was given no impulse for him.
      if (reason === 'open_mode') return
      for (const id of credentialIds) {
        // The newest last, whoever was there before.
        openedAt.delete(id)
        openedAt.set(id, monotonic())
      }
      for (const id of [...openedAt.keys()].slice(0, Math.max(0, openedAt.size - HELD_LIMIT))) openedAt.delete(id)
    },
    hear: (happening) => {
      if (happening.kind === 'door' && happening.event.what === 'closed') openedAt.clear()
    },
  }
}

/** Undefined where there is no motor or nobody is to be held off. It ends with the daemon. */
export const keepHoldOff = ({
  config: { door },
  clock,
  watch,
}: {
  readonly config: Pick<Config, 'door'>
  readonly clock: Clock
  readonly watch: Watchers['watch']
}): HoldOff | undefined => {
  if (!door.motor || door.motor.holdOffSeconds === 0) return undefined
  const holdOff = createHoldOff(door.motor.holdOffSeconds * SECOND_MS, clock.monotonic)
  watch(holdOff.hear)
  return holdOff
}
