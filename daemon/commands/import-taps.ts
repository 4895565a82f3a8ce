// Waits for cards that nobody holds, at any reader of the gate, until somebody has seen enough, hangs up, or the time is over. Such a card opens
// nothing. Called by the import.

import { failed, type Result } from '../../config/words.ts'
import type { CardWindow } from '../card-window.ts'
import type { Conversation } from '../control.ts'
import type { CardToken } from '../store/lookups.ts'

/** Somebody looks for three cards among thousands. */
const WAIT_LIMIT_MS = 300_000

/** `look` answers undefined for as long as more cards are wanted. */
export const watchCards = <T>(
  window: Pick<CardWindow, 'watch'>,
  onLeave: Conversation['onLeave'],
  look: (card: CardToken) => Result<T> | undefined,
): Promise<Result<T>> =>
  new Promise((resolve) => {
    const settle = (result: Result<T>): void => {
      clearTimeout(limit)
      unwatch()
      resolve(result)
    }
    const limit = setTimeout(() => settle(failed('card_not_tapped')), WAIT_LIMIT_MS)
    const unwatch = window.watch((card) => {
      const seen = look(card)
      if (seen) settle(seen)
    })
    onLeave(() => settle(failed('caller_gone')))
  })
