// `notice form`: a number of its own for a sheet that is about to be printed. Called by the control socket.

import * as v from 'valibot'
import { languages } from '../../config/words.ts'
import { byOffice, commandFor } from './command.ts'

export const numberForm = commandFor('office')(
  v.strictObject({
    /** The hash of the notice that the sheet names: the caller's configuration may be the next one. */
    notice: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    language: v.picklist(languages),
  }),
  async ({ ledger }, { notice, language }) => ledger.write('issueForm', { noticeHash: notice, language }, byOffice()),
)
