// The 30 s in which `card add` waits for a new card: two taps of the same unknown card, so that nobody is given a neighbour's card
// that happened to pass. Known cards keep opening meanwhile. One window a gate. The gate and the desk show it every unknown card. While there
// is a reader at the desk, what is tapped at the gate counts for nothing: a stranger who taps his own card outside, hour after hour, would be given
// the place of whoever is being served.

import { type MonotonicMs, reveal, type Secret } from '../config/words.ts'
import type { CardToken } from './store/lookups.ts'

const WINDOW_MS = 30_000
/** A card at the edge of the field is lost and found again within this; that is one tap. */
const TAPS_APART_MS = 700

export type CardWindow = {
  /** Resolves with the card tapped twice, or undefined when the time is over, or another window is open. */
  readonly open: (onFirstTap: () => void, onLeave: (leave: () => void) => void) => Promise<CardToken | undefined>
  readonly isOpen: () => boolean
  /** `at`: the tap's own instant. */
  readonly see: (card: Secret<CardToken>, at: MonotonicMs, where: 'gate' | 'desk') => void
  /** Every card that counts, whether the window is open or not. Returns what ends the watching. */
  readonly watch: (listener: (card: CardToken) => void) => () => void
}

type Open = {
  first: { readonly card: CardToken; readonly at: MonotonicMs } | undefined
  readonly onFirstTap: () => void
  readonly settle: (card: CardToken | undefined) => void
}

const sameCard = (one: CardToken, other: CardToken): boolean =>
  one.some((a) => other.some((b) => a.generation === b.generation && Buffer.compare(a.hash, b.hash) === 0))

/** `hasDesk`: a reader at the desk is up. */
export const createCardWindow = (hasDesk: () => boolean): CardWindow => {
  let current: Open | undefined
  const listeners = new Set<(card: CardToken) => void>()
  return {
    watch: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    isOpen: () => current !== undefined,
    open: (onFirstTap, onLeave) =>
      new Promise((resolve) => {
        if (current) return resolve(undefined)
        const mine: Open = {
          first: undefined,
          onFirstTap,
          settle: (card) => {
            clearTimeout(limit)
            // A caller who hangs up late must not close the window of the next.
            if (current === mine) current = undefined
            resolve(card)
          },
        }
        const limit = setTimeout(() => mine.settle(undefined), WINDOW_MS)
        onLeave(() => mine.settle(undefined))
        current = mine
      }),
    see: (hidden, at, where) => {
      if (where === 'gate' && hasDesk()) return
      const card = reveal(hidden)
      for (const listener of listeners) listener(card)
      if (!current) return
      const { first } = current
      if (first && sameCard(first.card, card)) {
        if (at - first.at >= TAPS_APART_MS) current.settle(card)
        return
      }
      current.first = { card, at }
      current.onFirstTap()
    },
  }
}
