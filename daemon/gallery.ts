// Which face credentials the face part holds: exactly those that the store would still match. Hands over sealed blobs only.
// Called when the face part comes up, after an enrolment, after every end of a consent, and by a sweep as a safety net.

import type { GalleryTemplate } from '../drivers/protocol.ts'
import type { FaceLink } from './face-link.ts'
import type { FactsReader } from './store/facts.ts'

export type Gallery = {
  /** The part is new and holds nothing: everything goes over. */
  readonly reload: () => void
  /** What the store no longer matches is forgotten, what it newly matches is added. */
  readonly sync: () => Promise<void>
  /** Resolves when these cannot be matched any more. */
  readonly forget: (credentialIds: readonly string[]) => Promise<void>
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

export const keepGallery = (gate: string, facts: Pick<FactsReader, 'gallery'>, face: FaceLink): Gallery => {
  let held = new Set<string>()

  const read = () => {
    const entries = facts.gallery(gate)
    const templatesOf = (credentialIds: ReadonlySet<string>): GalleryTemplate[] =>
      entries
        .filter((entry) => credentialIds.has(entry.credentialId))
        .flatMap((entry) =>
          entry.templates.map(({ sealed, wrappedKey }) => ({
            credential: entry.credentialId,
            sealed: base64(sealed),
            wrappedKey: base64(wrappedKey),
          })),
        )
    return { ids: new Set(entries.map((entry) => entry.credentialId)), templatesOf }
  }

  return {
    reload: () => {
      const { ids, templatesOf } = read()
      held = ids
      face.load(templatesOf(ids))
    },
    sync: async () => {
      const { ids, templatesOf } = read()
      const gone = [...held].filter((id) => !ids.has(id))
      const fresh = new Set([...ids].filter((id) => !held.has(id)))
      held = ids
      face.add(templatesOf(fresh))
      await face.forget(gone)
    },
    forget: async (credentialIds) => {
      for (const id of credentialIds) held.delete(id)
      await face.forget(credentialIds)
    },
  }
}
