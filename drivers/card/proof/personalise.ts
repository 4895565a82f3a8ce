// Makes a card one of this site's: on a DESFire our application with two AES keys, on an NTAG 424 its first two keys; each key is the
// card's own, derived from the site's newest key (AN10922); and a secret for a face that its owner may bind to it. Finds out first how far an earlier try got, so that a card pulled away in the
// middle is finished by doing the same again; a card of the generation before is given the newest keys. At the end the card proves both.
// Speaks through one function; keys are wiped and never printed. Called by issue.ts, for a reader at the desk alone.
//
// The key that opens gates is changed before the one that may change keys: as long as the second is not ours, the first can be mended.
// DESFire's own master key stays as the maker left it. With it somebody who holds the card may erase it, which ends the card, and can
// neither read nor set our keys.

import { done, failed, type Result, reveal } from '../../../config/words.ts'
import { zeroBlock } from './aes.ts'
import {
  APPLICATION,
  cardKeyOf,
  GATE_KEY_NUMBER,
  hasLeft,
  type Kind,
  native,
  OK,
  openSession,
  type Session,
  type SiteKey,
  type SiteKeys,
  selectKind,
  statusOf,
  type Transmit,
  versionOf,
} from './authenticate.ts'
import { wipe } from './mutual.ts'
import { placeSecret } from './secret.ts'

export type IssueFlaw =
  /** Pulled away, or silent: do it again. */
  | 'card_left'
  /** Neither a DESFire nor an NTAG 424. */
  | 'card_not_issuable'
  /** Somebody else has set its keys. */
  | 'card_keys_foreign'
  | 'card_full'
  | 'card_refused'
  /** It took the keys and does not prove them. */
  | 'card_unproved'
  /** It has a key of its own by which it proves itself, which is better than a message. */
  | 'card_proves_more'
  | 'site_card_key_missing'

export type Issued = {
  readonly kind: Kind['name']
  readonly generation: number
  /** What it was before: new or half done, of an older key, or just so. */
  readonly was: 'blank' | 'older' | 'current'
}

/** The key of the application by which keys are changed, on either kind of card. */
export const MASTER_KEY_NUMBER = 0
const PICC = Buffer.from([0x00, 0x00, 0x00])
/** The master key may change keys and settings; whoever reads the card may list what is in it. */
const KEY_SETTINGS = 0x0b
/** Two keys, AES. */
const KEY_COUNT = 0x82
const NO_APPLICATION = 0x91a0
const OUT_OF_MEMORY = 0x910e
const COUNT_ERROR = 0x91ce

/** What a key of the card may be: `generation` 0 is the maker's own, all zeros. */
type Candidate = { readonly generation: number; readonly key: Buffer }

export type Card = {
  readonly transmit: Transmit
  readonly kind: Kind
  /** Newest first, the maker's last; at least two. */
  readonly candidates: (keyNumber: number) => readonly Candidate[]
}

export const isFlaw = <T>(value: T | IssueFlaw): value is IssueFlaw => typeof value === 'string'

/** A card without our application: makes it, and selects it. */
const createApplication = async (transmit: Transmit): Promise<IssueFlaw | undefined> => {
  const selected = await transmit(native(0x5a, PICC))
  if (hasLeft(selected)) return 'card_left'
  if (statusOf(selected) !== OK) return 'card_not_issuable'
  const created = await transmit(native(0xca, APPLICATION, Buffer.from([KEY_SETTINGS, KEY_COUNT])))
  if (hasLeft(created)) return 'card_left'
  const status = statusOf(created)
  if (status === OUT_OF_MEMORY || status === COUNT_ERROR) return 'card_full'
  // Somebody's master key guards the card.
  return status === OK ? undefined : 'card_keys_foreign'
}

/** The application is asked for first: an NTAG 424's stands on some DESFire too, and there it is not ours to change. */
const findKind = async (transmit: Transmit): Promise<Kind | IssueFlaw> => {
  const application = await transmit(native(0x5a, APPLICATION))
  if (hasLeft(application)) return 'card_left'
  const flaw = statusOf(application) === NO_APPLICATION ? await createApplication(transmit) : undefined
  if (flaw !== undefined) return flaw
  const kind = await selectKind(transmit)
  return kind === 'left' ? 'card_left' : (kind ?? 'card_not_issuable')
}

/** Which of the keys that it may be this one is. */
export const findKey = async (
  { transmit, kind, candidates }: Card,
  keyNumber: number,
): Promise<Candidate | IssueFlaw> => {
  for (const candidate of candidates(keyNumber)) {
    const session = await openSession(transmit, kind, keyNumber, candidate.key)
    if (session === 'left') return 'card_left'
    if (session === 'not_proved') continue
    session.wipe()
    return candidate
  }
  return 'card_keys_foreign'
}

