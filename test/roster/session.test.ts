// One import at a time, and the one of a command that was killed does not stand in the way for long.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSessions, type Sessions, SILENCE_LIMIT_MS } from '../../daemon/roster/session.ts'

let silent = 0
let sessions: Sessions
beforeEach(() => {
  vi.useFakeTimers()
  silent = 0
  sessions = createSessions(() => {
    silent += 1
  })
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

test('an import that asks goes on, one that falls silent is over and said so once', () => {
  const id = begin()
  vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1)
  expect(sessions.find(id).ok).toBe(true)
  vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1)
  expect(silent).toBe(0)
  vi.advanceTimersByTime(1)
  expect(silent).toBe(1)
  expect(sessions.find(id)).toMatchObject({ ok: false, code: 'import_missing' })
  expect(begin()).toMatch(/^[0-9a-f]{32}$/)
})

test('whoever looks for cards to tap is waited for', () => {
  const id = begin()
  const release = sessions.hold(id)
  vi.advanceTimersByTime(20 * SILENCE_LIMIT_MS)
  expect(silent).toBe(0)
  release()
  vi.advanceTimersByTime(SILENCE_LIMIT_MS)
  expect(silent).toBe(1)
})

test('the silence of one that is over ends no other', () => {
  const first = begin()
  const release = sessions.hold(first)
  sessions.end(first)
  const second = begin()
  release()
  vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1)
  expect(sessions.find(second).ok).toBe(true)
  expect(silent).toBe(0)
})
