// Which readings are judged together. One reading is one attempt, unless the side asks for two factors: then the first waits a
// bounded time for the second. Readings of two people within a moment stay two attempts. Pure; called by the gate.

import type { MonotonicMs, Path, Side } from '../../config/words.ts'

/** A resident finds a card in a bag within this; after it the first proof is judged alone (and lacks its second). */
export const SECOND_FACTOR_WAIT_MS = 10_000

export type TwoFactor = readonly (readonly [Path, Path])[]

/** Anything that has a path and a moment; the gate hands in its own richer values and gets them back. */
type Piece = { readonly path: Path; readonly at: MonotonicMs }

export type Waiting<P extends Piece> = { readonly first: P; readonly until: MonotonicMs }

export type Assembly<P extends Piece> =
  | { readonly kind: 'attempt'; readonly pieces: readonly P[] }
  | { readonly kind: 'wait'; readonly waiting: Waiting<P>; readonly judgeAlone?: P }

const completes = (twoFactor: TwoFactor, first: Path, second: Path): boolean =>
  twoFactor.some(([a, b]) => (a === first && b === second) || (b === first && a === second))

/**
 * Adds a reading. Leaving needs no second factor (the exit side never waits). A second reading that completes no pair takes the
 * waiting one's place, and the one it displaced is judged alone.
 */
export const assemble = <P extends Piece>(
  side: Side,
  twoFactor: TwoFactor,
  waiting: Waiting<P> | undefined,
  piece: P,
): Assembly<P> => {
  const startsPair = twoFactor.some((pair) => pair.includes(piece.path))
  if (side === 'exit' || !startsPair) return { kind: 'attempt', pieces: [piece] }
  if (waiting && piece.at <= waiting.until && completes(twoFactor, waiting.first.path, piece.path))
    return { kind: 'attempt', pieces: [waiting.first, piece] }
  const next = { first: piece, until: (piece.at + SECOND_FACTOR_WAIT_MS) as MonotonicMs }
  return waiting ? { kind: 'wait', waiting: next, judgeAlone: waiting.first } : { kind: 'wait', waiting: next }
}
