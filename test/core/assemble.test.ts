import { expect, test } from 'vitest'
import type { MonotonicMs, Path } from '../../config/words.ts'
import { assemble, SECOND_FACTOR_WAIT_MS, type TwoFactor } from '../../daemon/core/assemble.ts'

const cardAndCode: TwoFactor = [['card', 'keypad']]
const piece = (path: Path, at: number, who = 'a') => ({ path, at: at as MonotonicMs, who })

test('one reading is one attempt where one proof suffices', () => {
  expect(assemble('entry', [], undefined, piece('card', 0))).toEqual({ kind: 'attempt', pieces: [piece('card', 0)] })
})

test('the first of two factors waits and the second completes the attempt, in either order', () => {
  for (const [first, second] of [
    ['card', 'keypad'],
    ['keypad', 'card'],
  ] as const) {
    const step = assemble('entry', cardAndCode, undefined, piece(first, 0))
    if (step.kind !== 'wait') throw new Error('expected to wait')
    expect(assemble('entry', cardAndCode, step.waiting, piece(second, 100))).toEqual({
      kind: 'attempt',
      pieces: [piece(first, 0), piece(second, 100)],
    })
  }
})

test('a second factor counts up to the limit and not a millisecond later', () => {
  const step = assemble('entry', cardAndCode, undefined, piece('card', 0))
  if (step.kind !== 'wait') throw new Error('expected to wait')
  expect(assemble('entry', cardAndCode, step.waiting, piece('keypad', SECOND_FACTOR_WAIT_MS)).kind).toBe('attempt')
  expect(assemble('entry', cardAndCode, step.waiting, piece('keypad', SECOND_FACTOR_WAIT_MS + 1)).kind).toBe('wait')
})

test('a second person’s first factor displaces the one who waits, who is then judged alone', () => {
  const step = assemble('entry', cardAndCode, undefined, piece('card', 0, 'a'))
  if (step.kind !== 'wait') throw new Error('expected to wait')
  const next = assemble('entry', cardAndCode, step.waiting, piece('card', 50, 'b'))
  expect(next).toMatchObject({ kind: 'wait', judgeAlone: { who: 'a' }, waiting: { first: { who: 'b' } } })
})

test('a path that belongs to no pair does not wait', () => {
  expect(assemble('entry', cardAndCode, undefined, piece('face', 0)).kind).toBe('attempt')
})

test('leaving never waits for a second factor', () => {
  expect(assemble('exit', cardAndCode, undefined, piece('card', 0)).kind).toBe('attempt')
})
