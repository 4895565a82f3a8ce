import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import {
  type EqualityEffect,
  type EqualityState,
  type MountedSide,
  resumeInterval,
  SETTLED_AFTER_MS,
  STEADY_AFTER_MS,
  stepEquality,
  UNEQUAL_AFTER_MS,
} from '../../daemon/equality.ts'
import type { DeviceState } from '../../drivers/protocol.ts'

const graceMs = 3_600_000
const entry: MountedSide = {
  side: 'entry',
  devices: { card: ['reader'], keypad: ['pad'], face: ['camera'] },
  twoFactor: [],
}
const exit: MountedSide = {
  side: 'exit',
  devices: { card: ['exit-reader'], keypad: [], face: [] },
  twoFactor: [],
}

/** The ways of the entry that are up at an instant. */
type Look = { readonly at: number; readonly face?: boolean; readonly card?: boolean; readonly keypad?: boolean }

const devices = ({ face = false, card = false, keypad = false }: Look): DeviceState[] => [
  { device: 'camera', side: 'entry', state: face ? 'up' : 'down' },
  { device: 'reader', side: 'entry', state: card ? 'up' : 'down' },
  { device: 'pad', side: 'entry', state: keypad ? 'up' : 'down' },
  // The door is no way in, and a reader on the other side helps nobody here.
  { device: 'door', side: 'entry', state: 'up' },
  { device: 'exit-reader', side: 'exit', state: 'up' },
]

const play = (
  looks: readonly Look[],
  { mounted = [entry, exit], state: before = new Map() }: { mounted?: MountedSide[]; state?: EqualityState } = {},
): EqualityEffect[] => {
  let state = before
  const effects: EqualityEffect[] = []
  for (const look of looks) {
    const step = stepEquality(state, { mounted, devices: devices(look), now: look.at as MonotonicMs, graceMs })
    state = step.state
    effects.push(...step.effects)
  }
  return effects
}
const kindsOf = (effects: readonly EqualityEffect[]) => effects.map(({ kind }) => kind)
const opened = [
  { at: 0, face: true },
  { at: UNEQUAL_AFTER_MS, face: true },
]
/** One look a second, as the daemon does. */
const everySecond = (fromMs: number, toMs: number, look: Omit<Look, 'at'>): Look[] =>
  Array.from({ length: Math.floor((toMs - fromMs) / 1000) }, (_, n) => ({ at: fromMs + n * 1000, ...look }))

describe('P1 at run time: an interval opens', () => {
  test('once face alone lasts longer than a part takes to come back', () => {
    expect(play([...opened.slice(0, 1), { at: UNEQUAL_AFTER_MS - 1, face: true }])).toEqual([])
    expect(play(opened)).toEqual([{ kind: 'opened', side: 'entry' }])
  })

  test('though the reader, or the camera, flickers', () => {
    const flicker = (other: Omit<Look, 'at'>) => [
      { at: 0, face: true },
      { at: 1000, ...other },
      { at: 2000, face: true },
      { at: 3000, face: true },
    ]
    expect(kindsOf(play(flicker({ face: true, card: true })))).toEqual(['opened'])
    expect(kindsOf(play(flicker({})))).toEqual(['opened'])
  })

  test('from when face is alone, not from a blink long before', () => {
    const looks = [{ at: 0, face: true }, ...everySecond(1000, 60_000, {}), { at: 60_000, face: true }]
    expect(play(looks)).toEqual([])
  })

  test('not where all ways are down: that side is broken, not unequal', () => {
    expect(play([{ at: 0 }, { at: 60_000 }])).toEqual([])
  })

  test('for a camera that is called door', () => {
    const mounted = [{ ...entry, devices: { ...entry.devices, face: ['door'] } }]
    expect(kindsOf(play([{ at: 0 }, { at: UNEQUAL_AFTER_MS }], { mounted }))).toEqual(['opened'])
  })

  test('not for a side without face', () => {
    const mounted = [{ ...entry, devices: { ...entry.devices, face: [] } }]
    expect(play(opened, { mounted })).toEqual([])
  })
})

describe('P1 at run time: with two-factor rules', () => {
  const withRules = (...twoFactor: MountedSide['twoFactor'][number][]) => ({ mounted: [{ ...entry, twoFactor }] })
  const twice = (ways: Omit<Look, 'at'>) => [
    { at: 0, ...ways },
    { at: UNEQUAL_AFTER_MS, ...ways },
  ]

  test('another way is a pair without face whose both paths are up', () => {
    const rules = withRules(['card', 'face'], ['card', 'keypad'])
    expect(kindsOf(play(twice({ face: true, card: true }), rules))).toEqual(['opened'])
    expect(play(twice({ face: true, card: true, keypad: true }), rules)).toEqual([])
  })

  test('face that lets nobody pass by itself is not unequal', () => {
    expect(play(twice({ face: true, keypad: true }), withRules(['card', 'face'], ['card', 'keypad']))).toEqual([])
  })
})

