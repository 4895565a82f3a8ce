// Seals a face vector so that only this gate's face process can read it, and only as the template of the credential and the model it
// was made for. A random key a template seals the vector; the template key wraps that key. Where the face is bound to a card, what wraps it
// is made from the template key and the secret on that card: without either there is no way to the vector. Must never print, keep or
// write a vector, a key or a secret. Called by enrolment, by the gallery of the face part and by bound.ts.
//
// sealed = version (1 byte) ‖ nonce (12) ‖ vector as little-endian float32 ‖ tag (16); wrappedKey alike around the 32 bytes of the key

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { done, failed, type Result, reveal, type Secret } from '../../config/words.ts'
import type { SealedTemplate } from '../protocol.ts'

const VERSION = 1
const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const FLOAT_BYTES = 4

/** What a template belongs to; authenticated with it, so that no template serves another credential or another model. */
export type TemplatePlace = { readonly credential: string; readonly model: string }

const bindPlace = (what: 'key' | 'key-on-card' | 'vector', { credential, model }: TemplatePlace): Buffer =>
  Buffer.from(JSON.stringify(['evengate-template', VERSION, what, credential, model]), 'utf8')

const encrypt = (key: Buffer, plain: Uint8Array, bound: Buffer): string => {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(bound)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()]).toString('base64')
}

/** Absent: not what was sealed, or not for this key and place. Which of these is not told apart. */
const decrypt = (key: Buffer, text: string, bound: Buffer): Buffer | undefined => {
  const sealed = Buffer.from(text, 'base64')
  const bodyAt = 1 + NONCE_BYTES
  // base64 has several spellings of the same bytes; only ours is taken.
  if (sealed.length < bodyAt + TAG_BYTES || sealed[0] !== VERSION || sealed.toString('base64') !== text)
    return undefined
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(1, bodyAt), { authTagLength: TAG_BYTES })
  decipher.setAAD(bound)
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const body = decipher.update(sealed.subarray(bodyAt, -TAG_BYTES))
  try {
    decipher.final()
    return body
  } catch {
    // The tag does not fit: what was deciphered is worth nothing and must not stay.
    body.fill(0)
    return undefined
  }
}

/** What wraps a template's key, for as long as it is used. `cardSecret`: of the card that the face is bound to. */
const withWrapping = <T>(
  templateKey: Secret<Buffer>,
  cardSecret: Secret<Buffer> | undefined,
  use: (wrapping: Buffer, what: 'key' | 'key-on-card') => T,
): T => {
  if (cardSecret === undefined) return use(reveal(templateKey), 'key')
  // RFC 5869: the card's secret as salt, so that neither half alone says anything of what comes out.
  const derived = hkdfSync('sha256', reveal(templateKey), reveal(cardSecret), 'evengate-template-on-card', KEY_BYTES)
  const wrapping = Buffer.from(derived)
  try {
    return use(wrapping, 'key-on-card')
  } finally {
    wrapping.fill(0)
  }
}

/** The vector stays the caller's, who wipes it. */
export const sealTemplate = (
  vector: Float32Array,
  place: TemplatePlace,
  templateKey: Secret<Buffer>,
  cardSecret?: Secret<Buffer>,
): SealedTemplate => {
  const key = randomBytes(KEY_BYTES)
  try {
    const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
    return {
      sealed: encrypt(key, bytes, bindPlace('vector', place)),
      wrappedKey: withWrapping(templateKey, cardSecret, (by, what) => encrypt(by, key, bindPlace(what, place))),
      model: place.model,
    }
  } finally {
    key.fill(0)
  }
}

/** The vector belongs to the caller, who wipes it. */
export const openTemplate = (
  template: Pick<SealedTemplate, 'sealed' | 'wrappedKey'>,
  place: TemplatePlace,
  templateKey: Secret<Buffer>,
  cardSecret?: Secret<Buffer>,
): Result<Float32Array, 'template_unreadable'> => {
  const key = withWrapping(templateKey, cardSecret, (by, what) =>
    decrypt(by, template.wrappedKey, bindPlace(what, place)),
  )
  if (key === undefined) return failed('template_unreadable')
  const bytes = key.length === KEY_BYTES ? decrypt(key, template.sealed, bindPlace('vector', place)) : undefined
  key.fill(0)
  if (bytes === undefined || bytes.length % FLOAT_BYTES !== 0) return failed('template_unreadable')
  const vector = new Float32Array(bytes.length / FLOAT_BYTES)
  new Uint8Array(vector.buffer).set(bytes)
  bytes.fill(0)
  return done(vector)
}
