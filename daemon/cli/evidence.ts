// `report evidence FOLDER`: what a court, an inspection or a resident takes along, in a folder of its own, to begin at index.LANGUAGE.html. Made of
// what the roles may ask anyway: it opens no other door. Never writes over anything. Called by main.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/settings.ts'
import { type Failure, failed, type Result } from '../../config/words.ts'
import type { ShownConsents } from '../commands/consents.ts'
import type { ImpactTold } from '../commands/impact.ts'
import type { OwnFile } from '../commands/own.ts'
import { hashAssessed } from '../report/assessed.ts'
import type { EqualityReport } from '../report/equality.ts'
import { type Files, filesOfGate, filesOfResident, type GateEvidence } from '../report/evidence-files.ts'
import type { PrivacyReport } from '../report/privacy.ts'
import type { RegisterLine } from '../report/register-page.ts'
import { sampleGateEvidence, sampleResidentEvidence } from '../report/sample-evidence.ts'
import { loadSampleGate } from '../report/sample-gate.ts'
import { askGate, type Context, openContext, pick, printAnswer, printFailure, sayHint } from './context.ts'
import { standingOf } from './impact.ts'
import { readyFor } from './notice-pages.ts'
import type { CommandLine } from './parse.ts'

/** Asks one after the other; the first refusal is the answer. */
const collect = async (
  context: Context,
  asked: readonly (readonly [command: string, args: object])[],
): Promise<Result<readonly unknown[]>> => {
  const values: unknown[] = []
  for (const [command, args] of asked) {
    const answered = await askGate(context, command, args, (told) => sayHint(context.language, told))
    if (!answered.ok) return answered
    values.push(answered.value)
  }
  return { ok: true, value: values }
}

/** The record last, so that its head is that of everything in the folder. */
const proofCommands = [
  ['key show', {}],
  ['log verify', {}],
  ['log head', {}],
] as const
type Proof = Pick<GateEvidence, 'key' | 'verified' | 'head'>
const readProof = ([key, verified, head]: readonly unknown[]): Proof => ({
  key: key as Proof['key'],
  verified: verified as Proof['verified'],
  head: head as Proof['head'],
})

/** Of nobody, and of the report's own days. */
const registerOf = (
  lines: readonly RegisterLine[],
  { from, to, timeZone }: EqualityReport,
): readonly RegisterLine[] => {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone })
  return lines
    .filter(({ askedAt }) => day.format(askedAt) >= from && day.format(askedAt) <= to)
    .map(({ kind, askedAt, dueAt, closedAt, outcome, costFen }) => ({
      kind,
      askedAt,
      dueAt,
      closedAt,
      outcome,
      costFen,
    }))
}

const gateFiles = async (context: Context, config: Config, period: object): Promise<Result<Files>> => {
  const got = await collect(context, [
    ['report equality', period],
    ['report privacy', period],
    ['report impact', {}],
    ['request list', { all: true }],
    ...proofCommands,
  ])
  if (!got.ok) return got
  // Both ends are of one version.
  const [equality, privacy, told, requests, ...proof] = got.value as readonly [
    EqualityReport,
    PrivacyReport,
    ImpactTold,
    readonly RegisterLine[],
    ...unknown[],
  ]
  // A sign or a notice of a gate that does not run so is no evidence.
  if (told.hash !== hashAssessed(config)) return failed('evidence_config_other')
  const impact = standingOf(config, told)
  const evidence = { config, equality, privacy, impact, requests: registerOf(requests, equality), at: Date.now() }
  return { ok: true, value: filesOfGate({ ...evidence, ...readProof(proof) }) }
}

const residentFiles = async (context: Context, resident: string): Promise<Result<Files>> => {
  const got = await collect(context, [
    ['resident export', { resident }],
    ['consent show', { resident }],
    ...proofCommands,
  ])
  if (!got.ok) return got
  const [file, shown, ...proof] = got.value as readonly [OwnFile, ShownConsents, ...unknown[]]
  const numbers = shown.receipts.map(({ number }) => number)
  const texts = await collect(
    context,
    numbers.map((number) => ['receipt show', { number: String(number) }] as const),
  )
  if (!texts.ok) return texts
  const receipts = (texts.value as readonly { readonly receipt: string }[]).map(({ receipt }, n) => ({
    number: numbers[n] ?? 0,
    text: receipt,
  }))
  // A file that cannot be read leaves the zone unknown; the pages say which one they are in.
  const more = { state: shown.state, receipts, timeZone: context.config?.timeZone ?? 'UTC', at: Date.now() }
  return { ok: true, value: filesOfResident({ file, ...more, ...readProof(proof) }) }
}

/** In a folder that was not there: nothing of anybody else lies beside it. */
const layDown = (folder: string, files: Files): Failure | undefined => {
  try {
    mkdirSync(folder, { mode: 0o700 })
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(folder, name), text, { mode: 0o600, flag: 'wx' })
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    // Half a folder would stand in the way of a whole one.
    if (code !== 'EEXIST') rmSync(folder, { recursive: true, force: true })
    return failed(code === 'EEXIST' ? 'folder_exists' : 'folder_unwritable', `${folder}: ${code}`)
  }
}

const sampleFiles = ({ language }: Context, ofResident: boolean): Result<Files> => {
  const sample = loadSampleGate(language)
  if (!sample.ok) return sample
  const value = ofResident
    ? filesOfResident(sampleResidentEvidence(sample.value, language))
    : filesOfGate(sampleGateEvidence(sample.value, language))
  return { ok: true, value }
}

type Made = { readonly context: Context; readonly files: Result<Files> }

/** A number: the configuration is refused, and that was said. */
const makeFiles = async ({ args, common }: CommandLine): Promise<Made | number> => {
  const { folder: _, resident, sample, ...period } = args
  const context = openContext(common)
  if (sample === true) return { context, files: sampleFiles(context, resident !== undefined) }
  if (typeof resident === 'string') {
    // His file is what is held on him now; a part of it would look like the whole.
    const isPart = Object.keys(period).length > 0
    return { context, files: isPart ? failed('period_not_for_resident') : await residentFiles(context, resident) }
  }
  const ready = await readyFor(common)
  return typeof ready === 'number' ? ready : { context, files: await gateFiles(context, ready.config, period) }
}

export const packEvidence = async (line: CommandLine): Promise<number> => {
  const made = await makeFiles(line)
  if (typeof made === 'number') return made
  const { context, files } = made
  if (!files.ok) return printFailure(context, files)
  const folder = String(line.args['folder'])
  const refused = layDown(folder, files.value)
  if (refused) return printFailure(context, refused)
  const names = Object.keys(files.value).toSorted()
  const first = join(folder, `index.${context.language}.html`)
  const said = pick(
    context.language,
    `${names.length} files in ${folder}; begin at ${first}`,
    `${folder} 中有 ${names.length} 个文件；从 ${first} 看起`,
  )
  return printAnswer(context, { folder, files: names }, () => said)
}
