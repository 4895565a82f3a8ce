// Reads YAML text into plain values, each with its line, and lists what in it is not plain. Knows no setting, never
// throws for any text, follows no reference. Called by load.ts.

import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLError } from 'yaml'
import { type Keys, type Problem, problem, writePath } from './problems.ts'
import type { ProblemCode } from './wording.ts'

export type Tree = {
  /** Plain records, arrays, texts, numbers, booleans, null. Absent: the text holds no settings. */
  readonly value?: unknown
  readonly problems: readonly Problem[]
  /** The line of a place, or of the nearest place around it that the file has. */
  readonly lineOf: (path: string) => number | undefined
  /** Syntax errors: what was understood of the rest would only mislead. */
  readonly broken: boolean
}

/** The settings reach 6 deep. Our own walk must end before the stack does. */
const depthLimit = 32

const codes: Readonly<Record<string, ProblemCode>> = {
  BAD_INDENT: 'yaml_indent',
  TAB_AS_INDENT: 'yaml_tab',
  BLOCK_AS_IMPLICIT_KEY: 'yaml_key',
  MULTILINE_IMPLICIT_KEY: 'yaml_key',
  MULTIPLE_DOCS: 'yaml_many_documents',
  RESOURCE_EXHAUSTION: 'yaml_too_deep',
  TAG_RESOLVE_FAILED: 'yaml_tag',
}

type Walk = {
  readonly problems: Problem[]
  readonly lines: Map<string, number>
  readonly lineAt: (offset: number | undefined) => number
}

const report = (walk: Walk, code: ProblemCode, keys: Keys, line: number, values: Problem['values'] = {}): undefined => {
  walk.problems.push({ ...problem('error', code, writePath(keys), values), line })
}

const offsetOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0]

const readPair = (
  walk: Walk,
  pair: Pair,
  keys: Keys,
  seen: Map<string, number>,
): readonly [string, unknown] | undefined => {
  const line = walk.lineAt(offsetOf(pair.key) ?? offsetOf(pair.value))
  if (!isScalar(pair.key)) return report(walk, 'key_not_text', keys, line)
  const key = String(pair.key.value)
  const place = [...keys, key]
  const firstLine = seen.get(key)
  if (firstLine !== undefined) return report(walk, 'key_twice', place, line, { key, firstLine })
  seen.set(key, line)
  walk.lines.set(writePath(place), line)
  return [key, readNode(walk, pair.value, place, line)]
}

const readScalar = (walk: Walk, value: unknown, keys: Keys, line: number): unknown => {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  // Dates and bytes, which an older YAML version's directive or a tag brings.
  return report(walk, 'yaml_tag', keys, line)
}

/** `around`: the line to name when the node has no place of its own, as an empty value. */
const readNode = (walk: Walk, node: unknown, keys: Keys, around: number): unknown => {
  if (node === null || node === undefined) return null
  const offset = offsetOf(node)
  const line = offset === undefined ? around : walk.lineAt(offset)
  if (keys.length > depthLimit) return report(walk, 'yaml_too_deep', keys.slice(0, 3), line)
  if (isAlias(node)) return report(walk, 'yaml_alias', keys, line, { name: node.source })
  if (isScalar(node)) return readScalar(walk, node.value, keys, line)
  if (isMap(node)) {
    const seen = new Map<string, number>()
    return Object.fromEntries(node.items.flatMap((pair) => [readPair(walk, pair, keys, seen)].filter((one) => !!one)))
  }
  if (!isSeq(node)) return report(walk, 'yaml_tag', keys, line)
  return node.items.map((item, index) => {
    const place = [...keys, index]
    walk.lines.set(writePath(place), walk.lineAt(offsetOf(item) ?? offset))
    return readNode(walk, item, place, line)
  })
}

const findLine = (lines: ReadonlyMap<string, number>, path: string): number | undefined => {
  for (let place = path; place !== ''; place = place.slice(0, Math.max(0, place.lastIndexOf('.')))) {
    const line = lines.get(place)
    if (line !== undefined) return line
  }
  return 1
}

/** One mistake often breaks two rules of YAML; it is told once. */
const reportSyntax = (walk: Walk, counter: LineCounter, faults: readonly YAMLError[]): void => {
  const told = new Set<string>()
  for (const fault of faults) {
    const { line, col } = counter.linePos(fault.pos[0])
    const code = codes[fault.code] ?? 'yaml_syntax'
    if (told.has(`${line} ${code}`)) continue
    told.add(`${line} ${code}`)
    report(walk, code, [], Math.max(1, line), { column: Math.max(1, col), yamlCode: fault.code })
  }
}

export const readYaml = (text: string): Tree => {
  const counter = new LineCounter()
  // Repeated keys are found here in one pass; the library compares each with each.
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  })
  const lines = new Map<string, number>()
  const lineAt = (offset: number | undefined): number => Math.max(1, counter.linePos(offset ?? 0).line)
  const walk: Walk = { problems: [], lines, lineAt }
  reportSyntax(walk, counter, [...document.errors, ...document.warnings])
  const lineOf = (path: string): number | undefined => findLine(lines, path)
  if (walk.problems.length > 0 || document.contents === null)
    return { problems: walk.problems, lineOf, broken: walk.problems.length > 0 }
  const value = readNode(walk, document.contents, [], 1)
  return { value, problems: walk.problems, lineOf, broken: false }
}
