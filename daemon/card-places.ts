// Whether one card was seen at two places within less time than anybody walks from one to the other: then one of the two is a copy. Two taps
// at one side are one place, so that nobody who taps again is suspected; and where both taps proved the card's own key both were the card.
// Remembers each card for that time, in memory alone, and no place before the last. Opens and denies nothing. Tied by card-side.ts.

import type { Config } from '../config/settings.ts'
import type { MonotonicMs, Side } from '../config/words.ts'
import type { DeskTap } from './card-desk.ts'
import type { Attempt, Facts } from './core/types.ts'
import type { Watchers } from './happening.ts'
import type { FactsReader } from './store/facts.ts'
import type { Ledger } from './store/ledger.ts'

export type Place = Side | 'desk'
type Sight = { readonly place: Place; readonly at: MonotonicMs; readonly hasProved: boolean }

/** More cards than are tapped at a gate in the longest time that the setting allows would be a crowd; the oldest is forgotten first. */
const CARDS_LIMIT = 500

export type CardPlaces = {
  readonly seeAtGate: (attempt: Attempt, facts: Facts) => void
  readonly seeAtDesk: (tap: DeskTap) => void
}

type Deps = {
  readonly config: Pick<Config, 'gate' | 'cardsApart'>
  readonly facts: Pick<FactsReader, 'cardKey' | 'findCardHolder'>
  readonly ledger: Pick<Ledger, 'record'>
  readonly announce: Watchers['announce']
}

export const watchCardPlaces = ({ config, facts, ledger, announce }: Deps): CardPlaces => {
  const { gate, cardsApart: { sidesSeconds = 0, deskSeconds = 0 } = {} } = config
  const seen = new Map<string, Sight>()

  /** In less than this nobody is at both. */
  const apartMs = (one: Place, other: Place): number =>
    one === other ? 0 : (one === 'desk' || other === 'desk' ? deskSeconds : sidesSeconds) * 1000

  const see = (id: string, now: Sight): void => {
    const before = seen.get(id)
    seen.delete(id)
    seen.set(id, now)
    const [oldest] = seen.keys()
    if (seen.size > CARDS_LIMIT && oldest !== undefined) seen.delete(oldest)
    if (before === undefined || (before.hasProved && now.hasProved)) return
    // Readings of two processes may come in another order than they were taken.
    if (Math.abs(now.at - before.at) >= apartMs(before.place, now.place)) return
    void ledger.record({
      kind: 'card_copy_suspected',
      payload: { gate, places: [before.place, now.place], credentials: [id] },
    })
    announce({ kind: 'alarm', code: 'card_copy_suspected' })
  }

  if (sidesSeconds === 0 && deskSeconds === 0) return { seeAtGate: () => undefined, seeAtDesk: () => undefined }
  return {
    seeAtGate: ({ side, at, proofs }, known) => {
      for (const [n, proof] of proofs.entries()) {
        const credential = known.proofs[n]?.credential
        if (proof.path === 'card' && credential !== undefined && !credential.revoked)
          see(credential.id, { place: side, at, hasProved: proof.level === 'authenticated' })
      }
    },
    seeAtDesk: ({ card, at, level }) => {
      const holder = facts.findCardHolder(facts.cardKey(card))
      if (holder) see(holder.credential, { place: 'desk', at, hasProved: level === 'authenticated' })
    },
  }
}