describe('P1 at run time: the remedy', () => {
  test('acts at the grace and not a millisecond before, and only once', () => {
    const before = [...opened, { at: graceMs - 1, face: true }]
    expect(kindsOf(play(before))).toEqual(['opened'])
    const after = [...before, { at: graceMs, face: true }, { at: graceMs + 1000, face: true }]
    expect(kindsOf(play(after))).toEqual(['opened', 'remedy'])
  })

  test('comes in its time though the reader was up for moments', () => {
    const hiccup = [
      ...everySecond(10_000, 10_000 + STEADY_AFTER_MS, { face: true, card: true }),
      { at: 10_000 + STEADY_AFTER_MS, face: true },
    ]
    expect(kindsOf(play([...opened, ...hiccup, { at: graceMs, face: true }]))).toEqual(['opened', 'remedy'])
  })

  test('comes in its time though the camera was down meanwhile, and at the grace itself', () => {
    const looks = [...opened, ...everySecond(10_000, 100_000, {}), { at: graceMs }]
    expect(kindsOf(play(looks))).toEqual(['opened', 'remedy'])
  })

  test('waits while another way is up that may have come to stay', () => {
    const looks = [...opened, { at: graceMs, face: true, card: true }]
    expect(kindsOf(play(looks))).toEqual(['opened'])
    expect(kindsOf(play([...looks, { at: graceMs + 1000, face: true }]))).toEqual(['opened', 'remedy'])
  })

  test('is not undone by the camera that dies too', () => {
    const looks = [...opened, { at: graceMs, face: true }, ...everySecond(graceMs + 1000, graceMs + 200_000, {})]
    expect(kindsOf(play(looks))).toEqual(['opened', 'remedy'])
  })
})

describe('P1 at run time: the end', () => {
  test('comes when another way has been up steadily, and says how long face was alone', () => {
    const back = everySecond(9000, 9000 + STEADY_AFTER_MS, { face: true, card: true })
    expect(kindsOf(play([...opened, ...back]))).toEqual(['opened'])
    expect(play([...opened, ...back, { at: 9000 + STEADY_AFTER_MS, face: true, card: true }])).toEqual([
      { kind: 'opened', side: 'entry' },
      { kind: 'closed', side: 'entry', lastedMs: 9000, remedied: false },
    ])
  })

  test('comes for a side where face is not offered any more', () => {
    const state: EqualityState = new Map([['entry', resumeInterval(60_000, true, 0 as MonotonicMs)]])
    const looks = [{ at: 0 }, { at: STEADY_AFTER_MS }]
    expect(play(looks, { mounted: [exit], state })).toEqual([
      { kind: 'closed', side: 'entry', lastedMs: 60_000, remedied: true },
    ])
  })
})

describe('P1 at run time: over a restart', () => {
  const resumed = (lastedMs: number, remedied: boolean) => ({
    state: new Map([['entry', resumeInterval(lastedMs, remedied, 0 as MonotonicMs)]] as const),
  })

  test('the grace goes on from where it was', () => {
    const looks = [
      { at: 59_999, face: true },
      { at: 60_000, face: true },
    ]
    expect(play(looks.slice(0, 1), resumed(graceMs - 60_000, false))).toEqual([])
    expect(kindsOf(play(looks, resumed(graceMs - 60_000, false)))).toEqual(['remedy'])
  })

  test('a grace that is over waits for parts that are only starting', () => {
    const starting = [{ at: 0 }, { at: SETTLED_AFTER_MS - 1, face: true }]
    expect(play(starting, resumed(graceMs * 2, false))).toEqual([])
    expect(play([...starting, { at: SETTLED_AFTER_MS, face: true, card: true }], resumed(graceMs * 2, false))).toEqual(
      [],
    )
    expect(kindsOf(play([...starting, { at: SETTLED_AFTER_MS }], resumed(graceMs * 2, false)))).toEqual(['remedy'])
  })

  test('a remedy is not asked for twice', () => {
    expect(play([{ at: 0, face: true }], resumed(graceMs * 2, true))).toEqual([])
  })

  test('a clock that went back makes the interval no longer than it is', () => {
    expect(play([{ at: graceMs - 1, face: true }], resumed(-1e12, false))).toEqual([])
    expect(kindsOf(play([{ at: graceMs, face: true }], resumed(-1e12, false)))).toEqual(['remedy'])
  })
})

test('over any history, intervals open and close in turn and the remedy lies inside one', () => {
  const history = fc.array(
    fc.record({
      step: fc.integer({ min: 1, max: 2_000_000 }),
      face: fc.boolean(),
      card: fc.boolean(),
      keypad: fc.boolean(),
    }),
  )
  fc.assert(
    fc.property(history, (steps) => {
      let at = 0
      const looks = steps.map(({ step, ...ways }) => {
        at += step
        return { at, ...ways }
      })
      expect(kindsOf(play(looks)).join(' ')).toMatch(/^((opened( remedy)? closed ?)*(opened( remedy)?)?)?$/)
    }),
    { numRuns: 2000 },
  )
})
