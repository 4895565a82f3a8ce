// `erase` on the command line: says what goes, asks, and writes the receipt, whose file is made before anything is erased: there is no
// second one. `erase verify` hands a receipt back to the gate. Called by ask.ts.

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { done, failed, type Result } from '../../config/words.ts'
import type { ResidentPage } from '../store/reads.ts'
import { askGate, type Context, pick, printAnswer, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'

const quiet = (): void => undefined

/** What people see before they say yes: the card and the code go too. */
const sayWhatGoes = ({ room, name, card, pin, face }: ResidentPage, { language }: Context): string =>
  pick(
    language,
    `${room} ${name}: the person goes for good, with ${card} card(s), ${pin} code(s) and ${face} face(s). Card and code will not open any more. To end the face alone: \`evengate consent withdraw\`.`,
    `${room} ${name}：将永久删除此人，包括 ${card} 张卡、${pin} 个密码和 ${face} 个人脸；卡和密码将不能再开门。仅删除人脸请用 \`evengate consent withdraw\`。`,
  )

const confirm = async (context: Context): Promise<boolean> => {
  if (!process.stdin.isTTY) return false
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const typed = await lines.question(pick(context.language, 'Type yes to erase: ', '输入 yes 以删除：'))
  lines.close()
  return typed.trim() === 'yes'
}

type Sheet = { readonly write: (text: string) => void; readonly discard: () => void }

const openSheet = (file: string): Result<Sheet> => {
  try {
    const handle = openSync(file, 'wx', 0o600)
    const discard = () => {
      closeSync(handle)
      rmSync(file, { force: true })
    }
    const write = (text: string) => {
      writeSync(handle, text)
      closeSync(handle)
    }
    return done({ write, discard })
  } catch (error) {
    return failed('receipt_unwritable', error instanceof Error && 'code' in error ? `${file}: ${error.code}` : file)
  }
}

type Erased = { readonly sequence: number; readonly receipt: string; readonly gone: boolean }

const showErased = ({ sequence, gone }: Erased, file: string, { language }: Context): string => {
  const told = pick(
    language,
    `erased, event ${sequence}. The receipt is in ${file}, and nowhere else: it belongs to whoever was erased. \`evengate erase verify ${file}\` looks for remains.`,
    `已删除，事件 ${sequence}。回执只保存在 ${file}，应交给本人。可用 \`evengate erase verify ${file}\` 查找残留。`,
  )
  const late = pick(language, 'The disk still works on it: verify later.', '磁盘仍在清除，请稍后验证。')
  return gone ? told : `${told}\n${late}`
}

export const eraseResident = async (line: CommandLine, context: Context): Promise<number> => {
  const { resident, yes, receipt } = line.args
  const file = String(receipt ?? `erasure-${String(resident)}.txt`)
  const found = await askGate(context, 'resident show', { resident }, quiet)
  if (!found.ok) return printFailure(context, found)
  process.stderr.write(`${sayWhatGoes(found.value as ResidentPage, context)}\n`)
  if (yes !== true && !(await confirm(context))) return printFailure(context, failed('erasure_unconfirmed'))
  const sheet = openSheet(file)
  if (!sheet.ok) return printFailure(context, sheet)
  const erased = await askGate(context, 'erase', { resident }, quiet)
  if (!erased.ok) {
    sheet.value.discard()
    return printFailure(context, erased)
  }
  const value = erased.value as Erased
  sheet.value.write(value.receipt)
  return printAnswer(context, { ...value, file }, () => showErased(value, file, context))
}

/** The text of a receipt, for the gate to judge. */
export const readReceipt = (file: string): Result<string> => {
  try {
    return done(readFileSync(file, 'utf8'))
  } catch (error) {
    return failed('receipt_unreadable', error instanceof Error && 'code' in error ? `${file}: ${error.code}` : file)
  }
}
