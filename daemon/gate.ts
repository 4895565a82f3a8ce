// The straight line of one gate. A reading comes in; its secret is exchanged for a look-up; readings become an attempt; the facts
// are fetched in one read; `decide` answers; the answer is recorded; the door opens; the signal speaks. Read this file first.
//
// One attempt at a time per gate, one reading at a time per device: a slow code never holds up a card, because the slow part
// (argon2id) happens before the line. Must never open without a record, and never wait for a record longer than the ledger's bound.

import { hide, type MonotonicMs, type Side } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { CardReading, FaceReading, KeypadReading, Reading } from '../drivers/protocol.ts'
import type { Sign } from '../drivers/signal/contract.ts'
import { assemble, type Waiting } from './core/assemble.ts'
import { decide } from './core/decide.ts'
import type { DenyReason } from './core/reasons.ts'
import type { Attempt, Decision, Facts, Proof } from './core/types.ts'
import type { GateWorld } from './gate-world.ts'
import type { ProofQuery } from './store/facts.ts'
import type { CardToken } from './store/lookups.ts'

/** Readings that wait per device; beyond it a device floods and what it says is dropped and counted. */
const READING_QUEUE_LIMIT = 8

/** One reading with its secret gone: what to judge, how to look it up. */
type Piece = {
  readonly device: string
  readonly side: Side
  readonly path: Proof['path']
  readonly at: MonotonicMs
  readonly proof: Proof
  readonly query: ProofQuery
  /** `NUMBER*CODE*`: proves who stands there and opens the menu, never the door. */
  readonly menuOnly: boolean
}

export type Gate = {
  readonly take: (reading: Reading) => void
  /** Resolves when nothing waits and nothing is being judged. */
  readonly settle: () => Promise<void>
}

export const openGate = (world: GateWorld): Gate => {
  const queues = new Map<string, Reading[]>()
  const waiting = new Map<Side, Waiting<Piece>>()
  const working = new Set<Promise<void>>()
  let line: Promise<void> = Promise.resolve()

  /** The line proper: whatever is given runs after all that was given before, alone. */
  const oneAtATime = (work: () => Promise<void>): Promise<void> => {
    line = line.then(work).catch((error: unknown) => world.onFault('gate_line_failed', error))
    return line
  }

  const judge = async (piece: Piece): Promise<void> => {
    if (piece.menuOnly) return answerMenu(piece)
    const step = assemble(piece.side, world.twoFactor(piece.side), waiting.get(piece.side), piece)
    if (step.kind === 'attempt') {
      waiting.delete(piece.side)
      return pass(step.pieces)
    }
    waiting.set(piece.side, step.waiting)
    world.signal.show(piece.side, 'second_please')
    expireLater(piece.side, step.waiting)
    if (step.judgeAlone) await pass([step.judgeAlone])
  }

  /** Whoever never shows a second proof is judged on the first. */
  const expireLater = (side: Side, waited: Waiting<Piece>) => {
    const delayMs = Math.max(0, waited.until - world.clock.monotonic() + 1)
    const timer = setTimeout(() => {
      if (waiting.get(side) !== waited) return
      waiting.delete(side)
      void oneAtATime(() => pass([waited.first]))
    }, delayMs)
    timer.unref()
  }

  const pass = async (pieces: readonly Piece[]): Promise<void> => {
    const attempt = attemptOf(world.gate, pieces)
    const facts = fetchFacts(world, attempt, pieces)
    const decision = decide(attempt, facts)
    const record = await world.record('attempt', attempt, facts, decision)
    if (decision.outcome === 'grant') world.door.open(record.ref)
    world.signal.show(attempt.side, signOf(decision))
    offerMenu(attempt, facts)
    world.onAttempt(attempt, decision, record, cardOf(pieces))
  }

  /** A tap of a known card starts the menu, also when schedule or suspension denied the door; anybody else's use ends it. */
  const offerMenu = (attempt: Attempt, facts: Facts) => {
    const credential = facts.proofs.find((proof) => proof.path === 'card')?.credential
    if (!credential || credential.revoked) world.menus.close(attempt.side)
    else world.menus.open(attempt.side, credential.residentId, credential.id, world.clock.monotonic())
  }

  const answerMenu = async (piece: Piece): Promise<void> => {
    const attempt = attemptOf(world.gate, [piece])
    const facts = fetchFacts(world, attempt, [piece])
    const decision = decideMenu(attempt, facts)
    await world.record('menu', attempt, facts, decision)
    const credential = facts.proofs[0]?.credential
    if (decision.outcome === 'grant' && credential)
      world.menus.open(piece.side, credential.residentId, credential.id, world.clock.monotonic())
    world.signal.show(piece.side, decision.outcome === 'grant' ? 'menu_open' : 'refused')
  }

  /** A menu's choice. Without a menu it is a reading like any other, and an invalid one. */
  const takeChoice = async (side: Side, reading: Reading): Promise<boolean> => {
    if (reading.path !== 'keypad' || reading.keys.frame !== 'choice') return false
    const { digits } = reading.keys
    if (!world.menus.isOpen(side, reading.at as MonotonicMs)) return false
    await oneAtATime(() => world.menus.choose(side, digits, reading.at as MonotonicMs))
    return true
  }

  const workOff = async (queue: Reading[]): Promise<void> => {
    for (let reading = queue[0]; reading !== undefined; reading = queue[0]) {
      const side = world.sideOf(reading.device)
      if (side === undefined) log('fault', 'device_unknown', { part: reading.path })
      else if (!(await takeChoice(side, reading))) {
        const piece = await prove(world, side, reading)
        await oneAtATime(() => judge(piece))
      }
      queue.shift()
    }
  }

  return {
    take: (reading) => {
      const queue = queues.get(reading.device) ?? []
      queues.set(reading.device, queue)
      if (queue.length >= READING_QUEUE_LIMIT) {
        world.onFlood(reading.device)
        return
      }
      queue.push(reading)
      if (queue.length > 1) return
      const work = workOff(queue)
        .catch((error: unknown) => {
          queue.length = 0
          world.onFault('reading_failed', error)
        })
        .finally(() => working.delete(work))
      working.add(work)
    },
    settle: async () => {
      while (working.size > 0) await Promise.all(working)
      await line
    },
  }
}

