// Lamps, tones and the outlet for alarms without wires. Every change is appended to RUNTIME/signal-log as `AT WHERE WHAT`, AT in
// monotonic milliseconds, so that light and sound can be timed from outside. Must never stand in for real ones: it is chosen by the
// setting `driver: simulated` alone. Opened by part.ts.
//
//   4711.002 entry green on      4711.003 entry tone 880      4711.4 entry tone off      4711.4 entry say granted
//   4712.000 alarm lamp on       played by its socket `alarm`: {"press": true}
//   4713.000 call lamp on        played by its socket `call`: {"press": true}, {"answer": true}

import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Clock, Side } from '../../config/words.ts'
import { log } from '../log.ts'
import { openSimulation } from '../simulation.ts'
import { type AlarmOutputs, type CallOutputs, colours, type SideOutputs } from './contract.ts'

type Place = Side | 'alarm' | 'call'
export type SignalLog = { readonly append: (where: Place, what: string) => void; readonly close: () => void }

export const openSignalLog = (runtimeDirectory: string, clock: Clock): SignalLog => {
  const file = openSync(join(runtimeDirectory, 'signal-log'), 'a', 0o600)
  return {
    append: (where, what) => {
      try {
        writeSync(file, `${clock.monotonic()} ${where} ${what}\n`)
      } catch {
        // A full disk darkens no lamp: only the log of the simulation has a gap.
        log('warning', 'signal_log_failed')
      }
    },
    close: () => closeSync(file),
  }
}

/** Appends what changed. */
const createSwitches = (signalLog: SignalLog, where: Place) => {
  const before = new Map<string, string>()
  return (name: string, now: string) => {
    if ((before.get(name) ?? 'off') === now) return
    before.set(name, now)
    signalLog.append(where, `${name} ${now}`)
  }
}

export const openSimulatedSide = (side: Side, signalLog: SignalLog): SideOutputs => {
  const turn = createSwitches(signalLog, side)
  let saidAt: number | undefined
  return {
    set: ({ lights, hz, sentence }) => {
      for (const colour of colours) turn(colour, lights.includes(colour) ? 'on' : 'off')
      turn('tone', hz === 0 ? 'off' : String(hz))
      if (sentence && sentence.since !== saidAt) signalLog.append(side, `say ${sentence.name}`)
      saidAt = sentence?.since ?? saidAt
    },
    check: () => undefined,
    close: () => undefined,
  }
}

const order = v.strictObject({ press: v.boolean() })

export const openSimulatedAlarm = (runtimeDirectory: string, signalLog: SignalLog): AlarmOutputs => {
  const turn = createSwitches(signalLog, 'alarm')
  let pressed = false
  const simulation = openSimulation(runtimeDirectory, 'alarm', (raw) => {
    const parsed = v.safeParse(order, raw)
    if (!parsed.success) return { error: 'order_unknown' }
    pressed = parsed.output.press
    return {}
  })
  return {
    set: ({ lamp, buzzer, help }) => {
      turn('lamp', lamp ? 'on' : 'off')
      turn('buzzer', buzzer ? 'on' : 'off')
      turn('help', help ? 'on' : 'off')
    },
    isPressed: () => pressed,
    check: () => undefined,
    // Not waited for: a player who stays connected keeps no part alive.
    close: () => void simulation.close(),
  }
}

const callOrder = v.union([v.strictObject({ press: v.boolean() }), v.strictObject({ answer: v.boolean() })])

export const openSimulatedCall = (runtimeDirectory: string, signalLog: SignalLog, hasAnswer: boolean): CallOutputs => {
  const turn = createSwitches(signalLog, 'call')
  let pressed = { call: false, answer: false }
  const simulation = openSimulation(runtimeDirectory, 'call', (raw) => {
    const parsed = v.safeParse(callOrder, raw)
    if (!parsed.success) return { error: 'order_unknown' }
    if ('press' in parsed.output) pressed = { ...pressed, call: parsed.output.press }
    else if (hasAnswer) pressed = { ...pressed, answer: parsed.output.answer }
    else return { error: 'not_wired' }
    return {}
  })
  return {
    set: ({ lamp, sounder }) => {
      turn('lamp', lamp ? 'on' : 'off')
      turn('sounder', sounder ? 'on' : 'off')
    },
    readButtons: () => pressed,
    check: () => undefined,
    close: () => void simulation.close(),
  }
}
