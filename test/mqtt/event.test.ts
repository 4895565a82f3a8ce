// What of the record may go to a broker, as a property: whatever a row holds, only words of ours leave.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs, WallMs } from '../../config/words.ts'
import { denyReasons, grantReasons } from '../../daemon/core/reasons.ts'
import { describeEvent } from '../../daemon/mqtt/event.ts'
import type { LedgerLine } from '../../daemon/store/reads.ts'

const kinds = [
  ...['attempt', 'menu', 'door', 'open', 'inequality_opened', 'inequality_remedy', 'inequality_closed'],
  ...['path_paused', 'path_resumed', 'configuration_effective', 'record_late', 'journal_lost', 'duress'],
]
const officeKinds = [
  ...['household_added', 'resident_added', 'resident_suspended', 'card_added', 'pin_set', 'credential_revoked'],
  ...['consent_recorded', 'consent_confirmed', 'consent_withdrawn', 'templates_added', 'menu'],
]
const fieldNames = [
  ...[
    'gate',
    'side',
    'path',
    'paths',
    'outcome',
    'reason',
    'notes',
    'resident',
    'credentials',
    'what',
    'because',
    'ref',
  ],
  ...['by', 'of', 'count', 'lastedMs', 'remedied', 'at', 'seq', 'kind', 'name', 'score', 'toString', '__proto__'],
]
const ourWords = [
  ...['entry', 'exit', 'card', 'keypad', 'face', 'grant', 'deny', ...denyReasons, ...grantReasons],
  ...[
    'exit_button',
    'fire_on',
    'fire_off',
    'held',
    'held_over',
    'forced',
    'mode_dropped',
    'refused',
    'absent',
    'other',
  ],
]

const line = (kind: string, payload: LedgerLine['payload'], more: Partial<LedgerLine> = {}): LedgerLine => ({
  seq: 7,
  wall: Date.UTC(2026, 0, 2, 3, 4, 5) as WallMs,
  monotonic: 1 as MonotonicMs,
  boot: 'boot',
  kind,
  flags: '',
  ...(payload === undefined ? {} : { payload }),
  ...more,
})

const tell = (kind: string, payload: LedgerLine['payload'], more: Partial<LedgerLine> = {}) => {
  const { topic, payload: text } = describeEvent(line(kind, payload, more))
  return { topic, ...(JSON.parse(text) as Record<string, unknown>) }
}

/** Every text in a value, keys left out. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

const canary = fc.oneof(
  fc.constantFrom('王小明', 'Zhang San', 'r_abcdefgh234567', 'c_zyxwvut765432', '04a1b2c3d4e5f6', '483920', '0.9731'),
  fc.string({ minLength: 1 }),
)
const value = fc.oneof(
  canary,
  fc.constantFrom(...ourWords),
  fc.array(fc.oneof(canary, fc.constantFrom(...ourWords)), { maxLength: 4 }),
  fc.dictionary(fc.constantFrom(...fieldNames), canary, { maxKeys: 3 }),
  fc.double(),
  fc.boolean(),
)
const payload = fc.dictionary(fc.oneof(fc.constantFrom(...fieldNames), canary), value, { maxKeys: 12 })

describe('what leaves the gate', () => {
  test('is words of ours, whatever stands in the row', () => {
    const known = new Set([...kinds, ...ourWords])
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...kinds, ...officeKinds), canary), payload, (kind, given) => {
        const { topic, payload: text } = describeEvent(line(kind, given as NonNullable<LedgerLine['payload']>))
        const { at, ...rest } = JSON.parse(text) as { at: string }
        expect(at).toBe('2026-01-02T03:04:05.000Z')
        expect(textsIn(rest).filter((one) => !known.has(one))).toEqual([])
        expect(known).toContain(topic.replace('event/', ''))
      }),
      { numRuns: 3000 },
    )
  })

  test('of an attempt says the side, the ways, the answer and its reason', () => {
    const given = { gate: 'south', side: 'entry', paths: ['card'], outcome: 'deny', reason: 'credential_revoked' }
    const about = { resident: 'r_abc', credentials: ['c_abc'], notes: ['passback'] }
    expect(tell('attempt', { ...given, ...about })).toEqual({
      topic: 'event/attempt',
      seq: 7,
      at: '2026-01-02T03:04:05.000Z',
      kind: 'attempt',
      side: 'entry',
      paths: ['card'],
      outcome: 'deny',
      reason: 'credential_revoked',
    })
  })

  test('of the door says what it did', () => {
    const told = tell('door', { gate: 'south', what: 'exit_button', outcome: 'grant', reason: 'exit_button', ref: '9' })
    expect(told).toMatchObject({ topic: 'event/door', what: 'exit_button', outcome: 'grant', reason: 'exit_button' })
    expect(told).not.toHaveProperty('ref')
  })

  test('of an inequality says the side, how long and whether it was remedied', () => {
    const told = tell('inequality_closed', { gate: 'south', side: 'exit', lastedMs: 5000, remedied: true })
    expect(told).toMatchObject({ topic: 'event/inequality_closed', side: 'exit', lastedMs: 5000, remedied: true })
  })

  test.each(officeKinds)('of %s says neither what nor about whom', (kind) => {
    expect(tell(kind, { residentId: 'r_abc', side: 'entry', reason: 'right' })).toEqual({
      topic: 'event/other',
      seq: 7,
      at: '2026-01-02T03:04:05.000Z',
      kind: 'other',
    })
  })

  test('of a purged row is its kind, place and time', () => {
    expect(Object.keys(tell('attempt', undefined))).toEqual(['topic', 'seq', 'at', 'kind'])
  })

  test('says when the gate could not wait for the record', () => {
    expect(tell('attempt', {}, { flags: 'journaled' })).toHaveProperty('journaled', true)
  })
})
