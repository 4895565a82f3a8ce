// Whether a card's number alone, which can be copied for the price of a coffee, opens a real door at night, and whether the reader at the
// office's desk can do what it stands there for. Pure. Called by review.ts.

import { hasRealDoor, isDesk, listDevices, listSides, listWays, offers, opensByOne } from './mounted.ts'
import { type Problem, problem } from './problems.ts'
import type { Config, SideSettings } from './settings.ts'

const DAY_MINUTES = 1440
/** 22:00 to 06:00, when nobody stands there who would notice a stranger. */
const NIGHT = { from: 22 * 60, to: 6 * 60 } as const
const nightMinutes = Array.from({ length: DAY_MINUTES }, (_, minute) => minute).filter(
  (minute) => minute >= NIGHT.from || minute < NIGHT.to,
)
const weekdays = [1, 2, 3, 4, 5, 6, 7] as const

type Hours = NonNullable<SideSettings['cardProofTimes']>[number]

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** `6-1` is Saturday to Monday. */
const beginsOn = ({ days }: Hours, weekday: number): boolean => {
  const [first = 1, last = first] = days.split('-').map(Number)
  return first <= last ? weekday >= first && weekday <= last : weekday >= first || weekday <= last
}

/** Hours that end before they begin go on into the next day. */
const holds = (hours: Hours, weekday: number, minute: number): boolean => {
  const [from, to] = [minuteOf(hours.from), minuteOf(hours.to)]
  const begun = beginsOn(hours, weekday) && minute >= from && (to <= from || minute < to)
  const goesOn = to <= from && beginsOn(hours, weekday === 1 ? 7 : weekday - 1) && minute < to
  return begun || goesOn
}

const spell = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** The first minute of a night at which a number is enough, as HH:MM. */
const findBareNight = ({ cardProof = 'identifier', cardProofTimes = [] }: SideSettings): string | undefined => {
  for (const weekday of weekdays) {
    const bare = nightMinutes.find((minute) => {
      const hours = cardProofTimes.find((one) => holds(one, weekday, minute))
      return (hours?.proof ?? cardProof) === 'identifier'
    })
    if (bare !== undefined) return spell(bare)
  }
  return undefined
}

/** Leaving is never denied (P8), and a second proof beside the card is more than a number. */
const checkNights = (config: Config): readonly Problem[] =>
  listSides(config).flatMap(({ side, settings }) => {
    if (side === 'exit' || listWays(settings, 'card').length === 0 || !opensByOne(settings)) return []
    const time = findBareNight(settings)
    return time === undefined ? [] : [problem('warning', 'identifier_at_night', `sides.${side}.card`, { side, time })]
  })

/** A line that gives numbers has no way to write a key. */
const checkDesks = (config: Config): readonly Problem[] =>
  listDevices(config)
    .card.filter(({ device }) => isDesk(device) && device.driver === 'serial')
    .map(({ at }) => problem('warning', 'desk_cannot_issue', `${at}.driver`))

/** Two places are needed to be at both. */
const checkApart = ({ cardsApart = {}, sides }: Config): readonly Problem[] => {
  const { sidesSeconds, deskSeconds } = cardsApart
  const all = [...(sides.entry?.card ?? []), ...(sides.exit?.card ?? [])]
  const hasBoth = [sides.entry, sides.exit].every((side) => side !== undefined && offers(side, 'card'))
  return [
    ...(sidesSeconds !== undefined && !hasBoth ? ['sidesSeconds'] : []),
    ...(deskSeconds !== undefined && !all.some(isDesk) ? ['deskSeconds'] : []),
  ].map((name) => problem('warning', 'cards_apart_nothing', `cardsApart.${name}`))
}

export const checkCards = (config: Config): readonly Problem[] => [
  ...(hasRealDoor(config) ? checkNights(config) : []),
  ...checkDesks(config),
  ...checkApart(config),
]
