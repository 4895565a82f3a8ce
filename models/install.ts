// Brings the files of a pack into the models folder, all proved before the first one shows: they gather in a hidden folder beside
// it, are written through to the disk and renamed. Fetches nothing. Called by pull.ts and by `models add`.

import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type FileFinding,
  inspectFiles,
  type Pack,
  type PackName,
  type ProvedFile,
  packNamed,
  readModelFile,
} from './packs.ts'
import { done, type Failure, failed } from './result.ts'

/** `.incoming-PID-N`: of a process that works on it. `.incoming-0`: left over, to be gone on with. */
const incoming = /^\.incoming-(\d+)(-\d+)?$/
const leftOver = '.incoming-0'
/** Of one process: two pulls in it do not share a folder either. */
let opened = 0

const isAlive = (pid: number): boolean => {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Takes over what an interrupted one left, or begins anew. Of two that want the same leftover one gets it. */
export const openIncoming = async (modelsDirectory: string): Promise<string> => {
  await mkdir(modelsDirectory, { recursive: true })
  const mine = join(modelsDirectory, `.incoming-${process.pid}-${++opened}`)
  let isMine = false
  for (const name of await readdir(modelsDirectory)) {
    const pid = incoming.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    const found = join(modelsDirectory, name)
    if (isMine) await rm(found, { recursive: true, force: true })
    else {
      isMine = await rename(found, mine).then(
        () => true,
        () => false, // another one was faster
      )
    }
  }
  if (!isMine) await mkdir(mine, { mode: 0o700 })
  return mine
}

/** Kept for the next one to go on with, unless there is nothing in it or one already. */
export const leaveIncoming = async (folder: string): Promise<void> => {
  const isEmpty = await readdir(folder).then(
    (names) => names.length === 0,
    () => true,
  )
  const left = isEmpty
    ? false
    : await rename(folder, join(folder, '..', leftOver)).then(
        () => true,
        () => false,
      )
  if (!left) await rm(folder, { recursive: true, force: true })
}

/** Every file is proved once more, as it lies on the disk, before the first is renamed. */
export const installIncoming = async (
  folder: string,
  files: readonly ProvedFile[],
  modelsDirectory: string,
): Promise<{ readonly ok: true; readonly value: true } | Failure<'model_file_mismatching' | 'model_file_missing'>> => {
  for (const file of files) {
    const content = await readModelFile(folder, file)
    if (!content.ok) return content
  }
  for (const { name } of files) {
    const handle = await open(join(folder, name), 'r+')
    try {
      await handle.chmod(0o644)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
  for (const { name } of files) await rename(join(folder, name), join(modelsDirectory, name))
  await syncFolder(modelsDirectory)
  await rm(folder, { recursive: true, force: true })
  return done(true)
}

export type AddRefusal = Failure<'pack_incomplete'> & { readonly files: readonly FileFinding[] }

/** Copies the files of a pack out of a folder, all or none; `files` of a refusal says which and why. Throws on a disk error of the
 * target. Other files in the folder are not looked at. */
export const addPack = async (
  folder: string,
  modelsDirectory: string,
  name: PackName = 'recommended',
): Promise<{ readonly ok: true; readonly value: Pack } | AddRefusal> => {
  const pack = packNamed(name)
  const refuse = async (): Promise<AddRefusal> => ({
    ...failed('pack_incomplete', folder),
    files: await inspectFiles(pack, folder),
  })
  const states = await inspectFiles(pack, folder)
  if (pack.origin !== 'folder' || states.some((file) => file.state !== 'present')) return refuse()
  const gathered = await openIncoming(modelsDirectory)
  try {
    for (const file of pack.files) {
      const content = await readModelFile(folder, file)
      if (!content.ok) return refuse()
      const handle = await open(join(gathered, file.name), 'w')
      await handle.writeFile(content.value).finally(() => handle.close())
    }
    const installed = await installIncoming(gathered, pack.files, modelsDirectory)
    return installed.ok ? done(pack) : refuse()
  } finally {
    await rm(gathered, { recursive: true, force: true })
  }
}
