// Reports of the running gate: from counts, for residents, the owners' committee, a court. Names nobody. Called by the control socket.

import * as v from 'valibot'
import { done, failed, type WallMs } from '../../config/words.ts'
import { dateChange } from '../core/clock.ts'
import { isDay } from '../core/day.ts'
import { DAY_MS, dayOf } from '../core/path-counts.ts'
import { reportEquality } from '../report/equality.ts'
import { commandFor } from './command.ts'

/** Without --from: these days, the last included. */
const PERIOD_DAYS = 30
/** What is kept (retention.equalityDays at its most), so that a slip of a year builds no endless page. */
const PERIOD_LIMIT_DAYS = 3651

const day = v.exactOptional(v.pipe(v.string(), v.check(isDay, 'date_unknown')))

export const equalityReport = commandFor('office', 'auditor')(
  v.strictObject({ from: day, to: day }),
  async ({ config, facts, clock }, asked) => {
    const now = dateChange(clock.wall(), facts.lastWall())
    const today = dayOf(now, config.timeZone)
    const to = asked.to === undefined ? today : (Date.parse(asked.to) as WallMs)
    const from = asked.from === undefined ? to - (PERIOD_DAYS - 1) * DAY_MS : Date.parse(asked.from)
    if (from > to || to - from > PERIOD_LIMIT_DAYS * DAY_MS) return failed('period_refused')
    return done(reportEquality(config, facts, { from: from as WallMs, to }, now))
  },
)
