// Owns the manifest: which model files exist, where they come from, on what terms, and whether the bytes at hand are those.
// Never fetches anything and never hands out a byte that fails its checksum. Called by face-model.ts and the `models` command.

import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import manifest from './manifest.json' with { type: 'json' }
import { type Manifest, manifestSchema } from './manifest.ts'
import { done, type Failure, failed, type Result } from './result.ts'

export type Pack = Manifest['packs'][number]
export type PackFile = Pack['files'][number]
/** False matches and false non-matches over thresholds, of one group of people. */
export type Curve = Pack['measured'][number]
export type PackName = Pack['name']
export type FileState = 'present' | 'missing' | 'mismatching'
export type FileFinding = { readonly name: string; readonly state: FileState }

/** Best first: `auto` takes the first that is installed, which from npm's on is never an unmeasured one. */
export const packs: readonly Pack[] = Object.freeze(v.parse(manifestSchema, manifest).packs)

export const packNamed = (name: PackName): Pack => {
  const pack = packs.find((each) => each.name === name)
  if (pack === undefined) throw new Error(`no pack ${name} in the manifest`)
  return pack
}

/** Short and stable: the same files give the same id on every gate; any other file gives another, and stale consents. */
export const modelIdOf = (pack: Pack): string => {
  const hash = createHash('sha256')
  for (const file of pack.files) hash.update(file.sha256)
  return `${pack.name}-${hash.digest('hex').slice(0, 12)}`
}

/** Everything that a figure measured on a picture depends on: the files, and how they are used. Another hash, other figures. */
export const pipelineOf = (pack: Pack): string => {
  const { detector, embedder } = pack
  return createHash('sha256')
    .update(JSON.stringify([modelIdOf(pack), detector, embedder]))
    .digest('hex')
    .slice(0, 12)
}

/** Where the files of a pack lie. */
const folderOf = (pack: Pack, modelsDirectory: string): string =>
  pack.origin === 'folder'
    ? modelsDirectory
    : join(dirname(createRequire(import.meta.url).resolve('@vladmandic/human')), '..', 'models')

type FileProblem = 'model_file_missing' | 'model_file_mismatching'

/** The whole file, proved by length (before reading) and checksum. The only door through which model bytes come in. */
export const readModelFile = async (
  folder: string,
  file: PackFile,
): Promise<Result<Buffer<ArrayBuffer>, FileProblem>> => {
  const path = join(folder, file.name)
  const bytes = await stat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => undefined,
  )
  if (bytes === undefined) return failed('model_file_missing', file.name)
  if (bytes !== file.bytes) return failed('model_file_mismatching', file.name)
  const content = await readFile(path).catch(() => undefined)
  if (content === undefined) return failed('model_file_missing', file.name)
  const sha256 = createHash('sha256').update(content).digest('hex')
  return sha256 === file.sha256 ? done(content) : failed('model_file_mismatching', file.name)
}

export const inspectFiles = (pack: Pack, folder: string): Promise<FileFinding[]> =>
  Promise.all(
    pack.files.map(async (file) => {
      const content = await readModelFile(folder, file)
      if (content.ok) return { name: file.name, state: 'present' as const }
      return { name: file.name, state: content.code === 'model_file_missing' ? 'missing' : 'mismatching' }
    }),
  )

export type PackState = {
  readonly pack: Pack
  readonly modelId: string
  readonly installed: boolean
  readonly files: readonly FileFinding[]
}

const inspectPack = async (pack: Pack, folder: string): Promise<PackState> => {
  const files = await inspectFiles(pack, folder)
  return { pack, modelId: modelIdOf(pack), installed: files.every((file) => file.state === 'present'), files }
}

export const listPacks = (modelsDirectory: string): Promise<PackState[]> =>
  Promise.all(packs.map((pack) => inspectPack(pack, folderOf(pack, modelsDirectory))))

export type FoundPack = { readonly pack: Pack; readonly folder: string }

/** `auto`: the best pack that is installed. A pack that is there but damaged is a failure, never silently a weaker one. */
export const findPack = async (
  name: PackName | 'auto',
  modelsDirectory: string,
): Promise<Result<FoundPack, FileProblem>> => {
  let problem: Failure<FileProblem> = failed('model_file_missing')
  for (const pack of name === 'auto' ? packs : [packNamed(name)]) {
    const folder = folderOf(pack, modelsDirectory)
    const { files, installed } = await inspectPack(pack, folder)
    if (installed) return done({ pack, folder })
    const mismatching = files.find((file) => file.state === 'mismatching')
    if (mismatching !== undefined) return failed('model_file_mismatching', mismatching.name)
    problem = failed('model_file_missing', files.find((file) => file.state === 'missing')?.name)
  }
  return problem
}
