// Whose face somebody else enrolled resembles: face alone asks for more, and nothing else does.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs, Path, Side, WallMs } from '../../config/words.ts'
import { decide } from '../../daemon/core/decide.ts'
import type { Attempt, CredentialFacts, Facts } from '../../daemon/core/types.ts'

const credentialOf = (path: Path, lookAlike: boolean): CredentialFacts => ({
  id: `c_${path}`,
  kind: path === 'keypad' ? 'pin' : path,
  residentId: 'r_twin',
  revoked: false,
  lockedOut: false,
  residentSuspended: false,
  rights: [{ kind: 'always' }],
  ...(path === 'face' ? { consent: 'current' as const, lookAlike } : {}),
})

const judge = (paths: readonly Path[], side: Side, lookAlike: boolean, twoFactor: Facts['twoFactor'] = []) => {
  const attempt: Attempt = { gate: 'south', side, at: 0 as MonotonicMs, proofs: paths.map((path) => ({ path })) }
  const proofs = paths.map((path) => ({
    path,
    codeRight: true,
    pathPaused: false,
    credential: credentialOf(path, lookAlike),
  }))
  const circumstances = { mode: 'controlled', wall: 0 as WallMs, clockTrusted: true, timeZone: 'UTC' } as const
  return decide(attempt, { ...circumstances, controllerFault: false, twoFactor, proofs })
}

describe('a look-alike', () => {
  test('does not open by face alone, and is told that a second proof is needed', () => {
    expect(judge(['face'], 'entry', true)).toMatchObject({ outcome: 'deny', reason: 'second_factor_missing' })
    expect(judge(['face'], 'entry', false)).toMatchObject({ outcome: 'grant', reason: 'right' })
  })

  test('opens by face with a card or a code beside it', () => {
    expect(judge(['face', 'card'], 'entry', true)).toMatchObject({ outcome: 'grant' })
    expect(judge(['keypad', 'face'], 'entry', true, [['face', 'keypad']])).toMatchObject({ outcome: 'grant' })
  })

  test('leaves by face alone, and that is noted', () => {
    expect(judge(['face'], 'exit', true)).toMatchObject({
      outcome: 'grant',
      reason: 'exit',
      notes: ['second_factor_missing'],
    })
  })

  test('is judged by everything but a face alone as anybody is', () => {
    const others = fc.constantFrom<Path[]>(
      ['card'],
      ['keypad'],
      ['card', 'keypad'],
      ['card', 'face'],
      ['keypad', 'face'],
    )
    const pairs = fc.constantFrom<Facts['twoFactor']>([], [['card', 'keypad']], [['card', 'face']])
    fc.assert(
      fc.property(others, fc.constantFrom<Side>('entry', 'exit'), pairs, (paths, side, twoFactor) => {
        expect(judge(paths, side, true, twoFactor)).toEqual(judge(paths, side, false, twoFactor))
      }),
    )
  })
})
