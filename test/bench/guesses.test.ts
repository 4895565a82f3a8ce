import { expect, test } from 'vitest'
import { measureGuesses } from '../../daemon/bench/guesses.ts'

const HOURS = 1.5

test('in an hour and a half of guessing at machine speed, with a restart and a power cut, nobody’s card and no right code is lost or late', {
  timeout: 120_000,
}, async () => {
  const seen = await measureGuesses(HOURS)
  // Ten at full speed, then one every fifteen minutes; a power cut begins no new ten.
  expect(seen.codes_per_credential).toBeGreaterThanOrEqual(10)
  expect(seen.codes_per_credential).toBeLessThanOrEqual(10 + HOURS * 4)
  expect(seen.codes_typed).toBeGreaterThan(20_000)
  expect(seen.honest_codes).toBeGreaterThan(40)
  expect(seen.longest_wait_s).toBeGreaterThan(1)
  expect(seen.longest_wait_s).toBeLessThanOrEqual(10)
  expect(seen).toMatchObject({ card_delay_ms: 0, unanswered: 0 })
})
