// Writes an evaluation into a folder: a page that stands alone, the plot, the figures, and the curves as the manifest keeps them. Holds
// no picture, no vector and no name of a person. Called by the `models evaluate` command.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '../../config/words.ts'
import type { Figures } from '../../models/evaluate.ts'
import type { FaceModel } from '../../models/face-model.ts'
import { type Answer, curveOfGroup } from './answer.ts'
import type { Measured } from './measure.ts'
import { drawDet, escapeText } from './plot.ts'
import { factsOf, type Table, tablesOf } from './tables.ts'
import { type Words, wordsIn } from './wording.ts'

export type ReportPlan = {
  readonly folder: string
  readonly model: FaceModel
  readonly measured: Measured
  readonly answer: Answer
  readonly language: Language
}

/** Small enough to be one, and no script. */
const style =
  'body{font:15px/1.5 sans-serif;max-width:48em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;margin:.5em 0 1.5em}td,th{border:1px solid #bbb;padding:.2em .6em;text-align:left}svg{max-width:100%}'

const drawTable = ({ title, head, rows }: Table): string => {
  const row = (cells: readonly string[], cell: 'td' | 'th'): string =>
    `<tr>${cells.map((text) => `<${cell}>${escapeText(text)}</${cell}>`).join('')}</tr>`
  return `<h3>${escapeText(title)}</h3>\n<table>${row(head, 'th')}${rows.map((cells) => row(cells, 'td')).join('')}</table>`
}

const drawFigures = (title: string, figures: Figures, pictureMs: number, words: Words): string => {
  const facts = factsOf(figures, words).map(([name, value]) => `${escapeText(name)}: ${escapeText(value)}`)
  const tables = tablesOf(figures, pictureMs, words).map(drawTable)
  return [`<h2>${escapeText(title)}</h2>`, `<p>${facts.join(' · ')}</p>`, ...tables].join('\n')
}

const seriesOf = ({ all, groups }: Measured, words: Words) => {
  const parts = Object.entries(groups).map(([name, { curve }]) => ({ name, curve }))
  return parts.length > 0 ? parts : [{ name: words.pictures, curve: all.curve }]
}

const drawPage = ({ model, measured, language }: ReportPlan, plot: string, words: Words): string => {
  const { all, groups, pictureMs } = measured
  const parts = Object.entries(groups)
  return [
    `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${escapeText(words.title)}</title><style>${style}</style>`,
    `<h1>${escapeText(words.title)}</h1>`,
    `<p>${escapeText(words.pack)}: ${escapeText(model.modelId)} · ${escapeText(words.pipeline)}: ${escapeText(model.pipeline)}</p>`,
    plot,
    ...parts.map(([name, figures]) => drawFigures(name, figures, pictureMs, words)),
    drawFigures(parts.length > 0 ? words.allGroups : words.pictures, all, pictureMs, words),
    `<p>${escapeText(words.method)}</p><p>${escapeText(words.caution)}</p></html>\n`,
  ].join('\n')
}

/** As they go into `measured` of the pack in the manifest. */
const curvesOf = ({ all, groups }: Measured): readonly object[] => {
  const parts = Object.entries(groups)
  const told = parts.length > 0 ? parts : [['all', all] as const]
  return told.flatMap(([name, figures]) => {
    const from = `${figures.pictures} pictures of ${figures.identities} people`
    return curveOfGroup(name, from, figures) ?? []
  })
}

/** One point a line, as in the manifest. */
const spellCurves = (curves: readonly object[]): string =>
  `${JSON.stringify(curves, undefined, 2).replaceAll(/\{\s+("threshold":[^}]*?)\s+\}/g, (_, inner: string) => `{ ${inner.replaceAll(/\s+/g, ' ')} }`)}\n`

export const writeReport = (plan: ReportPlan): void => {
  const { folder, measured, answer } = plan
  const words = wordsIn(plan.language)
  const plot = drawDet(seriesOf(measured, words), words)
  mkdirSync(folder, { recursive: true })
  const files = {
    'report.html': drawPage(plan, plot, words),
    'det.svg': plot,
    'figures.json': `${JSON.stringify(answer, undefined, 2)}\n`,
    'measured.json': spellCurves(curvesOf(measured)),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}
