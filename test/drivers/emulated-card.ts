// Cards as chips behind the virtual reader, byte by byte from the public protocol and independent of the driver's own code: a DESFire
// with our application, an NTAG 424, and the ways in which they can misbehave. Test equipment.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { cmac } from '@noble/ciphers/aes.js'

export type Chip = (question: Buffer) => Buffer | 'leaves' | 'never'

/** `replays`: answers the second step of every tap with what the first tap got. `stops`: leaves the field after its challenge. */
export type Manner = 'honest' | 'replays' | 'stops' | 'silent'

const zero = Buffer.alloc(16)
const crypt = (key: Buffer, iv: Buffer, bytes: Buffer, to: 'encrypt' | 'decrypt'): Buffer => {
  const make = to === 'encrypt' ? createCipheriv : createDecipheriv
  return make('aes-128-cbc', key, iv).setAutoPadding(false).update(bytes)
}
const rotl = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(1), bytes.subarray(0, 1)])
const status = (hex: string, body: Buffer = Buffer.alloc(0)): Buffer => Buffer.concat([body, Buffer.from(hex, 'hex')])

const UNKNOWN = status('911c')
const NO_APPLICATION = status('91a0')
const WRONG_KEY = status('91ae')

/** `ev2`: as an NTAG 424 speaks it; otherwise AuthenticateAES. */
const playAuthentication = (key: Buffer, ev2: boolean, manner: Manner) => {
  let rndB: Buffer | undefined
  let challenge: Buffer = zero
  let recorded: Buffer | undefined
  const begin = (): ReturnType<Chip> => {
    rndB = randomBytes(16)
    challenge = crypt(key, zero, rndB, 'encrypt')
    return status('91af', challenge)
  }
  const finish = (token: Buffer): ReturnType<Chip> => {
    if (manner === 'stops') return 'leaves'
    if (manner === 'silent') return 'never'
    if (manner === 'replays' && recorded) return recorded
    if (!rndB || token.length !== 32) return WRONG_KEY
    const both = crypt(key, ev2 ? zero : challenge, token, 'decrypt')
    const isRight = both.subarray(16).equals(rotl(rndB))
    rndB = undefined
    if (!isRight) return WRONG_KEY
    const shown = rotl(both.subarray(0, 16))
    const whole = ev2 ? Buffer.concat([randomBytes(4), shown, Buffer.alloc(12)]) : shown
    const answer = status('9100', crypt(key, ev2 ? zero : token.subarray(16), whole, 'encrypt'))
    recorded ??= answer
    return answer
  }
  return { begin, finish }
}

const bodyOf = (question: Buffer): Buffer => question.subarray(5, 5 + (question[4] ?? 0))

export const playDesfire = (key: Buffer, manner: Manner = 'honest'): Chip => {
  const authentication = playAuthentication(key, false, manner)
  let selected = false
  return (question) => {
    if (question[0] !== 0x90) return status('6e00')
    if (question[1] === 0x5a) {
      selected = bodyOf(question).equals(Buffer.from('314745', 'hex'))
      return selected ? status('9100') : NO_APPLICATION
    }
    if (!selected) return NO_APPLICATION
    if (question[1] === 0xaa) return authentication.begin()
    return question[1] === 0xaf ? authentication.finish(bodyOf(question)) : UNKNOWN
  }
}

export const playNtag424 = (key: Buffer, manner: Manner = 'honest'): Chip => {
  const authentication = playAuthentication(key, true, manner)
  let selected = false
  return (question) => {
    if (question.toString('hex') === '00a4040c07d2760000850101') {
      selected = true
      return status('9000')
    }
    if (!selected) return UNKNOWN
    if (question[1] === 0x71) return authentication.begin()
    return question[1] === 0xaf ? authentication.finish(bodyOf(question)) : UNKNOWN
  }
}

/** An NTAG 424 that knows none of our keys for an authentication and mirrors its UID and counter, with a MAC, at each tap. `seen`: the file as
 * it was last read, for a card that plays it back. */
export const playSdmTag = (
  key: Buffer,
  uid: Buffer,
  from: number,
): { readonly chip: Chip; readonly seen: () => Buffer } => {
  let counter = from
  let file: Buffer = Buffer.alloc(256)
  const mirror = (): Buffer => {
    counter++
    const count = Buffer.alloc(3)
    count.writeUIntLE(counter, 0, 3)
    const named = Buffer.concat([uid, count])
    const picc = crypt(key, zero, Buffer.concat([Buffer.from([0xc7]), named, randomBytes(5)]), 'encrypt')
    const session = cmac(Buffer.concat([Buffer.from('3cc300010080', 'hex'), named]), key)
    const mac = Buffer.from(cmac(Buffer.alloc(0), session).filter((_, at) => at % 2 === 1))
    const url = `gate.example/?picc_data=${picc.toString('hex').toUpperCase()}&cmac=${mac.toString('hex').toUpperCase()}`
    const record = Buffer.concat([Buffer.from([0xd1, 0x01, url.length + 1, 0x55, 0x04]), Buffer.from(url)])
    const whole = Buffer.alloc(256)
    whole.writeUInt16BE(record.length)
    record.copy(whole, 2)
    return whole
  }
  const foreign = playNtag424(randomBytes(16))
  return {
    seen: () => file,
    chip: (question) => {
      const asked = question.toString('hex')
      if (asked === '00a4000c02e104') {
        file = mirror()
        return status('9000')
      }
      return asked === '00b0000000' ? status('9000', file) : foreign(question)
    },
  }
}

/** Answers with a file that somebody read before. */
export const playRecordedTag = (file: Buffer): Chip => {
  const foreign = playNtag424(randomBytes(16))
  return (question) => {
    const asked = question.toString('hex')
    if (asked === '00a4000c02e104') return status('9000')
    return asked === '00b0000000' ? status('9000', file) : foreign(question)
  }
}
