// From when to when a way is timed: the tap, the last key, the first frame in which a face could have been known, to the door.

import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { bucketName, tallyName } from '../../daemon/core/path-counts.ts'
import type { Attempt, Decision, Proof } from '../../daemon/core/types.ts'
import { createPathCounter } from '../../daemon/path-counter.ts'

const AT = 10_000
const at = (ms: number) => ms as MonotonicMs
const grant: Decision = { outcome: 'grant', reason: 'right', residentId: 'r_a', credentialIds: [], notes: [] }

/** The buckets that were counted, once the door has moved 130 ms after the attempt's own moment. */
const timesOf = (...proofs: readonly Proof[]): readonly string[] => {
  const counted: string[] = []
  const counter = createPathCounter(
    () => at(AT),
    (_, path, what) => void counted.push(`${path} ${what}`),
  )
  const attempt: Attempt = { gate: 'south', side: 'entry', at: at(AT), proofs }
  counter.hear({ kind: 'attempt', attempt, decision: grant, record: { ref: '1', kept: 'stored' } })
  counter.hear({ kind: 'door', event: { type: 'door', what: 'relay_on', at: AT + 130, ref: '1' } })
  return counted.filter((one) => one.includes('day_ms_'))
}

describe('the time of a way', () => {
  test('of a card goes from the tap', () => {
    expect(timesOf({ path: 'card' })).toEqual([`card ${bucketName(130)}`])
  })

  test('of a face goes from the first usable frame, not from the deciding one', () => {
    expect(timesOf({ path: 'face', waitedFrom: at(AT - 900) })).toEqual([`face ${bucketName(1030)}`])
  })

  test('of a face whose part says nothing of it goes from the deciding frame, and never from a later one', () => {
    expect(timesOf({ path: 'face' })).toEqual([`face ${bucketName(130)}`])
    expect(timesOf({ path: 'face', waitedFrom: at(AT + 90) })).toEqual([`face ${bucketName(130)}`])
  })

  test('of a face after a card goes from the card, for both', () => {
    expect(timesOf({ path: 'card' }, { path: 'face', waitedFrom: at(AT - 900) })).toEqual([
      `card ${bucketName(130)}`,
      `face ${bucketName(130)}`,
    ])
  })
})

test('a staff card that lets a held door go opens nothing, and is no failure of cards', () => {
  const counted: string[] = []
  let now = AT
  const counter = createPathCounter(
    () => at(now),
    (_, path, what) => void counted.push(`${path} ${what}`),
  )
  const attempt: Attempt = { gate: 'south', side: 'entry', at: at(AT), proofs: [{ path: 'card' }] }
  const tap = (ref: string) =>
    counter.hear({ kind: 'attempt', attempt, decision: grant, record: { ref, kept: 'stored' } })
  tap('1')
  counter.hear({ kind: 'door', event: { type: 'door', what: 'guard_hold_over', at: AT + 5, ref: '1' } })
  // One for which the door never moved is.
  tap('2')
  now += 60_000
  counter.look()
  expect(counted.filter((one) => one === `card ${tallyName('failed')}`)).toHaveLength(1)
})
