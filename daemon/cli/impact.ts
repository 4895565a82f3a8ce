// `report impact`: the assessment of impact of a configuration, with what the running gate knows of the last one and what the operator wrote;
// `--record` says that it was signed, `--write` keeps the operator's own words on one part. Called by main.

import { readFileSync } from 'node:fs'
import type { Config } from '../../config/settings.ts'
import { failed, type Result } from '../../config/words.ts'
import type { ImpactTold } from '../commands/impact.ts'
import type { Assessed } from '../impact-standing.ts'
import { basisOf, type Change, compareBasis, hashAssessed, readBasis } from '../report/assessed.ts'
import { type ImpactStanding, type SignedImpact, writeImpact } from '../report/impact.ts'
import { loadSampleGate, sampleImpact } from '../report/sample-gate.ts'
import { IMPACT_TEXT_CHARACTERS } from '../store/assessment.ts'
import { askGate, type Context, openContext, pick, printAnswer, printFailure } from './context.ts'
import { printDocument, readyFor } from './notice-pages.ts'
import type { CommandLine } from './parse.ts'

/** The first instant at which the gate ran otherwise than assessed, by what of it has changed. */
const firstOf = (
  changes: readonly Change[],
  { since, texts }: { since: Assessed['since']; texts: ImpactTold['texts'] },
) => {
  const instants = changes.map(({ kind, name }) => {
    if (kind === 'text') return texts.find(({ part }) => part === name)?.at
    if (kind === 'model') return since.model
    return kind === 'faces' ? undefined : since.assessed
  })
  const first = Math.min(...instants.filter((one) => one !== undefined))
  return Number.isFinite(first) ? { since: first } : {}
}

/** What has changed of the signed one by this configuration, and since when by the gate that runs. */
const compareSigned = (config: Config, told: ImpactTold): SignedImpact | undefined => {
  const { assessed, model, faces, texts } = told
  if (assessed === null) return undefined
  const { at, by, hash, basis, since } = assessed
  const before = readBasis(basis)
  const found = before ? compareBasis(before, basisOf(config, { model, faces, texts })) : undefined
  // What was recorded without its parts may still fit as a whole.
  const changes = found ?? (hash === hashAssessed(config) ? [] : undefined)
  const whole = since.assessed === undefined ? {} : { since: since.assessed }
  const first = changes ? firstOf(changes, { since, texts }) : whole
  return { at, changes, ...(by === undefined ? {} : { by }), ...first }
}

export const standingOf = (config: Config, told: ImpactTold): ImpactStanding => {
  const { texts, faces, residents, model } = told
  const signed = compareSigned(config, told)
  return { texts, faces, residents, model, ...(signed === undefined ? {} : { signed }) }
}

/** Undefined: no gate runs. */
export const askImpact = async (context: Context, config: Config): Promise<Result<ImpactStanding | undefined>> => {
  const told = await askGate(context, 'report impact', {}, () => undefined)
  // A gate that does not run yet has no assessment on record: the law wants it before the gate runs.
  if (!told.ok) return told.code === 'daemon_absent' ? { ok: true, value: undefined } : told
  // Both ends are of one version.
  return { ok: true, value: standingOf(config, told.value as ImpactTold) }
}

/** As an editor leaves it; marks that no page shows are left out. */
const readText = (file: string): Result<string> => {
  try {
    const text = readFileSync(file, 'utf8')
      .replaceAll('\r\n', '\n')
      .replaceAll(/[^\P{C}\n]/gu, '')
      .trim()
    return text.length > IMPACT_TEXT_CHARACTERS ? failed('impact_text_long') : { ok: true, value: text }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    return failed('impact_text_unreadable', `${file}: ${code}`)
  }
}

const writePart = async (context: Context, { write, text, by }: CommandLine['args']): Promise<number> => {
  if (typeof text !== 'string') return printFailure(context, failed('impact_text_missing'))
  if (typeof by !== 'string') return printFailure(context, failed('author_missing'))
  const body = readText(text)
  if (!body.ok) return printFailure(context, body)
  const asked = { write: { part: String(write), author: by, body: body.value } }
  const written = await askGate(context, 'report impact', asked, () => undefined)
  if (!written.ok) return printFailure(context, written)
  const said =
    body.value === ''
      ? pick(context.language, 'The page now says “not written”.', '页面将显示“未填写”。')
      : pick(
          context.language,
          'Written. Print the page, sign it, then --record.',
          '已写入。请打印页面、签署，再执行 --record。',
        )
  return printAnswer(context, written.value, () => said)
}

const printSample = ({ args, common }: CommandLine): number => {
  const context = openContext(common)
  const sample = loadSampleGate(context.language)
  if (!sample.ok) return printFailure(context, sample)
  const standing = sampleImpact(sample.value, context.language)
  return printDocument(context, writeImpact(sample.value, standing, context.language), { args })
}

export const reportImpact = async (line: CommandLine): Promise<number> => {
  const { args, common } = line
  if (args['sample'] === true) return printSample(line)
  if (args['write'] !== undefined) return writePart(openContext(common), args)
  // Words that would be lost in silence.
  if (args['text'] !== undefined || args['by'] !== undefined)
    return printFailure(openContext(common), failed('impact_part_missing'))
  const ready = await readyFor(common)
  if (typeof ready === 'number') return ready
  const { context, config, language } = ready
  const hash = hashAssessed(config)
  if (args['record'] === true) {
    const recorded = await askGate(context, 'report impact', { record: hash }, () => undefined)
    if (!recorded.ok) return printFailure(context, recorded)
    return printAnswer(context, recorded.value, () => pick(language, 'Recorded.', '已登记。'))
  }
  const told = await askImpact(context, config)
  if (!told.ok) return printFailure(context, told)
  const more = { hash, signed: told.value?.signed ?? null, texts: told.value?.texts ?? null }
  return printDocument(context, writeImpact(config, told.value, language), { args, more })
}
