// Asks the card in the field for its proof: our application on a DESFire by AuthenticateAES, or on an NTAG 424 by AuthenticateEV2First,
// with the key that is this card's alone. Speaks through one function; times nothing itself. A card without our application is an
// identifier and no fault; one that has it and cannot prove its key is an identifier too, which is never more than a number. Where it is
// wanted, the secret of a face that is bound to the card is read in the same session.
// Keys and random numbers are wiped at the end and never printed. Called by tap.ts, and by personalise.ts, which writes keys.

import { randomBytes } from 'node:crypto'
import { done, type Result, reveal, type Secret } from '../../../config/words.ts'
import { diversify } from './aes.ts'
import { changeKeyByAes, changeKeyByEv2, type KeyChange } from './change-key.ts'
import { type FileTalk, sealByEv2, talkByAes, talkByEv2 } from './file.ts'
import { answerAes, answerEv2, type Challenge, finishAes, finishEv2, type MutualFlaw, wipe } from './mutual.ts'
import { readSdmTag, SDM_KEY_NUMBER, type SdmVerdict } from './sdm-tag.ts'
import { readSecret } from './secret.ts'

export type SiteKey = { readonly generation: number; readonly bytes: Buffer }
export type SiteKeys = Secret<readonly SiteKey[]>

/** The card's answer with its status; undefined: it left or did not answer in time. */
export type Transmit = (question: Buffer) => Promise<Buffer | undefined>

/** `none`: it stopped in the middle, and nothing is known of it. */
export type CardVerdict =
  | { readonly proof: 'authenticated'; readonly generation: number; readonly secret?: Secret<Buffer> }
  | SdmVerdict

/** DESFire: our application, least significant byte first, and the key in it that opens gates. */
export const APPLICATION = Buffer.from([0x31, 0x47, 0x45])
export const GATE_KEY_NUMBER = 1
const NTAG_APPLICATION = Buffer.from('d2760000850101', 'hex')

const ADDITIONAL_FRAME = 0xaf
const GET_KEY_VERSION = 0x64
const SET_FILE = 0x5f
const NDEF_FILE = Buffer.from([0x02])
const MAKERS_VERSION = Buffer.from([0x00])
export const native = (command: number, ...bytes: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(bytes)
  return Buffer.concat([Buffer.from([0x90, command, 0x00, 0x00, body.length]), body, Buffer.from([0x00])])
}
const SELECT_APPLICATION = native(0x5a, APPLICATION)
const SELECT_NTAG = Buffer.concat([Buffer.from([0x00, 0xa4, 0x04, 0x0c, NTAG_APPLICATION.length]), NTAG_APPLICATION])

export const statusOf = (answer: Buffer): number => (answer.length < 2 ? 0 : answer.readUInt16BE(answer.length - 2))
export const OK = 0x9100
const MORE = 0x91af
const ISO_OK = 0x9000
const bodyOf = (answer: Buffer): Buffer => answer.subarray(0, -2)
/** Absent or without a byte. */
export const hasLeft = (answer: Buffer | undefined): answer is undefined => answer === undefined || answer.length === 0

/**
 * The key of one card for one purpose. What is added to the UID makes one site key give different keys for different uses: the number
 * of the key on the card.
 */
export const cardKeyOf = (siteKey: Uint8Array, uid: Uint8Array, keyNumber = GATE_KEY_NUMBER): Buffer =>
  diversify(siteKey, Buffer.concat([uid, APPLICATION, Buffer.from([keyNumber]), Buffer.from('EVENGATE')]))

/** What a finished authentication is good for: one key changed or one question about our file, and then it is over. */
export type Session = {
  readonly changeKey: (change: KeyChange) => Buffer
  readonly file: FileTalk
  /** NTAG 424 only: what its NDEF file mirrors. */
  readonly setMirror?: (settings: Uint8Array) => Buffer
  readonly wipe: () => void
}

