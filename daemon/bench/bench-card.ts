// The card's side of a DESFire that proves its key and has a secret in its file, as short as it can be, so that what is measured is the
// gate. Called by cards.ts and desfire.ts.

import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { decryptCbc, encryptCbc, macOf, rotated, zeroBlock } from '../../drivers/card/proof/aes.ts'
import { SECRET_BYTES, withCheck } from '../../drivers/card/proof/secret.ts'

const SELECT = 0x5a
const AUTHENTICATE = 0xaa
const GO_ON = 0xaf
const READ = 0xbd
const status = (hex: string, body: Buffer = Buffer.alloc(0)): Buffer => Buffer.concat([body, Buffer.from(hex, 'hex')])

const file = withCheck(randomBytes(SECRET_BYTES))

/** The file after `question`, in full encryption. */
const sealFile = (session: Buffer, question: Buffer): Buffer => {
  const check = Buffer.alloc(4)
  check.writeUInt32LE(~crc32(Buffer.concat([file, Buffer.from([0x00])])) >>> 0)
  const chain = macOf(session, Buffer.concat([Buffer.from([READ]), question.subarray(5, -1)]))
  return encryptCbc(session, chain, Buffer.concat([file, check, Buffer.alloc(8)]))
}

/** Answers each APDU but GET UID, which is the reader's own. */
export const playDesfire = (key: Buffer): ((question: Buffer) => Buffer) => {
  let challenge: Buffer = zeroBlock()
  let session: Buffer = zeroBlock()
  return (question) => {
    if (question[1] === SELECT) return status('9100')
    if (question[1] === AUTHENTICATE) {
      challenge = encryptCbc(key, zeroBlock(), randomBytes(16))
      return status('91af', challenge)
    }
    if (question[1] === READ) return status('9100', sealFile(session, question))
    if (question[1] !== GO_ON) return status('911c')
    const token = question.subarray(5, 37)
    const rndA = decryptCbc(key, challenge, token).subarray(0, 16)
    const rndB = decryptCbc(key, zeroBlock(), challenge)
    const isRight = rotated(rndB).equals(decryptCbc(key, challenge, token).subarray(16))
    session = Buffer.concat([rndA.subarray(0, 4), rndB.subarray(0, 4), rndA.subarray(12), rndB.subarray(12)])
    return isRight ? status('9100', encryptCbc(key, token.subarray(16), rotated(rndA))) : status('91ae')
  }
}
