// The enrolments under way, each with the resident it is for, so that whatever ends a consent can end them: what the camera took of a
// resident meanwhile is dropped, not written. Knows no law and no store. Used by `face enrol` and by all that ends a consent.

import type { SealedTemplate } from '../drivers/protocol.ts'
import type { FaceLink } from './face-link.ts'

type Order = Parameters<FaceLink['enrol']>[0]
export type Enrolled = readonly SealedTemplate[] | { readonly failed: string }

export type Enrolments = {
  /** The sealed templates, or why there are none. `onLeave` is given what ends the wait. */
  readonly take: (
    residentId: string,
    order: Order,
    onHint: (hint: string) => void,
    onLeave: (leave: () => void) => void,
  ) => Promise<Enrolled>
  /** Nobody is enrolled any more on a consent that has ended. */
  readonly stop: (residentId: string) => void
}

type Running = { readonly residentId: string; stopped: boolean; leave: () => void }

export const createEnrolments = (face: Pick<FaceLink, 'enrol'>): Enrolments => {
  const running = new Set<Running>()
  return {
    take: async (residentId, order, onHint, onLeave) => {
      const enrolment: Running = { residentId, stopped: false, leave: () => undefined }
      running.add(enrolment)
      try {
        const enrolled = await face.enrol(order, onHint, (leave) => {
          enrolment.leave = leave
          onLeave(leave)
        })
        return enrolment.stopped ? { failed: 'stopped' } : enrolled
      } finally {
        running.delete(enrolment)
      }
    },
    stop: (residentId) => {
      for (const enrolment of running) {
        if (enrolment.residentId !== residentId) continue
        enrolment.stopped = true
        enrolment.leave()
      }
    },
  }
}
