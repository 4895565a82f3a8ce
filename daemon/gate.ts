// The straight line of one gate. A reading comes in; its secret is exchanged for a look-up; readings become an attempt; the facts
// are fetched in one read; `decide` answers; the answer is recorded; the door opens; the signal speaks. Read this file first.
//
// One attempt at a time per gate, one reading at a time per device: a slow code never holds up a card, because the slow part
// (argon2id) happens before the line. Must never open without a record, and never wait for a record longer than the ledger's bound.

import { randomBytes } from 'node:crypto'
import { hide, type MonotonicMs, type Path, reveal, type Side } from '../config/words.ts'
import type { Reading } from '../drivers/protocol.ts'
import type { Sign } from '../drivers/signal/contract.ts'
import { assemble, SECOND_FACTOR_WAIT_MS, type Waiting } from './core/assemble.ts'
import { decide } from './core/decide.ts'
import { findMenuCard, mayInvite } from './core/menu-rights.ts'
import type { DenyReason } from './core/reasons.ts'
import type { Attempt, Decision, Facts } from './core/types.ts'
import type { GateWorld } from './gate-world.ts'
import { createKeypadPace, type KeypadPace } from './keypad-pace.ts'
import { type Piece, prove } from './prove.ts'
import { createReadingQueues } from './reading-queues.ts'
import type { CardToken } from './store/lookups.ts'

/** A reading that waited longer opens nothing: whoever stood there has gone or tries again. */
const READING_AGE_LIMIT_MS = 2000

export type Gate = {
  readonly take: (reading: Reading) => void
  /** A card that nobody holds goes down the line, unrecorded: what the watchdog lives on. */
  readonly tryLine: () => Promise<Decision>
  /** Resolves when nothing is being judged and nothing waits but for a keypad's pause. */
  readonly settle: () => Promise<void>
  /** Codes that wait for a keypad's pause are judged no more. */
  readonly stop: () => void
}

/** The world, and which keypads are being guessed at. */
type Line = GateWorld & { readonly pace: KeypadPace }

export const openGate = (world: GateWorld): Gate => {
  const waiting = new Map<Side, Waiting<Piece>>()
  const pace = createKeypadPace(world.clock, (device, readings) => queues.putFirst(device, readings), world.later)
  const line: Line = { ...world, pace }
  let last: Promise<void> = Promise.resolve()

  /** The line proper: whatever is given runs after all that was given before, alone. */
  const oneAtATime = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work).catch((error: unknown) => world.onFault('gate_line_failed', error))
    return last
  }

  const judge = async (piece: Piece): Promise<void> => {
    if (piece.menuOnly) return admitToMenu(line, piece)
    // What is no valid proof completes no pair: a stray key must not spoil somebody's tap.
    if (piece.proof.flaw) return pass(line, [piece])
    const step = assemble(piece.side, world.twoFactor(piece.side), waiting.get(piece.side), piece)
    if (step.kind === 'attempt') {
      waiting.delete(piece.side)
      return pass(line, step.pieces)
    }
    waiting.set(piece.side, step.waiting)
    world.signal.show(piece.side, 'second_please')
    if (awaitsFace(world.twoFactor(piece.side), piece.path)) world.askFace(piece.side)
    expireLater(piece.side, step.waiting)
    const attempt = attemptOf(world.gate, [piece])
    const facts = fetchFacts(world, attempt, [piece])
    offerMenu(world, attempt, facts, decide(attempt, facts))
    claimFace(world, piece, facts)
    if (step.judgeAlone) await pass(line, [step.judgeAlone], 'late')
  }

  /** Whoever never shows a second proof is judged on the first. */
  const expireLater = (side: Side, waited: Waiting<Piece>) => {
    const delayMs = Math.max(0, waited.until - world.clock.monotonic() + 1)
    const timer = setTimeout(() => {
      if (waiting.get(side) !== waited) return
      waiting.delete(side)
      void oneAtATime(() => pass(line, [waited.first], 'late'))
    }, delayMs)
    timer.unref()
  }

  const take = async (reading: Reading): Promise<void> => {
    const side = world.sideOf(reading.device)
    if (side === undefined) return world.onFault('device_unknown', undefined)
    if (world.clock.monotonic() - reading.at > READING_AGE_LIMIT_MS) return world.onFault('reading_stale', undefined)
    if (takeChoice(world, side, reading)) return
    if (!pace.admits(reading)) return world.signal.show(side, 'wait')
    const piece = await prove(world, side, reading, pace.typedAt(reading)).catch(
      refuseFault(world, side, 'reading_failed'),
    )
    if (piece) await oneAtATime(() => judge(piece).finally(() => wipeSecret(piece)))
  }

  const tryLine = async (): Promise<Decision> => {
    const { promise, resolve } = Promise.withResolvers<Decision>()
    // As a promise of its own: a store that cannot be read is the asker's fault to hear of, and no fault of the line.
    await oneAtATime(async () => resolve((async () => decideUnknown(world))()))
    return promise
  }

  const queues = createReadingQueues(take, world)
  return {
    take: queues.put,
    tryLine,
    settle: async () => {
      await queues.settle()
      await last
    },
    stop: pace.stop,
  }
}

