// Rights, groups, modes and anti-passback as the office asks for them. The mode is recorded before the door is told. Called by the control
// socket.

import * as v from 'valibot'
import { done, failed, groups, type Mode, type Result, type WallMs } from '../../config/words.ts'
import { isDay } from '../core/day.ts'
import { DAY_MS, startOfDay } from '../core/path-counts.ts'
import type { Daemon } from '../daemon.ts'
import { readBootId } from '../opening.ts'
import { byOffice, commandFor, residentArgs, residentId } from './command.ts'
import { shortText } from './people.ts'
import { rightCheck } from './right-check.ts'
import { who } from './who.ts'

const day = v.pipe(v.string(), v.check(isDay, 'date_unknown'))

/** From the start of the first day to the end of the last, by the gate's clock. */
export const rightGrant = commandFor('office')(
  v.strictObject({
    resident: residentId,
    schedule: v.optional(v.pipe(v.string(), v.maxLength(64)), 'always'),
    from: v.exactOptional(day),
    until: v.exactOptional(day),
  }),
  async ({ config, ledger }, { resident, schedule, from, until }) => {
    if (schedule !== 'always' && !(config.schedules ?? []).some(({ id }) => id === schedule))
      return failed('schedule_unknown', schedule)
    const begin = (text: string, more: number) => startOfDay((Date.parse(text) + more) as WallMs, config.timeZone)
    const notBefore = from === undefined ? {} : { notBefore: begin(from, 0) }
    const expiresAt = until === undefined ? {} : { expiresAt: begin(until, DAY_MS) }
    if (from !== undefined && until !== undefined && until < from) return failed('right_ends_before')
    const right = { residentId: resident, gate: config.gate, scheduleId: schedule, ...notBefore, ...expiresAt }
    return ledger.write('grantRight', right, byOffice())
  },
)

export const rightList = commandFor('office')(residentArgs, async ({ facts }, { resident }) => {
  const rights = facts.listRights(resident)
  return facts.showResident(resident) ? done(rights) : failed('resident_unknown', resident)
})

export const rightRevoke = commandFor('office')(
  v.strictObject({ right: v.pipe(v.string(), v.regex(/^e_[a-z2-7]{1,32}$/, 'right_unknown')) }),
  ({ ledger }, { right }) => ledger.write('revokeRight', { rightId: right }, byOffice()),
)

/** `opening` 0: as everybody. `name`: a correction (PIPL 46). */
export const residentChange = commandFor('office')(
  v.strictObject({
    resident: residentId,
    group: v.exactOptional(v.picklist(groups)),
    opening: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(30))),
    name: v.exactOptional(shortText(100, 'name_too_long')),
  }),
  ({ ledger }, { resident, group, opening, name }) => {
    const openingMs = opening === undefined ? {} : { openingMs: opening === 0 ? null : opening * 1000 }
    const given = { ...(group === undefined ? {} : { group }), ...(name === undefined ? {} : { name }) }
    const changed = { residentId: resident, ...given, ...openingMs }
    return ledger.write('changeResident', changed, byOffice())
  },
)

/** Recorded first; a lockdown that the disk refuses holds all the same, and says so: whoever asks for one cannot wait. */
const setMode = async (daemon: Daemon, mode: Mode, except: readonly string[] = []): Promise<Result<unknown>> => {
  const { config, ledger } = daemon
  const wanted = { gate: config.gate, mode, boot: readBootId(), except }
  const written = await ledger.write('setGateMode', wanted, byOffice())
  if (written.ok || (mode === 'lockdown' && written.code !== 'resident_unknown')) daemon.setMode(mode)
  return written
}

const EXCEPTIONS_LIMIT = 50

export const lockdownOn = commandFor('office', 'guard')(
  v.strictObject({ except: v.exactOptional(v.pipe(v.string(), v.maxLength(4096))) }),
  async (daemon, { except }) => {
    const named = except === undefined ? [] : except.split(',')
    if (named.length > EXCEPTIONS_LIMIT || !named.every((id) => v.is(residentId, id))) return failed('resident_unknown')
    return setMode(daemon, 'lockdown', named)
  },
)
export const lockdownOff = commandFor('office', 'guard')(v.strictObject({}), async (daemon) =>
  daemon.mode() === 'lockdown' ? setMode(daemon, 'controlled') : failed('lockdown_not_on'),
)

/** `lockdown` has words of its own, because of its exceptions. */
export const modeSet = commandFor('office')(
  v.strictObject({ mode: v.picklist(['controlled', 'open', 'evacuation'], 'mode_unknown') }),
  (daemon, { mode }) => setMode(daemon, mode),
)

export const passbackReset = commandFor('office', 'guard')(
  v.strictObject({ resident: v.exactOptional(residentId) }),
  ({ config, ledger }, { resident }) =>
    ledger.write(
      'resetPassback',
      { gate: config.gate, ...(resident === undefined ? {} : { residentId: resident }) },
      byOffice(),
    ),
)

export const ruleCommands = [
  ['right grant', rightGrant],
  ['right list', rightList],
  ['right revoke', rightRevoke],
  ['right check', rightCheck],
  ['resident change', residentChange],
  ['lockdown on', lockdownOn],
  ['lockdown off', lockdownOff],
  ['mode', modeSet],
  ['passback reset', passbackReset],
  ['who', who],
] as const
