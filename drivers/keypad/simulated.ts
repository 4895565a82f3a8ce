// The keypad's simulated twin: what a demo, `evengate sim` or a test types goes through the same key codes and grammar as a serial
// line's bytes. Must never stand in for a serial keypad by itself: it runs only where the settings say so. Called by part.ts.
//
//   {"keys": "12042*4711#"}   {"bytes": "31ff0d"}   {"unplug": true}        answer: {"at": instant of the keys} or {"error": code}

import * as v from 'valibot'
import type { Port } from '../contracts.ts'
import { openSimulation } from '../simulation.ts'
import { openPad } from './pad.ts'
import type { Keypad, SimulatedKeypad } from './settings.ts'

const KEYS_LIMIT = 64
const BYTES_LIMIT = 16_384

const orders = v.union([
  v.strictObject({ keys: v.pipe(v.string(), v.regex(/^[0-9*#]+$/), v.maxLength(KEYS_LIMIT)) }),
  v.strictObject({ bytes: v.pipe(v.string(), v.regex(/^([0-9a-fA-F]{2})+$/), v.maxLength(BYTES_LIMIT * 2)) }),
  v.strictObject({ unplug: v.boolean() }),
])

export const createSimulatedKeypad = (settings: SimulatedKeypad, port: Port): Keypad => {
  const { id: device, side } = settings
  const pad = openPad(settings, port)
  let simulation: ReturnType<typeof openSimulation> | undefined
  let unplugged = false

  const act = (raw: unknown) => {
    const parsed = v.safeParse(orders, raw)
    // The order may quote a code: only that it was wrong is said.
    if (!parsed.success) return { error: 'order_malformed' }
    const order = parsed.output
    if ('unplug' in order) {
      unplugged = order.unplug
      if (unplugged) pad.forget()
      return { at: port.clock.monotonic() }
    }
    if (unplugged) return { error: 'unplugged' }
    return { at: pad.take('keys' in order ? Buffer.from(order.keys, 'latin1') : Buffer.from(order.bytes, 'hex')) }
  }

  return {
    id: device,
    side,
    look: pad.look,
    start: () => {
      simulation = openSimulation(port.runtimeDirectory, device, act)
    },
    stop: async () => {
      pad.forget()
      await simulation?.close()
    },
    state: () => {
      const flaw = unplugged ? 'unplugged' : pad.isHeld() ? 'key_held' : undefined
      return { device, side, ...(flaw === undefined ? { state: 'up' } : { state: 'down', because: flaw }) }
    },
  }
}
