// Cards as chips behind the virtual reader, byte by byte from the public protocol and independent of the driver's own code: a DESFire
// with our application, an NTAG 424, and the ways in which they can misbehave. Test equipment.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

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
