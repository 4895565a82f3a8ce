// `restore`: lays a backup beside the store, for the gate to put in place at its next start or reload. Opens no store: a backup that
// does not fit this gate's key is refused by the gate itself, which then starts with what it has. Called by main.

import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { done, type Failure, failed, type Result } from '../../config/words.ts'
import { pageBytes } from '../store/open.ts'
import { stagedRestore } from '../store/restore.ts'
import { openContext, pick, printAnswer, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'

/** Whole or not at all, and the gate's own, also when root lays it there. */
const stage = (file: string, storeFile: string): Result<{ staged: string }> => {
  const staged = stagedRestore(storeFile)
  try {
    mkdirSync(dirname(storeFile), { recursive: true, mode: 0o700 })
    copyFileSync(file, `${staged}.new`)
    chmodSync(`${staged}.new`, 0o600)
    const { uid, gid } = statSync(dirname(storeFile))
    if (process.getuid?.() === 0) chownSync(`${staged}.new`, uid, gid)
    renameSync(`${staged}.new`, staged)
    return done({ staged })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return failed('backup_unreadable', String(error.code))
  }
}

const PLAIN_HEAD = 'SQLite format 3'

const readHead = (file: string, bytes: number): string => {
  const handle = openSync(file, 'r')
  try {
    const head = Buffer.alloc(bytes)
    return head.toString('latin1', 0, readSync(handle, head))
  } finally {
    closeSync(handle)
  }
}

/** What can be told without the key: whole pages, and not in the clear. Whether they are this gate's is for the gate to find out. */
const findFlaw = (file: string): Failure | undefined => {
  try {
    const { size } = statSync(file)
    const head = readHead(file, PLAIN_HEAD.length)
    return size === 0 || size % pageBytes !== 0 || head === PLAIN_HEAD ? failed('backup_not_one', file) : undefined
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return failed('backup_unreadable', String(error.code))
  }
}

export const restoreBackup = (line: CommandLine): number => {
  const context = openContext(line.common)
  if (!context.config) return printFailure(context, failed('config_refused', context.configFile))
  const file = resolve(String(line.args['file']))
  const flaw = findFlaw(file)
  if (flaw) return printFailure(context, flaw)
  const staged = stage(file, join(context.config.store.directory, 'gate.db'))
  if (!staged.ok) return printFailure(context, staged)
  return printAnswer(context, staged.value, () =>
    pick(
      context.language,
      'The backup waits beside the store, and takes its place at the next start or reload of the gate (`systemctl reload evengate`). Its log and the event store_restored say how it went. Cards and codes work on; every face is enrolled anew.',
      '备份已放在数据库旁，将在门禁下次启动或重新加载（`systemctl reload evengate`）时生效；结果见日志和事件 store_restored。卡和密码继续有效；人脸须重新登记。',
    ),
  )
}
