// The small parts of a pass: its text in a QR, its days, the guard's noon, and what spends a use.

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WallMs } from '../../config/words.ts'
import { nextNoon, readPassDays } from '../../daemon/commands/passes.ts'
import { PASS_TOKEN_BYTES, readPass, spellPass } from '../../drivers/pass/text.ts'

describe('the text of a pass', () => {
  test('gives back its 128 bits, and says nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: PASS_TOKEN_BYTES, maxLength: PASS_TOKEN_BYTES }), (token) => {
        const text = spellPass(token)
        expect(text).toMatch(/^EVG1:[A-Z2-7]{26}$/)
        expect(readPass(text)).toBe(Buffer.from(token).toString('hex'))
      }),
    )
  })

  test('is read in one form only', () => {
    const text = spellPass(randomBytes(PASS_TOKEN_BYTES))
    const others = [
      text.toLowerCase(),
      ` ${text}`,
      `${text}\n`,
      text.slice(0, -1),
      `${text}A`,
      text.replace('EVG1', 'EVG2'),
    ]
    for (const other of others) expect(readPass(other)).toBeUndefined()
    // The last letter holds three bits of the token and two that are nought: of 32 letters eight are ever written.
    const read = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'].filter(
      (last) => readPass(text.slice(0, -1) + last) !== undefined,
    )
    expect(read).toHaveLength(8)
  })

  test.each(['', 'https://pay.example/q?x=1', 'WIFI:S:home;T:WPA;P:secret;;', 'EVG1:'])('%j is no pass', (text) => {
    expect(readPass(text)).toBeUndefined()
  })
})

describe('the days of a pass', () => {
  test('are weekdays, dates, or both', () => {
    expect(readPassDays('3,1,3')).toEqual({ weekdays: [1, 3], dates: [] })
    expect(readPassDays('2026-12-24,2,2026-12-01')).toEqual({ weekdays: [2], dates: ['2026-12-01', '2026-12-24'] })
  })

  test.each(['', '0', '8', 'monday', '1;2', '2026-02-30', '1, 2'])('%j names none', (text) => {
    expect(readPassDays(text)).toBeUndefined()
  })

  test('are at most 31 dates', () => {
    const dates = Array.from({ length: 32 }, (_, n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10))
    expect(readPassDays(dates.slice(1).join(','))).toBeDefined()
    expect(readPassDays(dates.join(','))).toBeUndefined()
  })
})

describe('the guard’s noon', () => {
  const at = (text: string) => Date.parse(text) as WallMs
  test('is today’s until it has come, and then tomorrow’s', () => {
    expect(nextNoon(at('2026-11-28T03:59:59.999Z'), 'Asia/Shanghai')).toBe(at('2026-11-28T04:00:00Z'))
    expect(nextNoon(at('2026-11-28T04:00:00Z'), 'Asia/Shanghai')).toBe(at('2026-11-29T04:00:00Z'))
  })

  test('is noon by the clocks also where they are changed in between', () => {
    // Berlin goes back an hour in the night to 25 October 2026, and forward in the night to 29 March.
    expect(nextNoon(at('2026-10-24T20:00:00Z'), 'Europe/Berlin')).toBe(at('2026-10-25T11:00:00Z'))
    expect(nextNoon(at('2026-03-28T20:00:00Z'), 'Europe/Berlin')).toBe(at('2026-03-29T10:00:00Z'))
  })

  test('is never more than 25 hours away', () => {
    const anywhere = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2035, 0, 1) })
    const zones = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC')
    fc.assert(
      fc.property(anywhere, zones, (now, zone) => {
        const noon = nextNoon(now as WallMs, zone)
        expect(noon).toBeGreaterThan(now)
        expect(noon - now).toBeLessThanOrEqual(25 * 3_600_000)
      }),
    )
  })
})
