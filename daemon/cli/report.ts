// `report equality`: asks the running gate for the figures, or plays a month, and writes them as a page for people or as JSON. The page
// goes to the output: `evengate report equality > page.html`. Called by main.

import type { EqualityReport } from '../report/equality.ts'
import { writeEqualityPage } from '../report/equality-page.ts'
import { playMonth } from '../report/sample-month.ts'
import { askGate, openContext, printAnswer, printFailure, sayHint } from './context.ts'
import type { CommandLine } from './parse.ts'

export const reportEquality = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { language } = context
  const print = (report: EqualityReport) => printAnswer(context, report, () => writeEqualityPage(report, language))
  const { sample, ...period } = args
  if (typeof sample === 'number') return print(playMonth(sample))
  const answered = await askGate(context, 'report equality', period, (told) => sayHint(language, told))
  // Both ends are of one version.
  return answered.ok ? print(answered.value as EqualityReport) : printFailure(context, answered)
}
