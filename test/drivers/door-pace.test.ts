// An input that chatters at 1 kHz wakes the door a hundred times a second at most, and its last move is never lost.

import { expect, test } from 'vitest'
import { createPace, WAKE_GAP_MS } from '../../drivers/door/pace.ts'
import { waitUntil } from './play-main.ts'

const CHATTER_MS = 300

test('a chattering input wakes no more often than its gap, and once more after the last move', async () => {
  let woken = 0
  let seen = 0
  let moves = 0
  const move = createPace(() => {
    woken++
    seen = moves
  })
  const since = performance.now()
  while (performance.now() < since + CHATTER_MS) {
    moves++
    move()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await waitUntil('the last move seen', () => seen === moves)
  expect(moves).toBeGreaterThan(2)
  expect(woken).toBeLessThanOrEqual((performance.now() - since) / (WAKE_GAP_MS - 1) + 2)
})

test('the first move wakes at once', () => {
  let woken = 0
  createPace(() => woken++)()
  expect(woken).toBe(1)
})
