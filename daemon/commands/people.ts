// Households and residents as the office asks for them: add, list, show, remove. Names go in and come out here, to whoever asked,
// and into no event or log. Called by the control socket.

import * as v from 'valibot'
import { done, failed } from '../../config/words.ts'
import { isDay } from '../core/day.ts'
import type { HouseholdLine, ResidentLine } from '../store/reads.ts'
import { byOffice, commandFor, currentRole, noArgs, readPages } from './command.ts'

export const shortText = (most: number, tooLong: string) =>
  v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most, tooLong))
const room = shortText(40, 'room_too_long')

export const householdAdd = commandFor('office')(v.strictObject({ room }), (daemon, args) =>
  daemon.ledger.write('addHousehold', args, byOffice()),
)

export const householdList = commandFor('office', 'guard')(noArgs, async ({ facts }) =>
  done(await readPages<HouseholdLine>((after, limit) => facts.listHouseholds(after?.room ?? '', limit))),
)

export const residentAdd = commandFor('office')(
  v.strictObject({
    room,
    name: shortText(100, 'name_too_long'),
    schedule: v.optional(shortText(64, 'schedule_unknown'), 'always'),
    born: v.exactOptional(v.pipe(v.string(), v.check(isDay, 'date_unknown'))),
    guardianRequired: v.optional(v.boolean(), false),
  }),
  async (daemon, { room, name, schedule, born, guardianRequired }) => {
    const householdId = daemon.facts.findHousehold(room)
    if (householdId === undefined) return failed('household_unknown', room)
    const rights = [{ gate: daemon.config.gate, scheduleId: schedule }]
    const resident = {
      householdId,
      name,
      guardianRequired,
      rights,
      ...(born === undefined ? {} : { born }),
    }
    return daemon.ledger.write('addResident', resident, byOffice())
  },
)

/** `codeOnly`: whoever has a code and no card. Not the guard's: what somebody holds tells what he declined. */
export const residentList = commandFor('office', 'guard')(
  v.strictObject({ codeOnly: v.optional(v.boolean(), false) }),
  async ({ facts }, { codeOnly }) => {
    if (codeOnly && currentRole() === 'guard') return failed('role_refused', 'guard')
    const all = await readPages<ResidentLine>(facts.listResidents)
    const residents = codeOnly ? all.filter(({ card, pin }) => pin > 0 && card === 0) : all
    return done(currentRole() === 'guard' ? residents.map(showToGuard) : residents)
  },
)

/** Rooms and validity: no name, and nothing by which a guard could tell who gave a face and who refused. */
const showToGuard = ({ id, room, suspended, card, pin, face }: ResidentLine) => ({
  ...{ id, room, suspended },
  valid: !suspended && card + pin + face > 0,
})
