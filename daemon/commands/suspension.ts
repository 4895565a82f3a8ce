// Suspension: a person's whole right to enter, for a reason from a closed list, to a stated day, with a notice to him. Never for unpaid
// fees (Civil Code 944), never of one way alone, and never of leaving (P8). Called by the control socket.

import * as v from 'valibot'
import { done, failed, type WallMs } from '../../config/words.ts'
import { isDay } from '../core/day.ts'
import { DAY_MS, dayOf, startOfDay } from '../core/path-counts.ts'
import { suspensionReasons } from '../core/suspension.ts'
import { byOffice, commandFor, residentArgs, residentId } from './command.ts'

/** A suspension that shall go on longer is decided anew. */
const LIMIT_DAYS = 366
/** What somebody writes who wants to collect a debt at the gate, in either language. */
const feeWords = /fee|paid|arrear|debt|rent|due|欠|费|租|款/i

const isReason = (text: string): text is (typeof suspensionReasons)[number] =>
  suspensionReasons.some((reason) => reason === text)

export const residentSuspend = commandFor('office')(
  v.strictObject({
    resident: residentId,
    because: v.pipe(v.string(), v.maxLength(64)),
    until: v.pipe(v.string(), v.check(isDay, 'date_unknown')),
    /** Only so that whoever tries is told why not. */
    path: v.exactOptional(v.unknown()),
  }),
  async (daemon, { resident, because, until, path }) => {
    const { config, clock, facts, ledger } = daemon
    if (path !== undefined) return failed('suspension_of_one_way')
    if (!isReason(because)) return failed(feeWords.test(because) ? 'fees_not_a_reason' : 'suspension_reason_unknown')
    const page = facts.showResident(resident)
    if (!page) return failed('resident_unknown', resident)
    const lastDay = Date.parse(until)
    const days = (lastDay - dayOf(clock.wall(), config.timeZone)) / DAY_MS
    if (days < 0 || days > LIMIT_DAYS) return failed('suspension_end_refused')
    // To the end of the last day, on the clock of the gate's place.
    const end = startOfDay((lastDay + DAY_MS) as WallMs, config.timeZone)
    const written = await ledger.write('suspendResident', { residentId: resident, because, until: end }, byOffice())
    if (!written.ok) return written
    const { operator, gate } = config
    return done({ ...written.value, until, notice: { room: page.room, name: page.name, gate, operator } })
  },
)

export const residentResume = commandFor('office')(residentArgs, (daemon, { resident }) =>
  daemon.ledger.write('liftSuspension', { residentId: resident }, byOffice()),
)
