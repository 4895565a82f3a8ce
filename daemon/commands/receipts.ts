// Receipts, the gate's public key and the code of a month's head: what people hold against the operator's own record. `log verify`
// proves that record against them (log.ts). Writes nothing. Called by the control socket.

import * as v from 'valibot'
import type { Config } from '../../config/settings.ts'
import { done, failed, type Result, type WallMs } from '../../config/words.ts'
import { beginDay } from '../core/local-day.ts'
import type { Daemon } from '../daemon.ts'
import { spellHead } from '../store/head-code.ts'
import { commandFor, eventNumber, noArgs } from './command.ts'

/** The text that is printed and signed. */
export const spellReceipt = (
  { facts, signet, config }: Pick<Daemon, 'facts' | 'signet'> & { readonly config: Pick<Config, 'gate'> },
  number: number,
): string | undefined => {
  const row = facts.findReceipt(number)
  if (!row) return undefined
  const { who, what, at } = row
  return signet.sign({
    gate: config.gate,
    sequence: number,
    who,
    what,
    at,
    head: Buffer.from(row.head).toString('hex'),
  })
}

export const receiptShow = commandFor('office')(v.strictObject({ number: eventNumber }), async (daemon, { number }) => {
  const receipt = spellReceipt(daemon, number)
  return receipt === undefined ? failed('receipt_unknown', String(number)) : done({ number, receipt })
})

export const keyShow = commandFor(
  'technician',
  'office',
  'auditor',
)(noArgs, async ({ signet }) => done({ fingerprint: signet.fingerprint, publicKey: signet.publicKey }))

/** The instant at which a month of the gate's own zone begins. */
export const beginMonth = (year: number, month: number, timeZone: string): WallMs =>
  beginDay(Date.UTC(year, month - 1, 1) as WallMs, timeZone)

/** Without `month`: as it is now. */
export const logHead = commandFor('office', 'auditor')(
  v.strictObject({
    month: v.exactOptional(v.pipe(v.string(), v.regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'month_malformed'))),
  }),
  async ({ facts, config }, { month }): Promise<Result<unknown>> => {
    if (month === undefined) {
      const head = facts.ledgerHead()
      return head.seq === 0 ? failed('head_missing') : done({ code: spellHead(head), sequence: head.seq })
    }
    const [year = 0, one = 0] = month.split('-').map(Number)
    const end = beginMonth(year, one + 1, config.timeZone)
    // The head of a month that goes on is not yet its last.
    if (end > facts.lastWall()) return failed('month_not_over', month)
    const head = facts.headBefore(end)
    return head ? done({ code: spellHead(head), sequence: head.seq, month }) : failed('head_missing', month)
  },
)
