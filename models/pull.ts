// Fetches a pack from where its makers publish it, on a machine that has a network; the gate itself never does. Nothing shows in the
// models folder before every file has passed its checksum. Called by the `models` command.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { allowUrl, type DownloadFailure, type DownloadLimits, downloadFile, downloadLimits } from './download.ts'
import { installIncoming, leaveIncoming, openIncoming } from './install.ts'
import { inspectFiles, type Pack, type PackFile, readModelFile } from './packs.ts'
import { done, failed, type Result } from './result.ts'

export type PullFailure = DownloadFailure | 'pack_comes_with_npm' | 'model_file_missing'
export type Progress = { readonly file: string; readonly received: number; readonly bytes: number }
export type PullWish = {
  readonly pack: Pack
  readonly modelsDirectory: string
  /** Another place where the files lie by their names; absent: their upstream. */
  readonly from?: string
  readonly limits?: DownloadLimits
  readonly onProgress: (progress: Progress) => void
}
export type Pulled = { readonly pack: Pack; readonly fetched: readonly string[] }

/** Git LFS keeps the file itself on another host than its pointer. */
const hosts = { git: 'https://raw.githubusercontent.com', lfs: 'https://media.githubusercontent.com/media' } as const

export const urlOf = ({ name, upstream }: PackFile, from?: string): string | undefined => {
  if (from !== undefined) return allowUrl(name, allowUrl(from.endsWith('/') ? from : `${from}/`))?.href
  if (upstream.kind === 'npm') return undefined
  return `${hosts[upstream.kind]}/${upstream.repository}/${upstream.commit}/${upstream.path}`
}

/** Once more from the beginning when the bytes are wrong: the first part may have come from elsewhere, an interrupted pull. */
const fetchProved = async (file: PackFile, folder: string, wish: PullWish): Promise<Result<true, PullFailure>> => {
  const url = urlOf(file, wish.from)
  if (url === undefined) return failed('url_refused', wish.from ?? file.name)
  const { name, bytes } = file
  const into = join(folder, name)
  const onProgress = (received: number) => wish.onProgress({ file: name, received, bytes })
  for (let turn = 0; turn < 2; turn++) {
    const fetched = await downloadFile({ url, bytes, into, limits: wish.limits ?? downloadLimits, onProgress })
    if (!fetched.ok) return failed(fetched.code, `${name}${fetched.detail === undefined ? '' : `: ${fetched.detail}`}`)
    if ((await readModelFile(folder, file)).ok) return done(true)
    await rm(into)
  }
  return failed('model_file_mismatching', name)
}

const fetchAll = async (
  files: readonly PackFile[],
  folder: string,
  wish: PullWish,
): Promise<Result<true, PullFailure>> => {
  for (const file of files) {
    const fetched = await fetchProved(file, folder, wish)
    if (!fetched.ok) return fetched
  }
  return installIncoming(folder, files, wish.modelsDirectory)
}

/** Throws when the models folder cannot be made or written. */
export const pullPack = async (wish: PullWish): Promise<Result<Pulled, PullFailure>> => {
  const { pack } = wish
  if (pack.origin !== 'folder') return failed('pack_comes_with_npm', pack.name)
  const states = await inspectFiles(pack, wish.modelsDirectory)
  const wanting = pack.files.filter((file) =>
    states.some(({ name, state }) => name === file.name && state !== 'present'),
  )
  if (wanting.length === 0) return done({ pack, fetched: [] })
  const folder = await openIncoming(wish.modelsDirectory)
  const fetched = await fetchAll(wanting, folder, wish).finally(() => leaveIncoming(folder))
  return fetched.ok ? done({ pack, fetched: wanting.map(({ name }) => name) }) : fetched
}
