// Visitors' passes as the office and the guard issue, list and revoke them. No name goes in or comes out; the code and the QR are in the
// answer to whoever issued the pass and can be read nowhere else. Called by the control socket.

import * as v from 'valibot'
import { done, failed, type Result, sides, type WallMs } from '../../config/words.ts'
import { isDay } from '../core/day.ts'
import { PASS_DATES_LIMIT, PASS_USES_LIMIT, type PassDays } from '../core/pass.ts'
import { localDay, readInstant } from '../core/schedule.ts'
import { issuePass, type PassWish } from '../pass-issue.ts'
import type { PassLine } from '../store/passes.ts'
import { byOffice, commandFor, credentialId, currentRole, readPages, residentId } from './command.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A pass for which nobody named an end. */
const PRESET_LASTS_MS = DAY_MS
/** At night the guard lets in an ambulance, a plumber: not a cleaner for a year. */
const GUARD_USES_LIMIT = 5

const time = v.pipe(v.string(), v.maxLength(16))

/** `1,3` are Mondays and Wednesdays; dates and weekdays may stand together. Undefined: neither. */
export const readPassDays = (text: string): PassDays | undefined => {
  const words = text.split(',')
  const weekdays = [...new Set(words.filter((word) => /^[1-7]$/.test(word)).map(Number))].sort()
  const dates = [...new Set(words.filter(isDay))].sort()
  const isRead = words.every((word) => /^[1-7]$/.test(word) || isDay(word))
  return isRead && dates.length <= PASS_DATES_LIMIT ? { weekdays, dates } : undefined
}

/** The next noon by the gate's clock; the day after, when today's is over. */
export const nextNoon = (wall: WallMs, timeZone: string): WallMs => {
  for (const more of [0, DAY_MS, 2 * DAY_MS]) {
    const noon = readInstant(`${localDay((wall + more) as WallMs, timeZone).day}T12:00`, timeZone)
    if (noon !== undefined && noon > wall) return noon
  }
  throw new Error('a noon follows within two days')
}

const wished = v.strictObject({
  resident: residentId,
  from: v.exactOptional(time),
  until: v.exactOptional(time),
  uses: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PASS_USES_LIMIT)), 1),
  days: v.exactOptional(v.pipe(v.string(), v.maxLength(400))),
  hours: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8784))),
  side: v.exactOptional(v.picklist(sides)),
})
type Wished = v.InferOutput<typeof wished>

type Times = { readonly now: WallMs; readonly timeZone: string; readonly isGuard: boolean }

const readUntil = (
  until: string | undefined,
  begins: WallMs,
  { now, timeZone, isGuard }: Times,
): WallMs | undefined => {
  if (until === 'noon' || (until === undefined && isGuard)) return nextNoon(now, timeZone)
  return until === undefined ? ((begins + PRESET_LASTS_MS) as WallMs) : readInstant(until, timeZone)
}

const readWish = (args: Wished, times: Times): Result<PassWish> => {
  const { now, timeZone, isGuard } = times
  const notBefore = args.from === undefined ? undefined : readInstant(args.from, timeZone)
  const expiresAt = readUntil(args.until, notBefore ?? now, times)
  if (expiresAt === undefined || (args.from !== undefined && notBefore === undefined)) return failed('time_unknown')
  const days = args.days === undefined ? undefined : readPassDays(args.days)
  if (args.days !== undefined && days === undefined) return failed('pass_days_malformed', args.days)
  const isLong = notBefore !== undefined || days !== undefined || args.uses > GUARD_USES_LIMIT
  if (isGuard && (isLong || expiresAt > nextNoon(now, timeZone))) return failed('pass_beyond_guard')
  return done({
    residentId: args.resident,
    issuedBy: isGuard ? 'guard' : 'office',
    expiresAt,
    uses: args.uses,
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(days === undefined ? {} : { days }),
    ...(args.hours === undefined ? {} : { validForMs: args.hours * HOUR_MS }),
    ...(args.side === undefined ? {} : { side: args.side }),
  })
}

export const passIssue = commandFor('office', 'guard')(wished, async (daemon, args) => {
  const { config, clock, facts } = daemon
  const times = { now: clock.wall(), timeZone: config.timeZone, isGuard: currentRole() === 'guard' }
  const wish = readWish(args, times)
  if (!wish.ok) return wish
  const issued = await issuePass(daemon, wish.value, byOffice())
  if (!issued.ok) return issued
  const line = facts.findPass(issued.value.credentialId)
  return line ? done({ ...issued.value, gate: config.gate, pass: line }) : failed('pass_unknown')
})

const isOpen = ({ expiresAt, usesLeft, revokedAt }: PassLine, now: WallMs): boolean =>
  revokedAt === null && usesLeft > 0 && expiresAt > now

export const passList = commandFor('office', 'guard')(
  v.strictObject({ all: v.optional(v.boolean(), false) }),
  async ({ facts, clock }, { all }) => {
    const passes = await readPages<PassLine>((after, limit) => facts.listPasses(after?.id ?? '', limit))
    return done(passes.filter((one) => all || isOpen(one, clock.wall())))
  },
)

/** The guard's too: what he finds in somebody else's hand at night must not open until the office comes. */
export const passRevoke = commandFor('office', 'guard')(
  v.strictObject({ pass: credentialId }),
  async ({ facts, ledger }, { pass }) =>
    facts.findPass(pass)
      ? ledger.write('revokeCredential', { credentialId: pass, because: 'office' }, byOffice())
      : failed('pass_unknown', pass),
)

export const passCommands = [
  ['pass issue', passIssue],
  ['pass list', passList],
  ['pass revoke', passRevoke],
] as const
