// What a decision reads for the site's rules: rights with their dates, who came in first today, who passed last, who is excepted from a
// lockdown. Reads, never judges; reads nothing that no rule asks for. Called by facts.ts in its one read.

import type { Group, Schedule, Side, WallMs, WeeklySegment } from '../../config/words.ts'
import type { Passback } from '../core/rules.ts'
import { localDay, sinceLocalMinuteMs } from '../core/schedule.ts'
import type { CredentialFacts, Right } from '../core/types.ts'
import type { FactsQuery } from './facts.ts'
import type { ReadableStore } from './handles.ts'

type RightRow = {
  readonly schedule_id: string
  readonly kind: string | null
  readonly not_before: number | null
  readonly expires_at: number | null
}
type PassageRow = { readonly side: Side; readonly at_monotonic: number; readonly boot: string }

export const prepareRuleStatements = (store: ReadableStore) => ({
  rights: store.prepare<[string, string], RightRow>(
    `SELECT e.schedule_id, s.kind, e.not_before, e.expires_at
     FROM entitlement e LEFT JOIN schedule s ON s.id = e.schedule_id WHERE e.resident_id = ? AND e.gate = ?`,
  ),
  segments: store.prepare<[string], WeeklySegment>(
    `SELECT weekday, from_minute AS fromMinute, to_minute AS toMinute FROM schedule_segment WHERE schedule_id = ?
     ORDER BY weekday, from_minute`,
  ),
  firstDay: store.prepare<[string, string], { day: string }>(
    'SELECT day FROM group_entry WHERE gate = ? AND belongs = ?',
  ),
  lastPassage: store.prepare<[string, string], PassageRow>(
    'SELECT side, at_monotonic, boot FROM last_passage WHERE gate = ? AND resident_id = ?',
  ),
  excepted: store.prepare<[string, string], { one: 1 }>(
    'SELECT 1 AS one FROM lockdown_exception WHERE gate = ? AND resident_id = ?',
  ),
})

type RuleStatements = ReturnType<typeof prepareRuleStatements>

/** A right whose schedule is missing has no segment, and is outside at all times. */
const readSchedule = (st: RuleStatements, { schedule_id, kind }: RightRow, query: FactsQuery): Schedule =>
  kind === 'always'
    ? { kind: 'always' }
    : (query.rules?.schedules.get(schedule_id) ?? { kind: 'weekly', segments: st.segments.all(schedule_id) })

const isFirstMissing = (st: RuleStatements, { gate, wall, timeZone }: FactsQuery, group: Group): boolean =>
  st.firstDay.get(gate, group)?.day !== localDay(wall, timeZone).day

export const readRights = (st: RuleStatements, query: FactsQuery, residentId: string): Right[] =>
  st.rights.all(residentId, query.gate).map((row) => {
    const schedule = readSchedule(st, row, query)
    const { afterFirst } = schedule
    return {
      ...schedule,
      ...(row.not_before === null ? {} : { notBefore: row.not_before as WallMs }),
      ...(row.expires_at === null ? {} : { expiresAt: row.expires_at as WallMs }),
      ...(afterFirst !== undefined && isFirstMissing(st, query, afterFirst) ? { firstPersonMissing: true } : {}),
    }
  })

/** An instant of an earlier boot is read as the moment of this one's start: pulling the plug frees nobody (as in core/limits.ts). */
const isRepeat = (row: PassageRow | undefined, passback: Passback, query: FactsQuery, boot: string): boolean => {
  if (row === undefined || row.side !== query.side) return false
  const at = row.boot === boot ? row.at_monotonic : 0
  const passed = query.monotonic - at
  if (row.boot === boot && passed < passback.sameOpeningMs) return false
  return passed < passback.forgetAfterMs && !isForgiven(passed, passback, query)
}

/** Since he passed the hour has come at which everybody is. */
const isForgiven = (passedMs: number, { forgetAtMinute }: Passback, { wall, clockTrusted, timeZone }: FactsQuery) =>
  forgetAtMinute !== undefined && clockTrusted && passedMs >= sinceLocalMinuteMs(wall, timeZone, forgetAtMinute)

type RuleFacts = Pick<CredentialFacts, 'group' | 'passesLockdown' | 'repeatsSide' | 'openingMs' | 'isStaff'>
type ResidentRow = { readonly resident_id: string; readonly belongs: Group; readonly opening_ms: number | null }

export const readRuleFacts = (st: RuleStatements, query: FactsQuery, row: ResidentRow, boot: string): RuleFacts => {
  const { rules, gate, mode } = query
  return {
    ...(rules?.firstGroups.has(row.belongs) ? { group: row.belongs } : {}),
    ...(mode === 'lockdown' && st.excepted.get(gate, row.resident_id) !== undefined ? { passesLockdown: true } : {}),
    ...(rules?.passback && isRepeat(st.lastPassage.get(gate, row.resident_id), rules.passback, query, boot)
      ? { repeatsSide: true }
      : {}),
    ...(rules?.staffHold && row.belongs === 'staff' ? { isStaff: true } : {}),
    ...(row.opening_ms === null ? {} : { openingMs: row.opening_ms }),
  }
}
