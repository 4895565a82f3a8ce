// Who leaves a room and when, and why somebody is removed. Ids in the record, names and rooms only in the answer. Called by the control
// socket.

import * as v from 'valibot'
import { done, failed, type Result } from '../../config/words.ts'
import { removalReasons } from '../core/removal.ts'
import { readInstant } from '../core/schedule.ts'
import type { Daemon } from '../daemon.ts'
import { nameLeaving, roomOf } from '../store/households.ts'
import { byOffice, commandFor, eventNumber, residentId } from './command.ts'
import { endFaces } from './end-faces.ts'

/** A minute that has begun is now; anything before it is a slip of the pen that would put somebody out. */
const NOW_MS = 60_000
const LIMIT_MS = 366 * 86_400_000

const room = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(40, 'room_too_long'))

export const householdMoveOut = commandFor('office')(
  v.strictObject({ room, at: v.exactOptional(v.string()), cancel: v.optional(v.boolean(), false) }),
  async ({ config, clock, facts, ledger }, { room, at, cancel }): Promise<Result<unknown>> => {
    const leaving = facts.findLeaving(room)
    if (cancel)
      return leaving === undefined
        ? failed('household_stays', room)
        : ledger.write('keepHousehold', { householdId: leaving }, byOffice())
    // The one that lives there; where that one has left its name already, the one that leaves.
    const householdId = facts.findHousehold(room) ?? leaving
    if (householdId === undefined) return failed('household_unknown', room)
    const dueAt = at === undefined ? undefined : readInstant(at, config.timeZone)
    if (at === undefined || dueAt === undefined) return failed('time_unknown', at)
    if (dueAt <= clock.wall() - NOW_MS) return failed('move_out_past', at)
    if (dueAt > clock.wall() + LIMIT_MS) return failed('move_out_far', at)
    const plain = roomOf(room)
    const written = await ledger.write(
      'leaveHousehold',
      { householdId, room: plain, name: nameLeaving(plain, at), dueAt },
      byOffice(),
    )
    return written.ok ? done({ ...written.value, room: plain, at }) : written
  },
)

/** The relatives' own entry in the register, which the removal answers. */
const findRelatives = ({ facts }: Daemon, number: number, resident: string): Result<number> => {
  const [line] = facts.listRequests(number - 1, 1, true)
  if (line?.number !== number || line.kind !== 'near_relatives')
    return failed('relatives_request_missing', String(number))
  return line.residentId === null || line.residentId === resident
    ? done(number)
    : failed('relatives_request_other', String(number))
}

/** `request`: of near relatives of somebody who died; closed as given, at no cost. */
export const residentRemove = commandFor('office')(
  v.strictObject({
    resident: residentId,
    because: v.optional(v.picklist(removalReasons), 'office'),
    request: v.exactOptional(eventNumber),
  }),
  async (daemon, { resident, because, request }): Promise<Result<unknown>> => {
    if (request !== undefined && because !== 'death') return failed('request_without_death')
    const asked = request === undefined ? undefined : findRelatives(daemon, request, resident)
    if (asked && !asked.ok) return asked
    const write = () => daemon.ledger.write('removeResident', { residentId: resident, because }, byOffice())
    const removed = await endFaces(daemon, resident, write)
    if (!removed.ok || request === undefined) return removed
    const closed = await daemon.ledger.write(
      'closeRequest',
      { number: request, outcome: 'given', costFen: 0 },
      byOffice(),
    )
    return closed.ok ? done({ ...removed.value, request }) : closed
  },
)

export const householdCommands = [
  ['household move-out', householdMoveOut],
  ['resident remove', residentRemove],
] as const
