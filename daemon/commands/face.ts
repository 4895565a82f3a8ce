// `face enrol`: from a consent that the resident has just confirmed himself to sealed templates in the store, or to nothing at all. With
// `--on-card` they open only with the secret on that card of his, which he taps first.
// The store refuses everything unlawful by itself; asking first gives a clear answer before anybody stands in front of a camera.

import * as v from 'valibot'
import { offers } from '../../config/mounted.ts'
import { hashNotice } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import {
  done,
  failed,
  type Path,
  type Result,
  reveal,
  type Secret,
  type Side,
  sides,
  type WallMs,
} from '../../config/words.ts'
import type { SealedTemplate } from '../../drivers/protocol.ts'
import type { Conversation } from '../control.ts'
import type { Daemon } from '../daemon.ts'
import { makeId } from '../store/ids.ts'
import type { ResidentPage } from '../store/reads.ts'
import { byOffice, commandFor, credentialId, residentId } from './command.ts'

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

type Card = { readonly cardId: string; readonly secret: Secret<Buffer> }

const whyNot = (daemon: Daemon, resident: string): string | undefined => {
  const page = daemon.facts.showResident(resident)
  return page ? findObstacle(daemon, page, daemon.clock.wall()) : 'resident_unknown'
}

/** The secret of his own card. What he agreed to may have ended while he looked for it. */
const awaitCard = async (
  daemon: Daemon,
  { resident, side }: { readonly resident: string; readonly side: Side },
  onCard: string,
  { tell, onLeave }: Conversation,
): Promise<Result<Card>> => {
  if (!daemon.facts.isBindable(onCard, resident)) return failed('bound_card_unfit', onCard)
  tell({ hint: 'tap_own_card' })
  const secret = await daemon.boundFaces.awaitSecret(side, onCard, onLeave)
  if (!secret.ok) return secret
  const obstacle = whyNot(daemon, resident)
  if (obstacle === undefined) return done({ cardId: onCard, secret: secret.value })
  reveal(secret.value).fill(0)
  return failed(obstacle)
}

export const faceEnrol = commandFor('office')(
  v.strictObject({
    resident: residentId,
    side: v.optional(v.picklist(sides), 'entry'),
    onCard: v.exactOptional(credentialId),
  }),
  async (daemon, args, conversation): Promise<Result<unknown>> => {
    const { resident, side, onCard } = args
    const { tell, onLeave } = conversation
    if (daemon.config.sides[side]?.face === undefined) return failed('no_camera', side)
    const obstacle = whyNot(daemon, resident)
    if (obstacle !== undefined) return failed(obstacle)
    const card = onCard === undefined ? undefined : await awaitCard(daemon, args, onCard, conversation)
    if (card?.ok === false) return card
    const credential = makeId('c')
    tell({ hint: 'stand_here' })
    const { cardId: boundTo, secret: cardSecret } = card?.value ?? {}
    const order = { credential, side, forMs: ENROL_LIMIT_MS, ...(cardSecret ? { cardSecret } : {}) }
    const enrolling = daemon.enrolments.take(resident, order, (hint) => tell({ hint }), onLeave)
    if (cardSecret) reveal(cardSecret).fill(0)
    const enrolled = await enrolling
    if ('failed' in enrolled) return failed(enrolled.failed)
    const [first] = enrolled
    if (!first) return failed('no_good_frame')
    const face = {
      ...{ residentId: resident, credentialId: credential, model: first.model, templates: enrolled.map(unpack) },
      ...(boundTo === undefined ? {} : { boundTo }),
    }
    const written = await daemon.ledger.write('addTemplates', face, byOffice())
    await daemon.gallery.sync()
    daemon.boundFaces.tellCards()
    // A face that is compared with nobody has no look-alikes. Whoever resembles the new face is known at once. What fails is owed (calibration-debt.ts).
    if (written.ok && boundTo === undefined) await daemon.calibration.renew(byOffice())
    return written
  },
)
