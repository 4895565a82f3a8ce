// Finds the keys that no setting declares, and guesses what was meant: a slip of the pen, a missing or wrong unit,
// another place, another driver. Judges no value. Called by load.ts.

import { chooseOptions, findEntry, readDeclaration, readVariant, type Schema, type Shape } from './declare.ts'
import { type Keys, type Problem, problem, writePath } from './problems.ts'
import type { ProblemCode } from './wording.ts'

/** `meant`: the path of the setting that the key probably was; its absence needs no second complaint. */
export type UnknownKey = { readonly problem: Problem; readonly meant?: string }

/** Longer keys are no slip of the pen, and comparing costs the product of the lengths. */
const comparedLength = 40
/** A file with more wrong keys than this is another kind of file; guessing stops. */
const guessesLimit = 100

const plain = (key: string): string => key.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** Letters to add, drop, change or swap with their neighbour. */
const countEdits = (from: string, to: string): number => {
  let before: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        edits = Math.min(edits, (before[j - 2] ?? 0) + 1)
      row.push(edits)
    }
    before = last
    last = row
  }
  return last[to.length] ?? 0
}

/** The candidate that differs least, when it differs by a third of its letters at most. */
const findNearest = (given: string, candidates: readonly string[]): string | undefined => {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: countEdits(plain(given), plain(candidate)) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(plain(candidate).length / 3)))
    .sort((one, other) => one.edits - other.edits)
  return ranked[0]?.candidate
}

const unitEnding =
  /(_|-)?(ms|msec|msecs|millis|milliseconds?|s|secs?|seconds?|mins?|minutes?|hours?|hrs?|h|days?|d|months?|weeks?|years?|px|pixels?)$/i

const ownUnitEnding = /(Ms|Seconds|Hours|Days|Months|Pixels|PerSecond)$/

/** `pulse`, `pulseSeconds` and `pulse_ms` all mean `pulseMs`. */
const findUnitTwin = (given: string, entries: Entries): { name: string; unit: string } | undefined => {
  const stem = plain(given.replace(unitEnding, ''))
  for (const [name, schema] of entries) {
    const { unit } = readDeclaration(schema).doc
    const ownStem = plain(name.replace(ownUnitEnding, ''))
    if (unit && (ownStem === stem || ownStem === plain(given))) return { name, unit }
  }
  return undefined
}

type Entries = readonly (readonly [string, Schema])[]

/** The settings of a group, or of the group that the value chooses. */
const listEntries = (shape: Shape, value: unknown): Entries => {
  if (shape.kind === 'group') return Object.entries(shape.entries)
  if (shape.kind !== 'variant') return []
  return chooseOptions(shape, value).flatMap(({ entries }) => Object.entries(entries))
}

const findPlaces = (root: Schema, key: string, at: readonly string[] = []): readonly string[] =>
  listEntries(readDeclaration(root).shape, undefined).flatMap(([name, schema]) => {
    const own = name === key ? [[...at, name].join('.')] : []
    return [...own, ...findPlaces(schema, key, [...at, name])]
  })

/** The drivers that know a key which the chosen one does not. */
const findDriversOf = (shape: Shape, key: string): string =>
  shape.kind !== 'variant'
    ? ''
    : readVariant(shape.key, shape.options)
        .filter(({ entries }) => Object.hasOwn(entries, key))
        .flatMap(({ drivers }) => drivers)
        .join(' | ')

type Group = Readonly<Record<string, unknown>>
type Found = { readonly keys: Keys; readonly key: string; readonly shape: Shape; readonly value: Group }

const isGroup = (value: unknown): value is Group => typeof value === 'object' && value !== null && !Array.isArray(value)

const collectKeys = (schema: Schema, value: unknown, keys: Keys): readonly Found[] => {
  const { shape } = readDeclaration(schema)
  if (shape.kind === 'list' && Array.isArray(value))
    return value.flatMap((item, index) => collectKeys(shape.item, item, [...keys, index]))
  if ((shape.kind !== 'group' && shape.kind !== 'variant') || !isGroup(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const entry = findEntry(shape, key, value)
    return entry ? collectKeys(entry, inner, [...keys, key]) : [{ keys, key, shape, value }]
  })
}

const judgeKey = (root: Schema, { keys, key, shape, value }: Found): UnknownKey => {
  const report = (code: ProblemCode, values: Problem['values'], meant?: string): UnknownKey => ({
    problem: problem('error', code, writePath([...keys, key]), { key, ...values }),
    ...(meant ? { meant } : {}),
  })
  const others = findDriversOf(shape, key)
  if (shape.kind === 'variant' && others !== '')
    return report('key_other_driver', { driver: String(value[shape.key]), others })
  const entries = listEntries(shape, value)
  const twin = findUnitTwin(key, entries)
  if (twin) return report('key_unit', { near: twin.name, unit: twin.unit }, writePath([...keys, twin.name]))
  const names = [...new Set(entries.map(([name]) => name))]
  const near = findNearest(key, names)
  if (near) return report('key_unknown_near', { near }, writePath([...keys, near]))
  const [place, ...more] = findPlaces(root, key)
  // A name that stands in several places, such as `line`, tells nothing.
  if (place && more.length === 0) return report('key_misplaced', { place }, place)
  return report('key_unknown', { known: names.join(', ') })
}

/** Every key of the file that is no setting, in the order of the file. */
export const findUnknownKeys = (root: Schema, value: unknown): readonly UnknownKey[] =>
  collectKeys(root, value, []).map((found, index) => {
    if (index < guessesLimit && found.key.length <= comparedLength) return judgeKey(root, found)
    const { keys, key, shape } = found
    const known = listEntries(shape, found.value).map(([name]) => name)
    return { problem: problem('error', 'key_unknown', writePath([...keys, key]), { key, known: known.join(', ') }) }
  })
