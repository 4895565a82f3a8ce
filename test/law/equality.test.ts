import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { type EqualityEffect, type EqualityState, stepEquality, UNEQUAL_AFTER_MS } from '../../daemon/equality.ts'
import type { DeviceState } from '../../drivers/protocol.ts'

const graceMs = 3_600_000
const devices = (face: boolean, card: boolean): DeviceState[] => [
  { device: 'camera', side: 'entry', state: face ? 'up' : 'down' },
  { device: 'reader', side: 'entry', state: card ? 'up' : 'down' },
  // The door is no way in, and a reader on the other side helps nobody here.
  { device: 'door', side: 'entry', state: 'up' },
  { device: 'exit-reader', side: 'exit', state: 'up' },
]

const play = (looks: readonly { at: number; face: boolean; card: boolean }[]): EqualityEffect[] => {
  let state: EqualityState = new Map()
  const effects: EqualityEffect[] = []
  for (const { at, face, card } of looks) {
    const look = {
      sides: ['entry' as const],
      faceDevices: new Set(['camera']),
      devices: devices(face, card),
      now: at as MonotonicMs,
      graceMs,
    }
    const step = stepEquality(state, look)
    state = step.state
    effects.push(...step.effects)
  }
  return effects
}

describe('P1 at run time', () => {
  test('face alone opens an inequality interval once it lasts longer than a part takes to come back', () => {
    expect(
      play([
        { at: 0, face: true, card: false },
        { at: UNEQUAL_AFTER_MS - 1, face: true, card: false },
      ]),
    ).toEqual([])
    expect(
      play([
        { at: 0, face: true, card: false },
        { at: UNEQUAL_AFTER_MS, face: true, card: false },
      ]),
    ).toEqual([{ kind: 'opened', side: 'entry' }])
  })

  test('the remedy acts at the grace and not a millisecond before, and only once', () => {
    const before = [
      { at: 0, face: true, card: false },
      { at: UNEQUAL_AFTER_MS, face: true, card: false },
      { at: graceMs - 1, face: true, card: false },
    ]
    expect(play(before).map(({ kind }) => kind)).toEqual(['opened'])
    const after = [...before, { at: graceMs, face: true, card: false }, { at: graceMs + 1000, face: true, card: false }]
    expect(play(after).map(({ kind }) => kind)).toEqual(['opened', 'remedy'])
  })

  test('the interval closes when another way is back, and says how long it lasted', () => {
    const looks = [
      { at: 0, face: true, card: false },
      { at: 5000, face: true, card: false },
      { at: 9000, face: true, card: true },
    ]
    expect(play(looks)).toEqual([
      { kind: 'opened', side: 'entry' },
      { kind: 'closed', side: 'entry', lastedMs: 9000, remedied: false },
    ])
  })

  test('a side whose ways are all down is broken, not unequal', () => {
    expect(
      play([
        { at: 0, face: false, card: false },
        { at: 60_000, face: false, card: false },
      ]),
    ).toEqual([])
  })

  test('over any history, intervals open and close in turn and the remedy lies inside one', () => {
    const history = fc.array(
      fc.record({ step: fc.integer({ min: 1, max: 2_000_000 }), face: fc.boolean(), card: fc.boolean() }),
    )
    fc.assert(
      fc.property(history, (steps) => {
        const looks = steps.map((step, n) => ({
          at: steps.slice(0, n + 1).reduce((sum, one) => sum + one.step, 0),
          face: step.face,
          card: step.card,
        }))
        const kinds = play(looks).map(({ kind }) => kind)
        expect(kinds.join(' ')).toMatch(/^((opened( remedy)? closed ?)*(opened( remedy)?)?)?$/)
      }),
      { numRuns: 2000 },
    )
  })
})
