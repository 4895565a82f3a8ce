// The demo's pure parts: chance from a seed, columns of text, the plan of the sixty, which grants the ledger holds.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createChance } from '../../daemon/demo/chance.ts'
import { planSixty } from '../../daemon/demo/sixty.ts'
import { countRecorded } from '../../daemon/demo/summary.ts'
import { cut, pad, widthOf } from '../../daemon/text.ts'

test('a shuffle keeps everything, and the seed repeats it', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), fc.array(fc.nat(), { maxLength: 100 }), (seed, list) => {
      const shuffled = createChance(seed).shuffle(list)
      expect(shuffled.toSorted()).toEqual(list.toSorted())
      expect(createChance(seed).shuffle(list)).toEqual(shuffled)
    }),
  )
})

test('numbers below a limit are whole and below it', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), fc.integer({ min: 1, max: 1_000_000 }), (seed, limit) => {
      const number = createChance(seed).below(limit)
      expect(Number.isInteger(number) && number >= 0 && number < limit).toBe(true)
    }),
  )
})

test('a padded text is exactly as wide as asked, in Chinese too', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z 李梅门放行]{0,30}$/), fc.integer({ min: 1, max: 40 }), (text, width) => {
      expect(widthOf(pad(text, width))).toBe(width)
      expect(widthOf(cut(text, width))).toBeLessThanOrEqual(width)
    }),
  )
})

test('a Chinese character is two cells wide', () => {
  expect(widthOf('1204 李梅')).toBe(9)
})

test('the sixty come each once, the faces before any card or code on the way in', () => {
  const sixty = Array.from({ length: 60 }, (_, n) => {
    const someone = { id: `r_${n}`, who: `${n}`, card: '04' }
    return n < 50 ? someone : { ...someone, keys: `${n}*1#` }
  })
  const enrolled = sixty.slice(0, 3).map((resident) => ({ resident, person: { enrolment: [], probes: [] } }))
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), (seed) => {
      const plan = planSixty(sixty, enrolled, createChance(seed))
      expect(new Set(plan.map(({ resident }) => resident.id)).size).toBe(60)
      const entering = plan.filter(({ path }) => path !== 'exit').map(({ path }) => path)
      expect(entering.slice(0, 3)).toEqual(['face', 'face', 'face'])
      expect(entering.filter((path) => path === 'keypad').length).toBe(10)
    }),
  )
})

const row = (seq: number, kind: string, payload: Readonly<Record<string, string | number>>) =>
  ({ seq, kind, flags: '', payload }) as const
const granted = { outcome: 'grant', path: 'card' } as const

test('a grant counts as recorded by its number, not by another one', () => {
  const lines = [row(1, 'attempt', { outcome: 'grant' }), row(2, 'attempt', { outcome: 'deny' })]
  expect(countRecorded([{ ...granted, ref: '1' }], lines)).toBe(1)
  expect(countRecorded([{ ...granted, ref: '2' }], lines)).toBe(0)
  expect(countRecorded([{ ...granted, ref: '3' }], lines)).toBe(0)
})

test('a grant whose record came late counts once its row is there and says so', () => {
  const late = { ...granted, ref: 'j-1' }
  const lines = [row(1, 'attempt', { outcome: 'grant' })]
  expect(countRecorded([late], lines)).toBe(0)
  expect(countRecorded([late], [...lines, row(2, 'record_late', { of: 1 })])).toBe(1)
  expect(countRecorded([late], [{ ...row(1, 'attempt', { outcome: 'grant' }), flags: 'journaled' }])).toBe(1)
})

test('an exit button counts by the door’s own event', () => {
  const pressed = { outcome: 'grant', path: 'exit_button' } as const
  expect(countRecorded([pressed], [row(1, 'attempt', { outcome: 'grant' })])).toBe(0)
  expect(countRecorded([pressed], [row(1, 'door', { outcome: 'grant' })])).toBe(1)
})
