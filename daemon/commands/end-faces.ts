// P4 for the office's commands: whatever may end a resident's faces goes by the gallery, where a face is unmatchable before the store
// is asked. Called by every command that may end a face.

import type { Result } from '../../config/words.ts'
import { activeCredentials } from '../active-credentials.ts'
import type { Daemon } from '../daemon.ts'

export const endFaces = <T>(
  daemon: Pick<Daemon, 'facts' | 'gallery' | 'enrolments'>,
  residentId: string,
  write: () => Promise<Result<T>>,
): Promise<Result<T>> => {
  daemon.enrolments.stop(residentId)
  const faces = activeCredentials(daemon.facts, residentId, 'face').map(({ id }) => id)
  return daemon.gallery.end(faces, write)
}
