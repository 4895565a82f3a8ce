// `face enrol`: from a consent that the resident has just confirmed himself to sealed templates in the store, or to nothing at all.
// The store refuses everything unlawful by itself; asking first gives a clear answer before anybody stands in front of a camera.

import * as v from 'valibot'
import { offers } from '../../config/mounted.ts'
import { hashNotice } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import { failed, type Path, type Result, sides, type WallMs } from '../../config/words.ts'
import type { SealedTemplate } from '../../drivers/protocol.ts'
import type { Daemon } from '../daemon.ts'
import { makeId } from '../store/ids.ts'
import type { ResidentPage } from '../store/reads.ts'
import { byOffice, commandFor, residentId } from './command.ts'

/** From `1#` at the keypad to the camera: the person who confirmed is the person who stands there. */
export const CONFIRMED_LIMIT_MS = 600_000
const ENROL_LIMIT_MS = 90_000

/** A side that offers him face and that he cannot pass by what else he holds. */
const missesOtherWay = (config: Config, page: ResidentPage): boolean => {
  const held: Readonly<Record<Path, boolean>> = { card: page.card > 0, keypad: page.pin > 0, face: false }
  return sides.some((side) => {
    const offered = config.sides[side]
    if (offered?.face === undefined) return false
    const passable = (path: Path): boolean => held[path] && offers(offered, path)
    return offered.twoFactor
      ? !offered.twoFactor.some(([one, other]) => passable(one) && passable(other))
      : !passable('card') && !passable('keypad')
  })
}

/** `check` judged how many a door turns away by the faces that were planned: beyond them nobody has judged it. A new face in an old one's
 * place is no more. */
const isBeyondPlan = ({ config, facts }: Daemon, page: ResidentPage): boolean =>
  page.face === 0 && facts.countActive().face >= config.face.plannedFaces

const findObstacle = (daemon: Daemon, page: ResidentPage, now: WallMs): string | undefined => {
  const { config, model, faceStop } = daemon
  if (model === 'none') return 'model_missing'
  if (faceStop.isStopped()) return 'face_stopped'
  const consent = page.consents.find(({ endedAt, expiresAt }) => endedAt === null && expiresAt > now)
  if (!consent) return 'consent_missing'
  if (consent.confirmedAt === null) return 'consent_unconfirmed'
  if (consent.noticeHash !== hashNotice(config) || consent.model !== model) return 'consent_stale'
  if (Math.abs(now - consent.confirmedAt) > CONFIRMED_LIMIT_MS) return 'confirmation_old'
  if (missesOtherWay(config, page)) return 'other_way_missing'
  return isBeyondPlan(daemon, page) ? 'faces_beyond_plan' : undefined
}

const unpack = ({ sealed, wrappedKey }: SealedTemplate) => ({
  sealed: Buffer.from(sealed, 'base64'),
  wrappedKey: Buffer.from(wrappedKey, 'base64'),
})

export const faceEnrol = commandFor('office')(
  v.strictObject({ resident: residentId, side: v.optional(v.picklist(sides), 'entry') }),
  async (daemon, { resident, side }, { tell, onLeave }): Promise<Result<unknown>> => {
    if (daemon.config.sides[side]?.face === undefined) return failed('no_camera', side)
    const page = daemon.facts.showResident(resident)
    if (!page) return failed('resident_unknown', resident)
    const obstacle = findObstacle(daemon, page, daemon.clock.wall())
    if (obstacle !== undefined) return failed(obstacle)
    const credentialId = makeId('c')
    tell({ hint: 'stand_here' })
    const order = { credential: credentialId, side, forMs: ENROL_LIMIT_MS }
    const enrolled = await daemon.enrolments.take(resident, order, (hint) => tell({ hint }), onLeave)
    if ('failed' in enrolled) return failed(enrolled.failed)
    const [first] = enrolled
    if (!first) return failed('no_good_frame')
    const face = { residentId: resident, credentialId, model: first.model, templates: enrolled.map(unpack) }
    const written = await daemon.ledger.write('addTemplates', face, byOffice())
    await daemon.gallery.sync()
    // Whoever resembles the new face is known at once. What fails is owed (calibration-debt.ts).
    if (written.ok) await daemon.calibration.renew(byOffice())
    return written
  },
)
