// The page of `report equality`: first the answer and what must be put right, then the figures it rests on. In either language, for
// screen, paper and reading aloud. Decides nothing that the figures do not say. Called by the command line.

import type { Language } from '../../config/words.ts'
import { LEAST_TRIES } from '../core/path-judgement.ts'
import type { EqualityReport, SideReport, WayReport } from './equality.ts'
import { type ReportWords, reportWords } from './equality-wording.ts'
import { heading, list, paragraph, table, writePage } from './page.ts'
import { drawPlot, escapeText, type Plot } from './plot.ts'

const DAYS_A_WEEK = 7

const showSeconds = (ms: number | undefined, words: ReportWords): string =>
  ms === undefined ? words.none : `${(ms / 1000).toFixed(2)} s`
const showShare = (share: number | undefined, words: ReportWords): string =>
  share === undefined ? words.none : `${(share * 100).toFixed(1)} %`

/** So few of some way that nothing can be said of the side. */
const isThin = ({ ways }: SideReport): boolean => {
  const weeks = Math.max(1, Math.floor((ways[0]?.days.length ?? 0) / DAYS_A_WEEK))
  const isFew = (way: WayReport | undefined) => way !== undefined && (way.opened + way.failed) / weeks < LEAST_TRIES
  const face = ways.find(({ path }) => path === 'face')
  return face !== undefined && ways.some((way) => way !== face && (isFew(way) || isFew(face)))
}

const findWorse = ({ side, ways }: SideReport, words: ReportWords): readonly string[] =>
  ways.flatMap(({ path, worse }) =>
    worse.map(({ week, flaw }) => {
      const say = flaw === 'path_slower' ? words.found.slower : words.found.failsMore
      return say(words.sides[side], words.ways[path], week)
    }),
  )

/** What must be put right; empty where nothing must. */
export const listFindings = (report: EqualityReport, language: Language): readonly string[] => {
  const words = reportWords[language]
  const { found } = words
  const { inequality, prices, otherWays } = report
  return [
    ...report.sides.flatMap((side) => findWorse(side, words)),
    ...(inequality.intervals > 0 ? [found.alone(inequality.intervals, inequality.totalHours)] : []),
    ...(prices.firstCardPrice > 0 || prices.replacementCardPrice > 0
      ? [found.price(prices.firstCardPrice, prices.replacementCardPrice, prices.currency)]
      : []),
    ...(otherWays.withoutCardOrCode > 0 ? [found.missing(otherWays.withoutCardOrCode, otherWays.withFaceAlone)] : []),
  ]
}

const plotOf = (side: SideReport, words: ReportWords, kind: 'time' | 'up'): Plot => {
  const days = side.ways[0]?.days ?? []
  const title = kind === 'time' ? words.timePlot(words.sides[side.side]) : words.upPlot(words.sides[side.side])
  return {
    title,
    unit: kind === 'time' ? words.seconds : words.percent,
    labels: [days[0]?.day ?? '', days.at(-1)?.day ?? ''],
    series: side.ways.map(({ path, days: own }) => ({
      name: words.ways[path],
      values: own.map(({ p95Ms, availability }) => {
        const value = kind === 'time' ? p95Ms : availability
        return value === undefined ? undefined : kind === 'time' ? value / 1000 : value * 100
      }),
    })),
    ...(kind === 'up' ? { most: 100 } : {}),
  }
}

type PageLook = 'page' | 'large'
const figure = (plot: Plot, look: PageLook): string =>
  `<figure><figcaption>${escapeText(plot.title)}</figcaption>${drawPlot(plot, look)}</figure>`

/** The ways stand side by side, so that the eye compares them and no table is wider than a sheet in large print. */
const figuresOf = ({ ways }: SideReport, words: ReportWords) => {
  const { opened, success, median, p95, up, slips } = words.rows
  const row = (name: string, show: (way: WayReport) => string): readonly string[] => [name, ...ways.map(show)]
  return {
    head: [words.way, ...ways.map(({ path }) => words.ways[path])],
    rows: [
      row(opened, (way) => String(way.opened)),
      row(success, ({ successRate }) => showShare(successRate, words)),
      row(median, ({ medianMs }) => showSeconds(medianMs, words)),
      row(p95, ({ p95Ms }) => showSeconds(p95Ms, words)),
      row(up, ({ availability }) => showShare(availability, words)),
      row(slips, ({ path, mistyped }) => (path === 'keypad' ? String(mistyped) : '–')),
    ],
  }
}

