// What the running gate has for imports: the one under way, and whatever carries a list on in the store. Opened by daemon.ts, used by the
// commands of the import.

import { log } from '../../drivers/log.ts'
import { keepRoster, type RosterKeeper } from './keep.ts'
import { createSessions, type Sessions } from './session.ts'

export type Rosters = {
  readonly sessions: Sessions
  readonly keeper: Pick<RosterKeeper, 'move' | 'drop'>
  readonly stop: () => void
}

export const openRosters = (deps: Parameters<typeof keepRoster>[0]): Rosters => {
  const keeper = keepRoster(deps)
  const dropSilent = async (): Promise<void> => {
    const dropped = await keeper.drop({ role: 'daemon', caller: 'import' })
    if (!dropped.ok && dropped.code !== 'import_missing') log('fault', 'import_undropped', { because: dropped.code })
  }
  return { sessions: createSessions(() => void dropSilent()), keeper, stop: keeper.stop }
}
