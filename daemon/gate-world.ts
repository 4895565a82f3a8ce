// What the gate's line needs from the rest of the daemon, each as small as its use. Built by daemon.ts; tests build their own.

import type { CardProof, Clock, Mode, MonotonicMs, Path, Secret, Side, WallMs } from '../config/words.ts'
import type { Sign } from '../drivers/signal/contract.ts'
import type { CodeWindow } from './code-window.ts'
import type { Rules } from './core/rules.ts'
import type { Attempt, Decision, Facts } from './core/types.ts'
import type { HoldOff } from './hold-off.ts'
import type { Later } from './keypad-pace.ts'
import type { Menus } from './menus.ts'
import type { StaffHold } from './staff-hold.ts'
import type { FactsReader } from './store/facts.ts'
import type { CardToken } from './store/lookups.ts'

/** The record's name for the door's order, and where the record is: on the disk, held in memory, or (memory full) nowhere. */
export type RecordRef = { readonly ref: string; readonly kept: 'stored' | 'journaled' | 'lost' }

export type Circumstances = {
  readonly mode: Mode
  readonly wall: WallMs
  readonly monotonic: MonotonicMs
  readonly clockTrusted: boolean
  readonly timeZone: string
  readonly graceDays: number
  readonly rules?: Rules
}

/** What was shown first; of a card also what it has shown to open its owner's face. */
export type ShownCredential = { readonly credentialId: string; readonly boundSecret?: Secret<Buffer> }

export type GateWorld = {
  readonly gate: string
  readonly clock: Clock
  readonly facts: Pick<FactsReader, 'readFacts' | 'cardKey' | 'pinChallenge' | 'hashCode'>
  /** Resolves within the ledger's bound, whatever the disk does. */
  readonly record: (kind: 'attempt' | 'menu', attempt: Attempt, facts: Facts, decision: Decision) => Promise<RecordRef>
  /** False: nobody took the order. */
  readonly door: {
    /** `openingMs`: wanted by whoever needs longer. */ readonly open: (ref: string, openingMs?: number) => boolean
  }
  readonly signal: { readonly show: (side: Side, sign: Sign) => void }
  /** The side waits for the face of whoever has shown his first proof. */
  readonly askFace: (side: Side) => void
  readonly menus: Menus
  /** Absent: no desk asks for a code to be typed here. */
  readonly codeWindow?: Pick<CodeWindow, 'take'>
  readonly circumstances: () => Circumstances
  /** This resident has shown the first of two proofs, and his face may be the second: for so long it is compared with his alone. */
  readonly claimFace: (side: Side, residentId: string, shown: ShownCredential, forMs: number) => void
  /** What a card must prove there now; absent: its identifier. */
  readonly cardProof?: (side: Side) => CardProof
  /** Absent: no motor, and nobody is held off. */
  readonly holdOff?: Pick<HoldOff, 'holds' | 'note'>
  /** Absent: no card holds this door. */
  readonly staffHold?: Pick<StaffHold, 'takes'>
  readonly twoFactor: (side: Side) => readonly (readonly [Path, Path])[]
  readonly sideOf: (device: string) => Side | undefined
  /** After the answer: whoever watches, and the window of `card add`. */
  readonly onAttempt: (attempt: Attempt, decision: Decision, record: RecordRef, card: CardToken | undefined) => void
  /** Absent: by the system's timers. */
  readonly later?: Later
  readonly onFlood: (device: string) => void
  readonly onFault: (code: string, error: unknown) => void
}
