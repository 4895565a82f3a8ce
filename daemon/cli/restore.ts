// `restore`: lays a backup beside the store, for the gate to put in place at its next start or reload. Opens no store: a backup that
// does not fit this gate's key is refused by the gate itself, which then starts with what it has. Called by main.

import { chmodSync, chownSync, copyFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { done, failed, type Result } from '../../config/words.ts'
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

export const restoreBackup = (line: CommandLine): number => {
  const context = openContext(line.common)
  if (!context.config) return printFailure(context, failed('config_refused', context.configFile))
  const staged = stage(resolve(String(line.args['file'])), join(context.config.store.directory, 'gate.db'))
  if (!staged.ok) return printFailure(context, staged)
  return printAnswer(context, staged.value, () =>
    pick(
      context.language,
      'The backup waits beside the store, and takes its place at the next start or reload of the gate (`systemctl reload evengate`). Its log and the event store_restored say how it went. Cards and codes work on; every face is enrolled anew.',
      '备份已放在数据库旁，将在门禁下次启动或重新加载（`systemctl reload evengate`）时生效；结果见日志和事件 store_restored。卡和密码继续有效；人脸须重新登记。',
    ),
  )
}
