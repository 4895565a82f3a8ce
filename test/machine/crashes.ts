// Scenarios of a door that dies: what its relay does then, and what puts it at rest. Runs inside the machine.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PlayedMain, waitUntil } from '../drivers/play-main.ts'
import { type Active, createBench, type Driver, type MachineBench, offsets } from './bench.ts'
import { sysfsLine } from './chip.ts'
import type { Scenario } from './scenarios.ts'
import { childrenOf, killWhole, runLockShell, runLockUnit, runRest } from './unit.ts'

/** Node takes a second to start here, on a loaded machine ten. */
export const START_LIMIT_MS = 40_000
/** After this a relay that has not fallen by itself will not. */
const LEFT_ALONE_MS = 600

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const isReady = (main: PlayedMain) => main.next((message) => message.type === 'ready', START_LIMIT_MS)

export const startDoor = async (bench: MachineBench): Promise<PlayedMain> => {
  const main = await bench.startPart()
  await isReady(main).catch(async (error: Error) => {
    const { exitCode, signalCode } = main.child
    await main.stop()
    throw new Error(`${error.message}; exit ${exitCode ?? signalCode}; stderr: ${main.stderr()}`)
  })
  return main
}

/** Somebody leans on the exit button: the relay is energised without main. */
export const press = async (bench: MachineBench): Promise<void> => {
  await bench.drive('exitButton', true)
  await waitUntil('the relay on', bench.relay)
}

/** And lets it go: one opening. */
export const pressOnce = async (bench: MachineBench) => {
  await press(bench)
  await bench.drive('exitButton', false)
  await waitUntil('the relay at rest', () => !bench.relay())
}

/** Gives when. */
const killPressed = async (bench: MachineBench, main: PlayedMain): Promise<number> => {
  await press(bench)
  const at = performance.now()
  main.child.kill('SIGKILL')
  return at
}

/** Looks as often as it can, and at least until `ended`. */
const countEnergised = async (
  bench: MachineBench,
  ended: Promise<unknown>,
): Promise<{ energised: number; looks: number }> => {
  const seen = { energised: 0, looks: 0 }
  const until = { ended: false }
  const end = () => {
    until.ended = true
  }
  ended.then(end, end)
  while (!until.ended) {
    if (bench.relay()) seen.energised++
    seen.looks++
    await pass(1)
  }
  return seen
}

type Play = (bench: MachineBench) => Promise<Readonly<Record<string, number>> | undefined>

export const scenario = (driver: Driver, active: Active, name: string, play: Play): Scenario => ({
  name: `${driver}, active ${active}: ${name}`,
  run: async (label) => {
    const bench = createBench(driver, active, label)
    const figures = await play(bench)
    bench.chip.remove()
    return figures
  },
})

const round = (ms: number) => Math.round(ms * 10) / 10

/** Milliseconds from an instant to the line at rest. */
const untilRest = async (bench: MachineBench, since: number): Promise<number> => {
  while (bench.relay()) {
    if (performance.now() - since > START_LIMIT_MS) throw new Error('the relay is not at rest')
    // Not more often: the machine has one processor.
    await pass(4)
  }
  return round(performance.now() - since)
}

const killWholePressed = async (bench: MachineBench, main: PlayedMain): Promise<void> => {
  equal(childrenOf(main.child.pid).length, 1)
  await press(bench)
  killWhole(main.child.pid)
  await main.exited()
}

const ofOnoff = (active: Active): readonly Scenario[] => [
  scenario('onoff', active, 'a door killed with its guard is put at rest by the lock unit', async (bench) => {
    await using main = await startDoor(bench)
    await press(bench)
    // A service manager hears of it as we do.
    const rested = once(main.child, 'exit').then(() => runLockUnit(bench))
    const since = performance.now()
    killWhole(main.child.pid)
    const figure = await untilRest(bench, since)
    deepEqual((await rested).exitCode, 0)
    return { relay_at_rest_after_kill_ms_onoff_lock_unit: figure }
  }),
  scenario('onoff', active, 'rest alone puts a relay at rest that a killed door left on', async (bench) => {
    await using main = await startDoor(bench)
    await killWholePressed(bench, main)
    await pass(LEFT_ALONE_MS)
    equal(bench.relay(), true)
    equal((await runRest(bench)).exitCode, 0)
    equal(bench.relay(), false)
    return undefined
  }),
  scenario('onoff', active, 'the next start puts a relay at rest that a killed door left on', async (bench) => {
    await using main = await startDoor(bench)
    await killWholePressed(bench, main)
    await bench.drive('exitButton', false)
    equal(bench.relay(), true)
    main.respawn()
    await waitUntil('the relay at rest', () => !bench.relay(), START_LIMIT_MS)
    const seen = await countEnergised(bench, isReady(main))
    equal(seen.energised, 0)
    return undefined
  }),
]

