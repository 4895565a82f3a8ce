// `notice sign`, `notice rules`, `notice form`: pages from the configuration, for the gate's wall and the office. Only of a configuration
// that could run. Called by main.

import { hashNotice } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import { failed } from '../../config/words.ts'
import { hasForm, writeForm } from '../report/consent-form.ts'
import { type Document, type Look, looks, writeDocument } from '../report/document.ts'
import { writeRules, writeSign } from '../report/notices.ts'
import { askGate, type Context, openContext, printFailure } from './context.ts'
import { judgeConfig } from './judge.ts'
import type { CommandLine } from './parse.ts'
import { printPage } from './print-page.ts'

export const readLook = (as: unknown, preset: Look = 'page'): Look => looks.find((look) => look === as) ?? preset

type PageOf = { readonly args: CommandLine['args']; readonly preset?: Look; readonly more?: object }

/** A page is printed as it is; with --json it stands in `text`. */
export const printDocument = (context: Context, document: Document, { args, preset, more }: PageOf): number => {
  const text = writeDocument(document, readLook(args['as'], preset))
  return printPage(context, args, text, { language: document.language, title: document.title, ...more, text })
}

export type Ready = { readonly context: Context; readonly config: Config; readonly language: Context['language'] }

/** Undefined: the configuration is refused, and that was said. */
export const readyFor = async (common: CommandLine['common']): Promise<Ready | number> => {
  const context = openContext(common)
  const { config } = await judgeConfig(context.configFile)
  if (!config) return printFailure(context, failed('config_refused', context.configFile))
  return { context, config, language: context.language }
}

/** On a wall it is read from a distance: large, unless asked for otherwise. */
export const printSign = async ({ args, common }: CommandLine): Promise<number> => {
  const ready = await readyFor(common)
  if (typeof ready === 'number') return ready
  const { context, config, language } = ready
  const key = await askGate(context, 'key show', {}, () => undefined)
  if (!key.ok) return printFailure(context, key)
  const { fingerprint } = key.value as { readonly fingerprint: string }
  return printDocument(context, writeSign(config, fingerprint, language), { args, preset: 'large' })
}

export const printRules = async ({ args, common }: CommandLine): Promise<number> => {
  const ready = await readyFor(common)
  if (typeof ready === 'number') return ready
  const { context, config, language } = ready
  return printDocument(context, writeRules(config, language), { args })
}

/** The gate's own number, or the office's from its own book: that one needs no gate that runs. */
export const printForm = async ({ args, common }: CommandLine): Promise<number> => {
  const ready = await readyFor(common)
  if (typeof ready === 'number') return ready
  const { context, config, language } = ready
  if (!hasForm(config)) return printFailure(context, failed('form_faceless'))
  const print = (number: string) =>
    printDocument(context, writeForm(config, number, language), { args, more: { number } })
  if (typeof args['number'] === 'string') return print(args['number'])
  const issued = await askGate(context, 'notice form', { notice: hashNotice(config), language }, () => undefined)
  return issued.ok ? print((issued.value as { readonly form: string }).form) : printFailure(context, issued)
}
