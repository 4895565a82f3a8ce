// Which figures are measured together, and by which file. Each file is loaded only when one of its figures is asked for. Called by bench.ts.

import type { FigureName, Measurement } from './figures.ts'
import type { Lab } from './lab.ts'
import type { Condition } from './taps.ts'

export type Options = {
  readonly json: boolean
  readonly only: ReadonlySet<FigureName>
  readonly runs: number
  readonly residents: number
  readonly cards: number
  readonly events: number
  readonly taps: number
}

export const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`)

export type Measurements = Partial<Record<FigureName, Measurement>>
/** Figures that are measured together, or not at all. */
export type Group = {
  readonly names: readonly FigureName[]
  readonly measure: (lab: Lab, options: Options) => Promise<Measurements>
}

export const taps: Group = {
  names: ['reading_to_relay_ms', 'reading_to_relay_face_busy_ms', 'reading_to_relay_face_killed_ms'],
  measure: async (lab, options) => {
    const { measureTaps, tapFigures } = await import('./taps.ts')
    const wanted = new Set<Condition>(['rest'])
    if (options.only.has('reading_to_relay_face_busy_ms') && lab.picture) wanted.add('busy')
    if (options.only.has('reading_to_relay_face_killed_ms')) wanted.add('killed')
    return tapFigures(await measureTaps({ ...options, lab, wanted, say }), lab.picture !== undefined)
  },
}

export const starts: Group = {
  names: ['start_to_card_ms', 'start_to_face_ms', 'pss_mb'],
  measure: async (lab, { only, runs }) =>
    (await import('./starts.ts')).measureStarts({ lab, runs, weighs: only.has('pss_mb'), say }),
}

export const frames: Group = {
  names: ['frame_to_decision_ms', 'frame_to_decision_all_cues_ms', 'face_api_ratio', 'human_ratio'],
  measure: async ({ modelsDirectory }, { runs }) => {
    say('frames, ours and the two libraries in turn')
    return (await import('./frames.ts')).benchFrames({ modelsDirectory, runs })
  },
}

export const matches: Group = {
  names: ['match_10000_ms', 'match_100000_ms', 'usearch_exact_ratio'],
  measure: async () => {
    say('one search among 10 000 and among 100 000 vectors')
    return (await import('./matches.ts')).benchMatches()
  },
}

/** Enough for a percentile of all conditions together, in less than a minute. */
const PRESSES = 25

export const exits: Group = {
  names: ['exit_to_relay_ms'],
  measure: async (lab, { taps: most }) => ({
    exit_to_relay_ms: await (await import('./exits.ts')).measureExits({ lab, presses: Math.min(most, PRESSES), say }),
  }),
}

export const decides: Group = {
  names: ['decide_per_s', 'decide_us'],
  measure: async () => {
    say('decisions among 20 000 residents')
    return (await import('./decides.ts')).measureDecides()
  },
}

export const cards: Group = {
  names: ['card_authentication_ms'],
  measure: async () => {
    say('proofs of a card')
    return { card_authentication_ms: await (await import('./cards.ts')).measureCards() }
  },
}

/** A tap of the virtual reader takes more than a second. */
const DESFIRE_TAPS = 100

export const desfire: Group = {
  names: ['desfire_tap_to_relay_ms'],
  measure: async (lab, options) => ({
    desfire_tap_to_relay_ms: await (await import('./desfire.ts')).measureDesfire({
      ...{ ...options, lab, say, taps: Math.min(options.taps, DESFIRE_TAPS) },
    }),
  }),
}

export const codes: Group = {
  names: ['code_to_relay_ms'],
  measure: async (lab, { taps: times }) => ({
    code_to_relay_ms: await (await import('./codes.ts')).measureCodes({ lab, times, say }),
  }),
}

export const telling: Group = {
  names: ['code_known_or_not'],
  measure: async () => ({ code_known_or_not: await (await import('./codes.ts')).measureTelling(say) }),
}

export const guesses: Group = {
  names: ['guessing_24h'],
  measure: async () => {
    say('a day of guessing at one keypad')
    return { guessing_24h: await (await import('./guesses.ts')).measureGuesses() }
  },
}

export const passes: Group = {
  names: ['qr_look_ms', 'qr_read_ms'],
  measure: async () => {
    say('a camera that reads passes')
    return (await import('./passes.ts')).measurePasses()
  },
}

export const signals: Group = {
  names: ['key_to_click_ms', 'tap_to_light_ms'],
  measure: async (lab, { taps: times }) => (await import('./signals.ts')).measureSignals({ lab, times, say }),
}

/** Seconds of nothing; more rounds tell no more. */
const LANE_ROUNDS = 3

export const lane: Group = {
  names: ['empty_lane_cpu_percent'],
  measure: async (lab, { runs }) => ({
    empty_lane_cpu_percent: await (await import('./lane.ts')).measureLane({
      lab,
      runs: Math.min(runs, LANE_ROUNDS),
      say,
    }),
  }),
}

export const withdrawals: Group = {
  names: ['withdrawal_to_unmatchable_ms'],
  measure: async (lab, { residents }) => ({
    withdrawal_to_unmatchable_ms: await (await import('./withdrawals.ts')).measureWithdrawals({ lab, residents, say }),
  }),
}

export const erasures: Group = {
  names: ['erasure_s', 'erasure_line_p99_worse_ms'],
  measure: async (lab, options) => (await import('./erasures.ts')).measureErasures({ ...options, lab, say }),
}

/** Each has its 20 000 people more. */
const IMPORT_ROUNDS = 3

export const imports: Group = {
  names: ['import_20000_s', 'import_line_p99_worse_ms'],
  measure: async (lab, options) =>
    (await import('./imports.ts')).measureImports({
      ...options,
      lab,
      runs: Math.min(options.runs, IMPORT_ROUNDS),
      say,
    }),
}

/** How often each part is pulled out or killed. */
const PLUG_ROUNDS = 3

export const plugs: Group = {
  names: ['hot_plug_ms'],
  measure: async (lab, { runs }) => ({
    hot_plug_ms: await (await import('./plugs.ts')).measurePlugs({ lab, rounds: Math.min(runs, PLUG_ROUNDS), say }),
  }),
}

export const inequalities: Group = {
  names: ['inequality_noticed_ms'],
  measure: async (lab, { runs }) => ({
    inequality_noticed_ms: await (await import('./inequalities.ts')).measureInequalities({
      lab,
      rounds: Math.min(runs, PLUG_ROUNDS),
      say,
    }),
  }),
}
