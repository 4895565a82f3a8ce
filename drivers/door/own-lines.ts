// The door's word on which lines are its own, for the signal part, which may open the same chip: a file beside the lock, written before
// the first line is opened, and left when the door ends. Holds no level and no secret. Called by part.ts at its start.

import { chmodSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/settings.ts'
import { doorLinesOf } from '../../config/wires.ts'
import { log } from '../log.ts'

/** Whoever serves another part reads it as another user. */
const READABLE_BY_ALL = 0o644

/** A disk that takes nothing keeps no door from its lines. */
export const sayOwnLines = (runtimeDirectory: string, door: Config['door']): void => {
  const file = join(runtimeDirectory, 'door.lines.json')
  try {
    writeFileSync(`${file}.new`, JSON.stringify(doorLinesOf({ door }) ?? { chip: '', lines: [] }))
    chmodSync(`${file}.new`, READABLE_BY_ALL)
    renameSync(`${file}.new`, file)
  } catch (error) {
    log('fault', 'door_lines_unsaid', { error: error instanceof Error ? error.name : 'unknown' })
  }
}
