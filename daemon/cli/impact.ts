// `report impact`: the assessment of impact of a configuration, with what the running gate knows of the last one; `--record` says that it
// was signed. Called by main.

import { hashAssessed, writeImpact } from '../report/impact.ts'
import { askGate, pick, printAnswer, printFailure } from './context.ts'
import { printDocument, readyFor } from './notice-pages.ts'
import type { CommandLine } from './parse.ts'

type Told = { readonly assessed: { readonly at: number; readonly hash: string } | null }

export const reportImpact = async ({ args, common }: CommandLine): Promise<number> => {
  const ready = await readyFor(common)
  if (typeof ready === 'number') return ready
  const { context, config, language } = ready
  const hash = hashAssessed(config)
  if (args['record'] === true) {
    const recorded = await askGate(context, 'report impact', { record: hash }, () => undefined)
    if (!recorded.ok) return printFailure(context, recorded)
    return printAnswer(context, recorded.value, () => pick(language, 'Recorded.', '已登记。'))
  }
  const told = await askGate(context, 'report impact', {}, () => undefined)
  // A gate that does not run yet has no assessment on record: the law wants it before the gate runs.
  if (!told.ok && told.code !== 'daemon_absent') return printFailure(context, told)
  const assessed = told.ok ? ((told.value as Told).assessed ?? undefined) : undefined
  return printDocument(context, writeImpact(config, assessed, language), { args, more: { hash } })
}
