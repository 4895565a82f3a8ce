// The random secret that lies on a card for a face bound to it: 32 bytes with a check, in our file, read and written in full encryption. It
// is made here and told to nobody but whoever opens that face; must never be printed or kept. Called by authenticate.ts, which reads it
// after the card's proof, and by personalise.ts, which puts it there at the desk.
//
// A secret that is there stays: an issued card is issued again for a new key of the site, and its owner's face goes on opening.

import { createHash, randomBytes } from 'node:crypto'
import { hide, reveal, type Secret } from '../../../config/words.ts'
import { isSame } from './aes.ts'
import { hasLeft, OK, type Session, statusOf, type Transmit } from './authenticate.ts'
import { FILE_BYTES } from './file.ts'
import { wipe } from './mutual.ts'

export const SECRET_BYTES = 32
const DUPLICATE_FILE = 0x91de
const OUT_OF_MEMORY = 0x910e

/** What the maker left in the file, or half of what was to be written, has no such check. */
const checkOf = (secret: Uint8Array): Buffer =>
  createHash('sha256')
    .update('evengate-card-secret')
    .update(secret)
    .digest()
    .subarray(0, FILE_BYTES - SECRET_BYTES)

/** As it lies in the file. */
export const withCheck = (secret: Uint8Array): Buffer => Buffer.concat([secret, checkOf(secret)])

/** `absent`: no file, none that this key reads, or nothing of ours in it. In a session by the key that opens gates. */
export const readSecret = async (
  transmit: Transmit,
  session: Pick<Session, 'file'>,
): Promise<Secret<Buffer> | 'absent' | 'left'> => {
  const { question, open } = session.file.read()
  const answer = await transmit(question)
  if (hasLeft(answer)) return 'left'
  const bytes = statusOf(answer) === OK ? open(answer.subarray(0, -2)) : undefined
  if (bytes === undefined) return 'absent'
  const secret = Buffer.from(bytes.subarray(0, SECRET_BYTES))
  const isOurs = isSame(checkOf(secret), bytes.subarray(SECRET_BYTES))
  wipe(bytes)
  if (isOurs) return hide(secret)
  wipe(secret)
  return 'absent'
}

/** Each in a session of its own; undefined: the card left, or did not know the key. */
type Sessions = {
  readonly byGateKey: () => Promise<Session | undefined>
  readonly byMasterKey: () => Promise<Session | undefined>
}
export type PlacingFlaw = 'card_left' | 'card_refused' | 'card_full' | 'card_unproved'

const readBack = async (transmit: Transmit, { byGateKey }: Sessions): Promise<Secret<Buffer> | 'absent' | 'left'> => {
  const session = await byGateKey()
  if (session === undefined) return 'left'
  const read = await readSecret(transmit, session)
  session.wipe()
  return read
}

/** One question in a session by the master key. */
const ask = async (
  transmit: Transmit,
  { byMasterKey }: Sessions,
  questionOf: (session: Session) => Buffer,
): Promise<number | undefined> => {
  const session = await byMasterKey()
  if (session === undefined) return undefined
  const question = questionOf(session)
  session.wipe()
  const answer = await transmit(question)
  return hasLeft(answer) ? undefined : statusOf(answer)
}

const writeNew = async (transmit: Transmit, sessions: Sessions): Promise<PlacingFlaw | undefined> => {
  const secret = randomBytes(SECRET_BYTES)
  const bytes = withCheck(secret)
  try {
    const written = await ask(transmit, sessions, ({ file }) => file.write(bytes))
    if (written === undefined) return 'card_left'
    if (written !== OK) return 'card_refused'
    const read = await readBack(transmit, sessions)
    if (read === 'left') return 'card_left'
    if (read === 'absent') return 'card_unproved'
    const isThere = isSame(reveal(read), secret)
    wipe(reveal(read))
    return isThere ? undefined : 'card_unproved'
  } finally {
    wipe(secret, bytes)
  }
}

/** Undefined: the card has a secret, of before or a new one. Interrupted, it is finished by doing the same again. */
export const placeSecret = async (transmit: Transmit, sessions: Sessions): Promise<PlacingFlaw | undefined> => {
  const before = await readBack(transmit, sessions)
  if (before === 'left') return 'card_left'
  if (before !== 'absent') {
    wipe(reveal(before))
    return undefined
  }
  const made = await ask(transmit, sessions, ({ file }) => file.make)
  if (made === undefined) return 'card_left'
  if (made === OUT_OF_MEMORY) return 'card_full'
  if (made !== OK && made !== DUPLICATE_FILE) return 'card_refused'
  return writeNew(transmit, sessions)
}
