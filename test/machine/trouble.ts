// Scenarios of lines that do not behave: absent, lost, owned by others, moved by others, chattering. Runs inside the machine.

import { equal, ok } from 'node:assert/strict'
import { systemClock } from '../../config/words.ts'
import { UNLOCK_GRACE_MS } from '../../drivers/door/machine.ts'
import { lineFlags, requestLine } from '../../drivers/gpio/kernel.ts'
import type { DoorEvent } from '../../drivers/protocol.ts'
import { levelsOf } from '../drivers/door-hardware-contract.ts'
import { type PlayedMain, waitUntil } from '../drivers/play-main.ts'
import { type Driver, type MachineBench, offsets, openDriver } from './bench.ts'
import { sysfsLine } from './chip.ts'
import { pressOnce, START_LIMIT_MS, scenario, startDoor } from './crashes.ts'
import type { Scenario } from './scenarios.ts'

/** The driver tries each second; the door looks four times a second. */
const BACK_LIMIT_MS = 4000
/** As the design has it for an absent device. */
const GONE_LIMIT_MS = 5000

const faultOf = async (main: PlayedMain) => (await main.deviceIs('door', 'down', GONE_LIMIT_MS)).because
const isBack = (main: PlayedMain) => main.deviceIs('door', 'up', BACK_LIMIT_MS)
/** A line held through the character device by another program. */
const holdLine = (bench: MachineBench, offset: number) => {
  const held = requestLine({
    chip: bench.chip.label,
    line: offset,
    consumer: 'another program',
    flags: lineFlags.input,
    debounceMs: 0,
  })
  if (!held.ok) throw new Error(held.code)
  return held.value
}

const absent = (driver: Driver): readonly Scenario[] => [
  scenario(driver, 'high', 'a door whose chip is absent lives, says so, and works when it comes', async (bench) => {
    bench.chip.setLive(false)
    await using main = await startDoor(bench)
    equal(await faultOf(main), 'chip_missing')
    bench.chip.setLive(true)
    await isBack(main)
    await pressOnce(bench)
    return undefined
  }),
  scenario(
    driver,
    'high',
    'a chip that vanishes under an energised relay and comes back is taken up again',
    async (bench) => {
      await using main = await startDoor(bench)
      const { pid } = main.child
      await bench.drive('fire', true)
      await waitUntil('the relay on', bench.relay)
      bench.chip.setLive(false)
      const because = await faultOf(main)
      ok(because === 'chip_lost' || because === 'chip_missing', because)
      bench.chip.setLive(true)
      await bench.drive('fire', true)
      await waitUntil('released by fire again', bench.relay, BACK_LIMIT_MS)
      await isBack(main)
      await bench.drive('fire', false)
      await waitUntil('the relay at rest', () => !bench.relay())
      await pressOnce(bench)
      equal(main.child.exitCode, null)
      equal(main.child.pid, pid)
      return undefined
    },
  ),
]

const owned = (driver: Driver): readonly Scenario[] => [
  scenario(driver, 'high', 'a relay owned by another program is a fault that ends when it lets go', async (bench) => {
    const held = holdLine(bench, offsets.relay)
    await using main = await startDoor(bench)
    equal(await faultOf(main), 'line_busy')
    held.close()
    await isBack(main)
    await pressOnce(bench)
    return undefined
  }),
  scenario(driver, 'high', 'a contact owned by another program takes no exit button along', async (bench) => {
    const held = holdLine(bench, offsets.contact)
    await using main = await startDoor(bench)
    equal(await faultOf(main), 'line_busy')
    await pressOnce(bench)
    held.close()
    await isBack(main)
    return undefined
  }),
]

