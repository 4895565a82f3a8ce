// The cards that a desk issues: which order waits at which reader, and the answer to each. One order a reader; it ends with the first card,
// whatever came of it, or when its time is over. Must never say a key or keep an identifier. Called by part.ts and pcsc.ts.

import type { Port } from '../contracts.ts'
import type { IssueAnswer } from '../protocol-cards.ts'
import type { Identifier } from './identifier.ts'
import type { SiteKeys, Transmit } from './proof/authenticate.ts'
import { personaliseTag } from './proof/issue-sdm.ts'
import { personaliseCard } from './proof/personalise.ts'

type Order = { readonly request: string; readonly limit: NodeJS.Timeout; readonly mirrors: boolean }

export type Issues = {
  readonly take: (order: {
    readonly request: string
    readonly device: string
    readonly forMs: number
    readonly mirrors?: boolean
  }) => void
  readonly stop: (request: string) => void
  /** What the next card at this reader is to be asked; undefined: to be read like any other. Ends the waiting. */
  readonly next: (device: string, keys: SiteKeys | undefined) => Issuing | undefined
}

export type Issuing = {
  /** Tells main what came of it. */
  readonly work: (card: Identifier, transmit: Transmit) => Promise<void>
  /** No card could be spoken to. */
  readonly fail: (because: string) => void
}

export const createIssues = (port: Pick<Port, 'tell'>): Issues => {
  const waiting = new Map<string, Order>()

  const tell = (request: string, result: IssueAnswer['result']) => port.tell({ type: 'issued', request, result })
  const fail = (request: string, because: string) => tell(request, { outcome: 'failed', because })
  const forget = (device: string): Order | undefined => {
    const order = waiting.get(device)
    clearTimeout(order?.limit)
    waiting.delete(device)
    return order
  }
  const issue = async (order: Order, card: Identifier, transmit: Transmit, keys: SiteKeys | undefined) => {
    const { request, mirrors } = order
    if (card.random) return fail(request, 'card_identifier_random')
    if (!keys) return fail(request, 'site_card_key_missing')
    tell(request, { outcome: 'hint', hint: 'card_being_written' })
    const personalise = mirrors ? personaliseTag : personaliseCard
    const issued = await personalise(transmit, Buffer.from(card.identifier, 'hex'), keys)
    if (!issued.ok) return fail(request, issued.code)
    tell(request, { outcome: 'done', identifier: card.identifier, ...issued.value })
  }

  return {
    take: ({ request, device, forMs, mirrors = false }) => {
      const before = forget(device)
      if (before !== undefined) fail(before.request, 'issue_replaced')
      const limit = setTimeout(() => {
        waiting.delete(device)
        fail(request, 'card_not_shown')
      }, forMs)
      waiting.set(device, { request, limit, mirrors })
    },
    stop: (request) => {
      for (const [device, order] of waiting) if (order.request === request) forget(device)
    },
    next: (device, keys) => {
      const order = forget(device)
      if (order === undefined) return undefined
      return {
        work: (card, transmit) => issue(order, card, transmit, keys),
        fail: (because) => fail(order.request, because),
      }
    },
  }
}
