// `handover`: another property company takes over. It gets rooms, people, cards, codes and rights; the faces that were trusted to its
// predecessor are erased, each with a receipt. Called by the control socket.

import * as v from 'valibot'
import { done, failed, type Result } from '../../config/words.ts'
import type { HandoverReceipt } from '../store/handover.ts'
import { byOffice, commandFor, readPages } from './command.ts'

export type HandoverAnswer = {
  /** Its event. */
  readonly handover: number
  readonly operator: string
  readonly receipts: readonly HandoverReceipt[]
}

/**
 * The operator stands in the configuration alone, where the notice, the sign and the reports read it: changing it there makes every
 * consent stale at once. What cannot be taken back is done by this command, whose `to` must be the name that stands there.
 */
export const handOver = commandFor('office')(
  v.strictObject({ to: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)) }),
  async ({ config, facts, handover }, { to }): Promise<Result<HandoverAnswer>> => {
    if (to !== config.operator.name) return failed('operator_differs', config.operator.name)
    const ended = await handover.begin(to, byOffice())
    if (!ended.ok) return ended
    const receipts = await readPages<HandoverReceipt>((last, limit) =>
      facts.listHandoverReceipts(ended.value, last?.number ?? 0, limit),
    )
    return done({ handover: ended.value, operator: to, receipts })
  },
)
