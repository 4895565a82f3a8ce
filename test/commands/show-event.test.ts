// One event as a line for people.

import { expect, test } from 'vitest'
import { showEvent, showInstant } from '../../daemon/cli/show-event.ts'

const wall = Date.UTC(2026, 10, 22, 3, 0, 10)
const line = (kind: string, payload: object) =>
  showEvent({ seq: 7, wall, monotonic: 10_000, boot: 'b', kind, flags: '', payload }, 'en')

test('what is empty is left out', () => {
  expect(line('configuration_effective', { gate: 'south', intervals: {}, facePauses: [], because: '' })).toMatch(
    /configuration_effective {2}$/,
  )
})

test('the door’s own moment is an instant of the wall clock', () => {
  expect(line('door', { what: 'exit_button', at: 4000 })).toContain(`at=${showInstant(wall - 6000)}`)
})

test('an end is spelled as an instant too', () => {
  expect(line('consent_recorded', { expiresAt: wall })).toContain(`expiresAt=${showInstant(wall)}`)
})

test('counts stay numbers', () => {
  expect(line('journal_lost', { count: 12 })).toContain('count=12')
})
