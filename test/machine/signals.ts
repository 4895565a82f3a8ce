// Scenarios of lamps, buzzers and the acknowledge button on real lines: the signal's whole process, its lines read from the other end.
// Runs inside the machine.

import { deepEqual, equal } from 'node:assert/strict'
import { systemClock } from '../../config/words.ts'
import { type PlayedMain, playMain, waitUntil } from '../drivers/play-main.ts'
import type { Active } from './bench.ts'
import { type Chip, createChip } from './chip.ts'
import type { Figures, Scenario } from './scenarios.ts'

/** Node takes a second to start here, on a loaded machine ten. */
const START_LIMIT_MS = 40_000
const BACK_LIMIT_MS = 4000

const offsets = { green: 0, red: 1, amber: 2, buzzer: 3, lamp: 4, alarmBuzzer: 5, acknowledge: 6 } as const
const lamps = ['green', 'red', 'amber', 'buzzer'] as const

type Stand = {
  readonly chip: Chip
  readonly main: PlayedMain
  readonly isOn: (name: keyof typeof offsets) => boolean
  readonly sign: (sign: 'granted' | 'denied' | 'use_card_or_code') => boolean
}

const settingsOf = (chip: string, active: Active) => {
  const line = (name: keyof typeof offsets) => ({ line: offsets[name], active })
  const signal = { driver: 'gpiochip', chip, ...Object.fromEntries(lamps.map((name) => [name, line(name)])) }
  const acknowledge = { ...line('acknowledge'), debounceMs: 30 }
  const alarm = { driver: 'gpiochip', chip, lamp: line('lamp'), buzzer: line('alarmBuzzer'), acknowledge }
  return { language: 'en', sides: [{ side: 'entry', signal }], alarm }
}

const scenario = (
  active: Active,
  name: string,
  play: (stand: Stand) => Promise<Figures | undefined>,
  isLive = true,
): Scenario => ({
  name: `signal, active ${active}: ${name}`,
  run: async (label) => {
    const chip = createChip(label)
    // As the wiring holds each line that nobody drives.
    for (const offset of Object.values(offsets)) chip.pull(offset, active === 'low')
    chip.setLive(isLive)
    await using main = await playMain('signal', settingsOf(label, active))
    await main.next((m) => m.type === 'ready', START_LIMIT_MS)
    const figures = await play({
      chip,
      main,
      isOn: (wire) => chip.level(offsets[wire]) === (active === 'high'),
      sign: (sign) => main.send({ type: 'sign', side: 'entry', sign, at: systemClock.monotonic() }),
    })
    await main.stop()
    chip.remove()
    return figures
  },
})

const ofLamps = (active: Active): readonly Scenario[] => [
  scenario(active, 'at the start everything is dark and silent, and every line is up', async ({ main, isOn }) => {
    deepEqual(lamps.filter(isOn), [])
    equal(isOn('lamp') || isOn('alarmBuzzer'), false)
    for (const device of ['signal-entry', 'alarm']) await main.deviceIs(device, 'up')
    return undefined
  }),
  scenario(active, 'granted lights green and sounds, denied then lights red', async ({ isOn, sign }) => {
    sign('granted')
    await waitUntil('green and a tone', () => isOn('green') && isOn('buzzer'))
    await waitUntil('silence', () => !isOn('buzzer') && isOn('green'))
    sign('denied')
    await waitUntil('red', () => isOn('red') && !isOn('green'))
    await waitUntil('dark', () => lamps.every((name) => !isOn(name)))
    return undefined
  }),
  scenario(active, 'a process that is killed goes dark', async ({ main, isOn, sign }) => {
    sign('granted')
    await waitUntil('green', () => isOn('green'))
    const since = performance.now()
    main.child.kill('SIGKILL')
    await main.exited()
    await waitUntil('dark', () => lamps.every((name) => !isOn(name)))
    return { signal_dark_after_kill_ms: Math.round(performance.now() - since) }
  }),
]

const ofAlarm: readonly Scenario[] = [
  scenario('high', 'the button silences the alarm, the lamp stays until it is over', async ({ chip, main, isOn }) => {
    main.send({ type: 'alarm', standing: true, sounding: true })
    await waitUntil('the buzzer', () => isOn('alarmBuzzer'))
    chip.pull(offsets.acknowledge, true)
    await main.next((m) => m.type === 'acknowledged')
    chip.pull(offsets.acknowledge, false)
    equal(isOn('alarmBuzzer'), false)
    equal(isOn('lamp'), true)
    main.send({ type: 'alarm', standing: false, sounding: false })
    await waitUntil('dark', () => !isOn('lamp'))
    return undefined
  }),
]

const ofTrouble: readonly Scenario[] = [
  scenario(
    'high',
    'lamps on a chip that is absent are down, and light when it comes',
    async ({ chip, main, isOn, sign }) => {
      equal((await main.deviceIs('signal-entry', 'down')).because, 'chip_missing')
      sign('granted')
      chip.setLive(true)
      await main.deviceIs('signal-entry', 'up', BACK_LIMIT_MS)
      sign('denied')
      await waitUntil('red', () => isOn('red'))
      return undefined
    },
    false,
  ),
  scenario('high', 'a chip that vanishes under a lit lamp is taken up again', async ({ chip, main, isOn, sign }) => {
    sign('granted')
    await waitUntil('green', () => isOn('green'))
    chip.setLive(false)
    await main.deviceIs('signal-entry', 'down')
    chip.setLive(true)
    await main.deviceIs('signal-entry', 'up', BACK_LIMIT_MS)
    sign('denied')
    await waitUntil('red', () => isOn('red'))
    equal(main.child.exitCode, null)
    return undefined
  }),
]

export const signalScenarios: readonly Scenario[] = [
  ...(['high', 'low'] as const).flatMap(ofLamps),
  ...ofAlarm,
  ...ofTrouble,
]
