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
