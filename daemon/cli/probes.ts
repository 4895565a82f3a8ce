// The single probes of `doctor`: each looks at one real part, changes and stores nothing, has a limit, and says nothing secret: a
// camera's address is never repeated. Called by doctor.ts.

import { spawn } from 'node:child_process'
import { constants, existsSync, type Stats } from 'node:fs'
import { access, readFile, stat, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import * as v from 'valibot'

const PROGRAM_LIMIT_MS = 15_000
const MEGABYTE = 1 << 20

const manifest = v.object({ dependencies: v.record(v.string(), v.string()) })

export const statOf = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined)

/** The packages that the gate cannot do without and that are not there. */
export const findMissingPackages = async (): Promise<readonly string[]> => {
  const file = resolve(import.meta.dirname, '../../package.json')
  const { dependencies } = v.parse(manifest, JSON.parse(await readFile(file, 'utf8')))
  const require = createRequire(file)
  const folders = require.resolve.paths('x') ?? []
  const isThere = async (name: string) =>
    (await Promise.all(folders.map((folder) => statOf(join(folder, name))))).some((found) => found !== undefined)
  const there = await Promise.all(Object.keys(dependencies).map(async (name) => [name, await isThere(name)] as const))
  return there.filter(([, present]) => !present).map(([name]) => name)
}

/** The card reader's add-on is compiled at set-up, and only where a compiler is: without it every reader stays down. */
export const isCardLibraryBuilt = (from = import.meta.filename): boolean => {
  try {
    const folder = dirname(createRequire(from).resolve('@pokusew/pcsclite/package.json'))
    return existsSync(join(folder, 'build/Release/pcsclite.node'))
  } catch {
    return false // an optional package that did not come
  }
}

/** How a program ended; `absent` when there is none. Its output is not looked at: it may quote an address with a password. */
export const runQuietly = (
  program: string,
  args: readonly string[],
): Promise<'good' | 'failed' | 'absent' | 'silent'> =>
  new Promise((settle) => {
    const child = spawn(program, args, { stdio: 'ignore' })
    const limit = setTimeout(() => {
      child.kill('SIGKILL')
      settle('silent')
    }, PROGRAM_LIMIT_MS)
    const finish = (ended: 'good' | 'failed' | 'absent') => {
      clearTimeout(limit)
      settle(ended)
    }
    child.once('error', () => finish('absent'))
    child.once('close', (code) => finish(code === 0 ? 'good' : 'failed'))
  })

export const probeSerial = async (device: string): Promise<'good' | 'absent' | 'no_device' | 'forbidden'> => {
  const found = await statOf(device)
  if (!found) return 'absent'
  if (!found.isCharacterDevice()) return 'no_device'
  return access(device, constants.R_OK | constants.W_OK).then(
    () => 'good' as const,
    () => 'forbidden' as const,
  )
}

/** One frame, thrown away. */
export const probeCamera = ({ input, format }: { readonly input: string; readonly format?: string }) =>
  runQuietly('ffmpeg', [
    ...['-v', 'quiet', '-nostdin', ...(format === undefined ? [] : ['-f', format])],
    ...['-i', input, '-frames:v', '1', '-f', 'null', '-'],
  ])

/** Where a folder would be made, when it is not there yet. */
export const nearestFolder = async (folder: string): Promise<string> =>
  (await statOf(folder)) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder))

export const freeMegabytes = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(await nearestFolder(folder))
  return Math.floor((bavail * bsize) / MEGABYTE)
}
