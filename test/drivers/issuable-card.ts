// Blank cards as chips that take an application and keys, byte by byte from the public protocols and independent of the driver's own code: a
// DESFire EV2 as the maker ships it, an NTAG 424. Keys are kept whatever happens to the field. Test equipment.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { cmac } from '@noble/ciphers/aes.js'
import type { Chip } from './emulated-card.ts'

const zero = Buffer.alloc(16)
const crypt = (to: 'encrypt' | 'decrypt', key: Buffer, iv: Buffer, bytes: Buffer): Buffer => {
  const make = to === 'encrypt' ? createCipheriv : createDecipheriv
  return make('aes-128-cbc', key, iv).setAutoPadding(false).update(bytes)
}
const rotl = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(1), bytes.subarray(0, 1)])
const xor = (one: Buffer, other: Buffer): Buffer => Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)))
const mac = (key: Buffer, bytes: Buffer): Buffer => Buffer.from(cmac(bytes, key))
const everySecond = (bytes: Buffer): Buffer => Buffer.from(bytes.filter((_, at) => at % 2 === 1))
const status = (hex: string, body: Buffer = Buffer.alloc(0)): Buffer => Buffer.concat([body, Buffer.from(hex, 'hex')])

/** As the data sheets print it: bit by bit, without a last complement, least significant byte first. */
const crcOf = (bytes: Buffer): Buffer => {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  const out = Buffer.alloc(4)
  out.writeUInt32LE(crc >>> 0)
  return out
}

const OK = '9100'
const MORE = '91af'
const WRONG_KEY = status('91ae')
const UNKNOWN = status('911c')
const NO_APPLICATION = status('91a0')
const INTEGRITY = status('911e')
const DENIED = status('919d')

type Session = {
  readonly keyNumber: number
  readonly key: Buffer
  readonly mac: Buffer
  readonly ti: Buffer
  turn: number
}

/** Keys of one application and the authentication by one of them. */
const playKeys = (keys: Buffer[], ev2: boolean) => {
  const versions: number[] = []
  let asked: { readonly keyNumber: number; readonly rndB: Buffer; readonly challenge: Buffer } | undefined
  let session: Session | undefined
  const keyOf = (keyNumber: number): Buffer => keys[keyNumber] ?? randomBytes(16)

  const openSession = (keyNumber: number, rndA: Buffer, rndB: Buffer, ti: Buffer): Session => {
    if (!ev2) {
      const key = Buffer.concat([rndA.subarray(0, 4), rndB.subarray(0, 4), rndA.subarray(12), rndB.subarray(12)])
      return { keyNumber, key, mac: key, ti, turn: 0 }
    }
    const middle = Buffer.concat([
      rndA.subarray(0, 2),
      xor(rndA.subarray(2, 8), rndB.subarray(0, 6)),
      rndB.subarray(6),
      rndA.subarray(8),
    ])
    const vector = (head: string) => Buffer.concat([Buffer.from(`${head}00010080`, 'hex'), middle])
    const by = (head: string) => mac(keyOf(keyNumber), vector(head))
    return { keyNumber, key: by('a55a'), mac: by('5aa5'), ti, turn: 0 }
  }
  return {
    forget: () => {
      asked = undefined
      session = undefined
    },
    version: (keyNumber: number): Buffer => status(OK, Buffer.from([versions[keyNumber] ?? 0])),
    begin: (keyNumber: number): Buffer => {
      session = undefined
      if (keys[keyNumber] === undefined) return status('9140')
      const rndB = randomBytes(16)
      asked = { keyNumber, rndB, challenge: crypt('encrypt', keyOf(keyNumber), zero, rndB) }
      return status(MORE, asked.challenge)
    },
    finish: (token: Buffer): Buffer => {
      if (!asked || token.length !== 32) return WRONG_KEY
      const { keyNumber, rndB, challenge } = asked
      asked = undefined
      const both = crypt('decrypt', keyOf(keyNumber), ev2 ? zero : challenge, token)
      const rndA = both.subarray(0, 16)
      if (!both.subarray(16).equals(rotl(rndB))) return WRONG_KEY
      const ti = randomBytes(4)
      session = openSession(keyNumber, rndA, rndB, ti)
      const whole = ev2 ? Buffer.concat([ti, rotl(rndA), Buffer.alloc(12)]) : rotl(rndA)
      return status(OK, crypt('encrypt', keyOf(keyNumber), ev2 ? zero : token.subarray(16), whole))
    },
    /** Only by key 0, as the key settings say. */
    change: (body: Buffer): Buffer => {
      if (session === undefined || session.keyNumber !== 0) return DENIED
      const keyNumber = body[0] ?? 99
      const old = keys[keyNumber]
      if (old === undefined) return status('9140')
      const isOwn = keyNumber === session.keyNumber
      const sealed = body.subarray(1, 33)
      const turn = Buffer.from([session.turn & 0xff, session.turn >> 8])
      const chain = Buffer.concat([Buffer.from('a55a', 'hex'), session.ti, turn, Buffer.alloc(8)])
      if (ev2) {
        const said = Buffer.concat([Buffer.from([0xc4]), turn, session.ti, body.subarray(0, 33)])
        if (!everySecond(mac(session.mac, said)).equals(body.subarray(33))) return INTEGRITY
      }
      const iv = ev2 ? crypt('encrypt', session.key, zero, chain) : zero
      const plain = crypt('decrypt', session.key, iv, sealed)
      const [shown, version] = [plain.subarray(0, 16), plain.subarray(0, 17)]
      const key = isOwn ? Buffer.from(shown) : xor(shown, old)
      const checks = [
        ...(ev2 ? [] : [crcOf(Buffer.concat([Buffer.from([0xc4, keyNumber]), version]))]),
        ...(isOwn ? [] : [crcOf(key)]),
      ]
      const end = ev2 ? Buffer.concat([Buffer.from([0x80]), Buffer.alloc(16)]) : Buffer.alloc(16)
      const right = Buffer.concat([version, ...checks, end]).subarray(0, 32)
      if (!right.equals(plain)) return INTEGRITY
      keys[keyNumber] = key
      versions[keyNumber] = version[16] ?? 0
      if (isOwn) session = undefined
      else session.turn++
      const own = session
      return isOwn || own === undefined ? status(OK) : status(OK, everySecond(mac(own.mac, randomBytes(8))))
    },
  }
}

