// `report evidence FOLDER`: what a court, an inspection or a resident takes along, in a folder of its own: pages in both languages, the same as
// figures, the gate's key, the record's head, and how to prove it without this program. Made of what the roles may ask anyway: it opens no
// other door. Never writes over anything. Called by main.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Failure, failed, languages, type Result } from '../../config/words.ts'
import { writeDocument } from '../report/document.ts'
import type { EqualityReport } from '../report/equality.ts'
import { writeEqualityPage } from '../report/equality-page.ts'
import { type PrivacyReport, writePrivacy } from '../report/privacy.ts'
import { askGate, type Context, openContext, pick, printAnswer, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'

type Files = Readonly<Record<string, string>>
type Key = { readonly fingerprint: string; readonly publicKey: string }
type Receipts = { readonly receipts: readonly { readonly number: number }[] }

const toJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

const howTo = `How to prove what lies here, without this program
如何不用本程序验证

1. A receipt is signed with the gate's key, gate.pub. Its fingerprint stands on the sign at the gate; compare it.
   回执由本门密钥 gate.pub 签署；其指纹应与门口告示一致。

   sed '/^signature: /,$d' receipt.txt > body
   sed -n 's/^signature: //p' receipt.txt | base64 -d > sig
   openssl pkeyutl -verify -pubin -inkey gate.pub -rawin -in body -sigfile sig

2. head.json is the record's head on the day of this folder. "evengate log verify --head CODE" at the gate proves later that nothing
   before it was rewritten; "log verify --receipt FILE" the same for a receipt.
   head.json 为当日链首。以后可在门禁上用 log verify --head 或 --receipt 验证此前记录未被改写。
`

/** Asks one after the other; the first refusal is the answer. */
const collect = async (
  context: Context,
  asked: readonly (readonly [command: string, args: object])[],
): Promise<Result<readonly unknown[]>> => {
  const values: unknown[] = []
  for (const [command, args] of asked) {
    const answered = await askGate(context, command, args, () => undefined)
    if (!answered.ok) return answered
    values.push(answered.value)
  }
  return { ok: true, value: values }
}

const proofFiles = (key: Key, head: unknown): Files => ({
  'README.txt': howTo,
  'gate.pub': key.publicKey.endsWith('\n') ? key.publicKey : `${key.publicKey}\n`,
  'head.json': toJson(head),
})

const gateFiles = async (context: Context, period: object): Promise<Result<Files>> => {
  const got = await collect(context, [
    ['report equality', period],
    ['report privacy', period],
    ['key show', {}],
    ['log head', {}],
  ])
  if (!got.ok) return got
  const [equality, privacy, key, head] = got.value as readonly [EqualityReport, PrivacyReport, Key, unknown]
  const pages = languages.flatMap((language) => [
    [`equality.${language}.html`, writeEqualityPage(equality, language)],
    [`privacy.${language}.html`, writeDocument(writePrivacy(privacy, language), 'page')],
  ])
  const figures = { 'equality.json': toJson(equality), 'privacy.json': toJson(privacy) }
  return { ok: true, value: { ...proofFiles(key, head), ...figures, ...Object.fromEntries(pages) } }
}

const residentFiles = async (context: Context, resident: string): Promise<Result<Files>> => {
  const got = await collect(context, [
    ['resident export', { resident }],
    ['consent show', { resident }],
    ['key show', {}],
    ['log head', {}],
  ])
  if (!got.ok) return got
  const [file, shown, key, head] = got.value as readonly [unknown, Receipts, Key, unknown]
  const numbers = shown.receipts.map(({ number }) => String(number))
  const receipts = await collect(
    context,
    numbers.map((number) => ['receipt show', { number }] as const),
  )
  if (!receipts.ok) return receipts
  const texts = (receipts.value as readonly { readonly receipt: string }[]).map(
    ({ receipt }, n): readonly [string, string] => [`receipt-${numbers[n]}.txt`, receipt],
  )
  return { ok: true, value: { ...proofFiles(key, head), 'resident.json': toJson(file), ...Object.fromEntries(texts) } }
}

/** In a folder that was not there: nothing of anybody else lies beside it. */
const layDown = (folder: string, files: Files): Failure | undefined => {
  try {
    mkdirSync(folder, { mode: 0o700 })
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(folder, name), text, { mode: 0o600, flag: 'wx' })
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === '') throw error
    // Half a folder would stand in the way of a whole one.
    if (code !== 'EEXIST') rmSync(folder, { recursive: true, force: true })
    return failed(code === 'EEXIST' ? 'folder_exists' : 'folder_unwritable', `${folder}: ${code}`)
  }
}

export const packEvidence = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const { folder, resident, ...period } = args
  // His file is what is held on him now; a part of it would look like the whole.
  if (typeof resident === 'string' && Object.keys(period).length > 0)
    return printFailure(context, failed('period_not_for_resident'))
  const files = await (typeof resident === 'string' ? residentFiles(context, resident) : gateFiles(context, period))
  if (!files.ok) return printFailure(context, files)
  const refused = layDown(String(folder), files.value)
  if (refused) return printFailure(context, refused)
  const names = Object.keys(files.value).toSorted()
  const said = pick(
    context.language,
    `${names.length} files in ${String(folder)}`,
    `${String(folder)} 中有 ${names.length} 个文件`,
  )
  return printAnswer(context, { folder, files: names }, () => said)
}
