// Finds the people of a folder of pictures: one folder a person, or one level deeper where people are grouped. Reads names of files
// only, and keeps no name of a person. Called by the `models evaluate` command.

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { done, failed, type Result } from '../../config/words.ts'

export type Person = { readonly group?: string; readonly files: readonly string[] }
export type People = {
  readonly people: readonly Person[]
  /** Absent groups: all people are of one. In order of names. */
  readonly groups: readonly string[]
  /** Folders with pictures that lie beside groups, and belong to none. */
  readonly leftOut: number
}

/** Every picture is compared with every other: so many are 112 million pairs, 450 MB and some minutes. */
export const PICTURES_LIMIT = 15_000

const isPicture = (name: string): boolean => /^[^.].*\.(jpe?g|png|webp)$/i.test(name)

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

type Entries = { readonly folders: readonly string[]; readonly pictures: readonly string[] }

/** What hangs when it is read, as a pipe does, is no picture; a link that leads nowhere is one that cannot be read. */
const listEntries = (folder: string): Entries => {
  const paths = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .toSorted()
    .map((name) => join(folder, name))
  const kinds = new Map(paths.map((path) => [path, statSync(path, { throwIfNoEntry: false })]))
  const isSound = (path: string): boolean => kinds.get(path)?.isFile() ?? true
  return {
    folders: paths.filter((path) => kinds.get(path)?.isDirectory()),
    pictures: paths.filter((path) => isPicture(nameOf(path)) && isSound(path)),
  }
}

const listFound = (folder: string): People => {
  const top = listEntries(folder).folders.map((path) => ({ path, ...listEntries(path) }))
  const grouped = top.filter(({ folders }) => folders.length > 0)
  const single = top.filter(({ folders, pictures }) => folders.length === 0 && pictures.length > 0)
  const people: readonly Person[] =
    grouped.length === 0
      ? single.map(({ pictures }) => ({ files: pictures }))
      : grouped.flatMap(({ path, folders }) =>
          folders.map((person) => ({ group: nameOf(path), files: listEntries(person).pictures })),
        )
  const seen = people.filter(({ files }) => files.length > 0)
  const groups = [...new Set(seen.flatMap(({ group }) => (group === undefined ? [] : [group])))]
  return { people: seen, groups, leftOut: grouped.length === 0 ? 0 : single.length }
}

/** In order of names, so that the same folder gives the same figures. */
export const listPeople = (
  folder: string,
): Result<People, 'pictures_folder_missing' | 'pictures_missing' | 'pictures_too_many'> => {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return failed('pictures_folder_missing', folder)
  try {
    const found = listFound(folder)
    const pictures = found.people.reduce((sum, { files }) => sum + files.length, 0)
    if (pictures === 0) return failed('pictures_missing', folder)
    return pictures > PICTURES_LIMIT
      ? failed('pictures_too_many', `${pictures}, at most ${PICTURES_LIMIT}`)
      : done(found)
  } catch (error) {
    // A folder within it that may not be read; its name may be a person's.
    if (!(error instanceof Error && 'code' in error)) throw error
    return failed('pictures_folder_missing', `${folder}: ${String(error.code)}`)
  }
}
