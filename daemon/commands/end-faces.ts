// P4 for the office's commands: a face is unmatchable before the store is asked, so that a slow disk delays no withdrawal. Where
// the store then refuses, the gallery is set right again. Called by every command that may end a face.

import type { Result } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'

export const facesOf = (daemon: Pick<Daemon, 'facts'>, residentId: string): readonly string[] =>
  (daemon.facts.showResident(residentId)?.credentials ?? [])
    .filter(({ kind, revokedAt }) => kind === 'face' && revokedAt === null)
    .map(({ id }) => id)

export const endFaces = async <T>(
  daemon: Pick<Daemon, 'facts' | 'gallery'>,
  residentId: string,
  end: () => Promise<Result<T>>,
): Promise<Result<T>> => {
  await daemon.gallery.forget(facesOf(daemon, residentId))
  const ended = await end()
  await daemon.gallery.sync()
  return ended
}
