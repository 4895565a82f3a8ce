// A door without wires, played over its simulation socket by the demo, `evengate sim` and tests. Its inputs rest safe: nobody at
// the button, no fire, the door closed. Every move of the relay is appended to RUNTIME/relay-log as `AT on|off`, AT in monotonic
// milliseconds, so that the relay can be audited from outside, also after kill -9: the simulated line lives in this process and
// falls with it, as a line of the character device does, and the next start writes `off` before anything else. A motor's other wires
// stand in RUNTIME/motor-log, `AT stop|close on|off`.
// Must never stand in for a real door: it is chosen by the setting `driver: simulated` alone. Opened by part.ts.

import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Clock, MonotonicMs } from '../../config/words.ts'
import { log } from '../log.ts'
import { openSimulation } from '../simulation.ts'
import type { DoorHardware, Levels } from './contract.ts'

/** How long `press` keeps the button down: a short push of a finger. */
const PRESS_MS = 200

const order = v.union([
  v.strictObject({ button: v.boolean() }),
  v.strictObject({ press: v.literal(true) }),
  v.strictObject({ guard: v.boolean() }),
  v.strictObject({ obstacle: v.boolean() }),
  v.strictObject({ contact: v.picklist(['open', 'closed']) }),
  v.strictObject({ fire: v.boolean() }),
  v.strictObject({ fault: v.nullable(v.literal('relay_stuck')) }),
  v.strictObject({ state: v.literal(true) }),
])
type Order = v.InferOutput<typeof order>

export type SimulatedWiring = {
  readonly exitButton: boolean
  readonly contact: boolean
  readonly fire: boolean
  readonly guardButton?: boolean
  readonly motor?: { readonly obstacle: boolean; readonly stop: boolean; readonly close: boolean }
}

/** What a played order is answered with. `at`: when it was done; `relayOnAt`: since when the relay is energised. */
export type SimulatedDoorView = {
  readonly at: MonotonicMs
  readonly relay: boolean
  readonly relayOnAt: MonotonicMs | null
  readonly contact: Levels['contact']
  readonly fire: boolean
  readonly button: boolean
}

const openRelayLog = (runtimeDirectory: string, clock: Clock, name = 'relay-log') => {
  const file = openSync(join(runtimeDirectory, name), 'a', 0o600)
  return {
    append: (on: boolean, wire = '') => {
      try {
        writeSync(file, `${clock.monotonic()} ${wire}${on ? 'on' : 'off'}\n`)
      } catch {
        // A full disk keeps nobody in: the relay moves, only its audit has a gap.
        log('warning', 'relay_log_failed')
      }
    },
    close: () => closeSync(file),
  }
}

const isWired = (wiring: SimulatedWiring, wanted: Order): boolean => {
  if ('button' in wanted || 'press' in wanted) return wiring.exitButton
  if ('guard' in wanted) return wiring.guardButton === true
  if ('obstacle' in wanted) return wiring.motor?.obstacle === true
  if ('contact' in wanted) return wiring.contact
  return 'fire' in wanted ? wiring.fire : true
}

/** Stop and close of a motor: what is not wired stays open. */
const openMotorWires = ({ motor }: SimulatedWiring, runtimeDirectory: string, clock: Clock) => {
  const log = motor && (motor.stop || motor.close) ? openRelayLog(runtimeDirectory, clock, 'motor-log') : undefined
  const contacts = { stop: false, close: false }
  const set: NonNullable<DoorHardware['setMotor']> = (name, on) => {
    if (on && !motor?.[name]) return { kind: 'fault', code: 'line_closed' }
    if (on !== contacts[name]) log?.append(on, `${name} `)
    contacts[name] = on
    return { kind: 'done', value: undefined }
  }
  return {
    set,
    close: () => {
      for (const name of ['stop', 'close'] as const) set(name, false)
      log?.close()
    },
  }
}

export const openSimulatedDoor = (wiring: SimulatedWiring, runtimeDirectory: string, clock: Clock): DoorHardware => {
  const relayLog = openRelayLog(runtimeDirectory, clock)
  relayLog.append(false)
  let levels: Levels = {
    fire: false,
    exitButton: false,
    contact: wiring.contact ? 'closed' : 'none',
    ...(wiring.guardButton && { guardButton: false }),
    ...(wiring.motor?.obstacle && { obstacle: false }),
  }
  let relayOnAt: MonotonicMs | undefined
  let stuck = false
  let wake: (() => void) | undefined
  let release: NodeJS.Timeout | undefined

  const setRelay: DoorHardware['setRelay'] = (on) => {
    if (stuck && on !== (relayOnAt !== undefined)) return { kind: 'fault', code: 'relay_stuck' }
    if (on !== (relayOnAt !== undefined)) {
      relayOnAt = on ? clock.monotonic() : undefined
      relayLog.append(on)
    }
    return { kind: 'done', value: undefined }
  }
  const motor = openMotorWires(wiring, runtimeDirectory, clock)
  const move = (change: Partial<Levels>) => {
    levels = { ...levels, ...change }
    wake?.()
  }
  const play = (wanted: Order) => {
    if ('button' in wanted) move({ exitButton: wanted.button })
    else if ('guard' in wanted) move({ guardButton: wanted.guard })
    else if ('obstacle' in wanted) move({ obstacle: wanted.obstacle })
    else if ('press' in wanted) {
      move({ exitButton: true })
      clearTimeout(release)
      release = setTimeout(() => move({ exitButton: false }), PRESS_MS)
    } else if ('contact' in wanted) move({ contact: wanted.contact })
    else if ('fire' in wanted) move({ fire: wanted.fire })
    else if ('fault' in wanted) stuck = wanted.fault !== null
  }
  const view = (): SimulatedDoorView => ({
    at: clock.monotonic(),
    relay: relayOnAt !== undefined,
    relayOnAt: relayOnAt ?? null,
    contact: levels.contact,
    fire: levels.fire,
    button: levels.exitButton,
  })
  const simulation = openSimulation(runtimeDirectory, 'door', (raw) => {
    const parsed = v.safeParse(order, raw)
    if (!parsed.success) return { error: 'order_unknown' }
    if (!isWired(wiring, parsed.output)) return { error: 'not_wired' }
    play(parsed.output)
    return view()
  })

  return {
    readInputs: () => ({ kind: 'done', value: levels }),
    onEdge: (called) => {
      wake = called
    },
    setRelay,
    setMotor: motor.set,
    close: async () => {
      clearTimeout(release)
      setRelay(false)
      motor.close()
      relayLog.close()
      // Not waited for: a player who stays connected keeps no door alive.
      void simulation.close()
    },
  }
}
