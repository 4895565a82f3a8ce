// Reads what an NTAG 424 mirrors into its file (secure dynamic messaging) and verifies it with the keys that the site's give for this tag. The
// counter is told and judged by main, which alone knows the last one. Speaks through one function. Called by authenticate.ts, for a tag
// that has not proved a key of its own.

import { reveal } from '../../../config/words.ts'
import type { SiteKeys, Transmit } from './authenticate.ts'
import { wipe } from './mutual.ts'
import { type SdmMessage, verifySdm } from './sdm.ts'

/** Of the tag's five keys the one that makes its messages. */
export const SDM_KEY_NUMBER = 2

/** The NDEF file of the tag's only application, and all of it: 256 bytes. */
const SELECT_FILE = Buffer.from('00a4000c02e104', 'hex')
const READ_FILE = Buffer.from('00b0000000', 'hex')
const ISO_OK = Buffer.from('9000', 'hex')

const isOk = (answer: Buffer): boolean => answer.subarray(-2).equals(ISO_OK)

/** As NXP's own writer lays it out: the encrypted UID and counter, and behind it a MAC over nothing else. */
const findMessage = (file: Buffer): SdmMessage | undefined => {
  const found = /picc_data=([0-9A-F]{32})&cmac=([0-9A-F]{16})/i.exec(file.toString('latin1'))
  const [, picc, mac] = found ?? []
  if (picc === undefined || mac === undefined) return undefined
  return { piccEncrypted: Buffer.from(picc, 'hex'), mac: Buffer.from(mac, 'hex'), covered: '' }
}

export type SdmVerdict =
  | { readonly proof: 'sdm'; readonly generation: number; readonly counter: number }
  | { readonly proof: 'identifier' }
  | { readonly proof: 'none' }

/** `keyOf`: this tag's key from one of the site's. The message must be of the tag that the reader sees. */
export const readSdmTag = async (
  transmit: Transmit,
  uid: Uint8Array,
  keys: SiteKeys,
  keyOf: (siteKey: Uint8Array) => Buffer,
): Promise<SdmVerdict> => {
  for (const question of [SELECT_FILE, READ_FILE]) {
    const answer = await transmit(question)
    if (answer === undefined || answer.length === 0) return { proof: 'none' }
    if (!isOk(answer)) return { proof: 'identifier' }
    const message = question === READ_FILE ? findMessage(answer) : undefined
    if (!message) continue
    for (const { generation, bytes } of reveal(keys)) {
      const key = keyOf(bytes)
      const shown = verifySdm({ meta: key, file: key }, message, undefined)
      wipe(key)
      if (shown.ok && shown.value.uid.equals(uid)) return { proof: 'sdm', generation, counter: shown.value.counter }
    }
  }
  return { proof: 'identifier' }
}
