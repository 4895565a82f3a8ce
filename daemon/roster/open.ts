// What the running gate has for imports: the one under way, and whatever carries a list on in the store. Opened by daemon.ts, used by the
// commands of the import.

import { keepRoster, type RosterKeeper } from './keep.ts'
import { createSessions, type Sessions } from './session.ts'

export type Rosters = {
  readonly sessions: Sessions
  readonly keeper: Pick<RosterKeeper, 'move' | 'drop'>
  readonly stop: () => void
}

export const openRosters = (deps: Parameters<typeof keepRoster>[0]): Rosters => {
  const keeper = keepRoster(deps)
  return { sessions: createSessions(), keeper, stop: keeper.stop }
}
