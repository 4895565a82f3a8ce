// The list of everything an operator or the daemon itself can change in the store, each with the kind of event it leaves.
// An operation's value is ids and counts only, and that value *is* its event: no name, identifier or code can slip in.
// Runs in the writer thread; ledger.ts offers the same list, typed, to main.

import { done, type Result, type WallMs } from '../../config/words.ts'
import { clockAccepted, type Payload } from './append.ts'
import { askConsent, refuseConsent } from './asks.ts'
import { recordAssessment, writeImpactText } from './assessment.ts'
import { keepCalibration } from './calibration.ts'
import { confirmConsent, endExpiredConsents, recordConsent, withdrawConsent } from './consents.ts'
import { addCard, addTemplates, revokeCredential, setPin } from './credentials.ts'
import { putOff } from './desk.ts'
import { changeCode, endDuress, setDuress } from './duress.ts'
import { eraseResident } from './erase.ts'
import { allowFaces, stopFaces } from './face-stop.ts'
import { issueForm } from './forms.ts'
import type { WritableStore } from './handles.ts'
import { beginHandover, finishHandover, handOverConsent } from './handover.ts'
import { closeHousehold, endHousehold, keepHousehold, leaveHousehold, removeMovedOut } from './households.ts'
import { issueCard } from './issued-cards.ts'
import { mirrorConfiguration, pausePath, resumePath } from './mirror.ts'
import { issuePass } from './passes.ts'
import { addRequest, closeRequest } from './requests.ts'
import { addHousehold, addResident, liftSuspension, removeResident, suspendResident } from './residents.ts'
import { purgeExpired } from './retention.ts'
import { acceptRoster, beginRoster, dropRoster, moveRoster, stageRoster } from './roster.ts'
import { changeResident, grantRight, resetPassback, revokeRight, setGateMode } from './rule-writes.ts'
import { makeSiteCardKey, raiseCardProof } from './site-cards.ts'

/** `at` dates the change: the wall clock, or the latest time known where that clock cannot be right. */
export type Operation<Args, Value extends Payload> = (
  store: WritableStore,
  args: Args,
  at: WallMs,
  clockTrusted: boolean,
) => Result<Value>

/** The office says that the clock is right as it stands; the event itself sets the latest time (append.ts). */
const acceptClock = (_store: WritableStore, _args: Record<never, never>): Result<Record<never, never>> => done({})

export const operations = {
  addHousehold: { kind: 'household_added', run: addHousehold },
  leaveHousehold: { kind: 'household_leaves', run: leaveHousehold },
  keepHousehold: { kind: 'household_kept', run: keepHousehold },
  endHousehold: { kind: 'household_ended', run: endHousehold },
  removeMovedOut: { kind: 'resident_removed', run: removeMovedOut },
  closeHousehold: { kind: 'household_closed', run: closeHousehold },
  addResident: { kind: 'resident_added', run: addResident },
  suspendResident: { kind: 'resident_suspended', run: suspendResident },
  liftSuspension: { kind: 'suspension_lifted', run: liftSuspension },
  removeResident: { kind: 'resident_removed', run: removeResident },
  eraseResident: { kind: 'resident_erased', run: eraseResident },
  addCard: { kind: 'card_added', run: addCard },
  setPin: { kind: 'pin_set', run: setPin },
  issuePass: { kind: 'pass_issued', run: issuePass },
  // Of one kind with setPin: a restored backup must not bring the former code back (restore.ts).
  changeCode: { kind: 'pin_set', run: changeCode },
  setDuress: { kind: 'duress_set', run: setDuress },
  endDuress: { kind: 'duress_ended', run: endDuress },
  revokeCredential: { kind: 'credential_revoked', run: revokeCredential },
  recordConsent: { kind: 'consent_recorded', run: recordConsent },
  confirmConsent: { kind: 'consent_confirmed', run: confirmConsent },
  withdrawConsent: { kind: 'consent_withdrawn', run: withdrawConsent },
  askConsent: { kind: 'consent_asked', run: askConsent },
  refuseConsent: { kind: 'consent_refused', run: refuseConsent },
  endExpiredConsents: { kind: 'consents_expired', run: endExpiredConsents },
  addTemplates: { kind: 'templates_added', run: addTemplates },
  keepCalibration: { kind: 'faces_calibrated', run: keepCalibration },
  mirrorConfiguration: { kind: 'configuration_effective', run: mirrorConfiguration },
  pausePath: { kind: 'path_paused', run: pausePath },
  resumePath: { kind: 'path_resumed', run: resumePath },
  stopFaces: { kind: 'faces_stopped', run: stopFaces },
  allowFaces: { kind: 'faces_allowed', run: allowFaces },
  purgeExpired: { kind: 'retention_purged', run: purgeExpired },
  addRequest: { kind: 'request_added', run: addRequest },
  closeRequest: { kind: 'request_closed', run: closeRequest },
  beginHandover: { kind: 'handover_begun', run: beginHandover },
  handOverConsent: { kind: 'consent_handed_over', run: handOverConsent },
  finishHandover: { kind: 'handover_done', run: finishHandover },
  issueForm: { kind: 'form_issued', run: issueForm },
  recordAssessment: { kind: 'impact_assessed', run: recordAssessment },
  writeImpactText: { kind: 'impact_written', run: writeImpactText },
  grantRight: { kind: 'right_granted', run: grantRight },
  revokeRight: { kind: 'right_revoked', run: revokeRight },
  changeResident: { kind: 'resident_changed', run: changeResident },
  setGateMode: { kind: 'mode_set', run: setGateMode },
  resetPassback: { kind: 'passback_reset', run: resetPassback },
  makeSiteCardKey: { kind: 'site_card_key_made', run: makeSiteCardKey },
  issueCard: { kind: 'card_issued', run: issueCard },
  raiseCardProof: { kind: 'card_proof_raised', run: raiseCardProof },
  beginRoster: { kind: 'import_begun', run: beginRoster },
  stageRoster: { kind: 'import_staged', run: stageRoster },
  acceptRoster: { kind: 'import_accepted', run: acceptRoster },
  moveRoster: { kind: 'import_moved', run: moveRoster },
  dropRoster: { kind: 'import_dropped', run: dropRoster },
  putOff: { kind: 'desk_put_off', run: putOff },
  acceptClock: { kind: clockAccepted, run: acceptClock },
} as const

export type Operations = typeof operations
export type OperationName = keyof Operations
export type OperationArgs<Name extends OperationName> = Parameters<Operations[Name]['run']>[1]
export type OperationValue<Name extends OperationName> =
  ReturnType<Operations[Name]['run']> extends Result<infer Value> ? Value : never
