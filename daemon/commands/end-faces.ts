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

/** A card ends, and with it a face that is bound to it. Of a code or a face the id alone: nobody matches a card's or a code's. */
export const endCredential = <T>(
  daemon: Pick<Daemon, 'facts' | 'gallery' | 'enrolments'>,
  credentialId: string,
  write: () => Promise<Result<T>>,
): Promise<Result<T>> => {
  const bound = daemon.facts.findFaceBoundTo(credentialId)
  if (bound) daemon.enrolments.stop(bound.resident)
  return daemon.gallery.end([credentialId, ...(bound ? [bound.face] : [])], write)
}
