// The outlet for alarms by itself: lamp and buzzer at any instant, and what it does when nobody tells it anything any more.

import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { type MonotonicMs, systemClock } from '../../config/words.ts'
import type { FromPart } from '../../drivers/protocol.ts'
import { alarmAt, createAlarmOutlet } from '../../drivers/signal/alarm.ts'
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
  let now = { lamp: false, buzzer: false }
  const outputs = {
    set: (on: typeof now) => {
      now = on
    },
    isPressed: () => pressed,
    check: () => undefined,
    close: () => undefined,
  }
  const port = { tell: (message: FromPart) => void said.push(message), clock: systemClock, runtimeDirectory: '' }
  const outlet = createAlarmOutlet('entry', outputs, port, AWAY_MS)
  outlet.device.start()
  onTestFinished(() => outlet.device.stop())
  return {
    ...outlet,
    said,
    now: () => now,
    press: (down: boolean) => {
      pressed = down
    },
  }
}

test('a main that does not come back is an alarm, which can be silenced like any other', async () => {
  const outlet = open()
  outlet.loseMain()
  await waitUntil('the buzzer', () => outlet.now().buzzer)
  outlet.press(true)
  await waitUntil('silence', () => outlet.said.length > 0)
  expect(outlet.now()).toEqual({ lamp: true, buzzer: false })
})

test('a main that comes back says what holds, and its absence rings nowhere', async () => {
  const outlet = open()
  outlet.loseMain()
  outlet.receive({ type: 'alarm', standing: false, sounding: false })
  const since = systemClock.monotonic()
  await waitUntil('the time it had', () => systemClock.monotonic() - since > 1.5 * AWAY_MS)
  expect(outlet.now()).toEqual({ lamp: false, buzzer: false })
})

test('a button held down silences one alarm, not the next', async () => {
  const outlet = open()
  outlet.receive({ type: 'alarm', standing: true, sounding: true })
  outlet.press(true)
  await waitUntil('silence', () => outlet.said.length === 1)
  outlet.receive({ type: 'alarm', standing: true, sounding: true })
  await waitUntil('the buzzer', () => outlet.now().buzzer)
  expect(outlet.said).toHaveLength(1)
})
