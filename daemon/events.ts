// What the ledger says of what happens at the gate: ids, codes and counts, never a name, an identifier, a code typed or a score.
// Builds events and their effects; writes nothing. Used by the daemon for every record that is not an office operation.

import type { CardProof } from '../config/words.ts'
import type { DoorEvent } from '../drivers/protocol.ts'
import { spendsUse } from './core/pass.ts'
import { isHimself, isRightful } from './core/passages.ts'
import type { GrantReason } from './core/reasons.ts'
import { localDay } from './core/schedule.ts'
import type { Attempt, Decision, Facts } from './core/types.ts'
import type { NewEvent } from './store/ledger.ts'
import type { Effects } from './store/protocol.ts'
import type { Passage } from './store/rule-writes.ts'

export const attemptEvent = (attempt: Attempt, decision: Decision): NewEvent => ({
  kind: 'attempt',
  payload: {
    gate: attempt.gate,
    side: attempt.side,
    paths: attempt.proofs.map((proof) => proof.path),
    ...cardLevel(attempt),
    ...(attempt.proofs.some((proof) => proof.path === 'keypad' && proof.shown) ? { shown: 'qr' } : {}),
    outcome: decision.outcome,
    reason: decision.reason,
    ...(decision.notes.length > 0 ? { notes: decision.notes } : {}),
    ...(decision.residentId === undefined ? {} : { resident: decision.residentId }),
    ...(decision.visitor ? { visitor: true } : {}),
    ...(decision.credentialIds.length > 0 ? { credentials: decision.credentialIds } : {}),
  },
})

/** What the rules remember of a grant; nothing where no rule asks for it. A day is known only by a clock that can be right. */
const passageOf = (attempt: Attempt, facts: Facts, decision: Decision): Passage | undefined => {
  const { gate, side } = attempt
  const { residentId } = decision
  if (residentId === undefined || !isHimself(attempt, facts, decision)) return undefined
  const group = facts.proofs.find(({ credential }) => credential?.group !== undefined)?.credential?.group
  const isFirst = group !== undefined && side === 'entry' && facts.clockTrusted && isRightful(decision)
  const keepsSide = facts.passback !== undefined
  if (!isFirst && !keepsSide) return undefined
  const day = localDay(facts.wall, facts.timeZone).day
  return { gate, side, residentId, keepsSide, ...(isFirst ? { first: { group, day } } : {}) }
}

/** What the card of this attempt proved. */
const cardLevel = ({ proofs }: Attempt): { cardProof?: CardProof } => {
  const card = proofs.find((proof) => proof.path === 'card')
  return card && !card.flaw ? { cardProof: card.level ?? 'identifier' } : {}
}

/**
 * A wrong code slows the number it claimed; a grant spends a use of the pass that it was for; a card's counter was seen, whatever came of
 * it.
 */
export const attemptEffects = (
  attempt: Attempt,
  facts: Facts,
  decision: Decision,
  kind: 'attempt' | 'menu' = 'attempt',
): Effects => {
  const wrongCode = facts.proofs.flatMap(({ path, codeRight, credential }) =>
    path === 'keypad' && codeRight !== true && credential && !credential.lockedOut ? [credential.id] : [],
  )
  const isNobodys = attempt.proofs.some(({ path, flaw }, n) => {
    const known = facts.proofs[n]
    return path === 'keypad' && !flaw && known?.codeRight !== true && known?.credential?.lockedOut !== false
  })
  const use =
    kind === 'attempt'
      ? facts.proofs.flatMap(({ credential }) =>
          credential && spendsUse(credential, attempt, decision) ? [credential.id] : [],
        )
      : []
  const cardCounters = attempt.proofs.flatMap((proof, at) => {
    const credential = facts.proofs[at]?.credential
    if (proof.path !== 'card' || proof.level !== 'sdm' || proof.counter === undefined || !credential) return []
    if (proof.counter <= (credential.cardCounter ?? -1)) return []
    const made = proof.generation === undefined ? {} : { generation: proof.generation }
    return [{ id: credential.id, counter: proof.counter, ...made }]
  })
  const passage = kind === 'attempt' ? passageOf(attempt, facts, decision) : undefined
  return {
    ...(passage === undefined ? {} : { passage }),
    ...(cardCounters.length > 0 ? { cardCounters } : {}),
    ...(facts.proofs.some(({ duress }) => duress === true)
      ? { duress: { gate: attempt.gate, side: attempt.side } }
      : {}),
    ...(isNobodys ? { standIn: true } : {}),
    ...(wrongCode.length > 0 ? { wrongCode } : {}),
    ...(use.length > 0 ? { use } : {}),
  }
}

/** Door events worth a place in the record for good; relay and contact in ordinary use are not. */
const recordedDoorEvents: ReadonlySet<DoorEvent['what']> = new Set<DoorEvent['what']>([
  'exit_button',
  'guard_open',
  'guard_hold',
  'guard_hold_long',
  'guard_hold_over',
  'fire_on',
  'fire_off',
  'held',
  'held_over',
  'forced',
  'mode_dropped',
  'refused',
  'motor_close',
  'motor_stop',
  'close_cut',
  'obstacle_long',
  'obstacle_over',
])
const doorGrants: Partial<Readonly<Record<DoorEvent['what'], GrantReason>>> = {
  exit_button: 'exit_button',
  guard_open: 'guard_open',
  fire_on: 'fire',
}

export const doorEvent = (gate: string, event: DoorEvent): NewEvent | undefined => {
  if (!recordedDoorEvents.has(event.what)) return undefined
  const grant = doorGrants[event.what]
  const about = {
    // The door's own moment: what it says while main is away is recorded later.
    at: event.at,
    ...(event.ref === undefined ? {} : { ref: event.ref }),
    ...(event.because === undefined ? {} : { because: event.because }),
  }
  return grant
    ? { kind: 'door', payload: { gate, what: event.what, outcome: 'grant', reason: grant, ...about } }
    : { kind: 'door', payload: { gate, what: event.what, ...about } }
}
