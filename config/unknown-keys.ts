// Finds the keys that no setting declares, and guesses what was meant: a slip of the pen, a missing or wrong unit,
// another place, another driver. Judges no value. Called by load.ts.

import { findEntry, readDeclaration, type Schema, type Shape } from './declare.ts'
import { readVariant } from './describe.ts'
import { type Keys, type Problem, problem, writePath } from './problems.ts'

/** `meant`: the path of the setting that the key probably was; its absence needs no second complaint. */
export type UnknownKey = { readonly problem: Problem; readonly meant?: string }

/** Longer keys are no slip of the pen; comparing costs the product of the lengths. */
const comparedLength = 40
/** More than this many wrong keys in one group are another file; guessing stops. */
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
export const findNearest = (given: string, candidates: readonly string[]): string | undefined => {
  if (given.length > comparedLength) return undefined
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: countEdits(plain(given), plain(candidate)) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(plain(candidate).length / 3)))
    .sort((one, other) => one.edits - other.edits)
  return ranked[0]?.candidate
}

const unitEnding =
  /(_|-)?(ms|msec|msecs|millis|milliseconds?|s|secs?|seconds?|mins?|minutes?|hours?|hrs?|h|days?|d|months?|weeks?|years?|px|pixels?)$/i

/** `pulse`, `pulseSeconds` and `pulse_ms` all mean `pulseMs`. */
const findUnitTwin = (given: string, entries: readonly (readonly [string, Schema])[]) => {
  const stem = plain(given.replace(unitEnding, ''))
  for (const [name, schema] of entries) {
    const { unit } = readDeclaration(schema).doc
    const ownStem = plain(name.replace(unitEnding, ''))
    if (unit && name !== ownStem && (ownStem === stem || ownStem === plain(given))) return { name, unit }
  }
  return undefined
}

const findPlace = (root: Schema, key: string, at: readonly string[] = []): string | undefined => {
  const { shape } = readDeclaration(root)
  if (shape.kind !== 'group' && shape.kind !== 'variant') return undefined
  for (const [name, schema] of listEntries(shape)) {
    if (name === key) return [...at, name].join('.')
    const found = findPlace(schema, key, [...at, name])
    if (found) return found
  }
  return undefined
}

const listEntries = (shape: Shape): readonly (readonly [string, Schema])[] => {
  if (shape.kind === 'group') return Object.entries(shape.entries)
  if (shape.kind !== 'variant') return []
  return readVariant(shape.key, shape.options).flatMap(({ entries }) => Object.entries(entries))
}

const judgeKey = (root: Schema, shape: Shape, keys: Keys, key: string): UnknownKey => {
  const path = writePath([...keys, key])
  const entries = listEntries(shape)
  const twin = key.length > comparedLength ? undefined : findUnitTwin(key, entries)
  if (twin) {
    const values = { key, near: twin.name, unit: twin.unit }
    return { problem: problem('error', 'key_unit', path, values), meant: writePath([...keys, twin.name]) }
  }
  const names = [...new Set(entries.map(([name]) => name))]
  const near = findNearest(key, names)
  if (near) {
    const meant = writePath([...keys, near])
    return { problem: problem('error', 'key_unknown_near', path, { key, near }), meant }
  }
  const place = findPlace(root, key)
  if (place) return { problem: problem('error', 'key_misplaced', path, { key, place }), meant: place }
  return { problem: problem('error', 'key_unknown', path, { key, known: names.join(', ') }) }
}

/** The entries that the chosen driver knows; every driver's when none is chosen yet. */
const chooseShape = (shape: Shape, value: Readonly<Record<string, unknown>>): { shape: Shape; driver?: string } => {
  if (shape.kind !== 'variant') return { shape }
  const driver = value[shape.key]
  const option = readVariant(shape.key, shape.options).find(({ drivers }) => drivers.some((one) => one === driver))
  return option ? { shape: { kind: 'group', entries: option.entries }, driver: String(driver) } : { shape }
}

const findDriversOf = (shape: Shape, key: string): string =>
  shape.kind !== 'variant'
    ? ''
    : readVariant(shape.key, shape.options)
        .filter(({ entries }) => Object.hasOwn(entries, key))
        .flatMap(({ drivers }) => drivers)
        .join(' | ')

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const searchGroup = (root: Schema, whole: Shape, value: Readonly<Record<string, unknown>>, keys: Keys) => {
  const { shape, driver } = chooseShape(whole, value)
  let guesses = 0
  return Object.entries(value).flatMap(([key, inner]): readonly UnknownKey[] => {
    const entry = findEntry(shape, key)
    if (entry) return searchKeys(root, entry, inner, [...keys, key])
    const others = findDriversOf(whole, key)
    if (driver !== undefined && others !== '') {
      const values = { key, driver, others }
      return [{ problem: problem('error', 'key_other_driver', writePath([...keys, key]), values) }]
    }
    guesses += 1
    if (guesses > guessesLimit)
      return [{ problem: problem('error', 'key_unknown', writePath([...keys, key]), { key, known: '' }) }]
    return [judgeKey(root, shape, keys, key)]
  })
}

const searchKeys = (root: Schema, schema: Schema, value: unknown, keys: Keys): readonly UnknownKey[] => {
  const { shape } = readDeclaration(schema)
  if (shape.kind === 'list')
    return Array.isArray(value)
      ? value.flatMap((item, index) => searchKeys(root, shape.item, item, [...keys, index]))
      : []
  if (shape.kind === 'value' || !isGroup(value)) return []
  return searchGroup(root, shape, value, keys)
}

export const findUnknownKeys = (root: Schema, value: unknown): readonly UnknownKey[] =>
  searchKeys(root, root, value, [])
