// One import at a time, and the one of a command that was killed does not stand in the way for long.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSessions, keepRow, type Sessions, SILENCE_LIMIT_MS, slicesOf } from '../../daemon/roster/session.ts'

let sessions: Sessions
beforeEach(() => {
  vi.useFakeTimers()
  sessions = createSessions()
})
afterEach(() => void vi.useRealTimers())

const begin = (): string => {
  const begun = sessions.begin(['hex'], 3)
  return begun.ok ? begun.value.id : begun.code
}

test('a second import waits for the first', () => {
  const id = begin()
  expect(begin()).toBe('import_open')
  sessions.end(id)
  expect(begin()).toMatch(/^[0-9a-f]{32}$/)
})

test('an import that asks goes on, one that falls silent is over', () => {
  const id = begin()
  vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1)
  expect(sessions.find(id).ok).toBe(true)
  vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1)
  expect(sessions.begin([], 0)).toMatchObject({ code: 'import_open' })
  vi.advanceTimersByTime(1)
  expect(sessions.find(id)).toMatchObject({ ok: false, code: 'import_missing' })
  expect(begin()).toMatch(/^[0-9a-f]{32}$/)
})

test('whoever looks for cards to tap is waited for', () => {
  const id = begin()
  const release = sessions.hold(id)
  vi.advanceTimersByTime(20 * SILENCE_LIMIT_MS)
  expect(sessions.find(id).ok).toBe(true)
  release()
  vi.advanceTimersByTime(SILENCE_LIMIT_MS)
  expect(sessions.find(id).ok).toBe(false)
})

test('the silence of one that is over ends no other', () => {
  const first = begin()
  const release = sessions.hold(first)
  sessions.end(first)
  const second = begin()
  release()
  vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1)
  expect(sessions.find(second).ok).toBe(true)
})

test('rows are given back once each, in the order of their hashes, in slices', () => {
  const begun = sessions.begin(['hex'], 3)
  if (!begun.ok) throw new Error(begun.code)
  const rows = Array.from({ length: 60 }, (_, n) => {
    const hash = Buffer.alloc(32, (n * 37) % 256)
    return { room: String(n), schedule: 'always', cards: n % 10 === 0 ? [] : [{ hash, generation: 1 }] }
  })
  for (const row of rows) keepRow(begun.value, row)
  const slices = [...slicesOf(begun.value)]
  expect(slices.map(({ length }) => length)).toEqual([25, 25, 10])
  const given = slices.flat()
  expect(given.map(({ room }) => room).toSorted()).toEqual(rows.map(({ room }) => room).toSorted())
  const hashes = given.flatMap(({ cards: [card] }) => (card ? [Buffer.from(card.hash).toString('hex')] : []))
  expect(hashes).toEqual(hashes.toSorted())
})
