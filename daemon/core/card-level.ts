// What a card must prove, and when it is taken for a copy: it has proved more before than it proves now. Pure. Called by decide.ts, by
// menu-rights.ts, and by card-proof.ts, which keeps what a card has proved.

import { type CardProof, cardProofs } from '../../config/words.ts'
import type { Attempt, CredentialFacts, Facts, Proof } from './types.ts'

type CardShown = Pick<Extract<Proof, { path: 'card' }>, 'level' | 'generation' | 'counter'>

const rank = (level: CardProof): number => cardProofs.indexOf(level)

/** A message that was shown before proves no more than the number in it. */
const levelOf = (
  { level = 'identifier', counter = -1 }: CardShown,
  credential: CredentialFacts | undefined,
): CardProof => (level === 'sdm' && counter <= (credential?.cardCounter ?? -1) ? 'identifier' : level)

/**
 * A card is held to what it has proved, whatever the side asks: a copy has its number only. And one that has been given a newer key proves the
 * older one no more: that key may be known, or it would not have been replaced.
 */
export const isCopy = (shown: CardShown, credential: CredentialFacts): boolean => {
  const { cardProof = 'identifier', cardCounter, cardGeneration = 0 } = credential
  const counted: CardProof = cardCounter === undefined ? 'identifier' : 'sdm'
  if (rank(levelOf(shown, credential)) < Math.max(rank(cardProof), rank(counted))) return true
  return shown.generation !== undefined && shown.generation < cardGeneration
}

export const isCardTooWeak = ({ proofs }: Attempt, { proofs: known, cardProofAsked = 'identifier' }: Facts): boolean =>
  proofs.some((proof, at) => {
    if (proof.path !== 'card') return false
    const credential = known[at]?.credential
    if (rank(levelOf(proof, credential)) < rank(cardProofAsked)) return true
    return credential !== undefined && isCopy(proof, credential)
  })
