import { expect, onTestFinished, test } from 'vitest'
import type { Config } from '../../config/settings.ts'
import type { Mode, MonotonicMs, WallMs } from '../../config/words.ts'
import { keepDoorHours, modeAfterStart } from '../../daemon/door-hours.ts'
import type { Happening } from '../../daemon/happening.ts'

const hoursOf = (days: string) => [{ days, from: '09:00', to: '17:00' }]

/** A gate in Shanghai whose door stands open on these days, at a time that the test turns. */
const playHours = (days: string, start: string) => {
  let now = Date.parse(start)
  let mode: Mode = 'controlled'
  const alarms: string[] = []
  const config = {
    gate: 'south',
    sides: {},
    timeZone: 'Asia/Shanghai',
    clock: { trust: 'always' },
    door: { pulseMs: 400 },
    schedules: [{ id: 'market', hours: hoursOf(days) }],
    openDuring: 'market',
  } as unknown as Config
  const hours = keepDoorHours({
    config,
    clock: { wall: () => now as WallMs, monotonic: () => now as MonotonicMs },
    facts: { lastWall: () => 0 as WallMs, findMode: () => undefined, hasFirstCome: () => false },
    ledger: { record: () => Promise.resolve({ seq: 1 }) },
    announce: (happening: Happening) => {
      if (happening.kind === 'alarm') alarms.push(happening.code)
    },
    mode: () => mode,
    setMode: (next) => {
      mode = next
    },
  })
  onTestFinished(hours.stop)
  return {
    alarms,
    mode: () => mode,
    say: (next: Mode) => {
      mode = next
    },
    turnTo: (iso: string): Mode => {
      now = Date.parse(iso)
      hours.look()
      return mode
    },
  }
}

test('the door opens at the first minute of its hours and closes at the last', () => {
  const { mode, turnTo } = playHours('1-5', '2026-11-16T08:59:59+08:00')
  expect(mode()).toBe('controlled')
  expect(turnTo('2026-11-16T09:00:00+08:00')).toBe('open')
  expect(turnTo('2026-11-16T16:59:59+08:00')).toBe('open')
  expect(turnTo('2026-11-16T17:00:00+08:00')).toBe('controlled')
})

test('closed by hand it stays closed until the next day, and a lockdown is never touched', () => {
  const { say, turnTo } = playHours('1-5', '2026-11-16T10:00:00+08:00')
  say('controlled')
  expect(turnTo('2026-11-16T11:00:00+08:00')).toBe('controlled')
  turnTo('2026-11-16T18:00:00+08:00')
  expect(turnTo('2026-11-17T10:00:00+08:00')).toBe('open')
  say('lockdown')
  expect(turnTo('2026-11-17T17:00:00+08:00')).toBe('lockdown')
  expect(turnTo('2026-11-18T10:00:00+08:00')).toBe('lockdown')
})

test('a year whose holidays nobody has written down is one alarm a month ahead, and closed', () => {
  const { alarms, turnTo } = playHours('workday', '2026-11-28T10:00:00+08:00')
  expect(alarms).toEqual([])
  turnTo('2026-12-02T10:00:00+08:00')
  turnTo('2026-12-03T10:00:00+08:00')
  expect(alarms).toEqual(['holidays_missing'])
  expect(turnTo('2027-03-01T10:00:00+08:00')).toBe('controlled')
})

test('where no schedule asks for workdays, no year is missed', () => {
  const { alarms, turnTo } = playHours('1-7', '2031-03-01T08:00:00+08:00')
  expect(turnTo('2031-03-01T10:00:00+08:00')).toBe('open')
  expect(alarms).toEqual([])
})

test('after a start a lockdown holds, and what held the door open holds only in the same boot', () => {
  expect(modeAfterStart({ mode: 'lockdown', boot: 'a' }, 'b')).toBe('lockdown')
  expect(modeAfterStart({ mode: 'open', boot: 'a' }, 'a')).toBe('open')
  expect(modeAfterStart({ mode: 'open', boot: 'a' }, 'b')).toBe('controlled')
  expect(modeAfterStart({ mode: 'evacuation', boot: 'a' }, 'b')).toBe('controlled')
  expect(modeAfterStart(undefined, 'b')).toBe('controlled')
})
