import { expect, onTestFinished, test } from 'vitest'
import type { Config } from '../../config/settings.ts'
import type { Mode, MonotonicMs, WallMs } from '../../config/words.ts'
import { keepDoorHours, modeAfterStart } from '../../daemon/door-hours.ts'
import type { Happening } from '../../daemon/happening.ts'

const hoursOf = (days: string) => [{ days, from: '09:00', to: '17:00' }]

/** A gate in Shanghai whose door stands open on these days, at a time that the test turns. */
/** What was recorded is answered before the next turn of the loop. */
const recorded = () => new Promise<void>((resolve) => setImmediate(resolve))

const playHours = async (days: string, start: string, flags: readonly ('stored' | 'lost')[] = []) => {
  const answers = [...flags]
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
    ledger: {
      record: async () => (answers.shift() === 'lost' ? { flag: 'lost' } : { seq: 1 }),
    },
    announce: (happening: Happening) => {
      if (happening.kind === 'alarm') alarms.push(happening.code)
    },
    mode: () => mode,
    setMode: (next) => {
      mode = next
    },
  })
  onTestFinished(hours.stop)
  await recorded()
  return {
    alarms,
    mode: () => mode,
    say: (next: Mode) => {
      mode = next
    },
    turnTo: async (iso: string): Promise<Mode> => {
      now = Date.parse(iso)
      hours.look()
      await recorded()
      return mode
    },
  }
}

test('the door opens at the first minute of its hours and closes at the last', async () => {
  const { mode, turnTo } = await playHours('1-5', '2026-11-16T08:59:59+08:00')
  expect(mode()).toBe('controlled')
  expect(await turnTo('2026-11-16T09:00:00+08:00')).toBe('open')
  expect(await turnTo('2026-11-16T16:59:59+08:00')).toBe('open')
  expect(await turnTo('2026-11-16T17:00:00+08:00')).toBe('controlled')
})

test('closed by hand it stays closed until the next day, and a lockdown is never touched', async () => {
  const { say, turnTo } = await playHours('1-5', '2026-11-16T10:00:00+08:00')
  say('controlled')
  expect(await turnTo('2026-11-16T11:00:00+08:00')).toBe('controlled')
  await turnTo('2026-11-16T18:00:00+08:00')
  expect(await turnTo('2026-11-17T10:00:00+08:00')).toBe('open')
  say('lockdown')
  expect(await turnTo('2026-11-17T17:00:00+08:00')).toBe('lockdown')
  expect(await turnTo('2026-11-18T10:00:00+08:00')).toBe('lockdown')
})

test('a door whose opening the disk does not record stays closed, and opens once it is recorded', async () => {
  const { mode, turnTo } = await playHours('1-5', '2026-11-16T10:00:00+08:00', ['lost', 'lost'])
  expect(mode()).toBe('controlled')
  expect(await turnTo('2026-11-16T10:00:01+08:00')).toBe('controlled')
  expect(await turnTo('2026-11-16T10:00:02+08:00')).toBe('open')
})

test('a year whose holidays nobody has written down is one alarm a month ahead, and closed', async () => {
  const { alarms, turnTo } = await playHours('workday', '2026-11-28T10:00:00+08:00')
  expect(alarms).toEqual([])
  await turnTo('2026-12-02T10:00:00+08:00')
  await turnTo('2026-12-03T10:00:00+08:00')
  expect(alarms).toEqual(['holidays_missing'])
  expect(await turnTo('2027-03-01T10:00:00+08:00')).toBe('controlled')
})

test('where no schedule asks for workdays, no year is missed', async () => {
  const { alarms, turnTo } = await playHours('1-7', '2031-03-01T08:00:00+08:00')
  expect(await turnTo('2031-03-01T10:00:00+08:00')).toBe('open')
  expect(alarms).toEqual([])
})

test('after a start a lockdown holds, and what held the door open holds only in the same boot', () => {
  expect(modeAfterStart({ mode: 'lockdown', boot: 'a' }, 'b')).toBe('lockdown')
  expect(modeAfterStart({ mode: 'open', boot: 'a' }, 'a')).toBe('open')
  expect(modeAfterStart({ mode: 'open', boot: 'a' }, 'b')).toBe('controlled')
  expect(modeAfterStart({ mode: 'evacuation', boot: 'a' }, 'b')).toBe('controlled')
  expect(modeAfterStart(undefined, 'b')).toBe('controlled')
})
