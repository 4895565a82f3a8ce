// Sealing of templates and reading of the template key, as properties.

import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { hide, reveal } from '../../config/words.ts'
import { openTemplate, sealTemplate } from '../../drivers/face/seal.ts'
import { readTemplateKey } from '../../drivers/face/template-key.ts'

const key = hide(randomBytes(32))
const place = { credential: 'c_abcdefgh', model: 'recommended-1' }
const unreadable = { ok: false, code: 'template_unreadable' }
const vectors = fc.float32Array({ minLength: 1, maxLength: 1024, noNaN: true })
const alter = (text: string, at: number, bit: number): string => {
  const bytes = Buffer.from(text, 'base64')
  const where = at % bytes.length
  bytes[where] = (bytes[where] ?? 0) ^ (1 << bit)
  return bytes.toString('base64')
}

const bitsApart = (one: Buffer, other: Buffer): number => {
  let apart = 0
  for (const [at, byte] of one.entries()) for (let x = byte ^ (other[at] ?? 0); x > 0; x >>= 1) apart += x & 1
  return apart / (8 * one.length)
}

describe('a sealed template', () => {
  // ISO/IEC 24745: two gates’ stores side by side do not tell that one person is in both.
  test('of one face at two gates is as unlike as those of two people', () => {
    const elsewhere = hide(randomBytes(32))
    const draw = () => Float32Array.from({ length: 128 }, () => Math.random() - 0.5)
    const bytesOf = (vector: Float32Array, gateKey: typeof key) => {
      const { sealed, wrappedKey } = sealTemplate(vector, place, gateKey)
      return Buffer.concat([Buffer.from(sealed, 'base64'), Buffer.from(wrappedKey, 'base64')])
    }
    const mean = (pairs: readonly number[]) => pairs.reduce((sum, one) => sum + one, 0) / pairs.length
    const faces = Array.from({ length: 200 }, draw)
    const mated = faces.map((face) => bitsApart(bytesOf(face, key), bytesOf(face, elsewhere)))
    const strange = faces.map((face) => bitsApart(bytesOf(face, key), bytesOf(draw(), elsewhere)))
    // Of some million bits, the two means of what is random differ by less than this in all but one run of a million.
    expect(Math.abs(mean(mated) - mean(strange))).toBeLessThan(0.01)
    expect(mean(mated)).toBeGreaterThan(0.45)
    // A copy at the same gate, sealed again, is no more alike: this measure would see what is alike.
    expect(bitsApart(bytesOf(faces[0] ?? draw(), key), bytesOf(faces[0] ?? draw(), key))).toBeGreaterThan(0.4)
    expect(bitsApart(Buffer.alloc(16), Buffer.alloc(16))).toBe(0)
  })

  test('opens to the same vector', () => {
    fc.assert(
      fc.property(vectors, (vector) => {
        const opened = openTemplate(sealTemplate(vector, place, key), place, key)
        expect(opened.ok && opened.value).toEqual(vector)
      }),
    )
  })

  test('that is bound to a card opens with its secret and the gate’s key together, and with neither alone', () => {
    const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => hide(Buffer.from(bytes)))
    fc.assert(
      fc.property(vectors, secret, secret, (vector, own, other) => {
        const sealed = sealTemplate(vector, place, key, own)
        const opened = openTemplate(sealed, place, key, own)
        expect(opened.ok && opened.value).toEqual(vector)
        expect(openTemplate(sealed, place, key)).toEqual(unreadable)
        expect(openTemplate(sealed, place, hide(randomBytes(32)), own)).toEqual(unreadable)
        // The secret in the key's place, and the other way round.
        expect(openTemplate(sealed, place, own, key)).toEqual(unreadable)
        expect(openTemplate(sealed, place, own)).toEqual(unreadable)
        if (!reveal(other).equals(reveal(own))) expect(openTemplate(sealed, place, key, other)).toEqual(unreadable)
        expect(openTemplate(sealed, { ...place, credential: 'c_neighbour' }, key, own)).toEqual(unreadable)
        // One that is searched is none that is bound, whatever card is shown.
        expect(openTemplate(sealTemplate(vector, place, key), place, key, own)).toEqual(unreadable)
      }),
    )
  })

  test('does not open after any one bit was altered', () => {
    const sealed = sealTemplate(Float32Array.of(0.1, 0.2, 0.3), place, key)
    fc.assert(
      fc.property(fc.constantFrom('sealed', 'wrappedKey'), fc.nat(), fc.nat(7), (what, at, bit) => {
        const altered = { ...sealed, [what]: alter(sealed[what as 'sealed'], at, bit) }
        expect(openTemplate(altered, place, key)).toEqual(unreadable)
      }),
    )
  })

  test('does not open with bytes that are no template', () => {
    const text = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    )
    fc.assert(
      fc.property(text, text, (sealed, wrappedKey) => {
        expect(openTemplate({ sealed, wrappedKey }, place, key)).toEqual(unreadable)
      }),
    )
  })

  test.each([
    ['for another credential', { ...place, credential: 'c_abcdefgi' }, key],
    ['for another model', { ...place, model: 'recommended-2' }, key],
    ['with another key', place, hide(randomBytes(32))],
  ])('does not open %s', (_, otherPlace, otherKey) => {
    expect(openTemplate(sealTemplate(Float32Array.of(1, 0), place, key), otherPlace, otherKey)).toEqual(unreadable)
  })

  test('does not open with the wrapped key of another template', () => {
    const one = sealTemplate(Float32Array.of(1, 0), place, key)
    const two = sealTemplate(Float32Array.of(1, 0), place, key)
    expect(openTemplate({ sealed: one.sealed, wrappedKey: two.wrappedKey }, place, key)).toEqual(unreadable)
  })

  test('never looks the same twice', () => {
    const one = sealTemplate(Float32Array.of(1, 0), place, key)
    const two = sealTemplate(Float32Array.of(1, 0), place, key)
    expect(one.sealed.slice(0, 20)).not.toBe(two.sealed.slice(0, 20))
    expect(one.wrappedKey.slice(-20)).not.toBe(two.wrappedKey.slice(-20))
  })
})