type Change = { readonly keyNumber: number; readonly from: Candidate; readonly to: Candidate }

/** In a session of its own. `master`: as it is now. */
export const changeKey = async (
  { transmit, kind }: Card,
  master: Candidate,
  change: Change,
): Promise<IssueFlaw | undefined> => {
  const { keyNumber, from, to } = change
  const session = await openSession(transmit, kind, MASTER_KEY_NUMBER, master.key)
  if (session === 'left') return 'card_left'
  if (session === 'not_proved') return 'card_refused'
  const isOwn = keyNumber === MASTER_KEY_NUMBER
  const version = versionOf(to.generation)
  const body = session.changeKey({ keyNumber, newKey: to.key, version, ...(isOwn ? {} : { oldKey: from.key }) })
  session.wipe()
  const answer = await transmit(native(0xc4, body))
  if (hasLeft(answer)) return 'card_left'
  return statusOf(answer) === OK ? undefined : 'card_refused'
}

const provesKey = async (
  { transmit, kind }: Card,
  keyNumber: number,
  { key }: Candidate,
): Promise<boolean | 'left'> => {
  const session = await openSession(transmit, kind, keyNumber, key)
  if (session === 'left') return 'left'
  if (session === 'not_proved') return false
  session.wipe()
  return true
}

const leaveSecret = ({ transmit, kind }: Card, gate: Candidate, master: Candidate): Promise<IssueFlaw | undefined> => {
  const by =
    (keyNumber: number, { key }: Candidate) =>
    async (): Promise<Session | undefined> => {
      const session = await openSession(transmit, kind, keyNumber, key)
      // It has just proved this key: what does not prove it now has left.
      return typeof session === 'string' ? undefined : session
    }
  return placeSecret(transmit, {
    byGateKey: by(GATE_KEY_NUMBER, gate),
    byMasterKey: by(MASTER_KEY_NUMBER, master),
  })
}

const setKeys = async (card: Card, newest: SiteKey): Promise<Result<Issued, IssueFlaw>> => {
  const [gate, master] = [await findKey(card, GATE_KEY_NUMBER), await findKey(card, MASTER_KEY_NUMBER)]
  if (isFlaw(gate)) return failed(gate)
  if (isFlaw(master)) return failed(master)
  const { generation } = newest
  const was = [gate, master].some((one) => one.generation === 0)
    ? 'blank'
    : [gate, master].some((one) => one.generation !== generation)
      ? 'older'
      : 'current'
  const wanted = (keyNumber: number): Candidate => card.candidates(keyNumber)[0] ?? { generation, key: zeroBlock() }
  for (const [keyNumber, from] of [
    [GATE_KEY_NUMBER, gate],
    [MASTER_KEY_NUMBER, master],
  ] as const) {
    if (from.generation === generation) continue
    const flaw = await changeKey(card, master, { keyNumber, from, to: wanted(keyNumber) })
    if (flaw !== undefined) return failed(flaw)
  }
  for (const keyNumber of [MASTER_KEY_NUMBER, GATE_KEY_NUMBER]) {
    const proved = await provesKey(card, keyNumber, wanted(keyNumber))
    if (proved === 'left') return failed('card_left')
    if (!proved) return failed('card_unproved')
  }
  const flaw = await leaveSecret(card, wanted(GATE_KEY_NUMBER), wanted(MASTER_KEY_NUMBER))
  return flaw === undefined ? done({ kind: card.kind.name, generation, was }) : failed(flaw)
}

/** `keys`: newest first. */
export const personaliseCard = async (
  transmit: Transmit,
  uid: Uint8Array,
  keys: SiteKeys,
): Promise<Result<Issued, IssueFlaw>> => {
  const site = reveal(keys)
  const [newest] = site
  if (newest === undefined) return failed('site_card_key_missing')
  const kind = await findKind(transmit)
  if (isFlaw(kind)) return failed(kind)
  const made = [MASTER_KEY_NUMBER, GATE_KEY_NUMBER].map((keyNumber): readonly Candidate[] => [
    ...site.map(({ generation, bytes }) => ({ generation, key: cardKeyOf(bytes, uid, keyNumber) })),
    { generation: 0, key: zeroBlock() },
  ])
  try {
    return await setKeys({ transmit, kind, candidates: (keyNumber) => made[keyNumber] ?? [] }, newest)
  } finally {
    wipe(...made.flat().map(({ key }) => key))
  }
}
