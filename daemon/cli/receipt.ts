// `receipt show`: the signed text as it is, or with --as a page around it for whoever takes it home. Called by main.

import { writeReceiptPage } from '../report/receipt-page.ts'
import { askGate, openContext, printFailure } from './context.ts'
import { printDocument } from './notice-pages.ts'
import type { CommandLine } from './parse.ts'
import { printPage } from './print-page.ts'

type Shown = { readonly number: number; readonly receipt: string }

export const showReceipt = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const asked = await askGate(context, 'receipt show', { number: args['number'] }, () => undefined)
  if (!asked.ok) return printFailure(context, asked)
  const { number, receipt } = asked.value as Shown
  if (args['as'] === undefined) return printPage(context, args, receipt, { number, receipt })
  // A file that cannot be read leaves the zone unknown, and the receipt itself says UTC.
  const page = writeReceiptPage(receipt, context.config?.timeZone ?? 'UTC', context.language)
  return printDocument(context, page, { args, more: { number, receipt } })
}
