// A gate motor's stop, close and light barrier on real lines: the door's whole process with a played main, its wires from the other end, and
// what they do when that process dies in the middle of a closing impulse. Runs inside the machine.

import { equal, ok } from 'node:assert/strict'
import { systemClock } from '../../config/words.ts'
import { type PlayedMain, waitUntil } from '../drivers/play-main.ts'
import { type Active, createBench } from './bench.ts'
import { startDoor } from './crashes.ts'
import type { Figures, Scenario } from './scenarios.ts'

/** The longest impulse that can be configured: whatever ends sooner was ended. */
const IMPULSE_MS = 3000

type Stand = { readonly bench: ReturnType<typeof createBench>; readonly main: PlayedMain }

const scenario = (active: Active, name: string, play: (stand: Stand) => Promise<Figures | undefined>): Scenario => ({
  name: `motor, active ${active}: ${name}`,
  run: async (label) => {
    const motorImpulseMs = IMPULSE_MS
    const bench = createBench('gpiochip', active, label, { motorImpulseMs, pulseMs: IMPULSE_MS })
    const main = await startDoor(bench)
    main.send({ type: 'mode', mode: 'controlled' })
    await bench.drive('contact', true)
    await main.next((m) => m.type === 'door' && m.what === 'opened')
    const figures = await play({ bench, main })
    await main.stop()
    bench.chip.remove()
    return figures
  },
})
const close = (main: PlayedMain) =>
  main.send({ type: 'motor', what: 'close', ref: 'c1', issuedAt: systemClock.monotonic() })

const motorsOf = (active: Active): readonly Scenario[] => [
  scenario(active, 'somebody in the barrier ends the closing and stops the gate', async ({ bench, main }) => {
    close(main)
    await waitUntil('the closing contact', () => bench.motor('close'))
    const since = performance.now()
    await bench.drive('obstacle', true)
    await waitUntil('the end of the closing', () => !bench.motor('close'))
    const tookMs = Math.round(performance.now() - since)
    ok(tookMs < IMPULSE_MS / 2, `${tookMs} ms`)
    await waitUntil('the stop', () => bench.motor('stop'))
    equal(bench.relay(), false)
    return { closing_cut_by_barrier_ms: tookMs }
  }),
  scenario(active, 'a door that is killed lets the closing contact go', async ({ bench, main }) => {
    close(main)
    await waitUntil('the closing contact', () => bench.motor('close'))
    const since = performance.now()
    main.child.kill('SIGKILL')
    await waitUntil('the end of the closing', () => !bench.motor('close'))
    const tookMs = Math.round(performance.now() - since)
    ok(tookMs < IMPULSE_MS / 2, `${tookMs} ms`)
    return { closing_off_after_kill_ms: tookMs }
  }),
]

export const motorScenarios: readonly Scenario[] = (['high', 'low'] as const).flatMap(motorsOf)