const attemptOf = (gate: string, pieces: readonly Piece[]): Attempt => {
  const [first] = pieces
  if (!first) throw new Error('an attempt has at least one reading')
  return { gate, side: first.side, at: first.at, proofs: pieces.map((piece) => piece.proof) }
}

const fetchFacts = (world: GateWorld, attempt: Attempt, pieces: readonly Piece[]): Facts => {
  const query = { gate: attempt.gate, side: attempt.side, ...world.circumstances(), controllerFault: false }
  try {
    return world.facts.readFacts({ ...query, proofs: pieces.map((piece) => piece.query) })
  } catch (error) {
    world.onFault('facts_unreadable', error)
    const proofs = pieces.map(({ path }) => ({ path, pathPaused: false }))
    return { ...query, controllerFault: true, twoFactor: [], proofs }
  }
}

/**
 * Who stands at the keypad, whatever the hour: the menu is a resident's even when the door is not. Judged like leaving, where only
 * an unknown or revoked credential and a wrong code deny, plus the lockout, so that the menu is no second place to guess codes.
 */
const decideMenu = (attempt: Attempt, facts: Facts): Decision => {
  const decision = decide({ ...attempt, side: 'exit' }, { ...facts, mode: 'controlled' })
  const locked = facts.proofs.some((proof) => proof.credential?.lockedOut)
  return locked ? { ...decision, outcome: 'deny', reason: 'credential_locked_out' } : decision
}

/** At the gate itself only three answers are shown; the reason is for the record. */
const signOf = (decision: Decision): Sign => {
  if (decision.outcome === 'grant') return 'granted'
  return askAnotherWay.has(decision.reason) ? 'use_card_or_code' : 'denied'
}
const askAnotherWay: ReadonlySet<DenyReason> = new Set<DenyReason>([
  'path_paused',
  'random_identifier',
  'clock_untrusted',
  'consent_missing',
  'consent_stale',
  'face_not_live',
  'face_uncertain',
])

const cardOf = (pieces: readonly Piece[]): CardToken | undefined => {
  const query = pieces.find((piece) => piece.path === 'card')?.query
  return query?.path === 'card' ? query.token : undefined
}

/** Exchanges the secret part of a reading for a look-up. The only place where main touches an identifier or a code. */
const prove = async (world: GateWorld, side: Side, reading: Reading): Promise<Piece> => {
  const common = { device: reading.device, side, path: reading.path, at: reading.at as MonotonicMs, menuOnly: false }
  if (reading.path === 'card') return { ...common, ...proveCard(world, reading) }
  if (reading.path === 'face') return { ...common, ...proveFace(reading) }
  return { ...common, ...(await proveCode(world, reading)) }
}

type Proven = Pick<Piece, 'proof' | 'query'>

const proveCard = (world: GateWorld, { card }: CardReading): Proven => {
  if (card.kind === 'unreadable') return { proof: { path: 'card', flaw: 'reading_invalid' }, query: { path: 'card' } }
  if (card.random) return { proof: { path: 'card', flaw: 'random_identifier' }, query: { path: 'card' } }
  const token = world.facts.cardKey(hide(Buffer.from(card.identifier, 'hex')))
  return { proof: { path: 'card' }, query: { path: 'card', token } }
}

const proveFace = ({ standing, credential }: FaceReading): Proven => {
  const query = { path: 'face', credentialId: credential } as const
  if (standing === 'not_live') return { proof: { path: 'face', flaw: 'face_not_live' }, query }
  if (standing === 'uncertain') return { proof: { path: 'face', flaw: 'face_uncertain' }, query }
  return { proof: { path: 'face' }, query }
}

/** One slow hash whatever the number is: known and unknown take the same time. */
const proveCode = async (world: GateWorld, { keys }: KeypadReading): Promise<Proven & { menuOnly: boolean }> => {
  if (keys.frame !== 'open' && keys.frame !== 'menu')
    return { proof: { path: 'keypad', flaw: 'reading_invalid' }, query: { path: 'keypad' }, menuOnly: false }
  const challenge = world.facts.pinChallenge(keys.number)
  const codeHash = await world.facts.hashCode(hide(keys.code), challenge)
  return {
    proof: { path: 'keypad' },
    query: { path: 'keypad', number: keys.number, codeHash },
    menuOnly: keys.frame === 'menu',
  }
}
