// What the gate says to the person in front of it, by light, tone and voice. The same for card, code and face, and never a reason:
// granted, denied, or "use your card or code". Steps of the menu have their own.

import type { Side } from '../../config/words.ts'

export const signs = [
  'granted',
  'denied',
  'use_card_or_code',
  'second_please',
  'menu_open',
  'again_please',
  'done',
  'refused',
  'come_closer',
  'look_here',
  'hold_still',
] as const
export type Sign = (typeof signs)[number]

/** What the resident's own question (`7#`) is answered with: counts, never a name or a number. */
export type Held = { readonly cards: number; readonly codes: number; readonly face: boolean }

export type Signal = {
  readonly show: (side: Side, sign: Sign) => void
  readonly tellHeld: (side: Side, held: Held) => void
}
