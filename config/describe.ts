// The table of settings, printed from their declarations. Never changes one. Called by settings.ts.

import { type Declaration, readDeclaration, readVariant, type Schema } from './declare.ts'

export type SettingRow = {
  /** Dotted; `[]` stands for each item of a list. */
  readonly path: string
  readonly type: string
  readonly unit: string
  readonly range: string
  /** Empty when there is none. */
  readonly default: string
  readonly required: boolean
  /** The drivers that know this setting; empty when all do. */
  readonly drivers: readonly string[]
  readonly en: string
  readonly zh: string
}

const showRange = ({ shape, doc, min, max, options }: Declaration): string => {
  if (doc.form) return doc.form
  if (options.length > 0) return options.join(' | ')
  if (max === undefined) return ''
  if (shape.kind === 'list') return `${min}–${max} items`
  return shape.kind === 'value' && shape.type === 'text' ? `1–${max} characters` : `${min}–${max}`
}

const isPlain = (preset: unknown): boolean => preset !== undefined && typeof preset !== 'object'

const describeOne = (path: string, declared: Declaration, drivers: readonly string[]): SettingRow => ({
  path,
  type: declared.shape.kind === 'value' ? declared.shape.type : declared.shape.kind,
  unit: declared.doc.unit ?? '',
  range: showRange(declared),
  default: isPlain(declared.preset) ? String(declared.preset) : '',
  required: declared.required,
  drivers,
  en: declared.doc.en,
  zh: declared.doc.zh,
})

/** The choosing key is told once with every driver; a setting that several drivers share is told once. */
const describeVariant = (path: string, key: string, schemas: readonly Schema[]): readonly SettingRow[] => {
  const options = readVariant(key, schemas)
  const told = new Set<Schema>()
  const rows: SettingRow[] = []
  for (const [n, { chooser, entries }] of options.entries()) {
    const everyDriver = options.flatMap((option) => option.drivers).join(' | ')
    if (n === 0) rows.push({ ...describeOne(`${path}.${key}`, readDeclaration(chooser), []), range: everyDriver })
    for (const [name, schema] of Object.entries(entries)) {
      if (name === key || told.has(schema)) continue
      told.add(schema)
      const owners = options.filter((option) => option.entries[name] === schema)
      const drivers = owners.length === options.length ? [] : owners.flatMap((option) => option.drivers)
      rows.push(...describeAt(`${path}.${name}`, schema, drivers))
    }
  }
  return rows
}

const describeGroup = (
  path: string,
  entries: Readonly<Record<string, Schema>>,
  drivers: readonly string[],
): readonly SettingRow[] => {
  const told = new Set<Schema>()
  return Object.entries(entries).flatMap(([name, schema]) => {
    const at = path === '' ? name : `${path}.${name}`
    const declared = readDeclaration(schema)
    // The exit side is made of the same settings as the entry side; once is enough to read.
    if (told.has(declared.bare)) return [describeOne(at, declared, drivers)]
    told.add(declared.bare)
    return describeAt(at, schema, drivers)
  })
}

const describeAt = (path: string, schema: Schema, drivers: readonly string[]): readonly SettingRow[] => {
  const declared = readDeclaration(schema)
  const { shape } = declared
  const own = path === '' ? [] : [describeOne(path, declared, drivers)]
  if (shape.kind === 'list') return [...own, ...describeAt(`${path}[]`, shape.item, drivers)]
  if (shape.kind === 'variant') return [...own, ...describeVariant(path, shape.key, shape.options)]
  return shape.kind === 'group' ? [...own, ...describeGroup(path, shape.entries, drivers)] : own
}

export const describe = (root: Schema): readonly SettingRow[] => describeAt('', root, [])
