// Reports of the running gate: from counts, for residents, the owners' committee, a court. Names nobody. Called by the control socket.

import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { done, failed, type WallMs } from '../../config/words.ts'
import { dateChange } from '../core/clock.ts'
import { isDay } from '../core/day.ts'
import { beginDay } from '../core/local-day.ts'
import { DAY_MS, dayOf } from '../core/path-counts.ts'
import type { Daemon } from '../daemon.ts'
import { judgeAssessment } from '../impact-standing.ts'
import { reportEquality, writeDay } from '../report/equality.ts'
import { countNoted, isPrivacyKind, maskFew, maskMinds, type Noted, type PrivacyReport } from '../report/privacy.ts'
import type { RequestLine } from '../store/proof-reads.ts'
import type { LedgerLine } from '../store/reads.ts'
import { commandFor, PAGE_LINES, readPages } from './command.ts'

/** Without --from: these days, the last included. */
const PERIOD_DAYS = 30
/** What is kept (retention.equalityDays at its most), so that a slip of a year builds no endless page. */
const PERIOD_LIMIT_DAYS = 3651

const day = v.exactOptional(v.pipe(v.string(), v.check(isDay, 'date_unknown')))

const period = v.strictObject({ from: day, to: day })

/** The days asked for, by the gate's calendar; `now` by the later of the clock and the record. */
const readPeriod = ({ config, facts, clock }: Daemon, asked: v.InferOutput<typeof period>) => {
  const now = dateChange(clock.wall(), facts.lastWall())
  const to = asked.to === undefined ? dayOf(now, config.timeZone) : (Date.parse(asked.to) as WallMs)
  const from = (asked.from === undefined ? to - (PERIOD_DAYS - 1) * DAY_MS : Date.parse(asked.from)) as WallMs
  if (from > to || to - from > PERIOD_LIMIT_DAYS * DAY_MS) return failed('period_refused')
  return done({ from, to, now })
}

export const equalityReport = commandFor('office', 'auditor')(period, async (daemon, asked) => {
  const read = readPeriod(daemon, asked)
  if (!read.ok) return read
  const { from, to, now } = read.value
  return done(reportEquality(daemon.config, daemon.facts, { from, to }, now))
})

const byWhom = v.object({ by: v.object({ role: v.string() }) })
const roleOf = ({ payload }: LedgerLine): string | undefined => {
  const read = v.safeParse(byWhom, payload)
  return read.success ? read.output.by.role : undefined
}

/** The events of these days, page by page with the gate's own work in between. */
const readEvents = async ({ facts, config }: Daemon, from: WallMs, to: WallMs): Promise<readonly Noted[]> => {
  const begin = beginDay(from, config.timeZone)
  const end = beginDay((to + DAY_MS) as WallMs, config.timeZone)
  const before = facts.headBefore(begin)?.seq ?? 0
  const last = facts.headBefore(end)?.seq ?? 0
  const noted: Noted[] = []
  for (let after = before; after < last; ) {
    const page = facts.readLedger(after, PAGE_LINES).filter(({ seq }) => seq <= last)
    for (const line of page) {
      if (!isPrivacyKind(line.kind)) continue
      const role = roleOf(line)
      noted.push({ kind: line.kind, ...(role === undefined ? {} : { role }) })
    }
    after = page.at(-1)?.seq ?? last
    await setImmediate()
  }
  return noted
}

export const privacyReport = commandFor('office', 'auditor')(period, async (daemon, asked) => {
  const { config, facts } = daemon
  const read = readPeriod(daemon, asked)
  if (!read.ok) return read
  const { from, to, now } = read.value
  const open = await readPages<RequestLine>((last, limit) => facts.listRequests(last?.number ?? 0, limit, true))
  const { card, pin, face } = facts.countActive()
  const { templateMonths, namedEventsDays, consentDays } = config.retention
  return done({
    gate: config.gate,
    from: writeDay(from),
    to: writeDay(to),
    held: { residents: facts.countOtherWays().residents, card, pin, face, bound: maskFew(facts.countBoundFaces()) },
    kept: { templateMonths, namedEventsDays, consentDays },
    done: maskMinds(countNoted(await readEvents(daemon, from, to))),
    requests: { open: open.length, overdue: facts.countOverdue(now) },
    assessment: judgeAssessment(daemon),
  } satisfies PrivacyReport)
})
