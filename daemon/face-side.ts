// All that main holds of the face part: the link to it, what it knows, what it may do and by which threshold. What it is told when it comes
// up, and in which order: who holds it back before whom it may know. Decides nothing. Built by daemon.ts.

import type { Config } from '../config/settings.ts'
import type { Clock, Side } from '../config/words.ts'
import { keepBoundFaces } from './bound-faces.ts'
import { openCalibration } from './calibration.ts'
import { keepCalibrated } from './calibration-debt.ts'
import { createEnrolments } from './enrolments.ts'
import { openFaceLink } from './face-link.ts'
import { openFaceRisk } from './face-risk.ts'
import { openFaceStop } from './face-stop.ts'
import { keepGallery } from './gallery.ts'
import { keepHandover } from './handover.ts'
import { keepLivenessHours } from './liveness-hours.ts'
import type { OpenedStore } from './opening.ts'
import type { Supervisor } from './supervisor.ts'

type Deps = Pick<OpenedStore, 'facts' | 'ledger'> & {
  readonly config: Config
  readonly clock: Clock
  readonly model: string
  readonly supervisor: Supervisor
  /** Somebody's own card does not open his face: he is told to take another way. */
  readonly onUnopened: (side: Side) => void
}

export const tieFace = ({ config, clock, model, facts, ledger, supervisor, onUnopened }: Deps) => {
  const face = openFaceLink({
    clock,
    send: (message) => supervisor.send('face', message),
    drain: (limitMs) => supervisor.drain('face', limitMs),
    isUp: () => supervisor.isUp('face'),
    kill: () => supervisor.replace('face', 'SIGKILL'),
    renew: () => supervisor.replace('face', 'SIGTERM'),
  })
  const gallery = keepGallery(config.gate, facts, face)
  const faceRisk = openFaceRisk((message) => supervisor.isUp('face') && supervisor.send('face', message))
  const { lend } = gallery
  const boundFaces = keepBoundFaces({ config, facts, ledger, send: supervisor.send, lend, onUnopened })
  const calibration = openCalibration({ model, facts, ledger, face: faceRisk, gallery })
  const debt = keepCalibrated({ clock, model, facts, face, calibration })
  const faceStop = openFaceStop({ facts, ledger, face })
  const handover = keepHandover({ gate: config.gate, facts, ledger })
  const hours = keepLivenessHours({ config, clock, facts, supervisor })
  return {
    parts: { face, enrolments: createEnrolments(face), gallery, boundFaces, faceRisk, calibration, faceStop, handover },
    come: (): void => {
      face.greet()
      faceStop.tellFace()
      hours.tellFace()
      calibration.tellFace()
      gallery.reload()
    },
    lose: (): void => {
      face.lose()
      faceRisk.lose()
      boundFaces.lose()
    },
    stop: (): void => {
      handover.stop()
      hours.stop()
      debt.stop()
    },
  }
}
