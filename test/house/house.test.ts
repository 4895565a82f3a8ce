// The house keeps its own order: no arrow goes up, files and functions stay readable, reason codes are unique and documented,
// words that mean nothing stay out.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { denials, grants } from '../../daemon/core/reasons.ts'

const root = resolve(import.meta.dirname, '../..')
const rooms = ['config', 'models', 'drivers', 'daemon', 'systemd', 'test']

const listFiles = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? listFiles(path) : [path]
  })

const sources = rooms
  .flatMap((room) => listFiles(join(root, room)))
  .filter((path) => /\.(ts|mjs)$/.test(path))
  .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }))
const product = sources.filter(({ path }) => !path.startsWith('test/'))

/** Where each import of a file leads: a path in the house, or a package. `type` tells an import that leaves no trace at run time. */
const importsOf = ({ path, text }: { path: string; text: string }) =>
  [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|import\('([^']+)'\)|new URL\('([^']+)', import\.meta\.url\)/g,
    ),
  ].map(([, type, from, dynamic, url]) => {
    const specifier = from ?? dynamic ?? url ?? ''
    const target = specifier.startsWith('.') ? relative(root, resolve(root, dirname(path), specifier)) : specifier
    return { target, type: type !== undefined, spawned: url !== undefined }
  })

/** design: `config` and `models` on the ground, `drivers` above, `daemon` on top; core sees only types; only main names a driver. */
const isAllowed = (from: string, to: { target: string; type: boolean; spawned: boolean }): boolean => {
  const { target } = to
  if (!rooms.some((room) => target.startsWith(`${room}/`))) return true
  const within = (room: string) => target.startsWith(`${room}/`)
  if (from.startsWith('config/')) return within('config')
  if (from.startsWith('models/')) return within('models')
  if (from.startsWith('drivers/')) return within('drivers') || within('config') || within('models')
  if (from.startsWith('daemon/core/'))
    return within('daemon/core') || within('config') || (to.type && target === 'drivers/contracts.ts')
  if (from.startsWith('daemon/store/')) return within('daemon/store') || within('daemon/core') || within('config')
  if (from.startsWith('daemon/')) return !within('test') && !within('systemd')
  return from.startsWith('test/')
}

describe('the import rule', () => {
  test('sees the arrows there are', () => {
    const gate = product.find(({ path }) => path === 'daemon/gate.ts')
    expect(gate && importsOf(gate).map(({ target }) => target)).toContain('daemon/core/decide.ts')
  })

  test('no arrow goes up', () => {
    const wrong = product.flatMap((file) =>
      importsOf(file)
        .filter((to) => !isAllowed(file.path, to))
        .map(({ target }) => `${file.path} -> ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('a package that is native is named only by the part that owns it', () => {
    const owners: Readonly<Record<string, RegExp>> = {
      'better-sqlite3': /^daemon\/store\//,
      'nfc-pcsc': /^drivers\/card\//,
      serialport: /^drivers\/serial-line\.ts$/,
      mqtt: /^daemon\/mqtt\//,
      'onnxruntime-node': /^(models\/runtime-onnx|daemon\/bench\/)/,
      sharp: /^(drivers\/camera\/|daemon\/(bench|demo)\/)/,
    }
    const wrong = product.flatMap((file) =>
      importsOf(file)
        .filter(({ target, type }) => !type && owners[target] !== undefined && !owners[target].test(file.path))
        .map(({ target }) => `${file.path} -> ${target}`),
    )
    expect(wrong).toEqual([])
  })
})

const FILE_LIMIT_LINES = 330
const FUNCTION_LIMIT_LINES = 75

/** Lines of each top-level or nested arrow function that has a block body, by the indentation that the formatter guarantees. */
const functionsOf = (text: string): { name: string; lines: number }[] => {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    const head = /^(\s*)(?:export )?const (\w+) =.*=> \{$/.exec(line) ?? /^(\s*)\): .*=> \{$/.exec(line)
    if (!head) return []
    const end = lines.findIndex((later, n) => n > start && new RegExp(`^${head[1]}\\}`).test(later))
    return [{ name: head[2] ?? `line ${start + 1}`, lines: end - start + 1 }]
  })
}

describe('readable size', () => {
  test(`no file of the product is longer than ${FILE_LIMIT_LINES} lines`, () => {
    const long = product
      .map(({ path, text }) => ({ path, lines: text.split('\n').length }))
      .filter(({ lines }) => lines > FILE_LIMIT_LINES)
    expect(long).toEqual([])
  })

  test('few files pass 300 lines', () => {
    expect(product.filter(({ text }) => text.split('\n').length > 300).length).toBeLessThanOrEqual(5)
  })

  test(`no function is longer than ${FUNCTION_LIMIT_LINES} lines`, () => {
    const long = product.flatMap(({ path, text }) =>
      functionsOf(text)
        .filter(({ lines }) => lines > FUNCTION_LIMIT_LINES)
        .map(({ name, lines }) => `${path} ${name} ${lines}`),
    )
    expect(long).toEqual([])
  })

  test('each file says first what it owns', () => {
    const silent = product
      .filter(({ path, text }) => !path.endsWith('.d.ts') && !/^(#!.*\n)?\/\//.test(text))
      .map(({ path }) => path)
    expect(silent).toEqual([])
  })
})

describe('words', () => {
  test('files are not named after nothing', () => {
    const vague = product.filter(({ path }) =>
      /(^|[/-])(utils?|helpers?|manager|handler|data|info|temp|index|misc|common)(\.|-|\/)/.test(path),
    )
    expect(vague.map(({ path }) => path)).toEqual([])
  })

  test('no source says any, silences the compiler or swallows an error', () => {
    const loose = product.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, n) =>
          /:\s*any\b|as any\b|@ts-ignore|@ts-expect-error|catch\s*(\([^)]*\))?\s*\{\s*\}/.test(line)
            ? [`${path}:${n + 1}`]
            : [],
        ),
    )
    expect(loose).toEqual([])
  })
})

describe('reasons', () => {
  const rows = [...denials, ...grants]

  test('codes are strings and unique', () => {
    const codes = rows.map(([code]) => code)
    expect(new Set(codes).size).toBe(codes.length)
    for (const code of codes) expect(code).toMatch(/^[a-z_]{4,32}$/)
  })

  test('each has wording in both languages', () => {
    for (const [, en, zh] of rows) {
      expect(en).toMatch(/^[A-Z].*\.$/)
      expect(zh).toMatch(/[\u4e00-\u9fff].*。$/)
    }
  })

  test('the README lists the denials in the order in which they decide, and the grants', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    const listed = [...readme.matchAll(/^\| `([a-z_]+)` \| (?:deny|grant) \|/gm)].map(([, code]) => code)
    expect(listed).toEqual(rows.map(([code]) => code))
  })
})
