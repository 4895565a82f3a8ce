// A number that nobody has costs the gate what one costs that somebody has: as much is read, and as much written.

import { expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import type { Facts } from '../../daemon/core/types.ts'
import { attemptEffects } from '../../daemon/events.ts'
import { ask, makePlace, openLedger, openReads } from './place.ts'

const attempt = { gate: 'south', side: 'entry', at: 0 as MonotonicMs, proofs: [{ path: 'keypad' }] } as const
const denied = { outcome: 'deny', reason: 'pin_wrong', notes: [], credentialIds: [] } as const
const factsOf = (lockedOut: boolean | undefined, codeRight = false): Facts => {
  const credential = { id: 'c_a', kind: 'pin', residentId: 'r_a', revoked: false, residentSuspended: false, rights: [] }
  const known = lockedOut === undefined ? {} : { credential: { ...credential, lockedOut } }
  return { twoFactor: [], proofs: [{ path: 'keypad', pathPaused: false, codeRight, ...known }] } as unknown as Facts
}

test.each([
  ['of nobody', factsOf(undefined), { standIn: true }],
  ['of somebody', factsOf(false), { wrongCode: ['c_a'] }],
  ['of somebody who is locked out', factsOf(true), { standIn: true }],
  ['that is right', factsOf(false, true), {}],
])('a code %s writes once, or not at all where it opens', (_, facts, effects) => {
  expect(attemptEffects(attempt, facts, denied)).toEqual(effects)
})

test('in an empty store nobody’s number is still nobody’s, and its count is nobody’s', async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  expect(ask(facts, [{ path: 'keypad', number: '12042' }]).proofs[0]).toEqual({
    ...{ path: 'keypad', pathPaused: false, codeRight: false },
  })
  expect(await opened.ledger.record({ kind: 'attempt', payload: {} }, { standIn: true })).toHaveProperty('seq')
})
