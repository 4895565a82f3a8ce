// `motor stop` and `motor close`: the guard or the office moves a gate that he sees. Recorded with who said so, and answered by what the door
// did. Nothing but these two ever closes a gate: no schedule, no event, no message from outside. Called by the control socket.

import { randomUUID } from 'node:crypto'
import { done, failed, type Result } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'
import { byOffice, type Command, commandFor, noArgs } from './command.ts'
import { awaitDoor } from './door.ts'

const order = async (daemon: Daemon, what: 'stop' | 'close', ref: string): Promise<Result<unknown>> => {
  const { answer, giveUp } = awaitDoor(daemon, ref)
  if (!daemon.orderMotor(what, ref)) {
    giveUp()
    return failed('door_absent')
  }
  const moved = await answer
  if (!moved) return failed('door_silent')
  return moved.what === 'refused' ? failed(`motor_${moved.because ?? 'refused'}`) : done({ ref })
}

const record = (daemon: Daemon, what: 'stop' | 'close') =>
  daemon.ledger.record({ kind: 'motor', payload: { gate: daemon.config.gate, what, by: byOffice() } })

/** Somebody may be in its way: the order goes first, and the record says so afterwards, whatever the disk does. */
const motorStop = commandFor('office', 'guard')(noArgs, async (daemon) => {
  const stopped = order(daemon, 'stop', `m-${randomUUID()}`)
  await record(daemon, 'stop')
  return stopped
})

const motorClose = commandFor('office', 'guard')(noArgs, async (daemon) => {
  const recorded = await record(daemon, 'close')
  if ('flag' in recorded && recorded.flag === 'lost') return failed('store_busy')
  return order(daemon, 'close', 'seq' in recorded ? String(recorded.seq) : `j-${randomUUID()}`)
})

export const motorCommands: readonly (readonly [string, Command])[] = [
  ['motor stop', motorStop],
  ['motor close', motorClose],
]
