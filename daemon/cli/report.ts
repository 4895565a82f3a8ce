// `report equality` and `report privacy`: ask the running gate for the figures, or play a month, and write them as a page for people or as
// JSON. The page goes to the output: `evengate report equality > page.html`, or with --out into a new file.
// Called by main.

import { failed, type Language, type WallMs } from '../../config/words.ts'
import { readInstant } from '../core/schedule.ts'
import { type Look, writeDocument } from '../report/document.ts'
import type { EqualityReport } from '../report/equality.ts'
import { spellEquality, writeEqualityPage } from '../report/equality-page.ts'
import { writeIncident } from '../report/incident.ts'
import { type PrivacyReport, writePrivacy } from '../report/privacy.ts'
import { loadSampleGate } from '../report/sample-gate.ts'
import { playMonth } from '../report/sample-month.ts'
import { samplePrivacy } from '../report/sample-privacy.ts'
import { askGate, openContext, printFailure, sayHint } from './context.ts'
import { printDocument, type Ready, readLook, readyFor } from './notice-pages.ts'
import type { CommandLine } from './parse.ts'
import { printPage } from './print-page.ts'

const writeLook = (report: EqualityReport, language: Language, look: Look): string =>
  look === 'text' ? spellEquality(report, language) : writeEqualityPage(report, language, look)

export const reportEquality = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { language } = context
  const print = (report: EqualityReport) =>
    printPage(context, args, writeLook(report, language, readLook(args['as'])), report)
  const { sample, out: _, as: _look, ...period } = args
  if (typeof sample === 'number') return print(playMonth(sample))
  const answered = await askGate(context, 'report equality', period, (told) => sayHint(language, told))
  // Both ends are of one version.
  return answered.ok ? print(answered.value as EqualityReport) : printFailure(context, answered)
}

export const reportPrivacy = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { language } = context
  const { as, sample, out: _, ...period } = args
  const print = (report: PrivacyReport) =>
    printPage(context, args, writeDocument(writePrivacy(report, language), readLook(as)), report)
  if (sample === true) return print(samplePrivacy)
  const answered = await askGate(context, 'report privacy', period, (told) => sayHint(language, told))
  return answered.ok ? print(answered.value as PrivacyReport) : printFailure(context, answered)
}

/** A page of nobody does not name the operator who tries it. */
const readySample = (common: CommandLine['common']): Ready | number => {
  const context = openContext(common)
  const sample = loadSampleGate(context.language)
  return sample.ok ? { context, config: sample.value, language: context.language } : printFailure(context, sample)
}

export const reportIncident = async ({ args, common }: CommandLine): Promise<number> => {
  const { as: _look, out: _, noticed, sample, ...period } = args
  const ready = await (sample === true ? readySample(common) : readyFor(common))
  if (typeof ready === 'number') return ready
  const { context, config, language } = ready
  const now = Date.now() as WallMs
  const at = typeof noticed === 'string' ? readInstant(noticed, config.timeZone) : undefined
  // A minute is as fine as it is typed; what is still to come was not noticed.
  if (noticed !== undefined && (at === undefined || at > now)) return printFailure(context, failed('noticed_not_past'))
  const print = (report: PrivacyReport) =>
    printDocument(context, writeIncident(config, report, language, at === undefined ? undefined : { at, now }), {
      args,
    })
  if (sample === true) return print(samplePrivacy)
  if (period['from'] === undefined) return printFailure(context, failed('period_missing'))
  const answered = await askGate(context, 'report privacy', period, (told) => sayHint(language, told))
  return answered.ok ? print(answered.value as PrivacyReport) : printFailure(context, answered)
}
