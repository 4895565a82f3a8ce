// The outlet for alarms by itself: lamp and buzzer at any instant, and what it does when nobody tells it anything any more.

import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { type MonotonicMs, systemClock } from '../../config/words.ts'
import type { FromPart } from '../../drivers/protocol.ts'
import { alarmAt, createAlarmOutlet, HELP_MS } from '../../drivers/signal/alarm.ts'
import { watchMain } from '../../drivers/signal/main-watch.ts'
import { waitUntil } from './play-main.ts'

const at = (ms: number) => ms as MonotonicMs
/** Long enough that a loaded machine can tell main back before it is over. */
const AWAY_MS = 1000

test('without a cause nothing is lit or heard', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.nat(), (sounding, ms) => {
      expect(alarmAt({ standing: false, sounding }, at(0), at(ms))).toEqual({ lamp: false, buzzer: false })
    }),
  )
})

test('acknowledged, the lamp stands and nothing is heard', () => {
  fc.assert(
    fc.property(fc.nat(), (ms) => {
      expect(alarmAt({ standing: true, sounding: false }, at(0), at(ms))).toEqual({ lamp: true, buzzer: false })
    }),
  )
})

test('until then the lamp blinks and the buzzer sounds at once and again', () => {
  const sounding = (ms: number) => alarmAt({ standing: true, sounding: true }, at(0), at(ms))
  expect(sounding(0)).toEqual({ lamp: true, buzzer: true })
  expect(sounding(600)).toEqual({ lamp: false, buzzer: false })
  expect(sounding(1000).lamp).toBe(true)
  expect(sounding(2000).buzzer).toBe(true)
})

const open = () => {
  const said: FromPart[] = []
  let pressed = false
  let now = { lamp: false, buzzer: false, help: false }
  const outputs = {
    set: (on: typeof now) => {
      now = on
    },
    isPressed: () => pressed,
    check: () => undefined,
    close: () => undefined,
  }
  const port = { tell: (message: FromPart) => void said.push(message), clock: systemClock, runtimeDirectory: '' }
  const main = watchMain(systemClock, AWAY_MS)
  const outlet = createAlarmOutlet('entry', outputs, port, main)
  outlet.device.start()
  onTestFinished(() => outlet.device.stop())
  return {
    ...outlet,
    main,
    said,
    now: () => now,
    press: (down: boolean) => {
      pressed = down
    },
  }
}

test('a main that is silent from the start is an alarm, which can be silenced and tells no main of it', async () => {
  const outlet = open()
  await waitUntil('the buzzer', () => outlet.now().buzzer)
  outlet.press(true)
  await waitUntil('silence', () => !outlet.now().buzzer && outlet.now().lamp)
  outlet.press(false)
  expect(outlet.said).toEqual([])
})

test('a main that says that all is well does not end the alarm that it was missing before it has settled', async () => {
  const outlet = open()
  for (let n = 0; n < 3; n++) {
    outlet.main.hear()
    outlet.main.lose()
  }
  await waitUntil('the lamp', () => outlet.now().lamp)
  outlet.main.hear()
  outlet.receive({ type: 'alarm', standing: false, sounding: false })
  expect(outlet.now().lamp).toBe(true)
  const keepAlive = setInterval(outlet.main.hear, 100)
  onTestFinished(() => clearInterval(keepAlive))
  await waitUntil('dark', () => !outlet.now().lamp, 4 * AWAY_MS)
})

test('what main says and what it lacks are silenced by one press, and main is told of its own', async () => {
  const outlet = open()
  outlet.receive({ type: 'alarm', standing: true, sounding: true })
  const away = systemClock.monotonic() + 1.5 * AWAY_MS
  await waitUntil('main missing as well', () => systemClock.monotonic() > away)
  outlet.press(true)
  await waitUntil('main told', () => outlet.said.length > 0)
  expect(outlet.said.map(({ type }) => type)).toEqual(['acknowledged'])
  expect(outlet.now()).toEqual({ lamp: true, buzzer: false, help: false })
})

test('a call for help drives the wire that leads away, and lights and sounds nothing at the gate', () => {
  const outlet = open()
  const before = outlet.now()
  outlet.receive({ type: 'help', at: systemClock.monotonic() })
  expect(outlet.now()).toEqual({ ...before, help: true })
  outlet.press(true)
  expect(outlet.said).toEqual([])
})

test('a call that is a minute old is somebody’s of before', () => {
  const outlet = open()
  outlet.receive({ type: 'help', at: systemClock.monotonic() - HELP_MS })
  expect(outlet.now().help).toBe(false)
})

test('a button held down silences one alarm, not the next', async () => {
  const outlet = open()
  const keepAlive = setInterval(outlet.main.hear, 100)
  onTestFinished(() => clearInterval(keepAlive))
  outlet.receive({ type: 'alarm', standing: true, sounding: true })
  outlet.press(true)
  await waitUntil('silence', () => outlet.said.length === 1)
  outlet.receive({ type: 'alarm', standing: true, sounding: true })
  await waitUntil('the buzzer', () => outlet.now().buzzer)
  expect(outlet.said).toHaveLength(1)
})
