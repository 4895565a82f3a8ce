// The guard's card instead of his button, where it is configured: a card of a resident of the staff that was let in, and is left on the
// reader for five seconds, holds the door open; one tap of the same card, five seconds of another's, or the wired button lets it go. The door
// part keeps the state, reminds after 15 minutes, and drops it when main falls silent. Never holds for whoever was only noted (leaving while
// suspended, in a lockdown), and never by a number, a face or a pass. Asked by gate.ts before the door; built by daemon.ts.

import { randomUUID } from 'node:crypto'
import type { Config } from '../config/settings.ts'
import type { Clock, MonotonicMs, Side } from '../config/words.ts'
import type { ToPart } from '../drivers/protocol.ts'
import type { Attempt, Decision, Facts } from './core/types.ts'
import type { Happening, Watchers } from './happening.ts'
import type { Ledger } from './store/ledger.ts'

/** `ref`: of the record in which he was let in. */
type Shown = { readonly side: Side; readonly at: MonotonicMs; readonly credentialId: string; readonly ref: string }

export type StaffHold = {
  /** A grant: true when it ended a holding, and nothing is to be opened. */
  readonly takes: (attempt: Attempt, facts: Facts, decision: Decision, ref: string) => boolean
  /** A card lies on a reader of this side since it was read at `at`. */
  readonly stays: (side: Side, at: number) => Promise<void>
}

type Deps = {
  readonly config: Pick<Config, 'gate' | 'door'>
  readonly clock: Clock
  readonly ledger: Pick<Ledger, 'record'>
  readonly watch: Watchers['watch']
  readonly send: (message: ToPart) => boolean
}

/** The card of somebody of the staff who may pass here and now. */
const staffCard = ({ proofs }: Facts, { outcome, notes }: Decision): string | undefined => {
  if (outcome !== 'grant' || notes.length > 0) return undefined
  return proofs.find(({ path, credential }) => path === 'card' && credential?.isStaff === true)?.credential?.id
}

export const keepStaffHold = ({ config: { gate, door }, clock, ledger, watch, send }: Deps): StaffHold | undefined => {
  if (!door.staffHold) return undefined
  let holds = false
  /** Whose card began it, as far as this main knows. */
  let holder: string | undefined
  let shown: Shown | undefined

  const setHolds = (now: boolean): void => {
    holds = now
    if (!now) holder = undefined
  }
  const hear = (happening: Happening): void => {
    if (happening.kind === 'door_stands') setHolds((happening.standing.guard ?? 'rests') !== 'rests')
    else if (happening.kind === 'part' && happening.part === 'door' && happening.state === 'down') setHolds(false)
    else if (happening.kind === 'door' && happening.event.what === 'guard_hold') setHolds(true)
    else if (happening.kind === 'door' && happening.event.what === 'guard_hold_over') setHolds(false)
  }
  watch(hear)
  const order = (what: 'hold' | 'release', ref: string): boolean =>
    send({ type: 'guard', what, ref, issuedAt: clock.monotonic() })

  return {
    takes: (attempt, facts, decision, ref) => {
      shown = undefined
      const credentialId = staffCard(facts, decision)
      if (credentialId === undefined) return false
      if (holds && holder === credentialId && order('release', ref)) return true
      shown = { side: attempt.side, at: attempt.at, credentialId, ref }
      return false
    },
    stays: async (side, at) => {
      const one = shown
      // Somebody else was let in meanwhile, or this card was not.
      if (one === undefined || one.side !== side || one.at !== at) return
      shown = undefined
      const what = holds ? 'release' : 'hold'
      // Who it was stands in that record, and ends there in its time.
      const payload = { gate, side, what, of: one.ref }
      const recorded = await ledger.record({ kind: 'staff_hold', payload })
      // No record, no holding (P7); what lets go needs none.
      if (what === 'hold' && 'flag' in recorded && recorded.flag === 'lost') return
      if (what === 'hold') holder = one.credentialId
      order(what, 'seq' in recorded ? String(recorded.seq) : `j-${randomUUID()}`)
    },
  }
}