const awaitsFace = (pairs: readonly (readonly Path[])[], shown: Path): boolean =>
  shown !== 'face' && pairs.some((pair) => pair.includes(shown) && pair.includes('face'))

/** The line: facts, decision, record, door, signal. `late`: judged when the person may have gone, so that nobody is offered a menu. */
const pass = async (world: Line, pieces: readonly Piece[], when: 'now' | 'late' = 'now'): Promise<void> => {
  const attempt = attemptOf(world.gate, pieces)
  const facts = fetchFacts(world, attempt, pieces)
  slowKeypad(world, pieces, facts)
  const decision = decide(attempt, facts)
  const record = await world.record('attempt', attempt, facts, decision)
  // No record at all, no opening; and nobody is told that a door is open which nobody opened.
  const opened =
    decision.outcome === 'grant' &&
    record.kept !== 'lost' &&
    (world.staffHold?.takes(attempt, facts, decision, record.ref) === true ||
      world.door.open(record.ref, longestOpening(facts)))
  if (opened) world.holdOff?.note(decision)
  const longer = opened && longestOpening(facts) !== undefined
  world.signal.show(
    attempt.side,
    decision.outcome === 'grant' && !opened ? 'refused' : longer ? 'granted_long' : signOf(decision),
  )
  if (when === 'now') offerMenu(world, attempt, facts, decision)
  world.onAttempt(attempt, decision, record, cardOf(pieces))
}

/** Known or unknown, locked out or not: a code that is not right slows the keypad that it was typed at. */
const slowKeypad = ({ pace }: Line, pieces: readonly Piece[], { controllerFault, proofs }: Facts): void => {
  if (controllerFault) return
  for (const [n, { device, query, proof }] of pieces.entries()) {
    if (query.path !== 'keypad' || query.number === undefined || proof.flaw) continue
    if (proofs[n]?.codeRight !== true) pace.noteWrong(device, query.number)
  }
}

/** Of whoever passes, what he needs; nothing where everybody passes in the usual time. */
const longestOpening = ({ proofs }: Facts): number | undefined => {
  const wanted = proofs.flatMap(({ credential }) => credential?.openingMs ?? [])
  return wanted.length > 0 ? Math.max(...wanted) : undefined
}

/**
 * A tap of a known card starts the menu, also when schedule or suspension denied the door. Any other card or code ends it: somebody
 * else stands there. A face and a mistyped key do neither.
 */
const offerMenu = (world: GateWorld, attempt: Attempt, facts: Facts, decision: Decision): void => {
  const card = findMenuCard(attempt, facts)
  if (card) world.menus.open(attempt.side, card.residentId, card.id, attempt.at, mayInvite(decision))
  else if (attempt.proofs.some(({ path, flaw }) => path !== 'face' && !flaw)) world.menus.close(attempt.side)
}

/** Only of a card or code that is right: who may be whom is nobody else's to say. */
const claimFace = (world: GateWorld, { side, path, boundSecret }: Piece, { twoFactor, proofs }: Facts): void => {
  const [proof] = proofs
  const credential = proof?.credential
  const mayFollow = twoFactor.some((pair) => pair.includes('face') && pair.includes(path))
  if (path === 'face' || !mayFollow || !credential || credential.revoked || credential.kind === 'pass') return
  if (path === 'keypad' && proof?.codeRight !== true) return
  const shown = { credentialId: credential.id, ...(boundSecret ? { boundSecret } : {}) }
  world.claimFace(side, credential.residentId, shown, SECOND_FACTOR_WAIT_MS)
}

/** Handed on or of no use: it does not wait with the piece for a second one. */
const wipeSecret = ({ boundSecret }: Piece): void => void (boundSecret && reveal(boundSecret).fill(0))

/** `NUMBER*CODE*`: the menu without a card. */
const admitToMenu = async (world: Line, piece: Piece): Promise<void> => {
  const attempt = attemptOf(world.gate, [piece])
  const facts = fetchFacts(world, attempt, [piece])
  slowKeypad(world, [piece], facts)
  const decision = decideMenu(attempt, facts)
  await world.record('menu', attempt, facts, decision)
  const credential = facts.proofs[0]?.credential
  if (decision.outcome === 'grant' && credential)
    world.menus.open(piece.side, credential.residentId, credential.id, piece.at, mayInvite(decide(attempt, facts)))
  else world.menus.close(piece.side)
  world.signal.show(piece.side, decision.outcome === 'grant' ? 'menu_open' : 'refused')
}

