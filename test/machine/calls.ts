// The call button on real lines: the signal's whole process, its buttons driven and its lamp read from the other end. Runs inside the machine.

import { deepEqual, equal } from 'node:assert/strict'
import { playMain, waitUntil } from '../drivers/play-main.ts'
import type { Active } from './bench.ts'
import { createChip } from './chip.ts'
import type { Scenario } from './scenarios.ts'

/** Node takes a second to start here, on a loaded machine ten. */
const START_LIMIT_MS = 40_000
const offsets = { button: 0, answer: 1, lamp: 2, sounder: 3 } as const
type Wire = keyof typeof offsets

const callOf = (active: Active): Scenario => ({
  name: `call button, active ${active}: lights and sounds until it is answered, and goes dark with its process`,
  run: async (label) => {
    const chip = createChip(label)
    const levelOf = (on: boolean) => on === (active === 'high')
    const push = (name: Wire, on: boolean) => chip.pull(offsets[name], levelOf(on))
    for (const name of ['button', 'answer', 'lamp', 'sounder'] as const) push(name, false)
    const isOn = (name: Wire) => chip.level(offsets[name]) === levelOf(true)
    const line = (name: Wire) => ({ line: offsets[name], active })
    const input = (name: Wire) => ({ ...line(name), debounceMs: 30 })
    const call = {
      ...{ driver: 'gpiochip', chip: label, side: 'entry', unansweredAfterSeconds: 180 },
      ...{ button: input('button'), answer: input('answer'), lamp: line('lamp'), sounder: line('sounder') },
    }
    await using main = await playMain('signal', { language: 'en', sides: [], call })
    await main.next((m) => m.type === 'ready', START_LIMIT_MS)
    await main.deviceIs('call', 'up')
    deepEqual([isOn('lamp'), isOn('sounder')], [false, false])
    push('button', true)
    await main.next((m) => m.type === 'call' && m.what === 'requested')
    push('button', false)
    await waitUntil('a lamp that blinks and a sounder', () => isOn('lamp') && isOn('sounder'))
    await waitUntil('the blink', () => !isOn('lamp'))
    push('answer', true)
    await main.next((m) => m.type === 'call' && m.what === 'answered')
    push('answer', false)
    await waitUntil('a steady lamp without a sound', () => isOn('lamp') && !isOn('sounder'))
    main.child.kill('SIGKILL')
    await main.exited()
    await waitUntil('dark', () => !isOn('lamp') && !isOn('sounder'))
    equal(main.messages.filter((m) => m.type === 'call' && m.what === 'requested').length, 1)
    await main.stop()
    chip.remove()
    return undefined
  },
})

export const callScenarios: readonly Scenario[] = (['high', 'low'] as const).map(callOf)
