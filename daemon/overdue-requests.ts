// How many requests of the register nobody answered in time, by the law's clock: a boot in 1970 makes none of them early, an hour in 2099
// none of them late. Only a count: what was asked, and by whom, stays in the register. Called by the standing alarms and `status`.

import type { Clock } from '../config/words.ts'
import { dateChange } from './core/clock.ts'
import type { FactsReader } from './store/facts.ts'
import { explainDisk } from './store/handles.ts'

type Deps = { readonly clock: Pick<Clock, 'wall'>; readonly facts: Pick<FactsReader, 'countOverdue' | 'lastWall'> }

/** A store that cannot be read now is an alarm of its own; what was found last still stands. */
export const openOverdue = ({ clock, facts }: Deps): (() => number) => {
  let last = 0
  return () => {
    try {
      last = facts.countOverdue(dateChange(clock.wall(), facts.lastWall()))
    } catch (error) {
      if (explainDisk(error) === undefined) throw error
    }
    return last
  }
}
