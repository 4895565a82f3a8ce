// The figures of an evaluation as tables of text, the same for the terminal and for the report page. Computes nothing. Called by the
// `models evaluate` command.

import { type Figures, fmrNames, fpirNames, leftOutNames, type Missed, type Unknown } from '../../models/evaluate.ts'
import type { Bounds } from '../../models/evaluate-bounds.ts'
import { gat1093, judgeGat } from './answer.ts'
import type { Words } from './wording.ts'

export type Table = {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Less is a rounding error of the exact bounds. */
const LEAST_SHOWN_PERCENT = 1e-4

export const showRate = (rate: number): string => {
  const percent = rate * 100
  return `${percent < LEAST_SHOWN_PERCENT ? '0' : percent >= 0.1 ? percent.toFixed(2) : percent.toPrecision(2)} %`
}
const showBounds = ({ low, high }: Bounds): string => `${showRate(low)} … ${showRate(high)}`
const showTooFew = ({ counted, needed }: Unknown, { tooFew }: Words): string => `${tooFew} (${counted} < ${needed})`

const cellsOf = (found: Missed | Unknown, words: Words): readonly string[] =>
  found.known
    ? [showRate(found.rate), showBounds(found), found.threshold.toFixed(4), String(found.falseMatches)]
    : [showTooFew(found, words), '', '', '']

const ratesTable = ({ missedAtFmr }: Figures, words: Words): Table => ({
  title: words.rates,
  head: [words.fmr, words.fnmr, words.bounds, words.threshold, words.restsOn],
  rows: fmrNames.map((name) => [showRate(Number(name)), ...cellsOf(missedAtFmr[name], words)]),
})

const openSetTable = ({ missedAtFpir, missedWithMargin, enrolled, strangers }: Figures, words: Words): Table => ({
  title: `${words.openSet} (${enrolled} + ${strangers})`,
  head: [words.fpir, words.fnir, words.bounds, words.threshold, words.restsOn, words.fnirMargin],
  rows: fpirNames.map((name) => {
    const margin = missedWithMargin[name]
    return [
      showRate(Number(name)),
      ...cellsOf(missedAtFpir[name], words),
      margin.known ? `${showRate(margin.rate)} (${showBounds(margin)})` : '',
    ]
  }),
})

const leftOutTable = ({ leftOut }: Figures, words: Words): Table => ({
  title: words.leftOut,
  head: [words.fmr, words.found, words.bounds, ''],
  rows: leftOutNames.map((name) => {
    const found = leftOut[name]
    return found.known
      ? [showRate(Number(name)), showRate(found.fmr), showBounds(found), words[found.verdict]]
      : [showRate(Number(name)), showTooFew(found, words), '', words.unknown]
  }),
})

const gatTable = (figures: Figures, pictureMs: number, words: Words): Table => ({
  title: words.gat,
  head: ['', '', words.most, ''],
  rows: [
    ...judgeGat(figures).map(({ clause, refused, most, verdict }) => [
      words[clause],
      refused === null ? '' : showRate(refused),
      showRate(most),
      words[verdict],
    ]),
    [
      words.seconds,
      `${(pictureMs / 1000).toFixed(3)} s`,
      `${gat1093.mostSeconds} s`,
      pictureMs / 1000 <= gat1093.mostSeconds ? words.met : words.missed,
    ],
  ],
})

export const factsOf = (figures: Figures, words: Words): readonly (readonly [string, string])[] => [
  [words.pictures, String(figures.pictures)],
  [words.identities, String(figures.identities)],
  [words.failures, String(figures.detectionFailures)],
  [words.ownPairs, String(figures.pairs.genuine)],
  [words.strangerPairs, String(figures.pairs.impostor)],
  ...(figures.equalError
    ? [[words.equal, `${showRate(figures.equalError.rate)} (${showBounds(figures.equalError)})`] as const]
    : []),
]

export const tablesOf = (figures: Figures, pictureMs: number, words: Words): readonly Table[] => [
  ratesTable(figures, words),
  openSetTable(figures, words),
  leftOutTable(figures, words),
  gatTable(figures, pictureMs, words),
]
