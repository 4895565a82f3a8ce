// One command that the running gate answers, as a row of the table of commands. Used by the verbs-*.ts.

import type { Verb } from './verbs.ts'

export const row = (
  name: string,
  words: readonly string[],
  en: string,
  zh: string,
  options: Verb['options'] = {},
): Verb => ({
  name,
  words,
  options,
  where: 'daemon',
  en,
  zh,
})
