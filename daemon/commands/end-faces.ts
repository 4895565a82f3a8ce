// P4 for the office's commands: whatever may end a resident's faces goes by the gallery, where a face is unmatchable before the store
// is asked. Called by every command that may end a face.

import type { Result } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'
import { stopEnrolments } from './face.ts'

const facesOf = ({ facts }: Pick<Daemon, 'facts'>, residentId: string): readonly string[] =>
  (facts.showResident(residentId)?.credentials ?? [])
    .filter(({ kind, revokedAt }) => kind === 'face' && revokedAt === null)
    .map(({ id }) => id)

export const endFaces = <T>(
  daemon: Pick<Daemon, 'facts' | 'gallery'>,
  residentId: string,
  write: () => Promise<Result<T>>,
): Promise<Result<T>> => {
  stopEnrolments(residentId)
  return daemon.gallery.end(facesOf(daemon, residentId), write)
}
