// Whose menu a tap opens, and who may ask there for a rider's code: a menu opens no door, and such a code does. Pure. Called by the gate.

import { isCopy } from './card-level.ts'
import type { Attempt, CredentialFacts, Decision, Facts } from './types.ts'

/** The card of this attempt that has a menu: no visitor's, none that has ended, and no copy, which would act in its resident's name. */
export const findMenuCard = ({ proofs }: Attempt, facts: Facts): CredentialFacts | undefined => {
  const at = facts.proofs.findIndex(({ path }) => path === 'card')
  const [shown, card] = [proofs[at], facts.proofs[at]?.credential]
  if (shown?.path !== 'card' || card === undefined || card.kind === 'pass' || card.revoked) return undefined
  return isCopy(shown, card) ? undefined : card
}

/**
 * Whoever lets a visitor in could come in himself just now, by what he has just shown: or an ended code, a suspended resident and half of a
 * pair would have a way in. Who passed last says nothing about a visitor.
 */
export const mayInvite = ({ outcome, notes }: Decision): boolean =>
  outcome === 'grant' && notes.every((note) => note === 'passback')
