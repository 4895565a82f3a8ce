// Card numbers as lists have them, in every usual form, and the form told by taps.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CardForm,
  cardForms,
  findCommonForms,
  flawOfNumber,
  readCardNumber,
  trimNumber,
} from '../../daemon/roster/card-number.ts'
import { createFormFinder } from '../../daemon/roster/find-form.ts'
import type { CardToken } from '../../daemon/store/lookups.ts'

const read = (cell: string, form: CardForm) => readCardNumber(trimNumber(cell), form)?.toString('hex')

/** A second writing, by arithmetic of its own. */
const write = (bytes: Uint8Array, form: CardForm): string => {
  const ordered = form.endsWith('reversed') ? [...bytes].reverse() : [...bytes]
  if (form.startsWith('hex')) return ordered.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return ordered.reduce((value, byte) => value * 256n + BigInt(byte), 0n).toString()
}

const identifier = fc
  .constantFrom(4, 7)
  .chain((size) => fc.uint8Array({ minLength: size, maxLength: size }))
  // The maker of a seven-byte card is never zero, and a number has no zeros before it to say how long it is.
  .filter((bytes) => (bytes[0] ?? 0) > 0 && (bytes.at(-1) ?? 0) > 0)

test.each([
  ['04A1B2C3', 'hex', '04a1b2c3'],
  ['04:a1:b2:c3', 'hex', '04a1b2c3'],
  ['0x04A1B2C3', 'hex', '04a1b2c3'],
  ['C3B2A104', 'hex_reversed', '04a1b2c3'],
  ['0077705923', 'decimal', '04a1b2c3'],
  ['77705923', 'decimal', '04a1b2c3'],
  ['="0077705923"', 'decimal', '04a1b2c3'],
  ["'0077705923", 'decimal', '04a1b2c3'],
  ['００７７７０５９２３', 'decimal', '04a1b2c3'],
  ['3283263748', 'decimal_reversed', '04a1b2c3'],
  ['04A1B2C3D4E5F6', 'hex', '04a1b2c3d4e5f6'],
  ['1303689068602870', 'decimal', '04a1b2c3d4e5f6'],
] as const)('%s as %s is the card %s', (cell, form, wanted) => {
  expect(read(cell, form)).toBe(wanted)
  expect(flawOfNumber(cell)).toBeUndefined()
})

test('every identifier is read back from each form in which a list may have it', () => {
  fc.assert(
    fc.property(identifier, fc.constantFrom(...cardForms), (bytes, form) => {
      expect(read(write(bytes, form), form)).toBe(Buffer.from(bytes).toString('hex'))
    }),
  )
})

test.each([
  ['1.23457E+15', 'card_number_rounded'],
  ['4E+09', 'card_number_rounded'],
  ['1234567890.0', 'card_number_rounded'],
  ['4A1B2C3', 'card_number_cut'],
  ['123,45678', 'card_number_unknown'],
  ['0000000000', 'card_number_unknown'],
  ['丢失', 'card_number_unknown'],
  ['', 'card_number_unknown'],
])('%s is told as %s', (cell, code) => {
  expect(flawOfNumber(cell)).toBe(code)
})

test('four bytes that look like a rounded number are four bytes', () => {
  expect(flawOfNumber('1e234567')).toBeUndefined()
  expect(read('1e234567', 'hex')).toBe('1e234567')
})

test('one number with letters leaves no decimal form for the list', () => {
  expect(findCommonForms(['12345678', '77705923'])).toEqual([...cardForms])
  expect(findCommonForms(['12345678', '04a1b2c3'])).toEqual(['hex', 'hex_reversed'])
  expect(findCommonForms(['12345678', '777059231'])).toEqual(['decimal', 'decimal_reversed'])
  expect(findCommonForms(['777059231', '04a1b2c3'])).toEqual([])
})

/** In place of the keyed hash: the finder compares and knows no more. */
const token = (bytes: Uint8Array | undefined): CardToken => [{ generation: 1, hash: bytes ?? new Uint8Array() }]

const prepare = (cards: readonly Uint8Array[], form: CardForm) => {
  const numbers = cards.map((card) => write(card, form))
  const forms = findCommonForms(numbers)
  const finder = createFormFinder(forms, cards.length)
  for (const number of numbers) for (const one of forms) finder.add(one, token(readCardNumber(number, one)))
  return finder
}

describe('taps', () => {
  test('of three cards say the true form of any list, or ask for more, and never say another', () => {
    const lists = fc.uniqueArray(identifier, {
      minLength: 3,
      maxLength: 12,
      selector: (bytes) => Buffer.from(bytes).toString('hex'),
    })
    let told = 0
    fc.assert(
      fc.property(lists, fc.constantFrom(...cardForms), (cards, form) => {
        const finder = prepare(cards, form)
        const answers = cards.slice(0, 3).map((card) => finder.tap(token(card)))
        const last = answers.at(-1)
        if (last?.kind === 'form') {
          told += 1
          expect(last.form).toBe(form)
        } else expect(last?.kind).toBe('more')
        for (const answer of answers.slice(0, 2)) expect(answer.kind).toBe('more')
      }),
    )
    expect(told).toBeGreaterThan(80)
  })

  const cards = ['04a1b2c3', '04a1b2c4', '04a1b2c5', '04a1b2c6'].map((hex) => Buffer.from(hex, 'hex'))

  test('of the same card count once', () => {
    const finder = prepare(cards, 'hex')
    for (let times = 0; times < 3; times++)
      expect(finder.tap(token(cards[0]))).toEqual({ kind: 'more', seen: 1, wanted: 3 })
  })

  test('of a stranger’s card say nothing, and eight of them that this is another list', () => {
    const finder = prepare(cards, 'decimal')
    const stranger = token(Buffer.from('deadbeef', 'hex'))
    for (let times = 1; times < 8; times++) expect(finder.tap(stranger).kind).toBe('strange')
    expect(finder.tap(stranger).kind).toBe('disagree')
  })

  test('of cards in two forms find the list mixed', () => {
    const forms: readonly CardForm[] = ['hex', 'hex_reversed']
    const finder = createFormFinder(forms, 2)
    for (const number of ['04a1b2c3', 'c4b2a104'])
      for (const form of forms) finder.add(form, token(readCardNumber(number, form)))
    expect(finder.tap(token(cards[0])).kind).toBe('more')
    expect(finder.tap(token(cards[1])).kind).toBe('disagree')
  })

  test('of one card are enough where the list has one', () => {
    expect(prepare(cards.slice(0, 1), 'hex').tap(token(cards[0]))).toEqual({ kind: 'form', form: 'hex' })
  })
})
