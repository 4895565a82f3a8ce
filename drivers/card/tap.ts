// One tap: connect to the card in the field, ask its UID and what else is wanted of it, let go. Every call into the library has a limit, because a card may never
// answer; a call past its limit goes on holding one of Node's few threads, so the calls under way are counted and bounded.
// Must never log an answer. Called by pcsc.ts.

import type { RawReader } from 'nfc-pcsc'
import { type CardProof, failed, type Result, reveal, done as succeeded } from '../../config/words.ts'
import { type Identifier, identifierOf, type Unreadable } from './identifier.ts'
import { authenticateCard, type CardVerdict, type SiteKeys, type Transmit } from './proof/authenticate.ts'

const CONNECT_LIMIT_MS = 1000
const GET_UID_LIMIT_MS = 500
/** One step of a proof: a card needs 5 to 30 ms, and one that is asked over a long relay more than it has. */
const PROOF_STEP_LIMIT_MS = 250
/** Node has four such threads; one stays free to connect and to let go. */
const CALLS_LIMIT = 3

/** PC/SC part 3, 3.2.2.1.3: GET DATA, the UID. */
const GET_UID = Buffer.from([0xff, 0xca, 0x00, 0x00, 0x00])
/** A tag's whole file and its status; every other answer is shorter than 64. */
const ANSWER_LIMIT_BYTES = 258

/** The card is gone: SCARD_E_NO_SMARTCARD, SCARD_W_REMOVED_CARD. */
const goneErrors = /0x8010000c|0x80100069/i

type Done<T> = (error: Error | null | undefined, value?: T) => void
type Answer<T> =
  | { readonly kind: 'answered'; readonly value: T | undefined }
  | { readonly kind: 'refused'; readonly gone: boolean }
  | { readonly kind: 'late' }

type Call<T> = {
  /** Within the limit, whatever the library does. */
  readonly answer: Promise<Answer<T>>
  /** When the library has let go of its thread; maybe never. */
  readonly over: Promise<void>
}

export type Calls = {
  readonly underWay: () => number
  readonly isFull: () => boolean
  readonly begin: <T>(limitMs: number, start: (done: Done<T>) => void) => Call<T>
}

export const createCalls = (): Calls => {
  let underWay = 0
  return {
    underWay: () => underWay,
    isFull: () => underWay >= CALLS_LIMIT,
    begin: <T>(limitMs: number, start: (done: Done<T>) => void): Call<T> => {
      const over = Promise.withResolvers<void>()
      const answer = Promise.withResolvers<Answer<T>>()
      const limit = setTimeout(() => answer.resolve({ kind: 'late' }), limitMs)
      underWay++
      start((error, value) => {
        underWay--
        clearTimeout(limit)
        answer.resolve(error ? { kind: 'refused', gone: goneErrors.test(error.message) } : { kind: 'answered', value })
        over.resolve()
      })
      return { answer: answer.promise, over: over.promise }
    },
  }
}

export type ReadCard = Identifier & {
  readonly proof?: CardProof
  readonly generation?: number
  readonly counter?: number
  /** On its way to main, in hex. */
  readonly boundSecret?: string
}

export type Tap<Outcome = Result<ReadCard, Unreadable>> = {
  readonly outcome: Promise<Outcome>
  /** The reader may be asked again: false when it did not let go of the card. */
  readonly released: Promise<boolean>
}

/** What is asked of a card whose identifier is known; its last question may not have been answered in time. */
type Talk<Value> = (card: Identifier, transmit: Transmit, isLate: () => boolean) => Promise<Result<Value, Unreadable>>

export const beginTalk = <Value>(
  reader: RawReader,
  calls: Calls,
  talk: Talk<Value>,
): Tap<Result<Value, Unreadable>> => {
  const connecting = calls.begin<number>(CONNECT_LIMIT_MS, (done) =>
    reader.connect({ share_mode: reader.SCARD_SHARE_SHARED }, done),
  )
  const ask = async (): Promise<{ result: Result<Value, Unreadable>; over: Promise<void> }> => {
    const connected = await connecting.answer
    if (connected.kind === 'late') return { result: failed('time_out'), over: connecting.over }
    if (connected.kind === 'refused') {
      return { result: failed(connected.gone ? 'removed_too_soon' : 'connect_failed'), over: connecting.over }
    }
    const protocol = connected.value
    if (protocol === undefined) return { result: failed('connect_failed'), over: connecting.over }
    let last: Call<Buffer> = calls.begin<Buffer>(GET_UID_LIMIT_MS, (done) =>
      reader.transmit(GET_UID, ANSWER_LIMIT_BYTES, protocol, done),
    )
    const read = resultOf(await last.answer)
    if (!read.ok) return { result: read, over: last.over }
    let late = false
    const transmit: Transmit = async (question) => {
      if (calls.isFull()) return undefined
      last = calls.begin<Buffer>(PROOF_STEP_LIMIT_MS, (done) =>
        reader.transmit(question, ANSWER_LIMIT_BYTES, protocol, done),
      )
      const answer = await last.answer
      late = answer.kind === 'late'
      return answer.kind === 'answered' ? answer.value : undefined
    }
    const result = await talk(read.value, transmit, () => late)
    return { result, over: last.over }
  }
  const asked = ask()
  return {
    outcome: asked.then(({ result }) => result),
    released: asked.then(({ over }) => over).then(() => release(reader, calls)),
  }
}

/** `keys`: the card is asked for its proof too. `wantsSecret`: and, once it has given it, for the secret of a face bound to it. */
export const beginTap = (reader: RawReader, calls: Calls, keys?: SiteKeys, wantsSecret = false): Tap =>
  beginTalk<ReadCard>(reader, calls, async (card, transmit, isLate) => {
    if (card.random || !keys) return succeeded(card)
    const verdict = await authenticateCard(transmit, Buffer.from(card.identifier, 'hex'), keys, wantsSecret)
    return withProof(card, verdict, isLate())
  })

/** A card that stopped in the middle is not read at all: by its number alone its owner would be taken for a copy. */
const withProof = (card: Identifier, verdict: CardVerdict, late: boolean): Result<ReadCard, Unreadable> => {
  if (verdict.proof === 'none') return failed(late ? 'time_out' : 'removed_too_soon')
  if (verdict.proof !== 'authenticated' || verdict.secret === undefined) return succeeded({ ...card, ...verdict })
  const { secret, ...proved } = verdict
  const boundSecret = reveal(secret).toString('hex')
  reveal(secret).fill(0)
  return succeeded({ ...card, ...proved, boundSecret })
}

const resultOf = (answer: Answer<Buffer>): Result<Identifier, Unreadable> => {
  if (answer.kind === 'late') return failed('time_out')
  // The connection stood a moment ago: what breaks it now is the card that leaves.
  if (answer.kind === 'refused' || answer.value === undefined) return failed('removed_too_soon')
  return identifierOf(answer.value)
}

/** Without a connection the library answers at once. */
const release = async (reader: RawReader, calls: Calls): Promise<boolean> => {
  const leaving = calls.begin<void>(CONNECT_LIMIT_MS, (done) => reader.disconnect(reader.SCARD_LEAVE_CARD, done))
  return (await leaving.answer).kind === 'answered'
}
