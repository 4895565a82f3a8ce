// Consent to face on the office's side: records what was signed, shows it, ends it. It counts only once the resident himself has
// confirmed it at the keypad; that step is nobody's command. Called by the control socket.

import * as v from 'valibot'
import { hashNotice } from '../../config/notice.ts'
import { done, failed, languages, type WallMs } from '../../config/words.ts'
import { dateChange } from '../core/clock.ts'
import { isDay } from '../core/day.ts'
import type { Daemon } from '../daemon.ts'
import { spellForm } from '../store/forms.ts'
import type { ConsentState } from '../store/proof-reads.ts'
import type { ConsentLine } from '../store/reads.ts'
import { byOffice, commandFor, residentArgs, residentId } from './command.ts'
import { endFaces } from './end-faces.ts'

/** The same day, so many months on; the last of a shorter month. */
const addMonths = (at: WallMs, months: number): WallMs => {
  const day = new Date(at)
  const month = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months + 1, 0))
  const last = Math.min(day.getUTCDate(), month.getUTCDate())
  return (Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), last) + (at % 86_400_000)) as WallMs
}

export const consentRecord = commandFor('office')(
  v.strictObject({
    resident: residentId,
    form: v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.transform(spellForm)),
    witness: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
    guardian: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(100))),
    guardianBorn: v.exactOptional(v.pipe(v.string(), v.check(isDay, 'date_unknown'))),
    read: v.exactOptional(v.picklist(languages)),
    months: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(12)), 12),
  }),
  async (daemon, { resident, form, witness, guardian, guardianBorn, read, months }) => {
    const { config, model } = daemon
    if (model === 'none') return failed('model_missing')
    const givenAt = daemon.clock.wall()
    const lasting = Math.min(months, config.retention.templateMonths)
    const consent = {
      residentId: resident,
      gates: [config.gate],
      noticeHash: hashNotice(config),
      model,
      formNumber: form,
      witness,
      language: read ?? config.language,
      givenAt,
      expiresAt: addMonths(givenAt, lasting),
    }
    const given =
      guardian === undefined
        ? { givenBy: 'self' as const }
        : {
            givenBy: 'guardian' as const,
            guardianName: guardian,
            ...(guardianBorn === undefined ? {} : { guardianBorn }),
          }
    const written = await daemon.ledger.write('recordConsent', { ...consent, ...given }, byOffice())
    return written.ok
      ? done({ ...written.value, expiresAt: consent.expiresAt, noticeHash: consent.noticeHash })
      : written
  },
)

export const consentShow = commandFor('office')(residentArgs, async (daemon, { resident }) => {
  const page = daemon.facts.showResident(resident)
  if (!page) return failed('resident_unknown', resident)
  const state = daemon.facts.consentState(resident, daemon.config.gate)
  return done({ state, consents: page.consents, receipts: daemon.facts.receiptsOf(resident) } satisfies ShownConsents)
})

/** To one resident, and to the office that asked for him; no list shows a state. */
export type ShownConsents = {
  readonly state: ConsentState
  readonly consents: readonly ConsentLine[]
  readonly receipts: ReturnType<Daemon['facts']['receiptsOf']>
}

/** As many as a page shows; whoever has more begins with these. */
const ENDING_LIMIT = 200
const DAY_MS = 86_400_000

/** Whom to remind, before a face stops by itself: only of those who have said yes, and never at the gate. By the law's clock. */
export const consentEnding = commandFor('office')(
  v.strictObject({ days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(366)), 30) }),
  async ({ facts, clock, config }, { days }) => {
    const by = (dateChange(clock.wall(), facts.lastWall()) + days * DAY_MS) as WallMs
    return done(facts.listEndingConsents(config.gate, by, ENDING_LIMIT))
  },
)

/** Before anybody is asked: refused where the resident has said no. */
export const consentAsk = commandFor('office')(
  v.strictObject({ resident: residentId, by: v.optional(v.picklist(['office', 'resident']), 'office') }),
  (daemon, { resident, by }) => daemon.ledger.write('askConsent', { residentId: resident, askedBy: by }, byOffice()),
)

export const consentRefuse = commandFor('office')(residentArgs, (daemon, { resident }) => {
  daemon.enrolments.stop(resident)
  return daemon.ledger.write('refuseConsent', { residentId: resident }, byOffice())
})

export const consentWithdraw = commandFor('office')(residentArgs, (daemon, { resident }) =>
  endFaces(daemon, resident, () => daemon.ledger.write('withdrawConsent', { residentId: resident }, byOffice())),
)
