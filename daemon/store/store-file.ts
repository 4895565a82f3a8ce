// What is done with the store's file as a whole while the gate runs: searched for remains, copied as a backup. Holds the store's key
// and gives it to nobody. Opened with the store; called by the commands.

import type { Result } from '../../config/words.ts'
import { type Backup, makeBackup } from './backup.ts'
import type { Fingerprints } from './fingerprints.ts'
import type { StorePlace } from './open.ts'
import { findRemains, type SearchedFile } from './remains.ts'

export type StoreFile = {
  /** Into a new file. */
  readonly makeBackup: (to: string) => Promise<Result<Backup>>
  /** The store and each backup that the record knows and that is still where it was made. */
  readonly findRemains: (fingerprints: Fingerprints) => Promise<Result<readonly SearchedFile[]>>
}

export const openStoreFile = (place: StorePlace): StoreFile => ({
  makeBackup: (to) => makeBackup(place, to),
  findRemains: (fingerprints) => findRemains(place, fingerprints),
})
