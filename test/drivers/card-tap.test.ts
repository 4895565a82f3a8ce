import { expect, test } from 'vitest'
import { createCalls } from '../../drivers/card/tap.ts'

const LIMIT_MS = 5
const never = () => undefined

test('a call that is not answered in time is late, and still under way', async () => {
  const calls = createCalls()
  const call = calls.begin(LIMIT_MS, never)
  expect(await call.answer).toEqual({ kind: 'late' })
  expect(calls.underWay()).toBe(1)
})

test('a late answer ends the call and changes nothing else', async () => {
  const calls = createCalls()
  let answer: (error: null, value: string) => void = never
  const call = calls.begin<string>(LIMIT_MS, (done) => {
    answer = done
  })
  await call.answer
  answer(null, 'late')
  await call.over
  expect(await call.answer).toEqual({ kind: 'late' })
  expect(calls.underWay()).toBe(0)
})

test('three calls under way are the most', () => {
  const calls = createCalls()
  const full = [1, 2, 3].map(() => {
    calls.begin(LIMIT_MS, never)
    return calls.isFull()
  })
  expect(full).toEqual([false, false, true])
})

test.each([
  ['SCardConnect error: No smart card inserted.(0x8010000C)', true],
  ['SCardConnect error: Card was removed.(0x80100069)', true],
  ['SCardConnect error: Card is unresponsive.(0x80100066)', false],
])('a refused call says whether the card is gone: %s', async (text, gone) => {
  const call = createCalls().begin(LIMIT_MS, (done) => done(new Error(text)))
  expect(await call.answer).toEqual({ kind: 'refused', gone })
})
