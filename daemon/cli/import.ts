// `import FILE`: reads a list, has the gate look at every row, shows what it holds or everything that is wrong, and with --yes writes it: all or
// nothing. The file is read here and never by the gate; columns that the gate does not take never leave this process. Called by main.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { done, type Failure, failed, type Result } from '../../config/words.ts'
import type { LookedAt } from '../commands/import.ts'
import { FILE_LIMIT_BYTES } from '../roster/decode.ts'
import { ROWS_AT_ONCE } from '../roster/limits.ts'
import { type Roster, type RosterFlaw, type RosterRow, readRoster } from '../roster/read.ts'
import { askGate, type Context, openContext, pick, printAnswer, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'
import { type Summary, sayTold, showFlaws, showList } from './show-import.ts'

/** One byte more than may be: whatever is longer is refused by its length. A device or a pipe is no list. */
const readListFile = (file: string): Result<Buffer> => {
  let open: number | undefined
  try {
    open = openSync(file, 'r')
    if (!fstatSync(open).isFile()) return failed('list_unreadable', file)
    const bytes = Buffer.alloc(FILE_LIMIT_BYTES + 1)
    let length = 0
    for (let more = -1; more !== 0 && length < bytes.length; length += more)
      more = readSync(open, bytes, length, bytes.length - length, length)
    return done(bytes.subarray(0, length))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    return failed('list_unreadable', `${file}: ${code}`)
  } finally {
    if (open !== undefined) closeSync(open)
  }
}

type Ask = (command: string, args: object) => Promise<Result<unknown>>

const portionsOf = (rows: readonly RosterRow[]): readonly (readonly RosterRow[])[] =>
  Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, n) =>
    rows.slice(n * ROWS_AT_ONCE, (n + 1) * ROWS_AT_ONCE),
  )

type Looked = { readonly flaws: readonly RosterFlaw[]; readonly knownLines: ReadonlySet<number> }

const lookAtAll = async (ask: Ask, id: string, rows: readonly RosterRow[]): Promise<Result<Looked>> => {
  const flaws: RosterFlaw[] = []
  const knownLines = new Set<number>()
  for (const portion of portionsOf(rows)) {
    const looked = await ask('import look', { import: id, rows: portion })
    if (!looked.ok) return looked
    const found = looked.value as LookedAt
    flaws.push(...found.flaws)
    for (const line of found.knownRooms) knownLines.add(line)
  }
  return done({ flaws, knownLines })
}

const cardsOf = (rows: readonly RosterRow[]): number => rows.reduce((sum, { cards }) => sum + cards.length, 0)

const summarise = (roster: Roster, { knownLines }: Looked): Summary => {
  const { rows, encoding, forms, leftOut, joined } = roster
  const rooms = new Map(rows.map(({ room, line }) => [room, knownLines.has(line)]))
  return {
    ...{ encoding, forms, leftOut, joined },
    rooms: rooms.size,
    newRooms: [...rooms.values()].filter((known) => !known).length,
    residents: rows.filter(({ name }) => name !== undefined).length,
    cards: cardsOf(rows),
    first: rows.slice(0, 3),
  }
}

/** What the file itself says, and what the gate says of it: all at once. */
const lookAtList = async (ask: Ask, roster: Roster): Promise<Result<Looked & { readonly id: string }>> => {
  const begun = await ask('import begin', { forms: roster.forms, cards: cardsOf(roster.rows) })
  if (!begun.ok) return begun
  const { import: id } = begun.value as { readonly import: string }
  const looked = await lookAtAll(ask, id, roster.rows)
  if (looked.ok) return done({ ...looked.value, id })
  await ask('import drop', { import: id })
  return looked
}

/** Taps, rows, and the one word that makes them all true. */
const writeAll = async (ask: Ask, id: string, rows: readonly RosterRow[]): Promise<Result<unknown>> => {
  const cards = cardsOf(rows)
  const tapped = cards === 0 ? done(undefined) : await ask('import tap', { import: id })
  if (!tapped.ok) return tapped
  for (const portion of portionsOf(rows)) {
    const staged = await ask('import stage', { import: id, rows: portion })
    if (!staged.ok) return staged
  }
  return ask('import accept', { import: id, rows: rows.length, cards })
}

const printFlaws = ({ json, language }: Context, flaws: readonly RosterFlaw[]): number => {
  if (json) process.stdout.write(`${JSON.stringify({ failed: true, code: 'list_flawed', flaws })}\n`)
  else process.stderr.write(`${showFlaws(flaws, language)}\n`)
  return 1
}

export const importList = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const refuse = (failure: Failure) => printFailure(context, failure)
  const bytes = readListFile(String(args['file']))
  if (!bytes.ok) return refuse(bytes)
  const roster = readRoster(bytes.value)
  if (!roster.ok) return refuse(roster)
  const ask: Ask = (command, sent) => askGate(context, command, sent, (told) => sayTold(told, context))
  const looked = await lookAtList(ask, roster.value)
  // Without the gate at least what the file itself says is told.
  if (!looked.ok && roster.value.flaws.length > 0) printFlaws(context, roster.value.flaws)
  if (!looked.ok) return refuse(looked)
  const { id } = looked.value
  const flaws = [...roster.value.flaws, ...looked.value.flaws].toSorted((a, b) => a.line - b.line)
  const writes = args['yes'] === true && args['preview'] !== true
  if (flaws.length > 0 || !writes) await ask('import drop', { import: id })
  if (flaws.length > 0) return printFlaws(context, flaws)
  const summary = summarise(roster.value, looked.value)
  if (!writes)
    return printAnswer(context, { ...summary, written: false }, () => showList(summary, 'preview', context.language))
  if (!context.json) process.stderr.write(`${showList(summary, 'writing', context.language)}\n`)
  const written = await writeAll(ask, id, roster.value.rows)
  if (!written.ok) {
    if (written.code !== 'import_goes_on') await ask('import drop', { import: id })
    return refuse(written)
  }
  return printAnswer(context, { ...summary, first: undefined, written: true }, () =>
    pick(context.language, 'All written.', '已全部写入。'),
  )
}
