// One problem of a configuration, and how its place is written. No text for people (wording.ts).
// Used by everything here that finds problems and by whoever shows them.

import type { ProblemCode } from './wording.ts'

export type Problem = {
  /** A warning never refuses a configuration. */
  readonly severity: 'error' | 'warning'
  readonly code: ProblemCode
  /** Dotted, list items by their index from 0: `sides.entry.card.0.id`. Empty: the whole file. */
  readonly path: string
  /** Counted from 1. Absent: the file could not be read, or the settings did not come from a file. */
  readonly line?: number
  /** What the text for people is built from. */
  readonly values: Readonly<Record<string, string | number>>
}

export type Keys = readonly (string | number)[]

/** A key with unusual characters is quoted, so that two places are never written alike. */
export const writePath = (keys: Keys): string =>
  keys.map((key) => (typeof key === 'number' || /^[\w-]+$/.test(key) ? String(key) : JSON.stringify(key))).join('.')

export const problem = (
  severity: Problem['severity'],
  code: ProblemCode,
  path: string,
  values: Problem['values'] = {},
): Problem => ({ severity, code, path, values })
