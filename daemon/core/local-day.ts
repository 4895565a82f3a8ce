// When a day begins on the clock of a gate's own zone. Pure. Called by reports and by the month's head.

import type { WallMs } from '../../config/words.ts'

/** `day`: named by its UTC midnight. A zone is never more than 14 hours from UTC. */
export const beginDay = (day: WallMs, timeZone: string): WallMs => {
  const clock = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  })
  const local = Date.parse(`${clock.format(day).replace(', ', 'T')}Z`)
  return (day - (local - day)) as WallMs
}
