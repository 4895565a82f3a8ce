// A disk that stalls: another connection holds the store's write lock until it is let go. Used by the tests of line, law and faults.

import Database from 'better-sqlite3'
import { reveal } from '../../config/words.ts'
import { type GatePlace, storeKeyOf } from './gate-place.ts'

const TAKE_LIMIT_MS = 2000

export const lockStore = (place: GatePlace): (() => void) => {
  const other = new Database(place.storeFile, { timeout: TAKE_LIMIT_MS })
  other.pragma("cipher = 'chacha20'")
  other.pragma(`key = "raw:${reveal(storeKeyOf(place)).toString('hex')}"`)
  other.exec('BEGIN IMMEDIATE')
  return () => void other.close()
}
