import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identifierOf, kindOf } from '../../drivers/card/identifier.ts'

const bytes = (hex: string) => Buffer.from(hex, 'hex')
const anyBytes = fc.uint8Array({ maxLength: 80 })
const endingWell = anyBytes.map((start) => Buffer.concat([start, bytes('9000')]))
const startingWell = anyBytes.map((end) => Buffer.concat([bytes('3b8f8001804f0ca000000306'), end]))

describe('the answer to GET UID', () => {
  test('any bytes give an identifier of 4, 7 or 10 bytes or a code, and never throw', () => {
    fc.assert(
      fc.property(fc.oneof(anyBytes, endingWell), (answer) => {
        const read = identifierOf(answer)
        if (read.ok) expect([8, 14, 20]).toContain(read.value.identifier.length)
        else expect(read.code).toMatch(/^[a-z0-9_]{1,48}$/)
      }),
    )
  })

  test('an identifier of a right length comes out as it was, whatever its bytes', () => {
    const uid = fc.constantFrom(4, 7, 10).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
    fc.assert(
      fc.property(uid, (raw) => {
        expect(identifierOf(Buffer.concat([raw, bytes('9000')]))).toEqual({
          ok: true,
          value: { identifier: Buffer.from(raw).toString('hex'), random: raw.length === 4 && raw[0] === 0x08 },
        })
      }),
    )
  })

  test('any status other than 9000 gives no identifier', () => {
    const status = fc.uint8Array({ minLength: 2, maxLength: 2 }).filter((s) => s[0] !== 0x90 || s[1] !== 0)
    fc.assert(
      fc.property(anyBytes, status, (uid, end) => {
        expect(identifierOf(Buffer.concat([uid, end]))).toEqual({ ok: false, code: 'bad_status' })
      }),
    )
  })

  test.each([
    ['', 'removed_too_soon'],
    ['90', 'short_answer'],
    ['9000', 'short_answer'],
    ['0102039000', 'short_answer'],
    ['01020304059000', 'wrong_length'],
    ['01020304050607089000', 'wrong_length'],
    ['01020304050607080910119000', 'wrong_length'],
    ['6300', 'bad_status'],
  ])('%j is %s', (answer, code) => {
    expect(identifierOf(bytes(answer))).toEqual({ ok: false, code })
  })

  test('08 marks a random identifier of four bytes only', () => {
    expect(identifierOf(bytes('080102039000'))).toMatchObject({ value: { random: true } })
    expect(identifierOf(bytes('080102030405069000'))).toMatchObject({ value: { random: false } })
  })
})

describe('the ATR', () => {
  test('any bytes give a kind or a code, and never throw', () => {
    fc.assert(
      fc.property(fc.oneof(anyBytes, startingWell), (atr) => {
        const kind = kindOf(atr)
        expect(kind.ok ? ['iso14443_3', 'iso14443_4'] : ['not_iso14443']).toContain(kind.ok ? kind.value : kind.code)
      }),
    )
  })

  test.each([
    ['MIFARE Classic 1K', '3b8f8001804f0ca000000306030001000000006a', 'iso14443_3'],
    ['MIFARE Ultralight', '3b8f8001804f0ca0000003060300030000000068', 'iso14443_3'],
    ['DESFire', '3b8180018080', 'iso14443_4'],
    ['a phone', '3b80800101', 'iso14443_4'],
    ['one with 15 historical bytes that is no storage card', `3b8f8001${'41'.repeat(15)}00`, 'iso14443_4'],
  ])('%s is %s', (_, atr, kind) => {
    expect(kindOf(bytes(atr))).toEqual({ ok: true, value: kind })
  })

  test.each([
    ['FeliCa', '3b8f8001804f0ca0000003061100000000000000'],
    ['ISO 15693', '3b8f8001804f0ca0000003060b00140000000077'],
    ['a contact card', '3b021450'],
    ['nothing', ''],
    ['a storage card cut off before its standard', '3b8f8001804f0ca000000306'],
  ])('%s is no card of ours', (_, atr) => {
    expect(kindOf(bytes(atr))).toEqual({ ok: false, code: 'not_iso14443' })
  })
})
