// The names of the figures, their goals, and what becomes of a measurement: judged, rounded, printed as JSON or as a table.
// Measures nothing. Called by bench.ts.

export type Unmeasured = { readonly value: null; readonly why: string }
/** Numbers, and what explains them; at least the members that the figure's goal names. */
export type Measured = Readonly<Record<string, unknown>>
export type Measurement = Measured | Unmeasured

type Goal = { readonly at: 'most' | 'least'; readonly of: Readonly<Record<string, number>> }

const most = (of: Goal['of']): Goal => ({ at: 'most', of })
const least = (of: Goal['of']): Goal => ({ at: 'least', of })

/** Milliseconds, ratios and megabytes, as the names say. `p99_worse_by`: than the same with the face process at rest. */
const goals = {
  reading_to_relay_ms: most({ p50: 3, p99: 15 }),
  reading_to_relay_face_busy_ms: most({ p99_worse_by: 5 }),
  reading_to_relay_face_killed_ms: most({ p99_worse_by: 5 }),
  empty_lane_cpu_percent: most({ value: 8 }),
  withdrawal_to_unmatchable_ms: most({ p99: 1000 }),
  erasure_s: most({ worst: 10 }),
  erasure_line_p99_worse_ms: most({ value: 5 }),
  import_20000_s: most({ worst: 30 }),
  import_line_p99_worse_ms: most({ value: 5 }),
  frame_to_decision_ms: most({ p50: 18 }),
  frame_to_decision_all_cues_ms: most({ p50: 36 }),
  face_api_ratio: least({ value: 6 }),
  human_ratio: least({ value: 9 }),
  match_10000_ms: most({ p50: 0.3 }),
  match_100000_ms: most({ p50: 6 }),
  usearch_exact_ratio: least({ value: 2 }),
  start_to_card_ms: most({ value: 800 }),
  start_to_face_ms: most({ value: 3000 }),
  pss_mb: most({ value: 420 }),
  exit_to_relay_ms: most({ p99: 50 }),
  hot_plug_ms: most({ gone: 5000, back: 3000 }),
  inequality_noticed_ms: most({ worst: 5000 }),
  key_to_click_ms: most({ p99: 100 }),
  tap_to_light_ms: most({ p99: 100 }),
  card_authentication_ms: most({ p99: 2 }),
  desfire_tap_to_relay_ms: most({ p99: 15 }),
  decide_per_s: least({ value: 200_000 }),
  decide_us: most({ p99: 50 }),
  code_to_relay_ms: most({ p95: 150 }),
  code_known_or_not: most({ t: 4.5, without_hash_ms: 0.1 }),
  guessing_24h: most({ codes_per_credential: 110, longest_wait_s: 10, card_delay_ms: 0, unanswered: 0 }),
  qr_look_ms: most({ p50: 1 }),
  qr_read_ms: most({ p50: 50 }),
} as const

export type FigureName = keyof typeof goals
export const figureNames = Object.keys(goals) as readonly FigureName[]
export const isFigureName = (name: string): name is FigureName => Object.hasOwn(goals, name)

export const unmeasured = (why: string): Unmeasured => ({ value: null, why })

type Judged = Measured & { readonly goal: object; readonly ok: boolean }
export type Figure = Judged | Unmeasured

const isUnmeasured = (measurement: Measurement): measurement is Unmeasured => measurement['value'] === null

const meets = ({ at, of }: Goal, measured: Measured): boolean =>
  Object.entries(of).every(([member, limit]) => {
    const value = measured[member]
    if (typeof value !== 'number') return false
    return at === 'most' ? value <= limit : value >= limit
  })

/** A measurement with its goal beside it. One that could not be had stays as it is. */
export const judgeFigure = (name: FigureName, measurement: Measurement): Figure => {
  if (isUnmeasured(measurement)) return measurement
  const goal = goals[name]
  return { ...measurement, goal: { [`at_${goal.at}`]: goal.of }, ok: meets(goal, measurement) }
}

/** Thousandths are noise already. */
const round = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1000) / 1000 : value

export type Report = {
  readonly machine: object
  /** Of the store under the gates. */
  readonly scale: object
  readonly figures: Partial<Readonly<Record<FigureName, Figure>>>
}

export const printJson = (report: Report): string => `${JSON.stringify(report, round)}\n`

const spell = (entries: readonly (readonly [string, unknown])[]): string =>
  entries
    .map(([name, value]) =>
      typeof value === 'object' ? `${name} (${JSON.stringify(value, round)})` : `${name} ${round('', value)}`,
    )
    .join('  ')

const tell = (name: FigureName, figure: Figure): string => {
  if (isUnmeasured(figure)) return `${name}\n    not measured: ${figure.why}`
  const { at, of } = goals[name]
  const { goal: _, ok, ...measured } = figure
  const wanted = spell(Object.entries(of).map(([member, limit]) => [member, `${at === 'most' ? '≤' : '≥'} ${limit}`]))
  return `${ok ? 'ok  ' : 'MISS'} ${name}\n    ${spell(Object.entries(measured))}\n    goal: ${wanted}`
}

export const printTable = ({ machine, scale, figures }: Report): string => {
  const lines = Object.entries(figures).map(([name, figure]) => tell(name as FigureName, figure))
  return `${[spell(Object.entries(machine)), spell(Object.entries(scale)), ...lines].join('\n')}\n`
}
