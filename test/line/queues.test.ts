import { expect, test } from 'vitest'
import { hide, type MonotonicMs, type WallMs } from '../../config/words.ts'
import { createCardWindow } from '../../daemon/card-window.ts'
import { isClockTrusted } from '../../daemon/clock.ts'
import { createReadingQueues } from '../../daemon/reading-queues.ts'
import type { Reading } from '../../drivers/protocol.ts'

const reading = (device: string, at: number): Reading => ({
  type: 'reading',
  path: 'card',
  device,
  at: at as MonotonicMs,
  card: { kind: 'iso14443_3', identifier: '04aabbcc', random: false },
})

test('a device that floods loses its own readings, and another device’s pass at once', async () => {
  const taken: string[] = []
  const floods: string[] = []
  const held = Promise.withResolvers<void>()
  const queues = createReadingQueues(
    async ({ device, at }) => {
      if (device === 'slow') await held.promise
      taken.push(`${device}${at}`)
    },
    { onFlood: (device) => floods.push(device), onFault: () => undefined },
  )
  for (let n = 0; n < 20; n++) queues.put(reading('slow', n))
  queues.put(reading('quick', 0))
  await Promise.resolve()
  expect(taken).toEqual(['quick0'])
  expect(floods).toHaveLength(12)
  held.resolve()
  await queues.settle()
  expect(taken).toEqual(['quick0', ...Array.from({ length: 8 }, (_, n) => `slow${n}`)])
})

test('a reading that throws is a fault and the next one is taken all the same', async () => {
  const faults: string[] = []
  const taken: number[] = []
  const queues = createReadingQueues(
    async ({ at }) => {
      if (at === 0) throw new Error('boom')
      taken.push(at)
    },
    { onFlood: () => undefined, onFault: (code) => faults.push(code) },
  )
  queues.put(reading('a', 0))
  queues.put(reading('a', 1))
  await queues.settle()
  expect(faults).toEqual(['reading_failed'])
  expect(taken).toEqual([1])
})

const token = (byte: number) => hide([{ generation: 1, hash: Buffer.alloc(32, byte) }])

test('a new card is taken after two taps of the same one, and a neighbour’s tap between them begins anew', async () => {
  const window = createCardWindow(() => false)
  let firstTaps = 0
  const found = window.open(
    () => firstTaps++,
    () => undefined,
  )
  for (const [n, byte] of [1, 2, 1, 1].entries()) window.see(token(byte), (n * 1000) as MonotonicMs, 'gate')
  expect((await found)?.[0]?.hash).toEqual(Buffer.alloc(32, 1))
  expect(firstTaps).toBe(3)
  expect(window.isOpen()).toBe(false)
})

test('a window ends without a card when its caller goes away', async () => {
  const window = createCardWindow(() => false)
  let leave: () => void = () => undefined
  const found = window.open(
    () => undefined,
    (listener) => {
      leave = listener
    },
  )
  window.see(token(1), 0 as MonotonicMs, 'gate')
  leave()
  expect(await found).toBeUndefined()
  window.see(token(1), 1000 as MonotonicMs, 'gate')
  expect(window.isOpen()).toBe(false)
})

test('a card that flutters at the edge of the field has been tapped once', async () => {
  const window = createCardWindow(() => false)
  let leave: () => void = () => undefined
  const found = window.open(
    () => undefined,
    (listener) => {
      leave = listener
    },
  )
  for (const ms of [0, 100, 300]) window.see(token(1), ms as MonotonicMs, 'gate')
  leave()
  expect(await found).toBeUndefined()
})

test('a caller who hangs up late does not close the window of the next', async () => {
  const window = createCardWindow(() => false)
  let leaveLate: () => void = () => undefined
  const first = window.open(
    () => undefined,
    (listener) => {
      leaveLate = listener
    },
  )
  for (const ms of [0, 1000]) window.see(token(1), ms as MonotonicMs, 'gate')
  await first
  const second = window.open(
    () => undefined,
    () => undefined,
  )
  leaveLate()
  expect(window.isOpen()).toBe(true)
  for (const ms of [2000, 3000]) window.see(token(2), ms as MonotonicMs, 'gate')
  expect((await second)?.[0]?.hash).toEqual(Buffer.alloc(32, 2))
})

test('a clock behind our own record is not trusted, whoever vouches for it', () => {
  const recorded = 1_800_000_000_000 as WallMs
  expect(isClockTrusted('always', recorded, recorded)).toBe(true)
  expect(isClockTrusted('always', (recorded - 59_000) as WallMs, recorded)).toBe(true)
  expect(isClockTrusted('always', (recorded - 61_000) as WallMs, recorded)).toBe(false)
})
