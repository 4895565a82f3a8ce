// `models evaluate`: measures a pack on a folder of labelled pictures, in this process, with the pipeline that the gate runs. No running
// gate is needed; nothing of a face is written. Called by main.

import { resolve } from 'node:path'
import { done, failed, type Result, systemClock } from '../../config/words.ts'
import { type FaceModel, openFaceModel } from '../../models/face-model.ts'
import { findPack, type Pack, packNamed, packs } from '../../models/packs.ts'
import { answerOf } from '../evaluate/answer.ts'
import { type Measured, measurePeople, type Progress } from '../evaluate/measure.ts'
import { listPeople, type People } from '../evaluate/people.ts'
import { writeReport } from '../evaluate/report.ts'
import { factsOf, type Table, tablesOf } from '../evaluate/tables.ts'
import { type Words, wordsIn } from '../evaluate/wording.ts'
import { widthOf } from '../text.ts'
import { type Context, openContext, pick, printAnswer, printFailure } from './context.ts'
import { modelsFolderOf } from './models-install.ts'
import type { CommandLine } from './parse.ts'

/** Where the models lie when neither --models nor --config says it and the example's folder has none: beside a checkout. */
const besideCheckout = resolve(import.meta.dirname, '../../../shared/models')

const findNamed = (name: unknown): Result<Pack> => {
  const pack = packs.find((each) => each.name === name)
  return pack ? done(pack) : failed('pack_unknown', packs.map((each) => each.name).join(', '))
}

const findFolder = async (context: Context, asked: unknown, pack: Pack): Promise<Result<string>> => {
  if (asked !== undefined) return done(resolve(String(asked)))
  const configured = modelsFolderOf(context)
  if (!configured.ok || context.isNamed) return configured
  const isThere = async (folder: string): Promise<boolean> => (await findPack(pack.name, folder)).ok
  return (await isThere(configured.value)) || !(await isThere(besideCheckout)) ? configured : done(besideCheckout)
}

/** The pack of --pack, opened from wherever it lies. */
export const openNamedModel = async (
  context: Context,
  { args }: CommandLine,
): Promise<Result<{ readonly model: FaceModel; readonly margin: number }>> => {
  const pack = findNamed(args['pack'])
  if (!pack.ok) return pack
  const folder = await findFolder(context, args['models'], pack.value)
  if (!folder.ok) return folder
  const model = await openFaceModel({ pack: pack.value.name, modelsDirectory: folder.value })
  return model.ok ? done({ model: model.value, margin: packNamed(pack.value.name).thresholds.margin }) : model
}

const TOLD_EVERY_MS = 1000

/** Beside the answer, never in it: drawn over on a terminal, a line a tenth elsewhere. */
export const createProgress = (context: Context): ((progress: Progress) => void) => {
  let [toldAt, tenth] = [Number.NEGATIVE_INFINITY, 0]
  const what = pick(context.language, 'pictures', '张图片')
  return ({ done: seen, of }) => {
    const isWhole = seen === of
    const line = `${seen} / ${of} ${what}`
    if (process.stderr.isTTY) {
      const now = systemClock.monotonic()
      if (!isWhole && now - toldAt < TOLD_EVERY_MS) return
      toldAt = now
      process.stderr.write(`\r${line}${isWhole ? '\n' : ''}`)
    } else if (Math.floor((seen / of) * 10) > tenth) {
      tenth = Math.floor((seen / of) * 10)
      process.stderr.write(`${line}\n`)
    }
  }
}

const showTable = ({ title, head, rows }: Table): string => {
  const cells = [head, ...rows]
  const widths = head.map((_, n) => Math.max(...cells.map((row) => widthOf(row[n] ?? ''))))
  const lines = cells.map((row) => row.map((cell, n) => cell + ' '.repeat((widths[n] ?? 0) - widthOf(cell))).join('  '))
  return [title, ...lines.map((line) => `  ${line}`.trimEnd())].join('\n')
}

const showText = (model: FaceModel, measured: Measured, people: People, words: Words): string => {
  const { all, groups, pictureMs, unreadable } = measured
  const parts = Object.entries(groups)
  const shown = [...parts, [parts.length > 0 ? words.allGroups : '', all] as const]
  const more = [
    ...(unreadable.length > 0 ? [`${words.unreadable}: ${unreadable.length}`] : []),
    ...(people.leftOut > 0 ? [`${words.leftOutFolders}: ${people.leftOut}`] : []),
  ]
  return [
    `${words.pack}: ${model.modelId} · ${words.pipeline}: ${model.pipeline}`,
    ...more,
    ...shown.flatMap(([name, figures]) => [
      ...(name === '' ? [] : [`── ${name}`]),
      factsOf(figures, words)
        .map(([about, value]) => `${about}: ${value}`)
        .join(' · '),
      ...tablesOf(figures, pictureMs, words).map(showTable),
    ]),
    words.method,
    words.caution,
  ].join('\n')
}

/** The first one by its place among the sorted names: a name of a file may be a person's. */
const sayUnreadable = ({ unreadable }: Measured, { language }: Context): void => {
  const [first] = unreadable
  if (first === undefined) return
  const place = pick(
    language,
    `${unreadable.length} pictures cannot be read; the first is picture ${first.picture} of person ${first.person}, in order of names`,
    `${unreadable.length} 张图片无法读取；第一张按名称顺序为第 ${first.person} 人的第 ${first.picture} 张`,
  )
  process.stderr.write(`${place}\n`)
}

const keepReport = (...[plan]: Parameters<typeof writeReport>): Result<undefined> => {
  try {
    writeReport(plan)
    return done(undefined)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return failed('report_not_writable', `${plan.folder}: ${String(error.code)}`)
  }
}

const evaluatePictures = async (context: Context, line: CommandLine): Promise<number> => {
  const people = listPeople(resolve(String(line.args['pictures'])))
  if (!people.ok) return printFailure(context, people)
  const opened = await openNamedModel(context, line)
  if (!opened.ok) return printFailure(context, opened)
  const { model, margin } = opened.value
  const onProgress = createProgress(context)
  const measured = await measurePeople({ model, people: people.value, margin, onProgress }).finally(model.close)
  sayUnreadable(measured, context)
  const answer = answerOf(model, measured, people.value.leftOut)
  const { report } = line.args
  if (report !== undefined) {
    const folder = resolve(String(report))
    const kept = keepReport({ folder, model, measured, answer, language: context.language })
    if (!kept.ok) return printFailure(context, kept)
  }
  return printAnswer(context, answer, () => showText(model, measured, people.value, wordsIn(context.language)))
}

export const evaluateModels = async (line: CommandLine): Promise<number> => {
  const context = openContext(line.common)
  if (line.args['pictures'] !== undefined) return evaluatePictures(context, line)
  return printFailure(context, failed('pictures_unnamed'))
}
