import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flawOfCode } from '../../daemon/core/code-rules.ts'

describe('a code to be set', () => {
  test.each([
    ['48392', 'code_too_short'],
    ['', 'code_too_short'],
    ['4839204839201', 'code_too_long'],
    ['48a920', 'code_not_digits'],
    ['777777', 'code_one_digit'],
    ['123456', 'code_run'],
    ['654321', 'code_run'],
    ['567890', 'code_run'],
    ['098765', 'code_run'],
    ['121212', 'code_repeats'],
    ['4714714', 'code_repeats'],
    ['123123', 'code_repeats'],
    ['123321', 'code_repeats'],
    ['112233', 'code_repeats'],
    ['662244', undefined],
    ['100011', 'code_few_digits'],
    ['19850607', 'code_date'],
    ['07061985', 'code_date'],
    ['06171985', 'code_date'],
    ['850617', 'code_date'],
    ['170685', 'code_date'],
    ['061785', 'code_date'],
    ['198506', 'code_date'],
    ['850632', undefined],
    ['19850632', undefined],
    ['900229', undefined],
    ['960229', 'code_date'],
    ['159753', 'code_common'],
    ['5201314', 'code_common'],
    ['483920', undefined],
    ['135791', undefined],
    ['123457', undefined],
  ])('%s: %s', (code, flaw) => {
    expect(flawOfCode(code)).toBe(flaw)
  })

  test.each([
    ['12042', '1204281'],
    ['12042', '412042'],
    ['12042', '9120427'],
    ['4839201', '483920'],
  ])('must not tell its number: %s and %s', (number, code) => {
    expect(flawOfCode(code, number)).toBe('code_is_number')
    expect(flawOfCode(code)).toBeUndefined()
  })
})

/** So few that whoever types a code drawn by lot is hardly ever refused, and a guesser gains next to nothing. */
const REFUSED_MOST = 0.13

test('of all codes of six digits the rules refuse no more than an eighth', () => {
  let refused = 0
  for (let code = 0; code < 1_000_000; code += 7)
    if (flawOfCode(String(code).padStart(6, '0')) !== undefined) refused += 7
  expect(refused / 1_000_000).toBeLessThan(REFUSED_MOST)
  expect(refused / 1_000_000).toBeGreaterThan(0.05)
})

test('whatever is typed, a code that is taken is six to twelve digits, three of them different, and no piece of it comes again and again', () => {
  const typed = fc.oneof(
    fc.string({ maxLength: 14 }),
    fc.stringMatching(/^\d{1,13}$/),
    fc.stringMatching(/^(\d{2,3}){2,4}$/),
  )
  let taken = 0
  fc.assert(
    fc.property(typed, (code) => {
      if (flawOfCode(code) !== undefined) return
      taken++
      expect(code).toMatch(/^\d{6,12}$/)
      expect(new Set(code).size).toBeGreaterThan(2)
      expect(code).not.toMatch(/^(\d+)\1+$/)
    }),
    { numRuns: 2000 },
  )
  expect(taken).toBeGreaterThan(200)
})
