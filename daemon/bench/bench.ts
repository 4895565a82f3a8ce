// `evengate bench`: measures the project's figures on this machine and prints them, each with its goal. Plays in a folder of its own and
// touches no gate that runs. Progress goes to stderr, the report to stdout. Called by main.

import { parseArgs } from 'node:util'
import {
  type Figure,
  type FigureName,
  figureNames,
  isFigureName,
  judgeFigure,
  printJson,
  printTable,
  unmeasured,
} from './figures.ts'
import {
  cards,
  codes,
  decides,
  desfire,
  erasures,
  exits,
  frames,
  type Group,
  guesses,
  imports,
  inequalities,
  lane,
  type Measurements,
  matches,
  type Options,
  passes,
  plugs,
  say,
  signals,
  starts,
  taps,
  telling,
  withdrawals,
} from './groups.ts'
import { type Lab, openLab } from './lab.ts'
import { describeMachine } from './machine.ts'

const usage = `bench [--json] [--only FIGURE]… [--runs N] [--residents N] [--cards N] [--events N] [--taps N]
  --runs N        rounds, whose median is told (default 5)
  --residents N   people with a card in the store, and templates in the gallery of a withdrawal (default 10000)
  --cards N       cards of each of them (default 1)
  --events N      passages recorded before the gates start (default 0)
  --taps N        taps of each round and condition (default 100, of which the second worst is the 99th percentile)
  figures: ${figureNames.join(' ')}
`

const readWhole = (text: string | undefined, preset: number, most: number): number | undefined => {
  if (text === undefined) return preset
  const value = /^\d{1,7}$/.test(text) ? Number(text) : -1
  return value >= Math.min(1, preset) && value <= most ? value : undefined
}

const words = {
  json: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  runs: { type: 'string' },
  residents: { type: 'string' },
  cards: { type: 'string' },
  events: { type: 'string' },
  taps: { type: 'string' },
} as const

const readOptions = (argv: readonly string[]): Options | undefined => {
  try {
    const { values } = parseArgs({ args: [...argv], options: words, strict: true, allowPositionals: false })
    const only = values.only ?? figureNames
    const runs = readWhole(values.runs, 5, 100)
    const residents = readWhole(values.residents, 10_000, 100_000)
    const cards = readWhole(values.cards, 1, 10)
    const events = readWhole(values.events, 0, 5_000_000)
    const taps = readWhole(values.taps, 100, 10_000)
    if (runs === undefined || taps === undefined || !only.every(isFigureName)) return undefined
    if (residents === undefined || cards === undefined || events === undefined) return undefined
    const names = new Set(only.filter(isFigureName))
    return { json: values.json ?? false, only: names, runs, residents, cards, events, taps }
  } catch {
    return undefined // node:util says what is wrong by throwing; the usage says what is right
  }
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
    const { fillStore } = await import('./people.ts')
    await fillStore(lab, options, say)
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
    const { residents, cards, events } = options
    const report = { machine, scale: { residents, cards, events }, figures: await measureAll(lab, options) }
    process.stdout.write(options.json ? printJson(report) : printTable(report))
    return 0
  } finally {
    lab.remove()
    process.off('exit', lab.remove).off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}
