// `evengate bench`: measures the project's figures on this machine and prints them, each with its goal. Plays in a folder of its own and
// touches no gate that runs. Progress goes to stderr, the report to stdout. Called by main.

import { parseArgs } from 'node:util'
import {
  type Figure,
  type FigureName,
  figureNames,
  isFigureName,
  judgeFigure,
  type Measurement,
  printJson,
  printTable,
  unmeasured,
} from './figures.ts'
import { type Lab, openLab } from './lab.ts'
import { describeMachine } from './machine.ts'
import type { Condition } from './taps.ts'

type Options = {
  readonly json: boolean
  readonly only: ReadonlySet<FigureName>
  readonly runs: number
  readonly residents: number
  readonly taps: number
}

const usage = `bench [--json] [--only FIGURE]… [--runs N] [--residents N] [--taps N]
  --runs N        rounds, whose median is told (default 5)
  --residents N   people with a card in the store, and templates in the gallery of a withdrawal (default 10000)
  --taps N        taps of each round and condition (default 100, of which the second worst is the 99th percentile)
  figures: ${figureNames.join(' ')}
`

const readWhole = (text: string | undefined, preset: number, most: number): number | undefined => {
  if (text === undefined) return preset
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0
  return value >= 1 && value <= most ? value : undefined
}

const words = {
  json: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  runs: { type: 'string' },
  residents: { type: 'string' },
  taps: { type: 'string' },
} as const

const readOptions = (argv: readonly string[]): Options | undefined => {
  try {
    const { values } = parseArgs({ args: [...argv], options: words, strict: true, allowPositionals: false })
    const only = values.only ?? figureNames
    const runs = readWhole(values.runs, 5, 100)
    const residents = readWhole(values.residents, 10_000, 100_000)
    const taps = readWhole(values.taps, 100, 10_000)
    if (runs === undefined || residents === undefined || taps === undefined || !only.every(isFigureName))
      return undefined
    return { json: values.json ?? false, only: new Set(only.filter(isFigureName)), runs, residents, taps }
  } catch {
    return undefined // node:util says what is wrong by throwing; the usage says what is right
  }
}

