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

type Entries = { readonly folders: readonly string[]; readonly pictures: readonly string[] }

const listEntries = (folder: string): Entries => {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'))
  const isFolder = (name: string): boolean =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true
  const folders = names.filter(isFolder).toSorted()
  const pictures = names.filter((name) => isPicture(name) && !folders.includes(name)).toSorted()
  return { folders: folders.map((name) => join(folder, name)), pictures: pictures.map((name) => join(folder, name)) }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** In order of names, so that the same folder gives the same figures. */
export const listPeople = (
  folder: string,
): Result<People, 'folder_missing' | 'pictures_missing' | 'pictures_too_many'> => {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return failed('folder_missing', folder)
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
  if (seen.length === 0) return failed('pictures_missing', folder)
  const pictures = seen.reduce((sum, { files }) => sum + files.length, 0)
  if (pictures > PICTURES_LIMIT) return failed('pictures_too_many', `${pictures}, at most ${PICTURES_LIMIT}`)
  const groups = [...new Set(seen.flatMap(({ group }) => (group === undefined ? [] : [group])))]
  return done({ people: seen, groups, leftOut: grouped.length === 0 ? 0 : single.length })
}
