// Which form the card numbers of a list are in, by taps of real cards: each tap leaves the forms in which its card stands in the list. A card
// that stands nowhere says nothing. Knows keyed hashes only, never an identifier. Pure but for what it remembers. Called by the import's session.

import type { CardToken } from '../store/lookups.ts'
import type { CardForm } from './card-number.ts'

/** Different cards: two could agree by chance, where the bytes read the same from both ends. */
const TAPS_WANTED = 3
/** After so many, what still cannot be told apart will not be. */
const TAPS_LIMIT = 8

export type TapAnswer =
  /** Not in the list, in whichever form. */
  | { readonly kind: 'strange' }
  | { readonly kind: 'more'; readonly seen: number; readonly wanted: number }
  | { readonly kind: 'form'; readonly form: CardForm }
  /** No one form holds all cards that were tapped. */
  | { readonly kind: 'disagree' }

export type FormFinder = {
  readonly add: (form: CardForm, token: CardToken) => void
  readonly tap: (token: CardToken) => TapAnswer
}

const nameOf = (token: CardToken): string => Buffer.from(token[0]?.hash ?? []).toString('base64')

/** `cards`: how many the list has; of fewer than three each is wanted. */
export const createFormFinder = (forms: readonly CardForm[], cards: number): FormFinder => {
  const listed = new Map(forms.map((form) => [form, new Set<string>()]))
  const seen = new Set<string>()
  let possible = forms
  let taps = 0
  const wanted = Math.min(TAPS_WANTED, cards)
  return {
    add: (form, token) => void listed.get(form)?.add(nameOf(token)),
    tap: (token) => {
      taps += 1
      const name = nameOf(token)
      const fits = forms.filter((form) => listed.get(form)?.has(name))
      if (fits.length === 0) return taps < TAPS_LIMIT ? { kind: 'strange' } : { kind: 'disagree' }
      seen.add(name)
      possible = possible.filter((form) => fits.includes(form))
      const [form, ...others] = possible
      if (form === undefined || (taps >= TAPS_LIMIT && others.length > 0)) return { kind: 'disagree' }
      const isEnough = seen.size >= wanted && others.length === 0
      return isEnough
        ? { kind: 'form', form }
        : { kind: 'more', seen: seen.size, wanted: Math.max(wanted, seen.size + 1) }
    },
  }
}
