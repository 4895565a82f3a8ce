// The nouns of one decision: what was presented, the facts, the decision. Plain frozen values, no secret among them.

import type { HolidayCalendar } from '../../config/holidays.ts'
import type { CardProof, Group, Mode, MonotonicMs, Path, Schedule, Side, WallMs } from '../../config/words.ts'
import type { PassFacts } from './pass.ts'
import type { DenyReason, GrantReason } from './reasons.ts'

/** One reading after its secret part was exchanged for a look-up: no identifier, no code, no vector is in here. */
export type Proof =
  | {
      readonly path: 'card'
      readonly flaw?: 'reading_invalid' | 'random_identifier'
      /** What it proved in this tap; absent: its identifier. */
      readonly level?: CardProof
      /** Of the site's key that it proved. */
      readonly generation?: number
      /** sdm only: how often it was read so far. */
      readonly counter?: number
    }
  | {
      readonly path: 'keypad'
      readonly flaw?: 'reading_invalid'
      /** A visitor's pass, held before the camera and judged as a code. */
      readonly shown?: 'qr'
      /** When a code was typed that had to wait for its keypad. */
      readonly waitedFrom?: MonotonicMs
    }
  /** `waitedFrom`: the first frame in which this face could have been known. */
  | {
      readonly path: 'face'
      readonly flaw?: 'face_not_live' | 'face_uncertain'
      readonly waitedFrom?: MonotonicMs
    }

/** Readings judged together. One proof, or two where the side asks for two factors. */
export type Attempt = {
  readonly gate: string
  readonly side: Side
  /** When the first reading was taken, in the path's own process. */
  readonly at: MonotonicMs
  readonly proofs: readonly Proof[]
}

/** What the store knows about one proof of the attempt, fetched in the one read. Same order as `attempt.proofs`. */
export type ProofFacts = {
  readonly path: Path
  /** Absent: nobody is enrolled with it. */
  readonly credential?: CredentialFacts
  /** keypad only: the code typed is the credential's. Always false for an unknown number. */
  readonly codeRight?: boolean
  /** keypad only: right, and the second of two, by which he says that somebody forces him. Decides nothing. */
  readonly duress?: true
  /** The path is paused on this side (by the office, by the inequality rule, or the path's own fault). */
  readonly pathPaused: boolean
}

export type CredentialFacts = {
  readonly id: string
  readonly kind: 'card' | 'pin' | 'face' | 'pass'
  readonly residentId: string
  readonly revoked: boolean
  readonly notBefore?: WallMs
  readonly expiresAt?: WallMs
  readonly usesLeft?: number
  /** pass only: `residentId` is whose visitor it is. */
  readonly pass?: PassFacts
  readonly lockedOut: boolean
  readonly residentSuspended: boolean
  /** card only: what it has proved before. */
  readonly cardProof?: CardProof
  /** card only: the generation of the site's key that it proved last. */
  readonly cardGeneration?: number
  /** card only: the highest counter that it has shown. */
  readonly cardCounter?: number
  /** The rights of the resident at this gate. Empty: none. */
  readonly rights: readonly Right[]
  /** Only where it is asked for: whom he belongs to. */
  readonly group?: Group
  /** The office let him through a lockdown by name. */
  readonly passesLockdown?: boolean
  /** Where anti-passback is asked for: he passed through this side last, and the other has not seen him since. */
  readonly repeatsSide?: boolean
  /** Only where it is asked for: he belongs to the staff. */
  readonly isStaff?: boolean
  /** He needs longer to pass. */
  readonly openingMs?: number
  /** face only: does a consent carry it, for this gate, notice and model. */
  readonly consent?: 'current' | 'missing' | 'stale'
  /** face only: the last other credential was lost longer ago than the grace allows. */
  readonly otherWayLost?: boolean
  /** face only: somebody else enrolled here resembles him so much that his face alone is not enough, and he has a card or code. */
  readonly lookAlike?: boolean
  /** face only: the card that it is bound to, without which beside it it counts for nothing, whatever the face part says. */
  readonly boundTo?: string
}

/** A right here: when, and from and until when it is in force. `firstPersonMissing`: its schedule waits for somebody who has not come. */
export type Right = Schedule & {
  readonly notBefore?: WallMs
  readonly expiresAt?: WallMs
  readonly firstPersonMissing?: boolean
}

export type Facts = {
  /** Absent: nobody asks for it. */
  readonly passback?: 'soft' | 'hard'
  /** Absent: no schedule asks for it. */
  readonly calendar?: HolidayCalendar
  readonly mode: Mode
  readonly wall: WallMs
  readonly clockTrusted: boolean
  /** IANA zone of the gate; schedules are read in it. */
  readonly timeZone: string
  readonly controllerFault: boolean
  /** A credential shown here has opened this gate a moment ago, and a motor is to have no second impulse for it. */
  readonly heldOff?: boolean
  /** What a card must prove on this side at this hour; absent: its identifier. */
  readonly cardProofAsked?: CardProof
  /** Pairs of paths of which any one pair is enough. Empty: one proof suffices. */
  readonly twoFactor: readonly (readonly [Path, Path])[]
  readonly proofs: readonly ProofFacts[]
}

export type Decision =
  | {
      readonly outcome: 'grant'
      readonly reason: GrantReason
      /** Exit side: what would have denied on the entry side; recorded, not enforced. */
      readonly notes: readonly DenyReason[]
      readonly residentId?: string
      /** A pass: whoever came is no resident. */
      readonly visitor?: true
      readonly credentialIds: readonly string[]
    }
  | {
      readonly outcome: 'deny'
      readonly reason: DenyReason
      readonly notes: readonly DenyReason[]
      readonly residentId?: string
      /** A pass: whoever came is no resident. */
      readonly visitor?: true
      readonly credentialIds: readonly string[]
    }
