// Scenarios of a door that dies: what its relay does then, and what puts it at rest. Runs inside the machine.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type PlayedMain, waitUntil } from '../drivers/play-main.ts'
import { type Active, createBench, type Driver, type MachineBench, offsets } from './bench.ts'
import { sysfsLine } from './chip.ts'
import type { Scenario } from './scenarios.ts'

const entry = fileURLToPath(new URL('../../drivers/door/rest.ts', import.meta.url))
/** Node takes a second to start here, on a loaded machine ten. */
const START_LIMIT_MS = 40_000
/** After this a relay that has not fallen by itself will not. */
const LEFT_ALONE_MS = 600

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const isReady = (main: PlayedMain) => main.next((message) => message.type === 'ready', START_LIMIT_MS)

export const startDoor = async (bench: MachineBench): Promise<PlayedMain> => {
  const main = await bench.startPart()
  await isReady(main)
  return main
}

/** Somebody leans on the exit button: the relay is energised without main. */
export const press = async (bench: MachineBench): Promise<void> => {
  await bench.drive('exitButton', true)
  await waitUntil('the relay on', bench.relay)
}

/** Gives when. */
const killPressed = async (bench: MachineBench, main: PlayedMain): Promise<number> => {
  await press(bench)
  const at = performance.now()
  main.child.kill('SIGKILL')
  return at
}

const childrenOf = (parent: number | undefined): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/stat`))
    .filter((name) => Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]) === parent)
    .map(Number)

const runRest = async (bench: MachineBench): Promise<{ readonly exitCode: number; readonly said: string }> => {
  const child = spawn(process.execPath, [entry, '--config', bench.configFile], {
    env: { ...process.env, EVENGATE_RUNTIME: bench.runtimeDirectory },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [exitCode] = await once(child, 'close')
  return { exitCode, said }
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

const untilRest = async (bench: MachineBench, since: number, restores = async (): Promise<unknown> => undefined) => {
  const restored = restores()
  while (bench.relay()) {
    if (performance.now() - since > START_LIMIT_MS) throw new Error('the relay is not at rest')
    // Not more often: the machine has one processor.
    await pass(4)
  }
  const tookMs = performance.now() - since
  await restored
  return { relay_at_rest_after_kill_ms: Math.round(tookMs * 10) / 10 }
}

/** As when a whole unit is killed. */
const killWithGuard = async (bench: MachineBench, main: PlayedMain): Promise<void> => {
  const children = childrenOf(main.child.pid)
  equal(children.length, 1)
  for (const pid of children) process.kill(pid, 'SIGKILL')
  await killPressed(bench, main)
  await main.exited()
}

const ofOnoff = (active: Active): readonly Scenario[] => [
  scenario(
    'onoff',
    active,
    'a door killed without its guard leaves the relay on, and rest puts it at rest',
    async (bench) => {
      await using main = await startDoor(bench)
      await killWithGuard(bench, main)
      await pass(LEFT_ALONE_MS)
      equal(bench.relay(), true)
      const figures = await untilRest(bench, performance.now(), () => runRest(bench))
      return { rest_took_ms: figures.relay_at_rest_after_kill_ms }
    },
  ),
  scenario('onoff', active, 'the next start puts a relay at rest that a killed door left on', async (bench) => {
    await using main = await startDoor(bench)
    await killWithGuard(bench, main)
    await bench.drive('exitButton', false)
    equal(bench.relay(), true)
    main.respawn()
    await waitUntil('the relay at rest', () => !bench.relay(), START_LIMIT_MS)
    const seen = await countEnergised(bench, isReady(main))
    equal(seen.energised, 0)
    return undefined
  }),
  scenario('onoff', active, 'the guard outlives the signals that end a unit', async (bench) => {
    await using main = await startDoor(bench)
    await press(bench)
    for (const pid of childrenOf(main.child.pid)) process.kill(pid, 'SIGTERM')
    main.child.kill('SIGKILL')
    await waitUntil('the relay at rest', () => !bench.relay())
    return undefined
  }),
]

const ofBoth = (driver: Driver, active: Active): readonly Scenario[] => [
  // First, because a process that ends in order leaves what it compiled to those that come.
  scenario(driver, active, 'a door that is told to end puts the relay at rest', async (bench) => {
    await using main = await startDoor(bench)
    await press(bench)
    main.child.kill('SIGTERM')
    deepEqual(await main.exited(), { code: 0, signal: null })
    equal(bench.relay(), false)
    equal(sysfsLine(bench.chip.label, offsets.relay).isExported(), false)
    return undefined
  }),
  scenario(driver, active, 'a door killed with the relay on lets it fall', async (bench) => {
    await using main = await startDoor(bench)
    const figures = await untilRest(bench, await killPressed(bench, main))
    ok(figures.relay_at_rest_after_kill_ms <= 250, JSON.stringify(figures))
    return figures
  }),
  scenario(driver, active, 'from power-on until the door is ready the relay is never energised', async (bench) => {
    const main = bench.startPart()
    const { energised, looks } = await countEnergised(bench, main.then(isReady))
    await using _ = await main
    equal(energised, 0)
    ok(looks > 20, `${looks} looks`)
    return { looks }
  }),
]

/** Whatever the polarity. */
const ofRest = (driver: Driver): readonly Scenario[] => [
  scenario(driver, 'high', 'rest leaves the relay of a living door alone', async (bench) => {
    await using main = await startDoor(bench)
    await press(bench)
    equal((await runRest(bench)).exitCode, 3)
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
  ...(['high', 'low'] as const).flatMap((active) => [
    ...ofBoth('gpiochip', active),
    ...ofBoth('onoff', active),
    ...ofOnoff(active),
  ]),
  ...ofRest('gpiochip'),
  ...ofRest('onoff'),
]
