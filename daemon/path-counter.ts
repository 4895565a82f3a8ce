// Counts what happens on each way of each side, from what anybody may watch: who it was is never looked at. A grant counts once its door
// order has moved the door, with the time from the last key, the tap or the first frame in which the face could have been known. A pair of proofs
// counts for both of its ways. Stands behind the line: nothing waits for it. Called by path-watch.ts.

import type { MonotonicMs, Path, Side } from '../config/words.ts'
import type { DoorEvent } from '../drivers/protocol.ts'
import { bucketName, isLegible, tallyName, tallyOf } from './core/path-counts.ts'
import type { Attempt } from './core/types.ts'
import type { Happening } from './happening.ts'

/** The door refuses orders older than 2 s. */
const DOOR_LIMIT_MS = 3000
/** Grants whose door has not yet moved; more is a door that is gone. */
const PENDING_LIMIT = 64

type Pending = {
  readonly side: Side
  readonly paths: readonly Path[]
  readonly from: MonotonicMs
  readonly due: MonotonicMs
}

/**
 * A face is waited for from the first usable frame on, as a card is from the tap, and a code that had to wait from its last key. What comes
 * after a card or code counts from that.
 */
const beganOf = ({ proofs: [first], at }: Attempt): MonotonicMs =>
  first !== undefined && first.path !== 'card' ? (Math.min(first.waitedFrom ?? at, at) as MonotonicMs) : at

export type PathCounter = {
  readonly hear: (happening: Happening) => void
  /** Grants that opened nothing are over. */
  readonly look: () => void
  /** Cards in a row that this side felt and could not read. */
  readonly unread: (side: Side) => number
}

/** `add`: so many times, this side, this way, this counter. */
export const createPathCounter = (
  monotonic: () => MonotonicMs,
  add: (side: Side, path: Path, what: string) => void,
): PathCounter => {
  const pending = new Map<string, Pending>()
  const unread = new Map<Side, number>()

  const hearAttempt = ({ attempt, decision, record }: Extract<Happening, { kind: 'attempt' }>): void => {
    const { side, proofs } = attempt
    // How residents fare is compared here; a visitor, or a picture held before the camera, says nothing of it.
    if (decision.visitor || proofs.some((proof) => proof.path === 'keypad' && proof.shown)) return
    for (const proof of proofs) {
      const legible = isLegible(proof)
      if (proof.path === 'card') unread.set(side, legible ? 0 : (unread.get(side) ?? 0) + 1)
      add(side, proof.path, tallyName(legible ? 'read' : 'unread'))
    }
    const ways = proofs.map(({ path }) => path)
    if (decision.outcome === 'grant' && pending.size < PENDING_LIMIT) {
      const due = (monotonic() + DOOR_LIMIT_MS) as MonotonicMs
      pending.set(record.ref, { side, paths: ways, from: beganOf(attempt), due })
    } else if (decision.outcome === 'grant') for (const path of ways) add(side, path, tallyName('failed'))
    else for (const path of ways) add(side, path, tallyName(tallyOf(path, decision)))
  }

  const hearDoor = ({ what, ref, at }: DoorEvent): void => {
    if (ref === undefined) return
    // A staff card that let the door go was to open nothing.
    if (what === 'guard_hold_over') pending.delete(ref)
    if (what !== 'relay_on' && what !== 'refused') return
    const one = pending.get(ref)
    if (!one) return
    pending.delete(ref)
    for (const path of one.paths) {
      add(one.side, path, tallyName(what === 'relay_on' ? 'opened' : 'failed'))
      if (what === 'relay_on') add(one.side, path, bucketName(at - one.from))
    }
  }

  return {
    hear: (happening) => {
      if (happening.kind === 'attempt') hearAttempt(happening)
      else if (happening.kind === 'door') hearDoor(happening.event)
      // Somebody known by nobody is no failure; somebody not certain enough is sent to the reader.
      else if (happening.kind === 'count' && happening.what === 'uncertain_face')
        add(happening.side, 'face', tallyName('failed'))
    },
    look: () => {
      for (const [ref, { side, paths, due }] of pending) {
        if (monotonic() < due) continue
        pending.delete(ref)
        for (const path of paths) add(side, path, tallyName('failed'))
      }
    },
    unread: (side) => unread.get(side) ?? 0,
  }
}
