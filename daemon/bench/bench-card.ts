// The card's side of a DESFire that proves its key, as short as it can be, so that what is measured is the gate. Called by cards.ts and
// desfire.ts.

import { randomBytes } from 'node:crypto'
import { decryptCbc, encryptCbc, rotated, zeroBlock } from '../../drivers/card/proof/aes.ts'

const SELECT = 0x5a
const AUTHENTICATE = 0xaa
const GO_ON = 0xaf
const status = (hex: string, body: Buffer = Buffer.alloc(0)): Buffer => Buffer.concat([body, Buffer.from(hex, 'hex')])

/** Answers each APDU but GET UID, which is the reader's own. */
export const playDesfire = (key: Buffer): ((question: Buffer) => Buffer) => {
  let challenge: Buffer = zeroBlock()
  return (question) => {
    if (question[1] === SELECT) return status('9100')
    if (question[1] === AUTHENTICATE) {
      challenge = encryptCbc(key, zeroBlock(), randomBytes(16))
      return status('91af', challenge)
    }
    if (question[1] !== GO_ON) return status('911c')
    const token = question.subarray(5, 37)
    const rndA = decryptCbc(key, challenge, token).subarray(0, 16)
    const rndB = decryptCbc(key, challenge, token).subarray(16)
    const isRight = rotated(decryptCbc(key, zeroBlock(), challenge)).equals(rndB)
    return isRight ? status('9100', encryptCbc(key, token.subarray(16), rotated(rndA))) : status('91ae')
  }
}
