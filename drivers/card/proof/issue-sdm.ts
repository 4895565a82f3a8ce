// Makes an NTAG 424 a tag that mirrors: its UID and a counter, encrypted, with a MAC, in its NDEF file at each reading, by a key that is this
// tag's own (AN10922). The key that opens gates stays the maker's: by that it is read as such a tag and not asked for a proof. One that has
// been given that key is left alone: it proves more. Interrupted, the same again finishes it. Never prints a key. Called by issue.ts.

import { done, failed, type Result, reveal } from '../../../config/words.ts'
import { zeroBlock } from './aes.ts'
import {
  cardKeyOf,
  hasLeft,
  isUntouched,
  OK,
  openSession,
  type SiteKeys,
  selectKind,
  statusOf,
  type Transmit,
} from './authenticate.ts'
import { wipe } from './mutual.ts'
import { type Card, changeKey, findKey, type Issued, type IssueFlaw, isFlaw, MASTER_KEY_NUMBER } from './personalise.ts'
import { readSdmTag, SDM_KEY_NUMBER } from './sdm-tag.ts'

const ISO_OK = 0x9000
const SELECT_NDEF = Buffer.from('00a4000c02e104', 'hex')
const READ_FIRST = Buffer.from('00b0000080', 'hex')

const PICC_DIGITS = 32
const MAC_DIGITS = 16
/** No address on any network: a phone that reads the tag has nothing to open. */
const TEXT = `evengate:?picc_data=${'0'.repeat(PICC_DIGITS)}&cmac=${'0'.repeat(MAC_DIGITS)}`

/** One short record of a URI that is abbreviated by nothing, behind its length. */
const makeFile = (): Buffer => {
  const record = Buffer.concat([Buffer.from([0xd1, 0x01, TEXT.length + 1, 0x55, 0x00]), Buffer.from(TEXT, 'latin1')])
  return Buffer.concat([Buffer.from([0x00, record.length]), record])
}
const offsetOf = (name: string): Buffer => {
  const at = Buffer.alloc(3)
  at.writeUIntLE(makeFile().indexOf(name) + name.length, 0, 3)
  return at
}

/** NT4H2421Gx: mirroring on and in the clear; read by everybody, written and changed by key 0; UID and counter as hexadecimal; both by key 2. */
export const mirrorSettings = (): Buffer => {
  const mac = offsetOf('&cmac=')
  return Buffer.concat([Buffer.from('4000e0c1ff22', 'hex'), offsetOf('picc_data='), mac, mac])
}

/** A file that is ours already may not be written any more without the master key, and need not be. */
const writeFile = async (transmit: Transmit): Promise<IssueFlaw | undefined> => {
  const selected = await transmit(SELECT_NDEF)
  if (hasLeft(selected)) return 'card_left'
  if (statusOf(selected) !== ISO_OK) return 'card_refused'
  const read = await transmit(READ_FIRST)
  if (hasLeft(read)) return 'card_left'
  if (read.includes('evengate:?picc_data=')) return undefined
  const file = makeFile()
  const written = await transmit(Buffer.concat([Buffer.from([0x00, 0xd6, 0x00, 0x00, file.length]), file]))
  if (hasLeft(written)) return 'card_left'
  return statusOf(written) === ISO_OK ? undefined : 'card_refused'
}

/** `master`: as it is now. */
const turnOnMirror = async ({ transmit, kind }: Card, master: Uint8Array): Promise<IssueFlaw | undefined> => {
  const session = await openSession(transmit, kind, MASTER_KEY_NUMBER, master)
  if (session === 'left') return 'card_left'
  if (session === 'not_proved' || session.setMirror === undefined) return 'card_refused'
  const question = session.setMirror(mirrorSettings())
  session.wipe()
  const answer = await transmit(question)
  if (hasLeft(answer)) return 'card_left'
  return statusOf(answer) === OK ? undefined : 'card_refused'
}

/** The master key last: as long as it is the maker's, all before can be done again. */
const setTag = async (card: Card, newest: number): Promise<Result<Pick<Issued, 'was'>, IssueFlaw>> => {
  const [mirror, master] = [await findKey(card, SDM_KEY_NUMBER), await findKey(card, MASTER_KEY_NUMBER)]
  if (isFlaw(mirror)) return failed(mirror)
  if (isFlaw(master)) return failed(master)
  const unwritten = await writeFile(card.transmit)
  if (unwritten !== undefined) return failed(unwritten)
  const wanted = (keyNumber: number) => card.candidates(keyNumber)[0] ?? { generation: newest, key: zeroBlock() }
  const change = (keyNumber: number, from: typeof mirror) =>
    from.generation === newest ? undefined : changeKey(card, master, { keyNumber, from, to: wanted(keyNumber) })
  const flaw =
    (await change(SDM_KEY_NUMBER, mirror)) ??
    (await turnOnMirror(card, master.key)) ??
    (await change(MASTER_KEY_NUMBER, master))
  if (flaw !== undefined) return failed(flaw)
  const generations = [mirror.generation, master.generation]
  return done({
    was: generations.includes(0) ? 'blank' : generations.some((one) => one !== newest) ? 'older' : 'current',
  })
}

/** `counter`: of the message by which it was proved; what is shown at the gate must be higher. */
export type IssuedTag = Issued & { readonly counter: number }

/** `keys`: newest first. */
export const personaliseTag = async (
  transmit: Transmit,
  uid: Uint8Array,
  keys: SiteKeys,
): Promise<Result<IssuedTag, IssueFlaw>> => {
  const site = reveal(keys)
  const [newest] = site
  if (newest === undefined) return failed('site_card_key_missing')
  const kind = await selectKind(transmit)
  if (kind === 'left') return failed('card_left')
  if (kind?.name !== 'ntag424') return failed('card_not_issuable')
  const untouched = await isUntouched(transmit, kind)
  if (untouched !== true) return failed(untouched === 'left' ? 'card_left' : 'card_proves_more')
  const candidatesOf = (keyNumber: number) => [
    ...site.map(({ generation, bytes }) => ({ generation, key: cardKeyOf(bytes, uid, keyNumber) })),
    { generation: 0, key: zeroBlock() },
  ]
  const made = new Map([MASTER_KEY_NUMBER, SDM_KEY_NUMBER].map((keyNumber) => [keyNumber, candidatesOf(keyNumber)]))
  try {
    const set = await setTag(
      { transmit, kind, candidates: (keyNumber) => made.get(keyNumber) ?? [] },
      newest.generation,
    )
    if (!set.ok) return set
    const shown = await readSdmTag(transmit, uid, keys, (siteKey) => cardKeyOf(siteKey, uid, SDM_KEY_NUMBER))
    if (shown.proof === 'none') return failed('card_left')
    if (shown.proof !== 'sdm') return failed('card_unproved')
    return done({ kind: 'ntag424', generation: shown.generation, was: set.value.was, counter: shown.counter })
  } finally {
    wipe(...[...made.values()].flat().map(({ key }) => key))
  }
}
