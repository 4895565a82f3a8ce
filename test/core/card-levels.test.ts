// What a card must prove, as a property: by the side's wish and by what the card has proved before, the higher counts; and a message that
// was seen proves no more than the number in it.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CardProof, cardProofs, type MonotonicMs, type WallMs } from '../../config/words.ts'
import { decide } from '../../daemon/core/decide.ts'
import type { Attempt, CredentialFacts, Facts } from '../../daemon/core/types.ts'
import { attemptEffects } from '../../daemon/events.ts'

type Shown = { readonly level?: CardProof; readonly counter?: number }
type Held = Pick<CredentialFacts, 'cardProof' | 'cardCounter'>

const attemptOf = (shown: Shown, side: 'entry' | 'exit' = 'entry'): Attempt => ({
  ...{ gate: 'south', side, at: 1 as MonotonicMs },
  proofs: [{ path: 'card', ...shown }],
})
const factsOf = (held: Held, asked?: CardProof): Facts => ({
  ...{ mode: 'controlled', wall: 1_800_000_000_000 as WallMs, clockTrusted: true, timeZone: 'UTC' },
  ...{ controllerFault: false, twoFactor: [], ...(asked ? { cardProofAsked: asked } : {}) },
  proofs: [
    {
      ...{ path: 'card', pathPaused: false },
      credential: {
        ...{ id: 'c_a', kind: 'card', residentId: 'r_a', revoked: false, lockedOut: false, residentSuspended: false },
        rights: [{ kind: 'always' }],
        ...held,
      },
    },
  ],
})

const level = fc.constantFrom(...cardProofs)
const rank = (one: CardProof): number => cardProofs.indexOf(one)

test('a card opens exactly when it proves as much as is asked and as it has proved before', () => {
  fc.assert(
    fc.property(level, level, fc.constantFrom<CardProof>('identifier', 'authenticated'), (shown, asked, held) => {
      const decision = decide(attemptOf({ level: shown, counter: 7 }), factsOf({ cardProof: held }, asked))
      const isEnough = rank(shown) >= rank(asked) && rank(shown) >= rank(held)
      expect(decision.outcome).toBe(isEnough ? 'grant' : 'deny')
      if (!isEnough) expect(decision.reason).toBe('card_proof_too_weak')
    }),
  )
})

describe('a message with a counter', () => {
  const counter = fc.nat(0xffffff)

  test('opens exactly when its counter is higher than every one before', () => {
    fc.assert(
      fc.property(counter, counter, (seen, shown) => {
        const facts = factsOf({ cardProof: 'identifier', cardCounter: seen })
        const decision = decide(attemptOf({ level: 'sdm', counter: shown }), facts)
        expect(decision.outcome).toBe(shown > seen ? 'grant' : 'deny')
      }),
    )
  })

  test('of a card that has shown one holds it to it: its number alone opens no more', () => {
    const facts = factsOf({ cardProof: 'identifier', cardCounter: 3 })
    expect(decide(attemptOf({}), facts)).toMatchObject({ outcome: 'deny', reason: 'card_proof_too_weak' })
    expect(decide(attemptOf({ level: 'authenticated' }), facts)).toMatchObject({ outcome: 'grant' })
  })

  test('is noted on the exit side and opens all the same', () => {
    const facts = factsOf({ cardProof: 'identifier', cardCounter: 3 })
    expect(decide(attemptOf({ level: 'sdm', counter: 3 }, 'exit'), facts)).toMatchObject({
      outcome: 'grant',
      notes: ['card_proof_too_weak'],
    })
  })

  test('is kept whatever was decided, when it is higher, and never a lower one', () => {
    fc.assert(
      fc.property(counter, counter, (seen, shown) => {
        const attempt = attemptOf({ level: 'sdm', counter: shown })
        const facts = { ...factsOf({ cardCounter: seen }), mode: 'lockdown' as const }
        const { cardCounters = [] } = attemptEffects(attempt, facts, decide(attempt, facts))
        expect(cardCounters).toEqual(shown > seen ? [{ id: 'c_a', counter: shown }] : [])
      }),
    )
  })
})
