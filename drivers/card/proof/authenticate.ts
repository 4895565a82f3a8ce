// Asks the card in the field for its proof: our application on a DESFire by AuthenticateAES, or on an NTAG 424 by AuthenticateEV2First,
// with the key that is this card's alone. Speaks through one function; times nothing itself. A card without our application is an
// identifier and no fault; one that has it and cannot prove its key is an identifier too, which is never more than a number.
// Keys and random numbers are wiped at the end and never printed. Called by tap.ts.

import { randomBytes } from 'node:crypto'
import { type Result, reveal, type Secret } from '../../../config/words.ts'
import { diversify } from './aes.ts'
import { answerAes, answerEv2, type Challenge, finishAes, finishEv2, type MutualFlaw, wipe } from './mutual.ts'

export type SiteKey = { readonly generation: number; readonly bytes: Buffer }
export type SiteKeys = Secret<readonly SiteKey[]>

/** The card's answer with its status; undefined: it left or did not answer in time. */
export type Transmit = (question: Buffer) => Promise<Buffer | undefined>

export type CardVerdict =
  | { readonly proof: 'authenticated'; readonly generation: number }
  | { readonly proof: 'identifier' }
  /** It stopped in the middle: nothing is known of it. */
  | { readonly proof: 'none' }

/** DESFire: our application, least significant byte first, and the key in it that opens gates. */
export const APPLICATION = Buffer.from([0x31, 0x47, 0x45])
export const GATE_KEY_NUMBER = 1
const NTAG_APPLICATION = Buffer.from('d2760000850101', 'hex')
/** What the diversification adds to the UID, so that one site key makes different keys for different uses. */
const PURPOSE = Buffer.concat([APPLICATION, Buffer.from([GATE_KEY_NUMBER]), Buffer.from('EVENGATE')])

const ADDITIONAL_FRAME = 0xaf
const native = (command: number, ...bytes: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(bytes)
  return Buffer.concat([Buffer.from([0x90, command, 0x00, 0x00, body.length]), body, Buffer.from([0x00])])
}
const SELECT_APPLICATION = native(0x5a, APPLICATION)
const SELECT_NTAG = Buffer.concat([Buffer.from([0x00, 0xa4, 0x04, 0x0c, NTAG_APPLICATION.length]), NTAG_APPLICATION])

const statusOf = (answer: Buffer): number => (answer.length < 2 ? 0 : answer.readUInt16BE(answer.length - 2))
const OK = 0x9100
const MORE = 0x91af
const ISO_OK = 0x9000
const bodyOf = (answer: Buffer): Buffer => answer.subarray(0, -2)

export const cardKeyOf = (siteKey: Uint8Array, uid: Uint8Array): Buffer =>
  diversify(siteKey, Buffer.concat([uid, PURPOSE]))

type Kind = {
  readonly begin: Buffer
  readonly answer: (key: Uint8Array, challenge: Uint8Array, rndA: Uint8Array) => Result<Challenge, MutualFlaw>
  readonly finish: (key: Uint8Array, sent: Challenge, reply: Uint8Array) => Result<unknown, MutualFlaw>
}
const desfire: Kind = {
  begin: native(0xaa, Buffer.from([GATE_KEY_NUMBER])),
  answer: answerAes,
  finish: finishAes,
}
const ntag424: Kind = {
  begin: native(0x71, Buffer.from([GATE_KEY_NUMBER, 0x00])),
  answer: answerEv2,
  finish: finishEv2,
}

type Step = 'proved' | 'not_proved' | 'left'

const authenticateBy = async (transmit: Transmit, kind: Kind, key: Uint8Array): Promise<Step> => {
  const challenge = await transmit(kind.begin)
  if (challenge === undefined || challenge.length === 0) return 'left'
  if (statusOf(challenge) !== MORE) return 'not_proved'
  const rndA = randomBytes(16)
  const sent = kind.answer(key, bodyOf(challenge), rndA)
  wipe(rndA)
  if (!sent.ok) return 'not_proved'
  try {
    const reply = await transmit(native(ADDITIONAL_FRAME, sent.value.token))
    if (reply === undefined || reply.length === 0) return 'left'
    if (statusOf(reply) !== OK) return 'not_proved'
    return kind.finish(key, sent.value, bodyOf(reply)).ok ? 'proved' : 'not_proved'
  } finally {
    wipe(sent.value.rndA, sent.value.rndB)
  }
}

/** Undefined: neither of the two is on the card. */
const selectKind = async (transmit: Transmit): Promise<Kind | 'left' | undefined> => {
  const application = await transmit(SELECT_APPLICATION)
  if (application === undefined || application.length === 0) return 'left'
  if (statusOf(application) === OK) return desfire
  const ntag = await transmit(SELECT_NTAG)
  if (ntag === undefined || ntag.length === 0) return 'left'
  return statusOf(ntag) === ISO_OK ? ntag424 : undefined
}

/** Newest key first: a card of the generation before is tried once more with its own. */
export const authenticateCard = async (transmit: Transmit, uid: Uint8Array, keys: SiteKeys): Promise<CardVerdict> => {
  const kind = await selectKind(transmit)
  if (kind === 'left') return { proof: 'none' }
  if (kind === undefined) return { proof: 'identifier' }
  for (const { generation, bytes } of reveal(keys)) {
    const key = cardKeyOf(bytes, uid)
    const step = await authenticateBy(transmit, kind, key)
    wipe(key)
    if (step === 'proved') return { proof: 'authenticated', generation }
    if (step === 'left') return { proof: 'none' }
  }
  return { proof: 'identifier' }
}
