// Reads one configuration file into frozen settings, or lists everything that is wrong with it, each with its line.
// Never throws for any file, never compares settings with each other (cross-checks.ts), never prints.
// Called by review.ts for `check`, start and reload, and by tools that need the settings alone.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import * as v from 'valibot'
import { findEntry, readDeclaration, type Schema } from './declare.ts'
import { type Problem, problem } from './problems.ts'
import { type Config, settings } from './settings.ts'
import { findUnknownKeys } from './unknown-keys.ts'
import { readIssue } from './value-problems.ts'
import type { ProblemCode } from './wording.ts'
import { readYaml, type Tree } from './yaml-tree.ts'

/** The examples are 6 KiB. A larger file is a mistake; hostile YAML of this size takes a second to refuse, and a reload waits for it. */
const maxFileKib = 64
/** Nobody reads more at once; the rest is counted. */
const problemsLimit = 100

export type LoadedConfig = { readonly ok: true; readonly value: Config; readonly lineOf: Tree['lineOf'] }
export type RefusedConfig = {
  readonly ok: false
  readonly code: 'config_refused'
  /** In the order of the file. */
  readonly problems: readonly Problem[]
  /** Present when every value had its type, so that settings can be compared all the same. Never to be run with. */
  readonly understood?: Config
  readonly lineOf: Tree['lineOf']
}

const errnoOf = (cause: unknown): string => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : 'unknown'
}

const errnoCodes: Readonly<Record<string, ProblemCode>> = {
  ENOENT: 'file_missing',
  ENOTDIR: 'file_missing',
  EACCES: 'file_forbidden',
  EPERM: 'file_forbidden',
  EISDIR: 'file_not_regular',
  ENXIO: 'file_not_regular',
}

const fileProblem = (code: ProblemCode, values: Problem['values'] = {}): Problem => problem('error', code, '', values)

/** At most one byte more than allowed is read, whatever size the file claims. */
const readBytes = (descriptor: number): Buffer => {
  const bytes = Buffer.alloc(maxFileKib * 1024 + 1)
  let length = 0
  for (;;) {
    const count = readSync(descriptor, bytes, length, bytes.length - length, null)
    length += count
    if (count === 0 || length === bytes.length) return bytes.subarray(0, length)
  }
}

/** A configuration's text, within its limits, or what is wrong with the file. */
export const readText = (file: string): string | Problem => {
  let descriptor: number | undefined
  try {
    // Without O_NONBLOCK a pipe in the file's place would stop the daemon for ever.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    if (!fstatSync(descriptor).isFile()) return fileProblem('file_not_regular')
    const bytes = readBytes(descriptor)
    if (bytes.length > maxFileKib * 1024) return fileProblem('file_too_large', { maxKib: maxFileKib })
    if (bytes.includes(0)) return fileProblem('file_not_text')
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const errno = errnoOf(cause)
    if (errno === 'ERR_ENCODING_INVALID_ENCODED_DATA') return fileProblem('file_not_text')
    return fileProblem(errnoCodes[errno] ?? 'file_unreadable', { errno })
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** Relative paths are meant from the configuration's folder, wherever the program was started. */
const resolvePaths = (schema: Schema, value: unknown, folder: string): unknown => {
  const { shape, doc } = readDeclaration(schema)
  if (typeof value === 'string') {
    const isRelative = doc.resolve === 'relative' ? !isAbsolute(value) : /^\.\.?\//.test(value)
    return doc.resolve && isRelative ? resolve(folder, value) : value
  }
  if (Array.isArray(value))
    return Object.freeze(
      shape.kind === 'list' ? value.map((item) => resolvePaths(shape.item, item, folder)) : [...value],
    )
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => {
    const entry = findEntry(shape, key, value)
    return [key, entry ? resolvePaths(entry, inner, folder) : inner] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}

const sortProblems = (problems: readonly Problem[], lineOf: Tree['lineOf']): readonly Problem[] => {
  const placed = problems.map((one) => {
    const line = one.line ?? lineOf(one.path)
    return line === undefined ? one : { ...one, line }
  })
  const sorted = placed.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0))
  if (sorted.length <= problemsLimit) return sorted
  return [...sorted.slice(0, problemsLimit), fileProblem('more_problems', { count: sorted.length - problemsLimit })]
}

const refuse = (problems: readonly Problem[], lineOf: Tree['lineOf'], understood?: Config): RefusedConfig => ({
  ok: false,
  code: 'config_refused',
  problems: sortProblems(problems, lineOf),
  ...(understood ? { understood } : {}),
  lineOf,
})

const describeTop = (value: unknown): string => (Array.isArray(value) ? 'a list' : 'a text')

/** One place, one problem: a key that was mistyped is not reported missing as well. */
const listProblems = (
  value: object,
  issues: readonly v.BaseIssue<unknown>[],
  before: readonly Problem[],
): readonly Problem[] => {
  const unknown = findUnknownKeys(settings, value)
  const meant = new Set(unknown.flatMap((one) => one.meant ?? []))
  const told = new Set(before.map((one) => one.path))
  const wrong = issues
    .map((issue) => readIssue(issue, value))
    .filter(({ path, code }) => {
      if (told.has(path) || (code === 'setting_missing' && meant.has(path))) return false
      told.add(path)
      return true
    })
  return [...unknown.map((one) => one.problem), ...wrong]
}

const judgeTree = (tree: Tree, folder: string): LoadedConfig | RefusedConfig => {
  const { value, lineOf } = tree
  if (tree.broken) return refuse(tree.problems, lineOf)
  if (value === undefined || value === null) return refuse([...tree.problems, fileProblem('file_empty')], lineOf)
  if (typeof value !== 'object' || Array.isArray(value))
    return refuse([...tree.problems, fileProblem('file_not_settings', { found: describeTop(value) })], lineOf)
  const parsed = v.safeParse(settings, value)
  const problems = [...tree.problems, ...listProblems(value, parsed.issues ?? [], tree.problems)]
  // The one cast: valibot has just said that the value has the declared type.
  const config = parsed.typed ? (resolvePaths(settings, parsed.output, folder) as Config) : undefined
  return config && problems.length === 0 ? { ok: true, value: config, lineOf } : refuse(problems, lineOf, config)
}

/** All settings of a file, or all problems. Relative paths are resolved against the file's folder. */
export const loadConfig = (file: string): LoadedConfig | RefusedConfig => {
  const text = readText(file)
  if (typeof text !== 'string') return refuse([text], () => undefined)
  return judgeTree(readYaml(text), dirname(resolve(file)))
}
