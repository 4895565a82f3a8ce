// The 30 s in which `card add` waits for a new card: two taps of the same unknown card, so that nobody is given a neighbour's card
// that happened to pass. Known cards keep opening meanwhile. One window a gate. The gate shows it every unknown card.

import { reveal, type Secret } from '../config/words.ts'
import type { CardToken } from './store/lookups.ts'

const WINDOW_MS = 30_000

export type CardWindow = {
  /** Resolves with the card tapped twice, or undefined when the time is over, or another window is open. */
  readonly open: (onFirstTap: () => void, onLeave: (leave: () => void) => void) => Promise<CardToken | undefined>
  readonly isOpen: () => boolean
  readonly see: (card: Secret<CardToken>) => void
}

type Open = {
  first: CardToken | undefined
  readonly onFirstTap: () => void
  readonly settle: (card: CardToken | undefined) => void
}

const sameCard = (one: CardToken, other: CardToken): boolean =>
  one.some((a) => other.some((b) => a.generation === b.generation && Buffer.compare(a.hash, b.hash) === 0))

export const createCardWindow = (): CardWindow => {
  let current: Open | undefined
  return {
    isOpen: () => current !== undefined,
    open: (onFirstTap, onLeave) =>
      new Promise((resolve) => {
        const settle = (card: CardToken | undefined) => {
          clearTimeout(limit)
          current = undefined
          resolve(card)
        }
        const limit = setTimeout(() => settle(undefined), WINDOW_MS)
        onLeave(() => settle(undefined))
        current = { first: undefined, onFirstTap, settle }
      }),
    see: (hidden) => {
      if (!current) return
      const card = reveal(hidden)
      if (current.first && sameCard(current.first, card)) return current.settle(card)
      current.first = card
      current.onFirstTap()
    },
  }
}
