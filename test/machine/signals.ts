// Scenarios of lamps, buzzers and the acknowledge button on real lines: the signal's whole process, its lines read from the other end.
// Runs inside the machine.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../config/words.ts'
import { lineFlags, requestLine } from '../../drivers/gpio/kernel.ts'
import { type PlayedMain, playMain, waitUntil } from '../drivers/play-main.ts'
import { type Active, createBench, offsets as doorOffsets } from './bench.ts'
import { type Chip, createChip } from './chip.ts'
import type { Figures, Scenario } from './scenarios.ts'

/** Node takes a second to start here, on a loaded machine ten. */
const START_LIMIT_MS = 40_000
const BACK_LIMIT_MS = 4000

/** From the start of its process. */
const ALONE_MS = 2000

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

/** Chip, name and offset are as the door sees them; the signal part runs beside it. */
const besideDoor = (
  name: string,
  play: (stand: {
    readonly chip: Chip
    readonly sayDoor: (...lines: readonly (string | number)[]) => void
    readonly start: (doorLines?: readonly (string | number)[]) => Promise<PlayedMain>
  }) => Promise<Figures | undefined>,
): Scenario => ({
  name: `signal beside the door: ${name}`,
  run: async (label) => {
    const chip = createChip(label, { [offsets.green]: 'RELAY' })
    for (const offset of Object.values(offsets)) chip.pull(offset, false)
    const runtimeDirectory = mkdtempSync('/run/signal-')
    const figures = await play({
      chip,
      sayDoor: (...lines) => {
        const file = join(runtimeDirectory, 'door.lines.json')
        writeFileSync(`${file}.new`, JSON.stringify({ chip: label, lines }))
        renameSync(`${file}.new`, file)
      },
      start: async (lines) => {
        const more = lines ? { doorLines: { chip: label, lines } } : {}
        const main = await playMain('signal', { ...settingsOf(label, 'high'), ...more }, { runtimeDirectory })
        await main.next((m) => m.type === 'ready', START_LIMIT_MS)
        return main
      },
    })
    chip.remove()
    return figures
  },
})

const STOLEN_LIMIT_MS = 3000
/** Whether an output was driven at any moment; `act` asks for light meanwhile. */
const wasDriven = async (chip: Chip, offset: number, ms: number, act: () => void): Promise<boolean> => {
  const until = performance.now() + ms
  let driven = false
  while (performance.now() < until) {
    act()
    driven ||= chip.level(offset)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return driven
}
const grant = (main: PlayedMain) => () =>
  void main.send({ type: 'sign', side: 'entry', sign: 'granted', at: systemClock.monotonic() })

const ofSparing: readonly Scenario[] = [
  besideDoor(
    'a line that the settings name as the door’s is not driven, under whatever name',
    async ({ chip, start }) => {
      await using main = await start(['RELAY'])
      equal((await main.deviceIs('signal-entry', 'down')).because, 'line_of_door')
      equal(await wasDriven(chip, offsets.green, STOLEN_LIMIT_MS, grant(main)), false)
      return undefined
    },
  ),
  besideDoor('a line that the door itself has named is not driven, though no door lives', async (stand) => {
    stand.sayDoor(offsets.green)
    await using main = await stand.start()
    equal((await main.deviceIs('signal-entry', 'down')).because, 'line_of_door')
    equal(await wasDriven(stand.chip, offsets.green, STOLEN_LIMIT_MS, grant(main)), false)
    return undefined
  }),
  besideDoor(
    'a line that becomes the door’s is let go, and the others light again',
    async ({ chip, sayDoor, start }) => {
      await using main = await start()
      await waitUntil('green', () => {
        grant(main)()
        return chip.level(offsets.green)
      })
      const since = performance.now()
      sayDoor('RELAY')
      let door: ReturnType<typeof requestLine> | undefined
      const takeLine = () => {
        door = requestLine({
          chip: chip.label,
          line: 'RELAY',
          consumer: 'door',
          flags: lineFlags.output,
          debounceMs: 0,
        })
        return door.ok
      }
      await waitUntil('the door has its line', takeLine)
      const tookMs = Math.round(performance.now() - since)
      equal(await wasDriven(chip, offsets.green, STOLEN_LIMIT_MS, grant(main)), false)
      await waitUntil('another lamp', () => {
        main.send({ type: 'sign', side: 'entry', sign: 'denied', at: systemClock.monotonic() })
        return chip.level(offsets.red)
      })
      if (door?.ok) door.value.close()
      return { signal_gives_line_to_door_ms: tookMs }
    },
  ),
]

/** Two whole parts on one chip, a lamp and the relay on one line: the settings of one are wrong. */
const ofBothParts: readonly Scenario[] = [
  {
    name: 'signal beside the door: a door that starts second has its relay’s line, and no light energises it from then on',
    run: async (label) => {
      const bench = createBench('gpiochip', 'high', label)
      const { runtimeDirectory } = bench
      const green = { line: doorOffsets.relay, active: 'high' }
      const sides = [{ side: 'entry', signal: { driver: 'gpiochip', chip: label, green } }]
      await using signal = await playMain('signal', { language: 'en', sides }, { runtimeDirectory })
      await signal.next((m) => m.type === 'ready', START_LIMIT_MS)
      await signal.deviceIs('signal-entry', 'up')
      await using door = await bench.startPart()
      const since = performance.now()
      await door.next((m) => m.type === 'ready', START_LIMIT_MS)
      await door.deviceIs('door', 'up', START_LIMIT_MS)
      const tookMs = Math.round(performance.now() - since)
      equal(await wasDriven(bench.chip, doorOffsets.relay, STOLEN_LIMIT_MS, grant(signal)), false)
      equal((await signal.deviceIs('signal-entry', 'down')).because, 'line_of_door')
      door.child.kill('SIGKILL')
      await door.exited()
      equal(await wasDriven(bench.chip, doorOffsets.relay, STOLEN_LIMIT_MS, grant(signal)), false)
      return { door_has_its_line_from_signal_ms: tookMs }
    },
  },
]

/** As its unit runs it: main's socket is nowhere, its settings were left in a file. */
const ofAlone: readonly Scenario[] = [
  besideDoor('without main the outlet sounds on its wires by itself', async ({ chip }) => {
    const runtimeDirectory = mkdtempSync('/run/alone-')
    const kept = join(runtimeDirectory, 'settings.json')
    writeFileSync(kept, JSON.stringify(settingsOf(chip.label, 'high')))
    const env = {
      EVENGATE_KEPT: kept,
      EVENGATE_SOCKET: join(runtimeDirectory, 'nowhere.sock'),
      EVENGATE_AWAY_MS: String(ALONE_MS),
    }
    const since = performance.now()
    await using main = await playMain('signal', null, { runtimeDirectory, env, asChild: false })
    await waitUntil(
      'lamp and buzzer',
      () => chip.level(offsets.lamp) && chip.level(offsets.alarmBuzzer),
      START_LIMIT_MS,
    )
    ok(performance.now() - since >= ALONE_MS)
    chip.pull(offsets.acknowledge, true)
    const isSteady = async () => !(await wasDriven(chip, offsets.alarmBuzzer, 2500, () => undefined))
    await waitUntil('silence', isSteady, 10_000)
    equal(chip.level(offsets.lamp), true)
    equal(main.child.exitCode, null)
    return undefined
  }),
]

export const signalScenarios: readonly Scenario[] = [
  ...(['high', 'low'] as const).flatMap(ofLamps),
  ...ofAlarm,
  ...ofTrouble,
  ...ofSparing,
  ...ofBothParts,
  ...ofAlone,
]
