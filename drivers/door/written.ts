// The door's outputs as they were wished and written: a write that fails is tried again at every look until it is done, and of the relay
// nothing is told before it is true. Decides nothing. Built and asked by door.ts.

import type { Port } from '../contracts.ts'
import type { DoorEvent } from '../protocol.ts'
import type { DoorHardware } from './contract.ts'
import type { DoorMessage } from './door-state.ts'
import type { Wish } from './drive.ts'

/** Relay events kept while the relay does not obey: the orders of one pulse. */
const UNTOLD_LIMIT = 16

/** What is to be told once the relay stands as the machine wants it. */
const isAboutRelay = (message: DoorMessage): message is DoorEvent =>
  message.type === 'door' && (message.what === 'relay_on' || message.what === 'relay_off')

/** Writes the relay and tells of it only when it is true. */
const createRelay = (hardware: DoorHardware, port: Port, onFault: (code: string | undefined) => void) => {
  let wanted = false
  let untold: readonly DoorMessage[] = []
  let written = true

  const write = () => {
    const outcome = hardware.setRelay(wanted)
    written = outcome.kind === 'done'
    onFault(outcome.kind === 'done' ? undefined : outcome.kind === 'fault' ? outcome.code : 'relay_busy')
  }
  const tell = (messages: readonly DoorMessage[]) => {
    const at = port.clock.monotonic()
    // The instant of a relay event is that of the write, not of the wish.
    for (const message of messages) port.tell(isAboutRelay(message) ? { ...message, at } : message)
  }
  return {
    set: (on: boolean | undefined, messages: readonly DoorMessage[]) => {
      if (on !== undefined) {
        wanted = on
        untold = []
        write()
      }
      if (written) return tell(messages)
      tell(messages.filter((message) => !isAboutRelay(message)))
      untold = [...untold, ...messages.filter(isAboutRelay)].slice(-UNTOLD_LIMIT)
    },
    retry: () => {
      if (written) return
      write()
      if (!written) return
      tell(untold)
      untold = []
    },
    isEnergised: () => wanted || !written,
  }
}

/** Stop and close of a motor. What could not be written is written again at every look. */
const createMotorWires = (hardware: DoorHardware, onFault: (code: string | undefined) => void) => {
  let wanted = { stop: false, close: false }
  let written = true
  const write = () => {
    const outcomes = (['close', 'stop'] as const).map((name) => hardware.setMotor?.(name, wanted[name]))
    const failed = outcomes.find((outcome) => outcome && outcome.kind !== 'done')
    written = failed === undefined
    onFault(failed === undefined ? undefined : failed.kind === 'fault' ? failed.code : 'relay_busy')
  }
  return {
    set: ({ stop, close }: typeof wanted) => {
      if (stop === wanted.stop && close === wanted.close) return
      wanted = { stop, close }
      write()
    },
    retry: () => {
      if (!written) write()
    },
  }
}

type OnFault = (code: string | undefined) => void

export const createOutputs = (
  hardware: DoorHardware,
  port: Port,
  faults: { readonly relay: OnFault; readonly motor: OnFault },
) => {
  const relay = createRelay(hardware, port, faults.relay)
  const motor = createMotorWires(hardware, faults.motor)
  return {
    /** First what lets go, then what opens, and a closing contact last: never two that contradict each other. */
    obey: (wish: Wish, messages: readonly DoorMessage[]) => {
      if (!wish.close) motor.set(wish)
      relay.set(wish.relay, messages)
      motor.set(wish)
      for (const event of wish.tell) port.tell(event)
    },
    retry: () => {
      relay.retry()
      motor.retry()
    },
    /** `messages`: where the relay was on. */
    rest: (messages: readonly DoorMessage[] | undefined) => {
      motor.set({ stop: false, close: false })
      if (messages) relay.set(false, messages)
    },
    isEnergised: relay.isEnergised,
  }
}
