// Scenarios of a door under strain: an input that chatters, and the exit button's time while nobody else is there. Runs inside the
// machine.

import { ok } from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { waitUntil } from '../drivers/play-main.ts'
import { createBench, type Driver, type MachineBench, offsets } from './bench.ts'
import type { Chatter } from './chatter.ts'
import { pressOnce, startDoor } from './crashes.ts'
import type { Scenario } from './scenarios.ts'

/** Processor time that a process took so far; what others take from the machine itself counts as well. */
const cpuMs = (pid: number | undefined): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const TICK_MS = 10
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** How often the threads of a process went to sleep so far, each time to be woken by something. */
const countSleeps = (pid: number | undefined): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8'))
    .reduce((sum, status) => sum + Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1]), 0)

const CHATTER_MS = 3000
const PING_LIMIT_MS = 5000

const chatter = async (bench: MachineBench, offset: number): Promise<number> => {
  const workerData: Chatter = { pullFile: bench.chip.pullFile(offset), lastsMs: CHATTER_MS }
  const [moves] = await once(new Worker(new URL('./chatter.ts', import.meta.url), { workerData }), 'message')
  return moves
}

const chatters = (driver: Driver, debounceMs: number): Scenario => ({
  name: `${driver}, active high: beside an input that chatters at 1 kHz the door answers and opens, debounce ${debounceMs} ms`,
  run: async (label) => {
    const bench = createBench(driver, 'high', label, { debounceMs })
    await using main = await startDoor(bench)
    const before = { cpu: cpuMs(main.child.pid), sleeps: countSleeps(main.child.pid), at: performance.now() }
    const chattering = chatter(bench, offsets.contact)
    const ping_ms = (await main.ping()).tookMs
    await pressOnce(bench)
    const moves = await chattering
    const lasted = performance.now() - before.at
    const share = Math.round((100 * (cpuMs(main.child.pid) - before.cpu)) / lasted)
    const sleeps = Math.round((1000 * (countSleeps(main.child.pid) - before.sleeps)) / lasted)
    await main.stop()
    bench.chip.remove()
    ok(moves > CHATTER_MS / 10, `${moves} moves`)
    ok(ping_ms < PING_LIMIT_MS, `${ping_ms} ms`)
    // Told and not judged: this machine's timers tick a hundred times a second, which bounds every door (pace: door-pace.test.ts).
    return { chatter_wakeups_per_second: sleeps, chatter_cpu_percent: share }
  },
})

const PRESSES = 10

const exits = (driver: Driver): Scenario => ({
  name: `${driver}, active high: the exit button opens in time without main`,
  run: async (label) => {
    const bench = createBench(driver, 'high', label, { pulseMs: 300 })
    await using main = await startDoor(bench)
    await main.goAway()
    const tookMs: number[] = []
    for (let n = 0; n < PRESSES; n++) {
      const since = performance.now()
      await bench.drive('exitButton', true)
      while (!bench.relay()) await new Promise((resolve) => setTimeout(resolve, 1))
      tookMs.push(performance.now() - since)
      await bench.drive('exitButton', false)
      await waitUntil('at rest', () => !bench.relay())
    }
    await main.stop()
    bench.chip.remove()
    const sorted = tookMs.toSorted((a, b) => a - b).map((ms) => Math.round(ms * 10) / 10)
    return {
      exit_debounced_to_relay_ms_p50: sorted[PRESSES / 2] ?? 0,
      exit_debounced_to_relay_ms_max: sorted.at(-1) ?? 0,
    }
  },
})

export const strainScenarios: readonly Scenario[] = [
  exits('gpiochip'),
  exits('onoff'),
  chatters('gpiochip', 0),
  chatters('gpiochip', 30),
  chatters('onoff', 0),
  chatters('onoff', 30),
]