export type Kind = {
  readonly name: 'desfire' | 'ntag424'
  readonly begin: (keyNumber: number) => Buffer
  readonly answer: (key: Uint8Array, challenge: Uint8Array, rndA: Uint8Array) => Result<Challenge, MutualFlaw>
  readonly finish: (key: Uint8Array, sent: Challenge, reply: Uint8Array) => Result<Session, MutualFlaw>
}
const desfire: Kind = {
  name: 'desfire',
  begin: (keyNumber) => native(0xaa, Buffer.from([keyNumber])),
  answer: answerAes,
  finish: (key, sent, reply) => {
    const finished = finishAes(key, sent, reply)
    if (!finished.ok) return finished
    const session = finished.value
    return done({
      changeKey: (change) => changeKeyByAes(session, change),
      file: talkByAes(session, native),
      wipe: () => wipe(session),
    })
  },
}
const ntag424: Kind = {
  name: 'ntag424',
  begin: (keyNumber) => native(0x71, Buffer.from([keyNumber, 0x00])),
  answer: answerEv2,
  finish: (key, sent, reply) => {
    const finished = finishEv2(key, sent, reply)
    if (!finished.ok) return finished
    const session = finished.value
    return done({
      changeKey: (change) => changeKeyByEv2(session, 0, change),
      file: talkByEv2(session, native),
      setMirror: (settings) => native(SET_FILE, sealByEv2(session, 0, SET_FILE, NDEF_FILE, settings)),
      wipe: () => wipe(session.encryption, session.mac),
    })
  },
}

/**
 * Whether the key that opens gates is still the maker's. An NTAG 424 counts wrong keys and shuts that one for good after a thousand: a tag
 * that was never ours is not asked at every tap. A card that does not say is asked.
 */
export const isUntouched = async (transmit: Transmit, { name }: Kind): Promise<boolean | 'left'> => {
  if (name === 'desfire') return false
  const answer = await transmit(native(GET_KEY_VERSION, Buffer.from([GATE_KEY_NUMBER])))
  if (hasLeft(answer)) return 'left'
  return statusOf(answer) === OK && bodyOf(answer).equals(MAKERS_VERSION)
}

/** Of a key that we write; never the maker's, 0. */
export const versionOf = (generation: number): number => 1 + ((generation - 1) % 255)

type Step = Session | 'not_proved' | 'left'

/** By one key of the application that is selected. */
export const openSession = async (
  transmit: Transmit,
  kind: Kind,
  keyNumber: number,
  key: Uint8Array,
): Promise<Step> => {
  const challenge = await transmit(kind.begin(keyNumber))
  if (hasLeft(challenge)) return 'left'
  if (statusOf(challenge) !== MORE) return 'not_proved'
  const rndA = randomBytes(16)
  const sent = kind.answer(key, bodyOf(challenge), rndA)
  wipe(rndA)
  if (!sent.ok) return 'not_proved'
  try {
    const reply = await transmit(native(ADDITIONAL_FRAME, sent.value.token))
    if (hasLeft(reply)) return 'left'
    if (statusOf(reply) !== OK) return 'not_proved'
    const finished = kind.finish(key, sent.value, bodyOf(reply))
    return finished.ok ? finished.value : 'not_proved'
  } finally {
    wipe(sent.value.rndA, sent.value.rndB)
  }
}

/** Undefined: neither of the two is on the card. */
export const selectKind = async (transmit: Transmit): Promise<Kind | 'left' | undefined> => {
  const application = await transmit(SELECT_APPLICATION)
  if (hasLeft(application)) return 'left'
  if (statusOf(application) === OK) return desfire
  const ntag = await transmit(SELECT_NTAG)
  if (hasLeft(ntag)) return 'left'
  return statusOf(ntag) === ISO_OK ? ntag424 : undefined
}

/** A card that leaves while its secret is read has proved its key all the same, and opens by that. */
const concludeProof = async (
  transmit: Transmit,
  session: Session,
  generation: number,
  wantsSecret: boolean,
): Promise<CardVerdict> => {
  const read = wantsSecret ? await readSecret(transmit, session) : undefined
  session.wipe()
  const secret = read === undefined || typeof read === 'string' ? {} : { secret: read }
  return { proof: 'authenticated', generation, ...secret }
}

/** Newest key first: a card of the generation before is tried once more with its own. A tag that proves none may mirror a message. */
export const authenticateCard = async (
  transmit: Transmit,
  uid: Uint8Array,
  keys: SiteKeys,
  wantsSecret = false,
): Promise<CardVerdict> => {
  const kind = await selectKind(transmit)
  if (kind === 'left') return { proof: 'none' }
  if (kind === undefined) return { proof: 'identifier' }
  const untouched = await isUntouched(transmit, kind)
  if (untouched === 'left') return { proof: 'none' }
  for (const { generation, bytes } of untouched ? [] : reveal(keys)) {
    const key = cardKeyOf(bytes, uid)
    const step = await openSession(transmit, kind, GATE_KEY_NUMBER, key)
    wipe(key)
    if (step === 'left') return { proof: 'none' }
    if (step === 'not_proved') continue
    return concludeProof(transmit, step, generation, wantsSecret)
  }
  if (kind.name === 'desfire') return { proof: 'identifier' }
  return readSdmTag(transmit, uid, keys, (siteKey) => cardKeyOf(siteKey, uid, SDM_KEY_NUMBER))
}
