// Rows of receipts: one for each consent, refusal, withdrawal and erasure, in the transaction of its event and numbered by it. Signs
// nothing (receipt-text.ts): signature and head are made whenever a receipt is printed, always the same. Called by the operations.

import type { WallMs } from '../../config/words.ts'
import type { WritableStore } from './handles.ts'

export const receiptKinds = ['consent', 'refusal', 'withdrawal', 'erasure'] as const
export type ReceiptKind = (typeof receiptKinds)[number]

/** The ledger's next event, which is the one of the operation that asks. */
export const nextEvent = (store: WritableStore): number =>
  store.prepare<[], number>('SELECT coalesce(max(seq), 0) + 1 FROM ledger').pluck().get() ?? 1

/** At most one an operation: the number is that of its event. `who` is an opaque id, and stays when the resident is gone. */
export const issueReceipt = (
  store: WritableStore,
  { who, what, at }: { readonly who: string; readonly what: ReceiptKind; readonly at: WallMs },
): number => {
  const number = nextEvent(store)
  store.prepare('INSERT INTO receipt (number, who, what, at) VALUES (?, ?, ?, ?)').run(number, who, what, at)
  return number
}
