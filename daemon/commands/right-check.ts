// `right check`, and what `check` asks the running gate: rights that can never apply. Each right is tried at its next opening by the dry run
// of `who`, in the ordinary mode: what is denied there by a passing cause (a suspension, a lockout) is no finding. Ids and places of the
// configuration, never a name. Changes and records nothing. Called by the control socket.

import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { offers } from '../../config/mounted.ts'
import { done, type Group, type Path, paths, type Schedule, type WallMs } from '../../config/words.ts'
import { groupsThatCome, nextOpening } from '../core/never.ts'
import { makeRules, type Rules } from '../core/rules.ts'
import type { Daemon } from '../daemon.ts'
import type { ResidentLine, ResidentPage } from '../store/reads.ts'
import type { RightLine } from '../store/rule-reads.ts'
import { commandFor, readPages } from './command.ts'
import { lookAt, type WhoLine } from './who.ts'

export type RightFinding = {
  readonly code:
    | 'right_ended'
    | 'right_schedule_gone'
    | 'right_never_opens'
    | 'right_path_absent'
    | 'right_pair_unheld'
    | 'right_denied'
    | 'pair_nobody'
    | 'group_nobody'
    | 'first_person_nobody'
  /** A place of the configuration, as `schedules.0`. */
  readonly at?: string
  readonly resident?: string
  readonly right?: string
  /** What the dry run said. */
  readonly reason?: string
}
export type RightFindings = { readonly findings: readonly RightFinding[]; readonly total: number }

/** As many as somebody reads; `total` tells how many there are. */
const FINDINGS_LIMIT = 200
/** Residents between two turns of the loop: a few milliseconds. */
const SLICE = 10

/** Causes that pass by themselves, or that the office has set and lifts. */
const passing: ReadonlySet<string> = new Set([
  ...['resident_suspended', 'credential_locked_out', 'passback', 'path_paused', 'controller_fault'],
  ...['credential_not_yet_valid', 'first_person_missing'],
])

type Look = { readonly daemon: Daemon; readonly rules: Rules; readonly now: WallMs }

/** `always` is no schedule of the configuration; one that was taken out of it opens at no time. */
const scheduleOf = ({ rules }: Look, { scheduleId }: RightLine): Schedule | undefined =>
  scheduleId === 'always' ? { kind: 'always' } : rules.schedules.get(scheduleId)

const judgeDenied = ({ why }: WhoLine, page: ResidentPage): Pick<RightFinding, 'code' | 'reason'> | undefined => {
  const reasons = why.map(({ reason }) => reason)
  const [first] = reasons
  if (reasons.some((reason) => passing.has(reason))) return undefined
  // Whoever holds nothing yet waits for the desk.
  if (first === undefined) return page.card + page.pin + page.face > 0 ? { code: 'right_path_absent' } : undefined
  if (reasons.every((reason) => reason === 'second_factor_missing')) return { code: 'right_pair_unheld' }
  return { code: 'right_denied', reason: first }
}

const checkRight = (look: Look, right: RightLine, page: ResidentPage): RightFinding | undefined => {
  const { daemon, rules, now } = look
  const about = { resident: page.id, right: right.id }
  if (right.expiresAt !== null && right.expiresAt <= now) return { code: 'right_ended', ...about }
  const schedule = scheduleOf(look, right)
  if (schedule === undefined) return { code: 'right_schedule_gone', ...about }
  const span = {
    from: Math.max(now, right.notBefore ?? now) as WallMs,
    ...(right.expiresAt === null ? {} : { until: right.expiresAt }),
  }
  const place = { timeZone: daemon.config.timeZone, calendar: rules.calendar }
  const wall = nextOpening(schedule, span, place)
  if (wall === undefined) return { code: 'right_never_opens', ...about }
  const line = lookAt({ ...daemon, mode: () => 'controlled' }, { wall, rules }, page.id, undefined)
  const denied = line.may ? undefined : judgeDenied(line, page)
  return denied === undefined ? undefined : { ...denied, ...about }
}

/** What lacks is his and not one right's: told once, with the first of the rights that show it. */
const isTold = (told: readonly RightFinding[], { code, reason }: RightFinding): boolean =>
  (code === 'right_path_absent' || code === 'right_pair_unheld' || code === 'right_denied') &&
  told.some((one) => one.code === code && one.reason === reason)

const checkResident = (look: Look, { id }: ResidentLine): readonly RightFinding[] => {
  const { facts, config } = look.daemon
  const page = facts.showResident(id)
  const found: RightFinding[] = []
  for (const right of page ? facts.listRights(id) : []) {
    const one = page && right.gate === config.gate ? checkRight(look, right, page) : undefined
    if (one && !isTold(found, one)) found.push(one)
  }
  return found
}

const checkFirstPersons = ({ daemon: { config, facts }, rules }: Look): readonly RightFinding[] => {
  const rights = facts
    .listGroupSchedules(config.gate)
    .flatMap(({ belongs, scheduleId }): { belongs: Group; afterFirst?: Group }[] => {
      if (scheduleId === 'always') return [{ belongs }]
      const schedule = rules.schedules.get(scheduleId)
      if (schedule === undefined) return []
      return [{ belongs, ...(schedule.afterFirst === undefined ? {} : { afterFirst: schedule.afterFirst }) }]
    })
  const come = groupsThatCome(rights)
  return (config.schedules ?? []).flatMap(({ afterFirst }, n): readonly RightFinding[] => {
    if (afterFirst === undefined || come.has(afterFirst)) return []
    const code = facts.hasGroup(afterFirst) ? 'first_person_nobody' : 'group_nobody'
    return [{ code, at: `schedules.${n}` }]
  })
}

/** Where nobody at all holds a pair, that is one finding and not one of each. */
const checkPairs = ({ config }: Daemon, residents: readonly ResidentLine[]): readonly RightFinding[] => {
  const { entry } = config.sides
  const held: Readonly<Record<Path, keyof ResidentLine>> = { card: 'card', keypad: 'pin', face: 'face' }
  const pairs = entry?.twoFactor ?? []
  const isHeld = (line: ResidentLine, path: Path) => Number(line[held[path]]) > 0
  const holders = residents.filter((line) => paths.some((path) => isHeld(line, path)))
  if (entry === undefined || pairs.length === 0 || holders.length === 0) return []
  const isAny = holders.some((line) =>
    pairs.some((pair) => pair.every((path) => offers(entry, path) && isHeld(line, path))),
  )
  return isAny ? [] : [{ code: 'pair_nobody', at: 'sides.entry.twoFactor' }]
}

export const rightCheck = commandFor('office')(v.strictObject({}), async (daemon) => {
  const look: Look = { daemon, rules: makeRules(daemon.config), now: daemon.clock.wall() }
  const residents = await readPages<ResidentLine>(daemon.facts.listResidents)
  const pairs = checkPairs(daemon, residents)
  const found: RightFinding[] = [...checkFirstPersons(look), ...pairs]
  for (const [n, resident] of residents.entries()) {
    found.push(
      ...checkResident(look, resident).filter(({ code }) => pairs.length === 0 || code !== 'right_pair_unheld'),
    )
    if (n % SLICE === 0) await setImmediate()
  }
  return done({ findings: found.slice(0, FINDINGS_LIMIT), total: found.length } satisfies RightFindings)
})