const showSide = (side: SideReport, words: ReportWords, look: PageLook): readonly string[] => {
  const name = words.sides[side.side]
  const { head, rows } = figuresOf(side, words)
  return [
    heading(name),
    table(words.tableOf(name), head, rows),
    ...(isThin(side) ? [paragraph(words.found.thin(name))] : []),
    figure(plotOf(side, words, 'time'), look),
    figure(plotOf(side, words, 'up'), look),
  ]
}

const linesOfCost = ({ prices, replacements, otherWays }: EqualityReport, words: ReportWords): readonly string[] => {
  const { lost, replaced, medianDays, longestDays } = replacements
  const { firstCardPrice, replacementCardPrice, currency } = prices
  return [
    words.costLines(firstCardPrice, replacementCardPrice, currency),
    lost === 0 ? words.noneLost : words.lost(lost, replaced, String(medianDays ?? '–'), String(longestDays ?? '–')),
    words.holders(otherWays.residents, otherWays.withoutCardOrCode),
  ]
}

const lineOfIntervals = ({ inequality }: EqualityReport, words: ReportWords): string => {
  const { intervals, totalHours, longestHours, remedies, graceHours } = inequality
  if (intervals === 0) return words.noInterval
  return words.someIntervals(intervals, totalHours, longestHours, remedies, graceHours)
}

/** To be read aloud: what the page says, each row of a table as a sentence, the plots by the figures they are drawn from. */
export const spellEquality = (report: EqualityReport, language: Language): string => {
  const words = reportWords[language]
  const findings = listFindings(report, language)
  const [colon, pause, stop] = language === 'en' ? [': ', ', ', '.'] : ['：', '，', '。']
  const figures = report.sides.flatMap((side) => {
    const { head, rows } = figuresOf(side, words)
    const said = rows.map(([name = '', ...cells]) => {
      const each = cells.map((cell, n) => `${head[n + 1] ?? ''} ${cell}`)
      return `${name}${colon}${each.join(pause)}${stop}`
    })
    return ['', words.tableOf(words.sides[side.side]), '', ...said]
  })
  return `${[
    words.title(report.gate),
    '',
    ...(report.sample ? [words.sample] : []),
    words.period(report.from, report.to, report.timeZone) + stop,
    words.operator(report.operator.name, report.operator.contact) + stop,
    words.rule,
    ...(findings.length === 0 ? [words.fine] : [words.findings, ...findings]),
    ...figures,
    ...['', words.intervals, '', lineOfIntervals(report, words)],
    ...['', words.cost, ''],
    ...linesOfCost(report, words),
    ...['', words.reading, ''],
    ...words.readingLines,
  ].join('\n')}\n`
}

export const writeEqualityPage = (report: EqualityReport, language: Language, look: PageLook = 'page'): string => {
  const words = reportWords[language]
  const findings = listFindings(report, language)
  const answer = findings.length === 0 ? paragraph(words.fine) : `${paragraph(words.findings)}${list(findings)}`
  return writePage(
    language,
    words.title(report.gate),
    [
      ...(report.sample ? [paragraph(words.sample, 'sample')] : []),
      paragraph(words.period(report.from, report.to, report.timeZone)),
      paragraph(words.operator(report.operator.name, report.operator.contact)),
      `<section class="answer">${heading(words.question)}${paragraph(words.rule)}${answer}</section>`,
      ...report.sides.flatMap((side) => showSide(side, words, look)),
      heading(words.intervals),
      paragraph(lineOfIntervals(report, words)),
      heading(words.cost),
      ...linesOfCost(report, words).map((line) => paragraph(line)),
      heading(words.reading),
      list(words.readingLines),
    ],
    look,
  )
}
