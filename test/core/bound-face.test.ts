// A bound face in the pure decision: the second proof of its own card, and of nothing else, whatever the face part says.

import { expect, test } from 'vitest'
import type { MonotonicMs, Path, WallMs } from '../../config/words.ts'
import { decide } from '../../daemon/core/decide.ts'
import type { CredentialFacts, Facts, ProofFacts } from '../../daemon/core/types.ts'

const credential = (
  id: string,
  kind: 'card' | 'pin' | 'face',
  more: Partial<CredentialFacts> = {},
): CredentialFacts => ({
  ...{ id, kind, residentId: 'r_a', revoked: false, lockedOut: false, residentSuspended: false },
  rights: [{ kind: 'always' }],
  ...(kind === 'face' ? { consent: 'current' as const, otherWayLost: false, lookAlike: false } : {}),
  ...more,
})
const face: ProofFacts = {
  path: 'face',
  pathPaused: false,
  credential: credential('c_f', 'face', { boundTo: 'c_own' }),
}
const card = (id: string, residentId = 'r_a'): ProofFacts => ({
  ...{ path: 'card', pathPaused: false },
  credential: credential(id, 'card', { residentId }),
})
const code: ProofFacts = { path: 'keypad', pathPaused: false, codeRight: true, credential: credential('c_p', 'pin') }

const judge = (proofs: readonly ProofFacts[], twoFactor: Facts['twoFactor'] = [], side: 'entry' | 'exit' = 'entry') =>
  decide(
    { gate: 'south', side, at: 0 as MonotonicMs, proofs: proofs.map(({ path }) => ({ path: path as Path }) as never) },
    {
      ...{ mode: 'controlled', wall: 1 as WallMs, clockTrusted: true, timeZone: 'Asia/Shanghai' },
      ...{ controllerFault: false, twoFactor, proofs },
    },
  )

const pairs: Facts['twoFactor'] = [
  ['card', 'face'],
  ['card', 'keypad'],
  ['keypad', 'face'],
]

test('opens beside its own card, in either order', () => {
  expect(judge([card('c_own'), face], pairs)).toMatchObject({ outcome: 'grant' })
  expect(judge([face, card('c_own')], pairs)).toMatchObject({ outcome: 'grant' })
})

test('opens nothing alone, beside a code, beside another card of his, or beside a neighbour’s', () => {
  for (const proofs of [[face], [code, face], [card('c_other'), face], [card('c_other', 'r_b'), face]])
    for (const twoFactor of [[], pairs])
      expect(judge(proofs, twoFactor)).toMatchObject({ outcome: 'deny', reason: 'second_factor_missing' })
})

test('takes nothing from his card and his code', () => {
  expect(judge([card('c_own'), code], pairs)).toMatchObject({ outcome: 'grant' })
  expect(judge([card('c_own')])).toMatchObject({ outcome: 'grant' })
})

test('is noted on the way out, where leaving is never denied', () => {
  expect(judge([face], [], 'exit')).toMatchObject({ outcome: 'grant', notes: ['second_factor_missing'] })
})
