// `backup`: a copy of people, what they hold and the record, where whoever asked wants it and the daemon may write. The record says
// where it is, so that `erase verify` looks there too. Called by the control socket.

import { rmSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import * as v from 'valibot'
import { done, failed } from '../../config/words.ts'
import { byOffice, commandFor } from './command.ts'

const PATH_LIMIT_CHARACTERS = 1024

export const backUp = commandFor('root')(
  v.strictObject({ file: v.pipe(v.string(), v.maxLength(PATH_LIMIT_CHARACTERS), v.check(isAbsolute)) }),
  async ({ storeFile, ledger }, { file }) => {
    const made = await storeFile.makeBackup(file)
    if (!made.ok) return made
    const recorded = await ledger.record({ kind: 'backup_made', payload: { file, ...made.value, by: byOffice() } })
    if ('seq' in recorded) return done({ file, ...made.value })
    // A backup that the record does not know would never be searched.
    rmSync(file, { force: true })
    return failed('store_busy')
  },
)