const bodyOf = (question: Buffer): Buffer => question.subarray(5, 5 + (question[4] ?? 0))

export type IssuableCard = {
  readonly chip: Chip
  /** How many questions it has been asked since `pullAt`. */
  readonly questions: () => number
  /** At so many questions from now it leaves: before it has done what it is asked, or after, without having answered. */
  readonly pullAt: (question: number, when: 'before' | 'after') => void
  readonly keys: () => readonly Buffer[]
}

const withPull = (answer: (question: Buffer) => Buffer, keys: () => readonly Buffer[]): IssuableCard => {
  let asked = 0
  let pull: { readonly at: number; readonly when: 'before' | 'after' } | undefined
  return {
    keys,
    questions: () => asked,
    pullAt: (at, when) => {
      asked = 0
      pull = { at, when }
    },
    chip: (question) => {
      asked++
      const isPulled = pull?.at === asked
      if (isPulled && pull?.when === 'before') return 'leaves'
      const said = answer(question)
      return isPulled ? 'leaves' : said
    },
  }
}

const OUR_APPLICATION = '314745'

/** `guarded`: somebody has set the card's own master key. */
export const blankDesfire = (guarded = false): IssuableCard => {
  const keys: Buffer[] = []
  const application = playKeys(keys, false)
  let selected: 'card' | 'ours' = 'card'
  const create = (body: Buffer): Buffer => {
    if (guarded) return WRONG_KEY
    if (selected !== 'card') return DENIED
    if (keys.length > 0) return status('91de')
    if (body.toString('hex') !== `${OUR_APPLICATION}0b82`) return status('917e')
    keys.push(Buffer.from(zero), Buffer.from(zero))
    return status(OK)
  }
  const select = (id: string): Buffer => {
    application.forget()
    if (id === '000000') selected = 'card'
    else if (id === OUR_APPLICATION && keys.length > 0) selected = 'ours'
    else return NO_APPLICATION
    return status(OK)
  }
  const answer = (question: Buffer): Buffer => {
    if (question[0] !== 0x90) return status('6a82')
    const [command, body] = [question[1], bodyOf(question)]
    if (command === 0x5a) return select(body.toString('hex'))
    if (command === 0xca) return create(body)
    if (selected !== 'ours') return DENIED
    if (command === 0xaa) return application.begin(body[0] ?? 99)
    if (command === 0xaf) return application.finish(body)
    return command === 0xc4 ? application.change(body) : UNKNOWN
  }
  return withPull(answer, () => keys)
}

export const blankNtag424 = (): IssuableCard => {
  const keys = Array.from({ length: 5 }, () => Buffer.from(zero))
  const application = playKeys(keys, true)
  let selected = false
  const answer = (question: Buffer): Buffer => {
    if (question.toString('hex') === '00a4040c07d2760000850101') {
      selected = true
      application.forget()
      return status('9000')
    }
    if (!selected || question[0] !== 0x90) return UNKNOWN
    const [command, body] = [question[1], bodyOf(question)]
    if (command === 0x64) return application.version(body[0] ?? 99)
    if (command === 0x71) return application.begin(body[0] ?? 99)
    if (command === 0xaf) return application.finish(body)
    return command === 0xc4 ? application.change(body) : UNKNOWN
  }
  return withPull(answer, () => keys)
}
