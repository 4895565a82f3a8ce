// Of whom a grant is remembered, for anti-passback and for schedules that wait for somebody. While a door stands open everybody is granted,
// and on the way out nearly everybody: that alone says neither who it was nor that he had any business here. Pure. Called by events.ts.

import { isCopy } from './card-level.ts'
import type { DenyReason } from './reasons.ts'
import type { Attempt, Decision, Facts } from './types.ts'

/** Noted, it was somebody else, or nobody can say who. */
const doubts: ReadonlySet<DenyReason> = new Set<DenyReason>([
  ...(['reading_invalid', 'random_identifier', 'credential_unknown', 'credential_revoked'] as const),
  ...([
    'consent_missing',
    'consent_stale',
    'face_not_live',
    'face_uncertain',
    'pin_wrong',
    'factors_disagree',
  ] as const),
])

/** A card too weak for this side may be its holder's all the same; one that has proved more before is a copy. */
export const isHimself = ({ proofs }: Attempt, facts: Facts, { outcome, notes }: Decision): boolean =>
  outcome === 'grant' &&
  !notes.some((note) => doubts.has(note)) &&
  !proofs.some((proof, at) => {
    const credential = facts.proofs[at]?.credential
    return proof.path === 'card' && credential !== undefined && isCopy(proof, credential)
  })

/** He could have come in by his own right. That he himself waits for somebody, or is not seen to have left, is no matter of right. */
export const isRightful = ({ notes }: Decision): boolean =>
  notes.every((note) => note === 'passback' || note === 'first_person_missing')
