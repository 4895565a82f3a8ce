// The code of a head on the notice board: short, misread by nobody, and no other head's.

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WallMs } from '../../config/words.ts'
import { beginMonth } from '../../daemon/commands/receipts.ts'
import { readHead, spellHead } from '../../daemon/store/head-code.ts'
import { makePlace, mirror, openLedger, openReads, refusal, take } from './place.ts'

const head = fc.record({
  seq: fc.integer({ min: 1, max: 10_000_000 }),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
})

test('a code leads back to its head, in small letters, without dashes and with letters misread too', () => {
  fc.assert(
    fc.property(head, (one) => {
      const code = spellHead(one)
      const [seq = '', ...letters] = code.split('-')
      expect(letters.join('')).not.toMatch(/[ILOU]/)
      const misread = letters.join('').replaceAll('0', 'o').replaceAll('1', 'l')
      for (const typed of [code, code.toLowerCase(), ` ${seq}-${letters.join('')} `, `${seq}-${misread}`]) {
        const read = take(readHead(typed))
        expect([read.seq, read.isOf(one.hash)]).toEqual([one.seq, true])
      }
    }),
  )
})

test('it is that of no head with another bit in the first eighty', () => {
  fc.assert(
    fc.property(head, fc.nat(79), (one, bit) => {
      const other = Uint8Array.from(one.hash)
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(take(readHead(spellHead(one))).isOf(other)).toBe(false)
    }),
  )
})

test('of a thousand slips of the pen at most some fifty pass for a code', () => {
  const one = { seq: 4711, hash: randomBytes(32) }
  const code = spellHead(one)
  let passed = 0
  fc.assert(
    fc.property(fc.nat(code.length - 1), fc.constantFrom(...'23456789ABCDEFGH'), (place, letter) => {
      if (code[place] === '-' || code[place] === letter) return
      if (readHead(code.slice(0, place) + letter + code.slice(place + 1)).ok) passed += 1
    }),
    { numRuns: 1000 },
  )
  // One in 32 by chance, and here four deviations more.
  expect(passed).toBeLessThan(54)
})

test.each(['', '4711', '0-AAAA', 'x-AAAA-AAAA-AAAA-AAAA-A', '4711-AAAA'])('%j is no code', (typed) => {
  expect(refusal(readHead(typed))).toBe('head_malformed')
})

test.each([
  ['Asia/Shanghai', 2026, 11, '2026-10-31T16:00:00.000Z'],
  ['Asia/Shanghai', 2026, 13, '2026-12-31T16:00:00.000Z'],
  ['UTC', 2026, 1, '2026-01-01T00:00:00.000Z'],
  ['America/St_Johns', 2026, 7, '2026-07-01T02:30:00.000Z'],
])('in %s the month %i-%i begins at %s', (zone, year, month, at) => {
  expect(new Date(beginMonth(year, month, zone)).toISOString()).toBe(at)
})

test('the head of a month is its last event’s, whenever it is asked for', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  expect(facts.headBefore(Date.now() as WallMs)).toBeUndefined()
  take(await mirror(opened.ledger))
  for (let n = 0; n < 20; n += 1) await opened.ledger.record({ kind: 'attempt', payload: { n } })
  const events = facts.tailLedger(100)
  for (const { seq, wall } of events) {
    const before = events.findLast((other) => other.wall < wall)
    expect(facts.headBefore(wall)?.seq).toBe(before?.seq)
    expect(seq).toBeGreaterThan(0)
  }
  expect(facts.headBefore((Date.now() + 1000) as WallMs)).toEqual(facts.ledgerHead())
})
