// `open` and `clock accept`: what the office does at the gate itself. An opening is recorded before the door moves and answered by what
// the door did. Called by the control socket.

import { randomUUID } from 'node:crypto'
import { done, failed, type Result } from '../../config/words.ts'
import type { DoorEvent } from '../../drivers/protocol.ts'
import type { Daemon } from '../daemon.ts'
import { byOffice, commandFor, currentRole, noArgs } from './command.ts'

/** The door refuses orders older than 2 s; silence beyond that is an answer too. */
const DOOR_ANSWER_LIMIT_MS = 2000

/** Listens before the order goes out, so that no answer is missed. */
export const awaitDoor = (daemon: Daemon, ref: string) => {
  const { promise, resolve } = Promise.withResolvers<DoorEvent | undefined>()
  const limit = setTimeout(() => resolve(undefined), DOOR_ANSWER_LIMIT_MS)
  const unwatch = daemon.watch((happening) => {
    if (happening.kind === 'door' && happening.event.ref === ref) resolve(happening.event)
  })
  void promise.then(() => {
    clearTimeout(limit)
    unwatch()
  })
  return { answer: promise, giveUp: () => resolve(undefined) }
}

/** The office looked at the clock and says that it is right: after a leap or a year's standstill nothing else makes dates count. */
export const clockAccept = commandFor('office')(noArgs, (daemon) => daemon.ledger.write('acceptClock', {}, byOffice()))

export const openOnce = commandFor('office', 'guard')(noArgs, async (daemon): Promise<Result<unknown>> => {
  const reason = currentRole() === 'guard' ? 'guard_open' : 'remote_open'
  const payload = { gate: daemon.config.gate, outcome: 'grant', reason, by: byOffice() }
  const recorded = await daemon.ledger.record({ kind: 'open', payload })
  // No record, no opening: also for the office.
  if ('flag' in recorded && recorded.flag === 'lost') return failed('store_busy')
  const ref = 'seq' in recorded ? String(recorded.seq) : `j-${randomUUID()}`
  const { answer, giveUp } = awaitDoor(daemon, ref)
  if (!daemon.openDoor(ref)) {
    giveUp()
    return failed('door_absent')
  }
  const moved = await answer
  if (!moved) return failed('door_silent')
  return moved.what === 'refused'
    ? failed('door_refused', moved.because)
    : done({ ref, pulseMs: daemon.config.door.pulseMs })
})
