// Which liveness a face must show at this hour, and telling the face part so: the part has no clock of the wall and no time zone. While
// the clock is not trusted the strictest of all hours holds. Decides nothing about anybody. Started by daemon.ts.

import type { Config } from '../config/settings.ts'
import { type Clock, type LivenessPolicy, livenessPolicies, type Schedule, type WallMs } from '../config/words.ts'
import { isClockTrusted } from './clock.ts'
import { isWithin } from './core/schedule.ts'
import type { FactsReader } from './store/facts.ts'
import type { Supervisor } from './supervisor.ts'

/** Hours begin on a minute; whoever stands there at that minute may still be judged by the one before. */
const LOOK_EVERY_MS = 10_000
const DAY_MINUTES = 1440

type Hours = NonNullable<Config['face']['livenessTimes']>[number]

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** From Monday, 1, to Sunday, 7, and round: 6-1 is Saturday, Sunday, Monday. */
const daysOf = (days: string): readonly number[] => {
  const first = Number(days[0])
  const last = Number(days.at(-1))
  const count = ((last - first + 7) % 7) + 1
  return Array.from({ length: count }, (_, n) => ((first - 1 + n) % 7) + 1)
}

/** Hours that end the next day are two pieces, one a day. */
export const scheduleOf = ({ days, from, to }: Pick<Hours, 'days' | 'from' | 'to'>): Schedule => {
  const [fromMinute, toMinute] = [minutesOf(from), minutesOf(to)]
  const segments = daysOf(days).flatMap((weekday) =>
    fromMinute < toMinute
      ? [{ weekday, fromMinute, toMinute }]
      : [
          { weekday, fromMinute, toMinute: DAY_MINUTES },
          { weekday: (weekday % 7) + 1, fromMinute: 0, toMinute },
        ],
  )
  return { kind: 'weekly', segments }
}

type Wish = Pick<Config['face'], 'liveness' | 'livenessTimes'>

export const strictestLiveness = ({ liveness, livenessTimes = [] }: Wish): LivenessPolicy => {
  const asked = [liveness, ...livenessTimes.map((hours) => hours.liveness)]
  return livenessPolicies.findLast((policy) => asked.includes(policy)) ?? 'off'
}

export type Moment = { readonly wall: WallMs; readonly clockTrusted: boolean; readonly timeZone: string }

export const livenessAt = (wish: Wish, { wall, clockTrusted, timeZone }: Moment): LivenessPolicy => {
  const { liveness, livenessTimes = [] } = wish
  if (livenessTimes.length === 0) return liveness
  if (!clockTrusted) return strictestLiveness(wish)
  return livenessTimes.find((hours) => isWithin(scheduleOf(hours), wall, timeZone))?.liveness ?? liveness
}

type Deps = {
  readonly config: Config
  readonly clock: Clock
  readonly facts: Pick<FactsReader, 'lastWall'>
  readonly supervisor: Pick<Supervisor, 'send'>
}

/** `tellFace`: a face part that has just started knows only the strictest. */
export const keepLivenessHours = ({ config, clock, facts, supervisor }: Deps) => {
  let told: LivenessPolicy | undefined
  const look = (): void => {
    const wall = clock.wall()
    const clockTrusted = isClockTrusted(config.clock.trust, wall, facts.lastWall())
    const moment = { wall, clockTrusted, timeZone: config.timeZone }
    const policy = livenessAt(config.face, moment)
    if (policy !== told && supervisor.send('face', { type: 'liveness', policy })) told = policy
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  return {
    tellFace: (): void => {
      told = undefined
      look()
    },
    stop: (): void => clearInterval(timer),
  }
}