describe('the template key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eg-key-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const digits = randomBytes(32).toString('hex')
  const write = (text: string | Uint8Array, mode = 0o600): string => {
    const file = join(folder, `key-${randomBytes(4).toString('hex')}`)
    writeFileSync(file, text)
    chmodSync(file, mode)
    return file
  }

  test.each(['', '\n', '\r\n'])('is read from a file that ends with %j', (end) => {
    const read = readTemplateKey(write(digits + end))
    expect(read.ok && reveal(read.value).toString('hex')).toBe(digits)
  })

  test('is read in capital digits', () => {
    const read = readTemplateKey(write(digits.toUpperCase()))
    expect(read.ok && reveal(read.value).toString('hex')).toBe(digits)
  })

  test('is read from the credentials of the unit, whatever the mask of their access list', () => {
    writeFileSync(join(folder, 'template.key'), digits)
    chmodSync(join(folder, 'template.key'), 0o440)
    process.env['CREDENTIALS_DIRECTORY'] = folder
    try {
      const read = readTemplateKey(undefined)
      expect(read.ok && reveal(read.value).toString('hex')).toBe(digits)
    } finally {
      delete process.env['CREDENTIALS_DIRECTORY']
    }
  })

  test('is refused when others may read the file', () => {
    expect(readTemplateKey(write(digits, 0o640))).toEqual({ ok: false, code: 'template_key_permissions' })
  })

  test('is missing without a file, and without a place to look', () => {
    expect(readTemplateKey(join(folder, 'absent'))).toEqual({ ok: false, code: 'template_key_missing' })
    expect(readTemplateKey(undefined)).toEqual({ ok: false, code: 'template_key_missing' })
  })

  test('is unreadable when a folder stands there', () => {
    mkdirSync(join(folder, 'folder'), { mode: 0o700 })
    expect(readTemplateKey(join(folder, 'folder'))).toEqual({ ok: false, code: 'template_key_unreadable' })
  })

  test('is malformed with any other content, and the refusal does not quote it', () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.string({ maxLength: 100 }).map((text) => Buffer.from(text)),
    )
    fc.assert(
      fc.property(content, (bytes) => {
        fc.pre(!/^[0-9a-f]{64}\r?\n?$/i.test(Buffer.from(bytes).toString('latin1')))
        expect(readTemplateKey(write(bytes))).toEqual({ ok: false, code: 'template_key_malformed' })
      }),
      { numRuns: 50 },
    )
  })
})
