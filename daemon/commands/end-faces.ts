// P4 for the office's commands: whatever may end a resident's faces goes by the gallery, where a face is unmatchable before the store
// is asked. Called by every command that may end a face.

import type { Result } from '../../config/words.ts'
import { activeCredentials } from '../active-credentials.ts'
import type { Daemon } from '../daemon.ts'
import { stopEnrolments } from './face.ts'

export const endFaces = <T>(
  daemon: Pick<Daemon, 'facts' | 'gallery'>,
  residentId: string,
  write: () => Promise<Result<T>>,
): Promise<Result<T>> => {
  stopEnrolments(residentId)
  const faces = activeCredentials(daemon.facts, residentId, 'face').map(({ id }) => id)
  return daemon.gallery.end(faces, write)
}
