// Which days are worked and which are not, where that is said for each year anew: China's list, by the notices of the General Office of
// the State Council (国办发明电〔2024〕12号, 〔2025〕7号). Names days and nothing else; a year that is not here is unknown, never guessed.
// A gate adds years by the setting `calendar`. Read by the daemon's rules and by cross-checks.ts.

export type HolidayYear = {
  readonly year: number
  /** YYYY-MM-DD: nobody works, whatever weekday it is. */
  readonly holidays: readonly string[]
  /** A Saturday or Sunday on which people work. */
  readonly workdays: readonly string[]
}

const days = (year: number, from: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) =>
    new Date(Date.parse(`${year}-${from}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10),
  )

const yearOf = (
  year: number,
  off: readonly (readonly [from: string, count: number])[],
  worked: readonly string[],
): HolidayYear => ({
  year,
  holidays: off.flatMap(([from, count]) => days(year, from, count)),
  workdays: worked.map((day) => `${year}-${day}`),
})

export const chinaYears: readonly HolidayYear[] = [
  yearOf(
    2025,
    [
      ['01-01', 1],
      ['01-28', 8],
      ['04-04', 3],
      ['05-01', 5],
      ['05-31', 3],
      ['10-01', 8],
    ],
    ['01-26', '02-08', '04-27', '09-28', '10-11'],
  ),
  yearOf(
    2026,
    [
      ['01-01', 3],
      ['02-15', 9],
      ['04-04', 3],
      ['05-01', 5],
      ['06-19', 3],
      ['09-25', 3],
      ['10-01', 7],
    ],
    ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'],
  ),
]

/** Years by number, with what is worked and what is not. */
export type HolidayCalendar = ReadonlyMap<
  number,
  { readonly holidays: ReadonlySet<string>; readonly workdays: ReadonlySet<string> }
>

/** `more`: the gate's own years; one that is here too replaces it. */
type Added = Pick<HolidayYear, 'year'> & Partial<HolidayYear>
export const makeCalendar = (more: readonly Added[] = []): HolidayCalendar =>
  new Map(
    [...chinaYears, ...more].map(({ year, holidays = [], workdays = [] }: Added) => [
      year,
      { holidays: new Set(holidays), workdays: new Set(workdays) },
    ]),
  )
