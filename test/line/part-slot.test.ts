// When main ends a part that it hears nothing of: judged on a real process, by a clock of the test's.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type MonotonicMs, systemClock } from '../../config/words.ts'
import { hearPart, isAlive, type Slot } from '../../daemon/part-slot.ts'

const STARTED_MS = 60_000

/** A face part that started a minute ago. */
const playSlot = (more: Partial<Slot>): Slot => {
  const child = spawn('sleep', ['60'])
  onTestFinished(() => void child.kill('SIGKILL'))
  const at = (ms: number) => ms as MonotonicMs
  const spec = { part: 'face', entry: pathToFileURL('/none'), args: [], settings: null, devices: [], env: {} } as const
  return {
    ...{ spec, runtimeDirectory: '', events: { onMessage: () => undefined, onPart: () => undefined } },
    clock: { ...systemClock, monotonic: () => at(STARTED_MS) },
    ...{
      closeSocket: () => undefined,
      child,
      link: undefined,
      pid: child.pid,
      ready: false,
      stopping: false,
      devices: [],
    },
    ...{ heardAt: at(0), lostAt: undefined, startedAt: at(0), turn: 0, backoffMs: 100, retry: undefined },
    ...more,
  }
}
const pidOf = ({ pid = 0 }: Slot): number => pid

test('a part whose connection ended a moment ago is let end, or come back, however long ago it started', () => {
  const slot = playSlot({ lostAt: (STARTED_MS - 4000) as MonotonicMs })
  hearPart(slot)
  expect(isAlive(pidOf(slot))).toBe(true)
  expect(slot.child?.killed).toBe(false)
})

test.each([
  ['that neither ended nor came back', { lostAt: (STARTED_MS - 6000) as MonotonicMs }],
  ['that has never come', {}],
])('a part %s is ended', async (_, more) => {
  const slot = playSlot(more)
  const ended = once(slot.child ?? process, 'exit')
  hearPart(slot)
  expect((await ended)[1]).toBe('SIGKILL')
})