/**
 * A menu's choice. Without a menu it is a reading like any other, and an invalid one. Nobody waits for what it does: that may wait
 * for the disk, and a menu opens nothing.
 */
const takeChoice = (world: GateWorld, side: Side, reading: Reading): boolean => {
  if (reading.path !== 'keypad' || reading.keys.frame !== 'choice') return false
  const at = reading.at as MonotonicMs
  if (world.menus.isOpen(side, at)) {
    world.menus.choose(side, reading.keys.digits, at).catch(refuseFault(world, side, 'menu_failed'))
    return true
  }
  const taken = world.codeWindow?.take(reading.device, reading.keys.digits, at)
  taken?.then((sign) => world.signal.show(side, sign)).catch(refuseFault(world, side, 'code_window_failed'))
  return taken !== undefined
}

/** Before anything was decided: whoever stands there is told that nothing came of it. */
const refuseFault =
  (world: GateWorld, side: Side, code: string) =>
  (error: unknown): undefined => {
    world.onFault(code, error)
    world.signal.show(side, 'refused')
    return undefined
  }

const attemptOf = (gate: string, pieces: readonly Piece[]): Attempt => {
  const [first] = pieces
  if (!first) throw new Error('an attempt has at least one reading')
  return { gate, side: first.side, at: first.at, proofs: pieces.map((piece) => piece.proof) }
}

const fetchFacts = (world: GateWorld, attempt: Attempt, pieces: readonly Piece[]): Facts => {
  const query = { gate: attempt.gate, side: attempt.side, ...world.circumstances(), controllerFault: false }
  try {
    const cardProofAsked = world.cardProof?.(attempt.side)
    const facts = world.facts.readFacts({ ...query, proofs: pieces.map((piece) => piece.query) })
    return {
      ...facts,
      ...(cardProofAsked === undefined ? {} : { cardProofAsked }),
      ...(world.holdOff?.holds(attempt, facts) ? { heldOff: true } : {}),
    }
  } catch (error) {
    world.onFault('facts_unreadable', error)
    const proofs = pieces.map(({ path }) => ({ path, pathPaused: false }))
    return { ...query, controllerFault: true, twoFactor: [], proofs }
  }
}

/**
 * Who stands at the keypad, whatever the hour: the menu is a resident's even when the door is not. Judged like leaving, where only an
 * unknown or revoked credential, a wrong code and the lockout deny: the menu is no second place to guess codes.
 */
const decideMenu = (attempt: Attempt, facts: Facts): Decision => {
  const decision = decide({ ...attempt, side: 'exit' }, { ...facts, mode: 'controlled' })
  // A visitor's code is right and opens the door; the menu behind it would be his host's.
  if (decision.outcome === 'deny' || !decision.visitor) return decision
  return { ...decision, outcome: 'deny', reason: 'no_right' }
}

/** Facts and decision alone, by the rules of the exit, where no mode and no pause comes before the question who it is. */
const decideUnknown = (world: GateWorld): Decision => {
  const identifier = hide(randomBytes(7))
  const query = { path: 'card', token: world.facts.cardKey(identifier) } as const
  const proof = { path: 'card' } as const
  const at = world.clock.monotonic()
  const piece: Piece = { device: 'watchdog', side: 'exit', path: 'card', at, proof, query, menuOnly: false }
  const attempt = attemptOf(world.gate, [piece])
  const facts = fetchFacts(world, attempt, [piece])
  return decideMenu(attempt, { ...facts, proofs: facts.proofs.map((one) => ({ ...one, pathPaused: false })) })
}

/** At the gate itself only three answers are shown; the reason is for the record. */
const signOf = (decision: Decision): Sign => {
  if (decision.outcome === 'grant') return 'granted'
  // It was right, and the gate is opening for it: red would say otherwise.
  if (decision.reason === 'held_off') return 'wait'
  return askAnotherWay.has(decision.reason) ? 'use_card_or_code' : 'denied'
}
const askAnotherWay: ReadonlySet<DenyReason> = new Set<DenyReason>([
  'path_paused',
  'random_identifier',
  'clock_untrusted',
  'card_proof_too_weak',
  'consent_missing',
  'consent_stale',
  'face_not_live',
  'face_uncertain',
  'second_factor_missing',
])

const cardOf = (pieces: readonly Piece[]): CardToken | undefined => {
  const query = pieces.find((piece) => piece.path === 'card')?.query
  return query?.path === 'card' ? query.token : undefined
}