const ofGpiochip: readonly Scenario[] = [
  scenario(
    'gpiochip',
    'high',
    'two doors on one line: the second has none of it until the first ends',
    async (bench) => {
      await using first = await startDoor(bench)
      const second = await openDriver(bench.settings)
      const levels = levelsOf(second)
      equal('fault' in levels && levels.fault, 'line_busy')
      equal(second.setRelay(true).kind, 'fault')
      equal(bench.relay(), false)
      await pressOnce(bench)
      await first.stop()
      await waitUntil('the second has the line', () => !('fault' in levelsOf(second)), BACK_LIMIT_MS)
      await second.close()
      return undefined
    },
  ),
  scenario('gpiochip', 'high', 'a line held by sysfs is a fault that names who holds it', async (bench) => {
    const other = sysfsLine(bench.chip.label, offsets.relay)
    other.exportLine()
    await using main = await startDoor(bench)
    equal(await faultOf(main), 'line_busy')
    ok(main.stderr().includes('"owner":"sysfs"'), main.stderr())
    other.unexport()
    await isBack(main)
    return undefined
  }),
  scenario(
    'gpiochip',
    'high',
    'two drivers on one line: onoff has none of what a gpiochip door holds',
    async (bench) => {
      await using main = await startDoor(bench)
      const settings = { ...bench.settings, driver: 'onoff', relay: { line: offsets.relay, active: 'high' } } as const
      const second = await openDriver(settings, bench.runtimeDirectory)
      const levels = levelsOf(second)
      equal('fault' in levels && levels.fault, 'line_busy')
      equal(second.setRelay(true).kind, 'fault')
      equal(bench.relay(), false)
      await second.close()
      await pressOnce(bench)
      equal((await main.ping()).alive.devices[0]?.state, 'up')
      return undefined
    },
  ),
  scenario(
    'gpiochip',
    'high',
    'a contact that never moves ends no pulse, and one that moves alone is forced',
    async (bench) => {
      await using main = await startDoor(bench)
      const tells = (what: DoorEvent['what']) =>
        main.next((message): message is DoorEvent => message.type === 'door' && message.what === what)
      main.send({ type: 'open', ref: 'g1', pulseMs: 300, issuedAt: systemClock.monotonic() })
      await tells('relay_on')
      await tells('relay_off')
      equal(bench.relay(), false)
      equal(
        main.messages.some((message) => message.type === 'door' && message.what === 'opened'),
        false,
      )
      await new Promise((resolve) => setTimeout(resolve, 2 * UNLOCK_GRACE_MS))
      await bench.drive('contact', true)
      await tells('forced')
      equal(bench.relay(), false)
      await pressOnce(bench)
      return undefined
    },
  ),
  scenario('gpiochip', 'high', 'a line shows who holds it, by the name of the door', async (bench) => {
    const door = await bench.open()
    const again = requestLine({
      chip: bench.chip.label,
      line: 'RELAY',
      consumer: '',
      flags: lineFlags.input,
      debounceMs: 0,
    })
    equal(again.ok ? '' : again.detail, 'evengate-relay')
    await door.close()
    return undefined
  }),
  scenario('gpiochip', 'high', 'a pull that is asked for reaches the pin', async (bench) => {
    const { fire, ...settings } = bench.settings
    if (!fire) throw new Error('no fire input')
    const door = await openDriver({ ...settings, fire: { ...fire, bias: 'pull-up' } })
    equal(bench.chip.level(offsets.fire), true)
    await door.close()
    return undefined
  }),
  scenario('gpiochip', 'high', 'a name that no line has is said', async (bench) => {
    const door = await openDriver({ ...bench.settings, relay: { line: 'GPIO99', active: 'high' } })
    const levels = levelsOf(door)
    equal('fault' in levels && levels.fault, 'line_missing')
    await door.close()
    return undefined
  }),
]

const ofOnoff: readonly Scenario[] = [
  scenario('onoff', 'high', 'a relay that another program energises is put at rest at the next look', async (bench) => {
    await using _ = await startDoor(bench)
    sysfsLine(bench.chip.label, offsets.relay).write(true)
    equal(bench.relay(), true)
    const since = performance.now()
    await waitUntil('the relay at rest', () => !bench.relay(), 1000)
    return { put_back_ms: Math.round(performance.now() - since) }
  }),
  scenario('onoff', 'high', 'a line given by name is refused, for sysfs knows none', async (bench) => {
    const door = await openDriver({ ...bench.settings, relay: { line: 'RELAY', active: 'high' } })
    const levels = levelsOf(door)
    equal('fault' in levels && levels.fault, 'line_needs_offset')
    await door.close()
    return undefined
  }),
]

/** Longer than every pulse and every silence that ends something. */
const BURNS_MS = 2500

const ofBoth = (driver: Driver): readonly Scenario[] => [
  scenario(
    driver,
    'high',
    'a fire input that flickers releases each time and leaves the relay as it ends',
    async (bench) => {
      await using main = await startDoor(bench)
      for (let n = 0; n < 8; n++) {
        await bench.drive('fire', true)
        await waitUntil('released', bench.relay)
        await bench.drive('fire', false)
        await waitUntil('at rest', () => !bench.relay())
      }
      await bench.drive('fire', true)
      await waitUntil('released', bench.relay)
      equal((await main.ping()).alive.devices[0]?.state, 'up')
      return undefined
    },
  ),
  scenario(driver, 'high', 'nothing locks the door while it burns', async (bench) => {
    await using main = await startDoor(bench)
    await bench.drive('fire', true)
    await waitUntil('released', bench.relay)
    main.send({ type: 'mode', mode: 'lockdown' })
    main.send({ type: 'open', ref: 'g1', pulseMs: 100, issuedAt: systemClock.monotonic() })
    await bench.drive('exitButton', true)
    await bench.drive('exitButton', false)
    const until = performance.now() + BURNS_MS
    await main.goAway()
    while (performance.now() < until) {
      equal(bench.relay(), true)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    return undefined
  }),
  scenario(driver, 'high', 'a door without the right to its chip says so and lives', async (bench) => {
    // As a user of no group that may.
    await using main = await bench.startPart('as-nobody.ts')
    await waitUntil('the fault in the log', () => main.stderr().includes('"because":"gpio_forbidden"'), START_LIMIT_MS)
    equal(bench.relay(), false)
    equal(main.child.exitCode, null)
    return undefined
  }),
]

export const lineScenarios: readonly Scenario[] = [
  ...absent('gpiochip'),
  ...absent('onoff'),
  ...owned('gpiochip'),
  ...owned('onoff'),
  ...ofGpiochip,
  ...ofOnoff,
  ...ofBoth('gpiochip'),
  ...ofBoth('onoff'),
]
