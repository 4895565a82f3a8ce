// The two mutual authentications: DESFire's AuthenticateAES (AA, EV1 and later) and AuthenticateEV2First (71, DESFire EV2 and later and
// NTAG 424). Pure: the card's bytes and our random number in, what to send or the verdict out. A malformed answer is a code and no
// exception. Never keeps a key. Called by authenticate.ts.

import { done, failed, type Result } from '../../../config/words.ts'
import { BLOCK_BYTES, decryptCbc, encryptCbc, isSame, macOf, rotated, zeroBlock } from './aes.ts'

/** `card_malformed`: not the protocol; `card_wrong_key`: the card does not know our key, or replays what another said. */
export type MutualFlaw = 'card_malformed' | 'card_wrong_key'

export type Challenge = {
  /** What goes to the card. */
  readonly token: Buffer
  readonly rndA: Buffer
  readonly rndB: Buffer
}

export type Ev2Session = {
  /** Transaction identifier. */
  readonly ti: Buffer
  readonly encryption: Buffer
  readonly mac: Buffer
}

/** Sent and decrypted with the chain going on from `challenge` (EV1) or begun anew (EV2). */
const answerChallenge = (
  key: Uint8Array,
  challenge: Uint8Array,
  rndA: Uint8Array,
  goesOn: boolean,
): Result<Challenge, MutualFlaw> => {
  if (challenge.length !== BLOCK_BYTES || rndA.length !== BLOCK_BYTES) return failed('card_malformed')
  const rndB = decryptCbc(key, zeroBlock(), challenge)
  const token = encryptCbc(key, goesOn ? challenge : zeroBlock(), Buffer.concat([rndA, rotated(rndB)]))
  return done({ token, rndA: Buffer.from(rndA), rndB })
}

export const answerAes = (key: Uint8Array, challenge: Uint8Array, rndA: Uint8Array): Result<Challenge, MutualFlaw> =>
  answerChallenge(key, challenge, rndA, true)

/** The session key when the card has proved that it knows the key. */
export const finishAes = (key: Uint8Array, sent: Challenge, reply: Uint8Array): Result<Buffer, MutualFlaw> => {
  if (reply.length !== BLOCK_BYTES) return failed('card_malformed')
  const shown = decryptCbc(key, sent.token.subarray(-BLOCK_BYTES), reply)
  if (!isSame(shown, rotated(sent.rndA))) return failed('card_wrong_key')
  const { rndA, rndB } = sent
  return done(Buffer.concat([rndA.subarray(0, 4), rndB.subarray(0, 4), rndA.subarray(12, 16), rndB.subarray(12, 16)]))
}

export const answerEv2 = (key: Uint8Array, challenge: Uint8Array, rndA: Uint8Array): Result<Challenge, MutualFlaw> =>
  answerChallenge(key, challenge, rndA, false)

/** TI, RndA', capabilities of card and reader. */
const EV2_REPLY_BYTES = 32
const TI_BYTES = 4

/** AN12196: session vectors differ in their first two bytes. */
const sessionVector = (head: readonly number[], { rndA, rndB }: Challenge): Buffer => {
  const mixed = Buffer.from(rndA.subarray(2, 8).map((byte, at) => byte ^ (rndB[at] ?? 0)))
  return Buffer.concat([
    Buffer.from([...head, 0x00, 0x01, 0x00, 0x80]),
    rndA.subarray(0, 2),
    mixed,
    rndB.subarray(6, 16),
    rndA.subarray(8, 16),
  ])
}

export const finishEv2 = (key: Uint8Array, sent: Challenge, reply: Uint8Array): Result<Ev2Session, MutualFlaw> => {
  if (reply.length !== EV2_REPLY_BYTES) return failed('card_malformed')
  const shown = decryptCbc(key, zeroBlock(), reply)
  if (!isSame(shown.subarray(TI_BYTES, TI_BYTES + BLOCK_BYTES), rotated(sent.rndA))) return failed('card_wrong_key')
  return done({
    ti: Buffer.from(shown.subarray(0, TI_BYTES)),
    encryption: macOf(key, sessionVector([0xa5, 0x5a], sent)),
    mac: macOf(key, sessionVector([0x5a, 0xa5], sent)),
  })
}

/** A finished or broken-off authentication leaves no random number behind. */
export const wipe = (...secrets: readonly Uint8Array[]): void => {
  for (const secret of secrets) secret.fill(0)
}