const ofGuard: readonly Scenario[] = [
  scenario('onoff', 'high', 'the guard outlives the signals that end a unit', async (bench) => {
    await using main = await startDoor(bench)
    await press(bench)
    for (const pid of childrenOf(main.child.pid)) process.kill(pid, 'SIGTERM')
    main.child.kill('SIGKILL')
    await waitUntil('the relay at rest', () => !bench.relay())
    return undefined
  }),
  scenario('onoff', 'high', 'a note that is not the door’s moves no line', async (bench) => {
    const { exportLine, number } = sysfsLine(bench.chip.label, offsets.relay)
    exportLine()
    const direction = `/sys/class/gpio/gpio${number}/direction`
    const notes = [
      `1 high ${direction}/../direction`,
      `1 high /run/../${direction}`,
      `1 out ${direction}`,
      `1 high;low ${direction}`,
      `x high ${direction}`,
      `high ${direction}`,
    ]
    for (const note of notes) {
      writeFileSync(join(bench.runtimeDirectory, 'door.rest'), `${note}\n`)
      equal((await runLockShell(bench)).exitCode, 0, note)
      equal(readFileSync(direction, 'utf8'), 'in\n', note)
    }
    return undefined
  }),
]

const ofEnd = (driver: Driver): readonly Scenario[] => [
  // First, because a process that ends in order leaves what it compiled to those that come.
  scenario(driver, 'high', 'a door that is told to end puts the relay at rest', async (bench) => {
    await using main = await startDoor(bench)
    await press(bench)
    main.child.kill('SIGTERM')
    deepEqual(await main.exited(), { code: 0, signal: null })
    equal(bench.relay(), false)
    equal(sysfsLine(bench.chip.label, offsets.relay).isExported(), false)
    return undefined
  }),
]

const ofBoth = (driver: Driver, active: Active): readonly Scenario[] => [
  scenario(driver, active, 'a door killed with the relay on lets it fall', async (bench) => {
    await using main = await startDoor(bench)
    const tookMs = await untilRest(bench, await killPressed(bench, main))
    return { [`relay_at_rest_after_kill_ms_${driver}`]: tookMs }
  }),
  scenario(driver, active, 'before the door starts nobody drives the relay’s line', async (bench) => {
    const board = bench.chip.level(offsets.relay)
    for (const level of [!board, board]) {
      bench.chip.pull(offsets.relay, level)
      equal(bench.chip.level(offsets.relay), level)
    }
    equal(bench.relay(), false)
    return undefined
  }),
  scenario(driver, active, 'from power-on until the door is ready the relay is never energised', async (bench) => {
    const main = bench.startPart()
    const { energised, looks } = await countEnergised(bench, main.then(isReady))
    await using _ = await main
    equal(energised, 0)
    ok(looks > 20, `${looks} looks`)
    return undefined
  }),
]

/** Whatever the polarity. */
const ofRest = (driver: Driver): readonly Scenario[] => [
  scenario(driver, 'high', 'rest leaves the relay of a living door alone', async (bench) => {
    await using main = await startDoor(bench)
    await press(bench)
    equal((await runLockUnit(bench)).exitCode, 3)
    equal(bench.relay(), true)
    equal((await main.ping()).alive.devices[0]?.state, 'up')
    return undefined
  }),
  scenario(driver, 'high', 'rest of a gate where no door ever ran is content', async (bench) => {
    equal((await runRest(bench)).exitCode, 0)
    equal(bench.relay(), false)
    return undefined
  }),
  scenario(driver, 'high', 'rest without its chip says that the relay is not known to be at rest', async (bench) => {
    bench.chip.setLive(false)
    const { exitCode, said } = await runRest(bench)
    equal(exitCode, 1)
    ok(said.includes('chip_missing'), said)
    return undefined
  }),
]

export const crashScenarios: readonly Scenario[] = [
  ...ofEnd('gpiochip'),
  ...ofEnd('onoff'),
  ...(['high', 'low'] as const).flatMap((active) => [
    ...ofBoth('gpiochip', active),
    ...ofBoth('onoff', active),
    ...ofOnoff(active),
  ]),
  ...ofGuard,
  ...ofRest('gpiochip'),
  ...ofRest('onoff'),
]
