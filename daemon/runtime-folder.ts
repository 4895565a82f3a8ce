// The folder of a running gate's sockets and counters: where it is and that it belongs to us alone. Used by the daemon and by
// every command that talks to it.

import { createHash } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config/settings.ts'
import { done, type Failure, failed, type Result } from '../config/words.ts'
import { readErrno } from './store/handles.ts'

/** A Unix socket's path holds 107 bytes; the longest name of ours in the folder takes 42. */
const FOLDER_LIMIT_BYTES = 64

/** The settings that say where it is. */
type Folders = { readonly runtime: { readonly directory?: string }; readonly store: { readonly directory: string } }

const INSTALLED_STORE = '/var/lib/evengate/'
const INSTALLED_RUNTIME = '/run/evengate'

/** The configured folder; that of the units for a store of theirs; or one of the system's temporary folders, named after user and store: the same for every command. */
export const runtimeFolderOf = ({ runtime, store }: Folders): string =>
  runtime.directory ??
  (`${store.directory}/`.startsWith(INSTALLED_STORE) ? INSTALLED_RUNTIME : undefined) ??
  join(
    tmpdir(),
    `evengate-${process.getuid?.() ?? 0}-${createHash('sha256').update(store.directory).digest('hex').slice(0, 10)}`,
  )

const READABLE_BY_GROUP = 0o640

type FolderCode = 'runtime_path_too_long' | 'runtime_unwritable' | 'runtime_not_ours'

const explainFolder = (error: unknown, folder: string): Failure<'runtime_unwritable'> => {
  const errno = readErrno(error)
  if (errno === undefined) throw error
  return failed('runtime_unwritable', `${folder}: ${errno}`)
}

/** Makes it (0700) or refuses one that somebody else could have laid there. */
export const prepareRuntimeFolder = (folder: string): Result<string, FolderCode> => {
  if (Buffer.byteLength(folder) > FOLDER_LIMIT_BYTES) return failed('runtime_path_too_long', folder)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
    return ours ? done(folder) : failed('runtime_not_ours', folder)
  } catch (error) {
    return explainFolder(error, folder)
  }
}

const readOr = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined // missing or unreadable: it is written anew
  }
}

const writeWhole = (file: string, text: string, mode: number): void => {
  const handle = openSync(`${file}.new`, 'w', 0o600)
  try {
    writeFileSync(handle, text)
    fchmodSync(handle, mode)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(`${file}.new`, file)
}

/**
 * Lays the accepted configuration beside the sockets. The door reads this copy: a door that starts again after somebody broke the
 * real file must not be refused its settings (leaving is never denied). Installed, $EVENGATE_ACCEPTED names its places, parted by
 * colons, in folders whose group is the door's: one that lasts as long as this boot, and one for when nothing else can be read.
 */
export const keepAccepted = (
  folder: string,
  config: Config,
  installed: string | undefined = process.env['EVENGATE_ACCEPTED'],
): Result<string, 'runtime_unwritable'> => {
  const files = installed?.split(':') ?? [join(folder, 'accepted.json')]
  const text = JSON.stringify(config)
  try {
    for (const file of files) {
      // A full or silent disk refuses no gate whose configuration is the same as before.
      if (readOr(file) !== text) writeWhole(file, text, installed === undefined ? 0o600 : READABLE_BY_GROUP)
    }
    return done(files[0] ?? '')
  } catch (error) {
    return explainFolder(error, folder)
  }
}

/**
 * Before the door reads it: a copy that was damaged meanwhile would leave the door with wires that main does not mean, or with none.
 * Only the first place, which lies in memory: main waits for no disk here.
 */
export const mendAccepted = (
  folder: string,
  config: Config,
  installed: string | undefined = process.env['EVENGATE_ACCEPTED'],
): Result<string, 'runtime_unwritable'> => keepAccepted(folder, config, installed?.split(':')[0])

/**
 * The signal part's own settings, and nothing of others', for when it waits for a main that does not come: installed,
 * $EVENGATE_SIGNAL_KEPT names the file, in a folder whose group is the part's. In a checkout the part ends with main. A disk that takes
 * nothing refuses no gate.
 */
export const keepSignal = (
  settings: unknown,
  file: string | undefined = process.env['EVENGATE_SIGNAL_KEPT'],
): Result<undefined, 'runtime_unwritable'> => {
  if (file === undefined) return done(undefined)
  const text = JSON.stringify(settings)
  try {
    if (readOr(file) !== text) writeWhole(file, text, READABLE_BY_GROUP)
    return done(undefined)
  } catch (error) {
    return explainFolder(error, file)
  }
}
