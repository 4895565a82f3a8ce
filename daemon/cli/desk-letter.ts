// `desk letter RESIDENT` and the pages of the desk: a code by lot on a page of its own, a numbered consent form. A page with a code is readable by
// its owner alone, and its file and the room for it are there before the code is made: no code is lost to a full disk. Called by main and the desk.

import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { hashNotice } from '../../config/notice.ts'
import { done, failed, type Result } from '../../config/words.ts'
import { type CodeLetter, writeCodeLetter } from '../report/code-letter.ts'
import { hasForm, writeForm } from '../report/consent-form.ts'
import { writeDocument } from '../report/document.ts'
import { askGate, type Context, openContext, pick, printAnswer, printFailure } from './context.ts'
import { judgeConfig } from './judge.ts'
import { readLook } from './notice-pages.ts'
import type { CommandLine } from './parse.ts'

const OWNER_ONLY = 0o600

const openNew = (file: string): Result<number> => {
  try {
    return done(openSync(file, 'wx', OWNER_ONLY))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    return failed('page_unwritable', `${file}: ${code}`)
  }
}

/** Four times the longest of these pages. */
const ROOM_BYTES = 64 * 1024

/** From the beginning; a disk that has room for a part of it says so only when it is asked for the rest. */
const writeWhole = (file: number, bytes: Buffer): void => {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at)
}

/** The room is taken before the text is made, and given back: a full disk is told while nothing is lost by it. */
const writePage = async (file: number, make: () => Promise<Result<string>>): Promise<Result<undefined>> => {
  writeWhole(file, Buffer.alloc(ROOM_BYTES))
  fsyncSync(file)
  const text = await make()
  if (!text.ok) return text
  const bytes = Buffer.from(text.value)
  writeWhole(file, bytes)
  ftruncateSync(file, bytes.length)
  return done(undefined)
}

/** A file that is not there yet. What makes the text may refuse, and then there is none. */
const layPage = async (file: string, make: () => Promise<Result<string>>): Promise<Result<undefined>> => {
  const open = openNew(file)
  if (!open.ok) return open
  let written: Result<undefined> = failed('page_unwritable', file)
  try {
    written = await writePage(open.value, make)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    written = failed('page_unwritable', `${file}: ${code}`)
  } finally {
    closeSync(open.value)
    if (!written.ok) rmSync(file, { force: true })
  }
  return written
}

export const askLetter = async (context: Context, resident: string, as?: unknown): Promise<Result<string>> => {
  const coded = await askGate(context, 'desk code', { resident }, () => undefined)
  if (!coded.ok) return coded
  return done(writeDocument(writeCodeLetter(coded.value as CodeLetter, context.language), readLook(as)))
}

export const layLetter = (context: Context, file: string, resident: string, as?: unknown): Promise<Result<undefined>> =>
  layPage(file, () => askLetter(context, resident, as))

/** Only of a configuration that could run, as `notice form`. */
export const layForm = async (context: Context, file: string): Promise<Result<undefined>> => {
  const { config } = await judgeConfig(context.configFile)
  if (!config) return failed('config_refused', context.configFile)
  if (!hasForm(config)) return failed('form_faceless')
  const { language } = context
  return layPage(file, async () => {
    const issued = await askGate(context, 'notice form', { notice: hashNotice(config), language }, () => undefined)
    if (!issued.ok) return issued
    return done(writeDocument(writeForm(config, (issued.value as { readonly form: string }).form, language), 'page'))
  })
}

export const printLetter = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { language } = context
  const resident = String(args['resident'])
  const { out } = args
  if (typeof out === 'string') {
    const laid = await layLetter(context, out, resident, args['as'])
    if (!laid.ok) return printFailure(context, laid)
    return printAnswer(context, { resident, file: out }, () => pick(language, `written: ${out}`, `已写入：${out}`))
  }
  const text = await askLetter(context, resident, args['as'])
  if (!text.ok) return printFailure(context, text)
  return printAnswer(context, { resident, text: text.value }, () => text.value.trimEnd())
}
