// Exchanges the secret part of a reading for a look-up: a card's identifier for its keyed hash, a code for its slow hash. The only
// place where main touches an identifier or a code; neither leaves it. Called by the gate before the line.

import { hide, type MonotonicMs, type Secret, type Side } from '../config/words.ts'
import type { CardReading, FaceReading, KeypadReading, PassReading, Reading } from '../drivers/protocol.ts'
import type { Proof } from './core/types.ts'
import type { GateWorld } from './gate-world.ts'
import type { ProofQuery } from './store/facts.ts'

/** One reading with its secret gone: what to judge, how to look it up. */
export type Piece = {
  readonly device: string
  readonly side: Side
  readonly path: Proof['path']
  readonly at: MonotonicMs
  readonly proof: Proof
  readonly query: ProofQuery
  /** `NUMBER*CODE*`: proves who stands there and opens the menu, never the door. */
  readonly menuOnly: boolean
  /** Of a card: what opens a face that is bound to it. The line wipes it when it has been handed on, or was of no use. */
  readonly boundSecret?: Secret<Buffer>
}

type Prover = Pick<GateWorld, 'facts'>

/** `typedAt`: of a code that has waited for its keypad. */
export const prove = async (world: Prover, side: Side, reading: Reading, typedAt?: MonotonicMs): Promise<Piece> => {
  const common = { device: reading.device, side, at: reading.at as MonotonicMs, menuOnly: false }
  if (reading.path === 'card') return { ...common, path: 'card', ...proveCard(world, reading) }
  if (reading.path === 'face') return { ...common, path: 'face', ...proveFace(reading) }
  if (reading.path === 'pass') return { ...common, path: 'keypad', ...provePass(world, reading) }
  return { ...common, path: 'keypad', ...(await proveCode(world, reading, typedAt)) }
}

type Proven = Pick<Piece, 'proof' | 'query' | 'boundSecret'>

const proveCard = (world: Prover, { card }: CardReading): Proven => {
  if (card.kind === 'unreadable') return { proof: { path: 'card', flaw: 'reading_invalid' }, query: { path: 'card' } }
  if (card.random) return { proof: { path: 'card', flaw: 'random_identifier' }, query: { path: 'card' } }
  const token = world.facts.cardKey(hide(Buffer.from(card.identifier, 'hex')))
  const { proof: level, generation, counter, boundSecret } = card
  const shown = {
    ...(level === undefined ? {} : { level }),
    ...(generation === undefined ? {} : { generation }),
    ...(counter === undefined ? {} : { counter }),
  }
  const secret = boundSecret === undefined ? {} : { boundSecret: hide(Buffer.from(boundSecret, 'hex')) }
  return { proof: { path: 'card', ...shown }, query: { path: 'card', token }, ...secret }
}

const proveFace = ({ standing, credential, waitedFrom }: FaceReading): Proven => {
  const query = { path: 'face', credentialId: credential } as const
  if (standing === 'not_live') return { proof: { path: 'face', flaw: 'face_not_live' }, query }
  const waited = waitedFrom === undefined ? {} : { waitedFrom: waitedFrom as MonotonicMs }
  return { proof: { path: 'face', ...waited }, query }
}

/** A code that nobody types: it has as many bits as a key, so a fast hash is enough and nobody can guess it. */
const provePass = (world: Prover, { token }: PassReading): Proven => ({
  proof: { path: 'keypad', shown: 'qr' },
  query: { path: 'keypad', token: world.facts.cardKey(hide(Buffer.from(token, 'hex'))) },
})

/** One slow hash whatever the number is: known and unknown take the same time. */
const proveCode = async (
  world: Prover,
  { keys }: KeypadReading,
  waitedFrom: MonotonicMs | undefined,
): Promise<Proven & { menuOnly: boolean }> => {
  if (keys.frame !== 'open' && keys.frame !== 'menu')
    return { proof: { path: 'keypad', flaw: 'reading_invalid' }, query: { path: 'keypad' }, menuOnly: false }
  const challenge = world.facts.pinChallenge(keys.number)
  const codeHash = await world.facts.hashCode(hide(keys.code), challenge)
  return {
    proof: { path: 'keypad', ...(waitedFrom === undefined ? {} : { waitedFrom }) },
    query: { path: 'keypad', number: keys.number, codeHash },
    menuOnly: keys.frame === 'menu',
  }
}
