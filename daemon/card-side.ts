// Main's side of cards beyond the tap itself: what they must prove, the window of `card add`, the desk, lists of cards. Ties them together
// and decides nothing. Called by daemon.ts.

import type { Clock } from '../config/words.ts'
import { type CardDesk, tieDesk } from './card-desk.ts'
import { watchCardPlaces } from './card-places.ts'
import { type CardProofs, keepCardProofs } from './card-proof.ts'
import type { CardWindow } from './card-window.ts'
import { type CodeWindow, createCodeWindow } from './code-window.ts'
import { openRosters, type Rosters } from './roster/open.ts'

export type CardSide = {
  readonly cardProofs: CardProofs
  readonly cardWindow: CardWindow
  readonly cardDesk: CardDesk
  readonly rosters: Rosters
  readonly codeWindow: CodeWindow
}

type Deps = { readonly clock: Pick<Clock, 'wall' | 'monotonic'> } & Parameters<typeof keepCardProofs>[0] &
  Parameters<typeof tieDesk>[0] &
  Parameters<typeof openRosters>[0]

export const tieCards = (deps: Deps): CardSide => {
  const cardProofs = keepCardProofs(deps)
  const { cardDesk, cardWindow } = tieDesk(deps)
  const places = watchCardPlaces(deps)
  cardDesk.watchTaps(places.seeAtDesk)
  const follow: CardProofs['follow'] = (attempt, facts, decision) => {
    cardProofs.follow(attempt, facts, decision)
    places.seeAtGate(attempt, facts)
  }
  return {
    cardProofs: { ...cardProofs, follow },
    cardWindow,
    cardDesk,
    rosters: openRosters(deps),
    codeWindow: createCodeWindow(deps.clock),
  }
}
