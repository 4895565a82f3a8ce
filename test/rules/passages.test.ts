// Who is remembered as having passed, for anti-passback and for schedules that wait for somebody: only who has shown that it was he. While a
// door stands open everybody is granted, and on the way out nearly everybody.

import { describe, expect, test } from 'vitest'
import type { MonotonicMs, WallMs } from '../../config/words.ts'
import { decide } from '../../daemon/core/decide.ts'
import type { Attempt, CredentialFacts, Facts, Proof, ProofFacts } from '../../daemon/core/types.ts'
import { attemptEffects } from '../../daemon/events.ts'

const staff: CredentialFacts = {
  ...{ id: 'c_a', kind: 'card', residentId: 'r_a', revoked: false, lockedOut: false, residentSuspended: false },
  ...{ rights: [{ kind: 'always' }], group: 'staff', cardProof: 'authenticated', cardGeneration: 2 },
}
const proven: Proof = { path: 'card', level: 'authenticated', generation: 2 }

type Case = { readonly proof?: Proof; readonly side?: 'entry' | 'exit'; readonly known?: Partial<ProofFacts> }
const passageOf = (
  change: Partial<CredentialFacts>,
  mode: Facts['mode'],
  { proof = proven, side = 'entry', known = {} }: Case = {},
) => {
  const attempt: Attempt = { gate: 'south', side, at: 1 as MonotonicMs, proofs: [proof] }
  const facts: Facts = {
    ...{ mode, wall: 1_800_000_000_000 as WallMs, clockTrusted: true, timeZone: 'UTC', passback: 'hard' },
    ...{ controllerFault: false, twoFactor: [] },
    proofs: [{ path: proof.path, pathPaused: false, credential: { ...staff, ...change }, ...known }],
  }
  const decision = decide(attempt, facts)
  expect(decision.outcome).toBe('grant')
  return attemptEffects(attempt, facts, decision).passage
}

test('whoever has a right and has proved who he is, is remembered, and his group has come', () => {
  const passage = { keepsSide: true, residentId: 'r_a', first: { group: 'staff' } }
  expect(passageOf({}, 'controlled')).toMatchObject(passage)
  expect(passageOf({}, 'open')).toMatchObject(passage)
  expect(passageOf({ repeatsSide: true }, 'open')).toMatchObject(passage)
})

describe('while the door stands open', () => {
  test('nobody is remembered by a wrong code, a copy of his card or one that has ended', () => {
    const typed = { proof: { path: 'keypad' }, known: { codeRight: false } } as const
    expect(passageOf({ kind: 'pin' }, 'open', typed)).toBeUndefined()
    expect(passageOf({}, 'open', { proof: { path: 'card' } })).toBeUndefined()
    expect(passageOf({ revoked: true }, 'open')).toBeUndefined()
  })

  test('somebody without a right here and now is remembered, and his group has not come by him', () => {
    for (const change of [{ residentSuspended: true }, { rights: [] }, { expiresAt: 1 as WallMs }]) {
      const passage = passageOf(change, 'open')
      expect(passage).toMatchObject({ keepsSide: true, residentId: 'r_a' })
      expect(passage).not.toHaveProperty('first')
    }
  })
})

test('a copy that leaves takes nobody’s place, and a card that never had a key leaves as its holder', () => {
  const copy = { side: 'exit', proof: { path: 'card' } } as const
  expect(passageOf({}, 'controlled', copy)).toBeUndefined()
  const { cardGeneration: _, cardProof: __, ...plain } = staff
  expect(passageOf({ ...plain, cardProof: 'identifier' }, 'controlled', copy)).toMatchObject({ residentId: 'r_a' })
})