const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`)

type Measurements = Partial<Record<FigureName, Measurement>>
/** Figures that are measured together, or not at all. */
type Group = {
  readonly names: readonly FigureName[]
  readonly measure: (lab: Lab, options: Options) => Promise<Measurements>
}

const taps: Group = {
  names: ['reading_to_relay_ms', 'reading_to_relay_face_busy_ms', 'reading_to_relay_face_killed_ms'],
  measure: async (lab, options) => {
    const { measureTaps, tapFigures } = await import('./taps.ts')
    const wanted = new Set<Condition>(['rest'])
    if (options.only.has('reading_to_relay_face_busy_ms') && lab.picture) wanted.add('busy')
    if (options.only.has('reading_to_relay_face_killed_ms')) wanted.add('killed')
    return tapFigures(await measureTaps({ ...options, lab, wanted, say }), lab.picture !== undefined)
  },
}

const starts: Group = {
  names: ['start_to_card_ms', 'start_to_face_ms', 'pss_mb'],
  measure: async (lab, { only, runs }) =>
    (await import('./starts.ts')).measureStarts({ lab, runs, weighs: only.has('pss_mb'), say }),
}

const frames: Group = {
  names: ['frame_to_decision_ms', 'frame_to_decision_all_cues_ms', 'face_api_ratio', 'human_ratio'],
  measure: async ({ modelsDirectory }, { runs }) => {
    say('frames, ours and the two libraries in turn')
    return (await import('./frames.ts')).benchFrames({ modelsDirectory, runs })
  },
}

const matches: Group = {
  names: ['match_10000_ms', 'match_100000_ms', 'usearch_exact_ratio'],
  measure: async () => {
    say('one search among 10 000 and among 100 000 vectors')
    return (await import('./matches.ts')).benchMatches()
  },
}

/** Enough for a percentile of all conditions together, in less than a minute. */
const PRESSES = 25

const exits: Group = {
  names: ['exit_to_relay_ms'],
  measure: async (lab, { taps: most }) => ({
    exit_to_relay_ms: await (await import('./exits.ts')).measureExits({ lab, presses: Math.min(most, PRESSES), say }),
  }),
}

const decides: Group = {
  names: ['decide_per_s', 'decide_us'],
  measure: async () => {
    say('decisions among 20 000 residents')
    return (await import('./decides.ts')).measureDecides()
  },
}

const cards: Group = {
  names: ['card_authentication_ms'],
  measure: async () => {
    say('proofs of a card')
    return { card_authentication_ms: await (await import('./cards.ts')).measureCards() }
  },
}

/** A tap of the virtual reader takes more than a second. */
const DESFIRE_TAPS = 100

const desfire: Group = {
  names: ['desfire_tap_to_relay_ms'],
  measure: async (lab, { taps: most }) => ({
    desfire_tap_to_relay_ms: await (await import('./desfire.ts')).measureDesfire({
      ...{ lab, say, taps: Math.min(most, DESFIRE_TAPS) },
    }),
  }),
}

const codes: Group = {
  names: ['code_to_relay_ms'],
  measure: async (lab, { taps: times }) => ({
    code_to_relay_ms: await (await import('./codes.ts')).measureCodes({ lab, times, say }),
  }),
}

const telling: Group = {
  names: ['code_known_or_not'],
  measure: async () => ({ code_known_or_not: await (await import('./codes.ts')).measureTelling(say) }),
}

const guesses: Group = {
  names: ['guessing_24h'],
  measure: async () => {
    say('a day of guessing at one keypad')
    return { guessing_24h: await (await import('./guesses.ts')).measureGuesses() }
  },
}

const passes: Group = {
  names: ['qr_look_ms', 'qr_read_ms'],
  measure: async () => {
    say('a camera that reads passes')
    return (await import('./passes.ts')).measurePasses()
  },
}

const signals: Group = {
  names: ['key_to_click_ms', 'tap_to_light_ms'],
  measure: async (lab, { taps: times }) => (await import('./signals.ts')).measureSignals({ lab, times, say }),
}

/** Seconds of nothing; more rounds tell no more. */
const LANE_ROUNDS = 3

const lane: Group = {
  names: ['empty_lane_cpu_percent'],
  measure: async (lab, { runs }) => ({
    empty_lane_cpu_percent: await (await import('./lane.ts')).measureLane({
      lab,
      runs: Math.min(runs, LANE_ROUNDS),
      say,
    }),
  }),
}

const withdrawals: Group = {
  names: ['withdrawal_to_unmatchable_ms'],
  measure: async (lab, { residents }) => ({
    withdrawal_to_unmatchable_ms: await (await import('./withdrawals.ts')).measureWithdrawals({ lab, residents, say }),
  }),
}

const erasures: Group = {
  names: ['erasure_s', 'erasure_line_p99_worse_ms'],
  measure: async (lab, options) => (await import('./erasures.ts')).measureErasures({ ...options, lab, say }),
}

/** Each has its 20 000 people more. */
const IMPORT_ROUNDS = 3

const imports: Group = {
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

const plugs: Group = {
  names: ['hot_plug_ms'],
  measure: async (lab, { runs }) => ({
    hot_plug_ms: await (await import('./plugs.ts')).measurePlugs({ lab, rounds: Math.min(runs, PLUG_ROUNDS), say }),
  }),
}

const inequalities: Group = {
  names: ['inequality_noticed_ms'],
  measure: async (lab, { runs }) => ({
    inequality_noticed_ms: await (await import('./inequalities.ts')).measureInequalities({
      lab,
      rounds: Math.min(runs, PLUG_ROUNDS),
      say,
    }),
  }),
}

/** What fails is told as a figure that could not be had; the others are measured all the same. */
const measureGroup = async (group: Group, lab: Lab, options: Options): Promise<Measurements> => {
  try {
    return await group.measure(lab, options)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    say(`failed: ${why}`)
    return Object.fromEntries(group.names.map((name) => [name, unmeasured(why)]))
  }
}

const measureAll = async (lab: Lab, options: Options): Promise<Partial<Record<FigureName, Figure>>> => {
  const wanted = (group: Group) => group.names.some((name) => options.only.has(name))
  if ([taps, starts, codes, signals, erasures, imports, lane, withdrawals].some(wanted)) {
    say(`filling a store with ${options.residents} residents`)
    const { fillStore } = await import('./people.ts')
    await fillStore(lab, options.residents, say)
  }
  const figures: Partial<Record<FigureName, Figure>> = {}
  for (const group of [
    taps,
    starts,
    exits,
    codes,
    telling,
    guesses,
    signals,
    plugs,
    inequalities,
    erasures,
    imports,
    lane,
    withdrawals,
    frames,
    matches,
    decides,
    cards,
    desfire,
    passes,
  ].filter(wanted)) {
    const measured = await measureGroup(group, lab, options)
    for (const name of group.names) {
      const measurement = measured[name]
      if (measurement && options.only.has(name)) figures[name] = judgeFigure(name, measurement)
    }
  }
  return figures
}

/** 0: measured, whether the goals are met or not; 1: interrupted; 2: wrong use. */
export const runBench = async (argv: readonly string[]): Promise<number> => {
  const options = readOptions(argv)
  if (!options) {
    process.stderr.write(usage)
    return 2
  }
  const lab = await openLab()
  process.once('exit', lab.remove)
  const interrupt = () => process.exit(1)
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const machine = describeMachine(lab.storeDirectory)
    const report = { machine, figures: await measureAll(lab, options) }
    process.stdout.write(options.json ? printJson(report) : printTable(report))
    return 0
  } finally {
    lab.remove()
    process.off('exit', lab.remove).off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}
