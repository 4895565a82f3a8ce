// How a setting is declared, and how a declaration is read back: for unknown keys, for ranges in messages, for the table
// of settings. Never reads a file and never judges a value. Called by the settings files, load, wording and describe.

import * as v from 'valibot'
import type { ProblemCode } from './wording.ts'

export type Unit = 'ms' | 'seconds' | 'hours' | 'days' | 'months' | 'px' | 'frames/s' | 'baud'

export type Doc = {
  readonly en: string
  readonly zh: string
  readonly unit?: Unit
  /** The allowed form of a text, as the table shows it. */
  readonly form?: string
  /** A relative path is meant from the configuration's folder: every one, or only one that begins with a dot. */
  readonly resolve?: 'relative' | 'dotted'
}

export type Schema = v.GenericSchema

/** A constraint's message is the code of its problem; typed, so that every code has wording. */
const because = (code: ProblemCode): ProblemCode => code

export const number = (min: number, max: number, doc: Doc) =>
  v.pipe(
    v.number(),
    v.minValue(min, because('out_of_range')),
    v.maxValue(max, because('out_of_range')),
    v.metadata(doc),
  )

export const whole = (min: number, max: number, doc: Doc) =>
  v.pipe(
    v.number(),
    v.integer(because('not_whole')),
    v.minValue(min, because('out_of_range')),
    v.maxValue(max, because('out_of_range')),
    v.metadata(doc),
  )

/** One printable line that is not blank. */
const printable = /^\P{Cc}*[^\p{Cc}\s]\P{Cc}*$/u

export const text = (maxLength: number, doc: Doc) =>
  v.pipe(
    v.string(),
    v.regex(printable, because('text_malformed')),
    v.maxLength(maxLength, because('text_too_long')),
    v.metadata(doc),
  )

export const matching = (pattern: RegExp, code: ProblemCode, doc: Doc) =>
  v.pipe(v.string(), v.regex(pattern, because(code)), v.metadata(doc))

export const judged = (isRight: (given: string) => boolean, code: ProblemCode, doc: Doc) =>
  v.pipe(v.string(), v.check(isRight, because(code)), v.metadata(doc))

/** A name, or a number counted from zero. */
export const nameOrNumber = (maxLength: number, max: number, doc: Doc) =>
  v.pipe(
    v.union([
      v.pipe(
        v.string(),
        v.regex(printable, because('text_malformed')),
        v.maxLength(maxLength, because('text_too_long')),
      ),
      v.pipe(
        v.number(),
        v.integer(because('not_whole')),
        v.minValue(0, because('out_of_range')),
        v.maxValue(max, because('out_of_range')),
      ),
    ]),
    v.metadata(doc),
  )

export const choice = <const Options extends readonly string[]>(options: Options, doc: Doc) =>
  v.pipe(v.picklist(options), v.metadata(doc))

export const toggle = (doc: Doc) => v.pipe(v.boolean(), v.metadata(doc))

export const group = <const Entries extends v.ObjectEntries>(entries: Entries, doc: Doc) =>
  v.pipe(v.object(entries), v.metadata(doc))

export const list = <Item extends Schema>(item: Item, maxItems: number, doc: Doc) =>
  v.pipe(
    v.array(item),
    v.minLength(1, because('list_length')),
    v.maxLength(maxItems, because('list_length')),
    v.metadata(doc),
  )

export type Shape =
  | { readonly kind: 'group'; readonly entries: Readonly<Record<string, Schema>> }
  | { readonly kind: 'list'; readonly item: Schema }
  /** Groups of which the value of `key` chooses one. */
  | { readonly kind: 'variant'; readonly key: string; readonly options: readonly Schema[] }
  | { readonly kind: 'value'; readonly type: 'text' | 'number' | 'boolean' | 'choice' | 'pair' | 'text or number' }

export type Declaration = {
  /** Without the wrapper that makes it optional. */
  readonly bare: Schema
  readonly shape: Shape
  readonly doc: Doc
  readonly required: boolean
  readonly preset?: unknown
  readonly min?: number
  readonly max?: number
  /** The values of a choice. */
  readonly options: readonly string[]
}

