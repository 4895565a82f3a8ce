// Turns what was presented into what may be looked up: a card's identifier into a keyed hash, a typed code into a slow one.
// The two keys come from the store and never leave this file; what goes in is a Secret, what comes out reveals nothing.
// Called by facts.ts, which hands it to main.

import { argon2, createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { hide, reveal, type Secret } from '../../config/words.ts'
import type { ReadableStore } from './handles.ts'

/** The keyed hashes of one identifier, newest key first; two while a rotation runs. */
export type CardToken = readonly { readonly generation: number; readonly hash: Uint8Array }[]

export type CodeParameters = { readonly memoryKib: number; readonly passes: number; readonly parallelism: number }
export type PinChallenge = { readonly salt: Uint8Array; readonly parameters: CodeParameters }

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
export const codeParameters: CodeParameters = Object.freeze({ memoryKib: 19456, passes: 2, parallelism: 1 })

type KeyRow = { readonly generation: number; readonly bytes: Buffer }
type PinRow = {
  readonly salt: Buffer
  readonly memory_kib: number
  readonly passes: number
  readonly parallelism: number
}

export type Lookups = {
  readonly cardKey: (identifier: Secret<Buffer>) => CardToken
  readonly pinChallenge: (number: string) => PinChallenge
  readonly newChallenge: () => PinChallenge
  readonly hashCode: (code: Secret<string>, challenge: PinChallenge) => Promise<Buffer>
}

const readKeys = (store: ReadableStore, name: string): Secret<readonly KeyRow[]> => {
  const rows = store
    .prepare<[string], KeyRow>(
      'SELECT generation, bytes FROM secret_key WHERE name = ? ORDER BY generation DESC LIMIT 2',
    )
    .all(name)
  if (rows.length === 0) throw new Error(`the store has no key ${name}`)
  return hide(rows)
}

const hashSlowly = (pepper: Buffer, code: Secret<string>, challenge: PinChallenge): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { memoryKib: memory, passes, parallelism } = challenge.parameters
    const message = Buffer.from(reveal(code), 'utf8')
    const options = { message, nonce: challenge.salt, memory, passes, parallelism, tagLength: 32, secret: pepper }
    argon2('argon2id', options, (error, hash) => {
      message.fill(0)
      if (error) reject(error)
      else resolve(hash)
    })
  })

export const prepareLookups = (store: ReadableStore): Lookups => {
  // As key objects: bytes would be made into one at every tap, which costs a tenth of a millisecond on the line.
  const cardKeys = reveal(readKeys(store, 'card_index')).map(({ generation, bytes }) => ({
    generation,
    key: createSecretKey(bytes),
  }))
  const pepper = hide(reveal(readKeys(store, 'pin_pepper'))[0]?.bytes ?? Buffer.alloc(0))
  const pin = store.prepare<[string], PinRow>('SELECT salt, memory_kib, passes, parallelism FROM pin WHERE number = ?')
  return {
    cardKey: (identifier) =>
      cardKeys.map(({ generation, key }) => ({
        generation,
        hash: createHmac('sha256', key).update(reveal(identifier)).digest(),
      })),
    // An unknown number gets a salt that is always the same for it, made the same way whether known or not: neither the
    // answer nor the time it takes tells which numbers exist.
    pinChallenge: (number) => {
      const decoy = createHmac('sha256', reveal(pepper)).update(`salt of ${number}`).digest().subarray(0, 16)
      const row = pin.get(number)
      const parameters =
        row === undefined
          ? codeParameters
          : { memoryKib: row.memory_kib, passes: row.passes, parallelism: row.parallelism }
      return { salt: row?.salt ?? decoy, parameters }
    },
    newChallenge: () => ({ salt: randomBytes(16), parameters: codeParameters }),
    hashCode: (code, challenge) => hashSlowly(reveal(pepper), code, challenge),
  }
}
