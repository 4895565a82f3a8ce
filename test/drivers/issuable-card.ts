// Blank cards as chips that take an application and keys, byte by byte from the public protocols and independent of the driver's own code: a
// DESFire EV2 as the maker ships it, an NTAG 424. Keys are kept whatever happens to the field. Test equipment.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { cmac } from '@noble/ciphers/aes.js'
import type { Chip } from './emulated-card.ts'
import { playNdef } from './ndef-file.ts'

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
export const crcOf = (bytes: Buffer): Buffer => {
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

/** Our file on the card, in full encryption. `rights`: of NTAG's, as it is delivered, read by key 2 and written by key 3. */
export type CardFile = { bytes: Buffer; rights: string; exists: boolean }

type Session = {
  readonly keyNumber: number
  readonly key: Buffer
  readonly mac: Buffer
  readonly ti: Buffer
  turn: number
}

/** Keys of one application and the authentication by one of them. */
const playKeys = (keys: Buffer[], ev2: boolean, file: CardFile) => {
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
  /** Nibbles: what may be read, written, both, and changed, by which key. */
  const may = (what: 'read' | 'write' | 'change'): boolean => {
    const [both, change, read, write] = [...file.rights].map((nibble) => Number.parseInt(nibble, 16))
    const key = session?.keyNumber
    if (key === undefined) return false
    return what === 'change' ? key === change : key === both || key === (what === 'read' ? read : write)
  }
  const place = `${ev2 ? '03' : '01'}000000240000`
  const chainEv2 = (own: Session, head: string, turn: number): Buffer =>
    crypt(
      'encrypt',
      own.key,
      zero,
      Buffer.concat([Buffer.from(head, 'hex'), own.ti, Buffer.from([turn, 0]), Buffer.alloc(8)]),
    )
  const macEv2 = (own: Session, code: number, turn: number, ...said: Buffer[]): Buffer =>
    everySecond(mac(own.mac, Buffer.concat([Buffer.from([code, turn, 0]), own.ti, ...said])))
  const answerEv2 = (own: Session, body: Buffer): Buffer => {
    own.turn++
    return status(OK, Buffer.concat([body, macEv2(own, 0, own.turn, body)]))
  }
  const until80 = (plain: Buffer): Buffer => plain.subarray(0, plain.lastIndexOf(0x80))
  /** What an NTAG 424 was told in full encryption after a clear head; undefined: its MAC is wrong. */
  const hearEv2 = (own: Session, code: number, body: Buffer, head: number): Buffer | undefined => {
    const said = body.subarray(0, -8)
    if (!macEv2(own, code, own.turn, said).equals(body.subarray(-8))) return undefined
    return until80(crypt('decrypt', own.key, chainEv2(own, 'a55a', own.turn), said.subarray(head)))
  }
  const readFile = (own: Session, body: Buffer): Buffer => {
    if (ev2) {
      if (!macEv2(own, 0xad, own.turn, body.subarray(0, -8)).equals(body.subarray(-8))) return INTEGRITY
      const padded = Buffer.concat([file.bytes, Buffer.from([0x80]), Buffer.alloc(11)])
      return answerEv2(own, crypt('encrypt', own.key, chainEv2(own, '5aa5', own.turn + 1), padded))
    }
    const chain = mac(own.key, Buffer.concat([Buffer.from([0xbd]), body]))
    const checked = Buffer.concat([file.bytes, crcOf(Buffer.concat([file.bytes, Buffer.from([0])])), Buffer.alloc(8)])
    return status(OK, crypt('encrypt', own.key, chain, checked))
  }
  const writeFile = (own: Session, body: Buffer): Buffer => {
    if (ev2) {
      const bytes = hearEv2(own, 0x8d, body, 7)
      if (bytes?.length !== 36) return INTEGRITY
      file.bytes = Buffer.from(bytes)
      return answerEv2(own, Buffer.alloc(0))
    }
    const plain = crypt('decrypt', own.key, zero, body.subarray(7))
    const bytes = plain.subarray(0, 36)
    const right = Buffer.concat([
      bytes,
      crcOf(Buffer.concat([Buffer.from([0x3d]), body.subarray(0, 7), bytes])),
      Buffer.alloc(8),
    ])
    if (!right.equals(plain)) return INTEGRITY
    file.bytes = Buffer.from(bytes)
    return status(OK, everySecond(mac(own.key, randomBytes(8))))
  }
  return {
    forget: () => {
      asked = undefined
      session = undefined
    },
    /** DESFire: made by the application's master key, as its settings say. */
    makeFile: (body: Buffer): Buffer => {
      if (session?.keyNumber !== 0) return DENIED
      if (file.exists) return status('91de')
      if (body.toString('hex') !== '01030010240000') return status('917e')
      Object.assign(file, { exists: true, rights: '0010' })
      return status(OK, everySecond(mac(session.key, randomBytes(8))))
    },
    /** NTAG 424. */
    hearSettings: (body: Buffer): Buffer | undefined => {
      const own = session?.keyNumber === 0 ? session : undefined
      return own && hearEv2(own, 0x5f, body, 1)
    },
    acknowledge: (): Buffer => (session ? answerEv2(session, Buffer.alloc(0)) : DENIED),
    setFile: (body: Buffer): Buffer => {
      if (session === undefined || !may('change')) return DENIED
      const settings = body[0] === 3 ? hearEv2(session, 0x5f, body, 1) : undefined
      if (settings?.toString('hex') !== '030010') return INTEGRITY
      file.rights = settings.subarray(1).toString('hex')
      return answerEv2(session, Buffer.alloc(0))
    },
    read: (body: Buffer): Buffer => {
      if (!file.exists) return status('91f0')
      if (session === undefined || !may('read')) return DENIED
      return body.subarray(0, 7).toString('hex') === place ? readFile(session, body) : status('91be')
    },
    write: (body: Buffer): Buffer => {
      if (!file.exists) return status('91f0')
      if (session === undefined || !may('write')) return DENIED
      return body.subarray(0, 7).toString('hex') === place ? writeFile(session, body) : status('91be')
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
  readonly file: CardFile
}

const withPull = (
  answer: (question: Buffer) => Buffer,
  keys: () => readonly Buffer[],
  file: CardFile,
): IssuableCard => {
  let asked = 0
  let pull: { readonly at: number; readonly when: 'before' | 'after' } | undefined
  return {
    keys,
    file,
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
  const file: CardFile = { bytes: Buffer.alloc(36), rights: '0010', exists: false }
  const application = playKeys(keys, false, file)
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
    if (command === 0xcd) return application.makeFile(body)
    if (command === 0xbd) return application.read(body)
    if (command === 0x3d) return application.write(body)
    return command === 0xc4 ? application.change(body) : UNKNOWN
  }
  return withPull(answer, () => keys, file)
}

export const blankNtag424 = (uid: Buffer = Buffer.alloc(7)): IssuableCard => {
  const keys = Array.from({ length: 5 }, () => Buffer.from(zero))
  const file: CardFile = {
    bytes: Buffer.concat([Buffer.from('007e', 'hex'), Buffer.alloc(34)]),
    rights: '3023',
    exists: true,
  }
  const application = playKeys(keys, true, file)
  const ndef = playNdef(uid, keys)
  let selected = false
  const setFile = (body: Buffer): Buffer => {
    if (body[0] !== 2) return application.setFile(body)
    const settings = application.hearSettings(body)
    return settings && ndef.set(settings) ? application.acknowledge() : INTEGRITY
  }
  const answer = (question: Buffer): Buffer => {
    if (selected && question.toString('hex') === '00a4000c02e104') return ndef.select()
    if (selected && question.subarray(0, 2).toString('hex') === '00b0') return ndef.read(question[4] ?? 0)
    if (selected && question.subarray(0, 2).toString('hex') === '00d6') return ndef.update(bodyOf(question))
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
    if (command === 0x5f) return setFile(body)
    if (command === 0xad) return application.read(body)
    if (command === 0x8d) return application.write(body)
    return command === 0xc4 ? application.change(body) : UNKNOWN
  }
  return withPull(answer, () => keys, file)
}