/** The parts of valibot's schemas that are read here; valibot's public shape, undone of its generics. */
type Parts = {
  readonly type: string
  readonly wrapped?: Schema
  readonly default?: unknown
  readonly entries?: Readonly<Record<string, Schema>>
  readonly item?: Schema
  readonly key?: string
  readonly options?: readonly unknown[]
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown; readonly metadata?: Doc }[]
}

const undocumented: Doc = { en: '', zh: '' }

const readShape = (parts: Parts): Shape => {
  if (parts.entries) return { kind: 'group', entries: parts.entries }
  if (parts.item) return { kind: 'list', item: parts.item }
  if (parts.type === 'variant' && parts.key && parts.options)
    return { kind: 'variant', key: parts.key, options: parts.options as readonly Schema[] }
  if (parts.type === 'number' || parts.type === 'boolean') return { kind: 'value', type: parts.type }
  if (parts.type === 'picklist') return { kind: 'value', type: 'choice' }
  if (parts.type === 'strict_tuple') return { kind: 'value', type: 'pair' }
  if (parts.type === 'union') return { kind: 'value', type: 'text or number' }
  return { kind: 'value', type: 'text' }
}

const readLimit = (parts: Parts, ...types: readonly string[]): number | undefined => {
  const limit = parts.pipe?.find((step) => types.includes(step.type))?.requirement
  return typeof limit === 'number' ? limit : undefined
}

const readOptions = (parts: Parts): readonly string[] =>
  parts.type === 'picklist' ? (parts.options as readonly string[]) : []

export const readDeclaration = (schema: Schema): Declaration => {
  const outer = schema as unknown as Parts
  const bare = outer.wrapped ?? schema
  const parts = bare as unknown as Parts
  const min = readLimit(parts, 'min_value', 'min_length')
  const max = readLimit(parts, 'max_value', 'max_length')
  return {
    bare,
    shape: readShape(parts),
    doc: parts.pipe?.find((step) => step.metadata)?.metadata ?? undocumented,
    required: outer.wrapped === undefined,
    ...(outer.default === undefined ? {} : { preset: outer.default }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    options: readOptions(parts),
  }
}

type Option = {
  /** The values of the choosing key that mean this group. */
  readonly drivers: readonly string[]
  readonly chooser: Schema
  readonly entries: Readonly<Record<string, Schema>>
}

export const readVariant = (key: string, schemas: readonly Schema[]): readonly Option[] =>
  schemas.flatMap((schema) => {
    const { shape } = readDeclaration(schema)
    const chooser = shape.kind === 'group' ? shape.entries[key] : undefined
    if (shape.kind !== 'group' || !chooser) return []
    return [{ drivers: readDeclaration(chooser).options, chooser, entries: shape.entries }]
  })

const readKey = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined

/** The group that the value chooses; every group while it chooses none. */
export const chooseOptions = (shape: Shape & { readonly kind: 'variant' }, value: unknown): readonly Option[] => {
  const options = readVariant(shape.key, shape.options)
  const chosen = options.filter(({ drivers }) => drivers.some((driver) => driver === readKey(value, shape.key)))
  return chosen.length > 0 ? chosen : options
}

/** `value`: what the file has at this place; it chooses among the groups of a variant. */
export const findEntry = (shape: Shape, key: string, value: unknown): Schema | undefined => {
  if (shape.kind === 'group') return Object.hasOwn(shape.entries, key) ? shape.entries[key] : undefined
  if (shape.kind === 'list') return shape.item
  if (shape.kind === 'value') return undefined
  return chooseOptions(shape, value).find(({ entries }) => Object.hasOwn(entries, key))?.entries[key]
}

/** The declaration at a path such as ['sides', 'entry', 'card', 0, 'id'], if there is one. */
export const findDeclaration = (
  root: Schema,
  keys: readonly (string | number)[],
  value: unknown,
): Declaration | undefined => {
  let declared = readDeclaration(root)
  let inner = value
  for (const key of keys) {
    const { shape } = declared
    const schema = findEntry(shape, String(key), inner)
    if (!schema) return undefined
    declared = readDeclaration(schema)
    if (shape.kind === 'variant' && key === shape.key)
      declared = { ...declared, options: readVariant(shape.key, shape.options).flatMap(({ drivers }) => drivers) }
    inner = readKey(inner, String(key))
  }
  return declared
}
