// The decision: an attempt and its facts in, grant or deny with one reason out. Pure: no clock, no disk, no promise, no chance.
// The checks run in the order of `denials`; the first that applies denies. Called by the gate for every attempt.

import type { Path, WallMs } from '../../config/words.ts'
import { isCardTooWeak } from './card-level.ts'
import { isOfPassSide, isPassDay } from './pass.ts'
import { type DenyReason, denyReasons } from './reasons.ts'
import { isWithin } from './schedule.ts'
import type { Attempt, CredentialFacts, Decision, Facts, ProofFacts, Right } from './types.ts'

type Check = (attempt: Attempt, facts: Facts) => boolean

const someProof =
  (holds: (facts: ProofFacts) => boolean): Check =>
  (_, facts) =>
    facts.proofs.some(holds)

const someCredential =
  (holds: (credential: CredentialFacts, facts: Facts) => boolean): Check =>
  (_, facts) =>
    facts.proofs.some((proof) => proof.credential !== undefined && holds(proof.credential, facts))

const flawed =
  (flaw: string): Check =>
  (attempt) =>
    attempt.proofs.some((proof) => proof.flaw === flaw)

const isDated = ({ kind, notBefore, expiresAt, afterFirst }: Right): boolean =>
  kind !== 'always' || notBefore !== undefined || expiresAt !== undefined || afterFirst !== undefined

/** One that has not begun or has ended is no right. An undated one needs no clock. */
const isInForce = ({ notBefore, expiresAt }: Right, wall: WallMs): boolean =>
  (notBefore === undefined || wall >= notBefore) && (expiresAt === undefined || wall < expiresAt)

const isNow = (right: Right, { wall, timeZone, calendar }: Facts): boolean =>
  isInForce(right, wall) && isWithin(right, wall, timeZone, calendar)

/** Each proof must be of somebody whom the office named. */
const isExcepted = (facts: Facts): boolean =>
  facts.proofs.every(({ credential }) => credential?.passesLockdown === true)

/** A date decides about this credential: its own validity, its consent's end, or a right that has hours. */
const needsClock = (credential: CredentialFacts): boolean =>
  credential.notBefore !== undefined ||
  credential.expiresAt !== undefined ||
  credential.kind === 'face' ||
  (credential.rights.length > 0 && credential.rights.every(isDated))

/** A twin's face proves a twin. With a card or code beside it, it is as good as anybody's; and a card or code needs no face. */
const isLookAlikeAlone: Check = (attempt, facts) =>
  attempt.proofs.every(({ path }) => path === 'face') &&
  facts.proofs.some(({ credential }) => credential?.lookAlike === true)

/** A bound face is the second proof of its own card, and never a first or of another. */
const isBoundWithoutCard: Check = (_, { proofs }) =>
  proofs.some(
    ({ credential: { boundTo } = {} }) =>
      boundTo !== undefined && !proofs.some(({ path, credential }) => path === 'card' && credential?.id === boundTo),
  )

/** One that is for the other side has no right on this one. */
const isPassElsewhere: Check = ({ side }, { proofs }) =>
  proofs.some(({ credential }) => credential !== undefined && !isOfPassSide(credential, side))

const hasNoRight = someCredential((credential, { wall }) => !credential.rights.some((right) => isInForce(right, wall)))

const isPair = (pair: readonly [Path, Path], offered: readonly Path[]): boolean =>
  offered.includes(pair[0]) && offered.includes(pair[1])

const isPass = (credential: CredentialFacts | undefined): boolean => credential?.kind === 'pass'

/** A visitor is not his host: a pass beside his host's card is two people's, and no pair. */
const whoShows = ({ credential }: ProofFacts): string | undefined =>
  isPass(credential) ? credential?.id : credential?.residentId

const isPairMissing: Check = ({ proofs }, { twoFactor }) => {
  const shown = proofs.map(({ path }) => path)
  return twoFactor.length > 0 && !twoFactor.some((pair) => isPair(pair, shown))
}

const checks: Readonly<Record<DenyReason, Check>> = {
  controller_fault: (_, facts) => facts.controllerFault,
  lockdown: (_, facts) => facts.mode === 'lockdown' && !isExcepted(facts),
  held_off: (_, facts) => facts.heldOff === true,
  path_paused: someProof((proof) => proof.pathPaused || proof.credential?.otherWayLost === true),
  reading_invalid: flawed('reading_invalid'),
  random_identifier: flawed('random_identifier'),
  credential_unknown: someProof((proof) => proof.credential === undefined),
  credential_revoked: someCredential((credential) => credential.revoked),
  clock_untrusted: someCredential((credential, facts) => !facts.clockTrusted && needsClock(credential)),
  credential_not_yet_valid: someCredential(({ notBefore }, facts) => notBefore !== undefined && facts.wall < notBefore),
  credential_expired: someCredential(({ expiresAt }, facts) => expiresAt !== undefined && facts.wall >= expiresAt),
  credential_used_up: someCredential(({ usesLeft }) => usesLeft !== undefined && usesLeft <= 0),
  credential_locked_out: someCredential((credential) => credential.lockedOut),
  resident_suspended: someCredential((credential) => credential.residentSuspended),
  card_proof_too_weak: isCardTooWeak,
  consent_missing: someCredential(({ consent }) => consent === 'missing'),
  consent_stale: someCredential(({ consent }) => consent === 'stale'),
  face_not_live: flawed('face_not_live'),
  face_uncertain: flawed('face_uncertain'),
  second_factor_missing: (attempt, facts) =>
    isPairMissing(attempt, facts) || isLookAlikeAlone(attempt, facts) || isBoundWithoutCard(attempt, facts),
  pin_wrong: someProof((proof) => proof.path === 'keypad' && proof.codeRight !== true),
  factors_disagree: (_, facts) => new Set(facts.proofs.map(whoShows)).size > 1,
  no_right: (attempt, facts) => hasNoRight(attempt, facts) || isPassElsewhere(attempt, facts),
  outside_schedule: someCredential(
    (credential, facts) =>
      !credential.rights.some((right) => isNow(right, facts)) || !isPassDay(credential, facts.wall, facts.timeZone),
  ),
  first_person_missing: someCredential(
    (credential, facts) => !credential.rights.some((right) => right.firstPersonMissing !== true && isNow(right, facts)),
  ),
  passback: someCredential(({ repeatsSide }, { passback }) => passback !== undefined && repeatsSide === true),
}

/**
 * What still denies on the exit side (leaving is never denied): only that nobody known stands there, that a code is being guessed, or
 * that a face may not be used at all. Everything else is noted.
 */
const enforcedOnExit: ReadonlySet<DenyReason> = new Set<DenyReason>([
  'path_paused',
  'reading_invalid',
  'random_identifier',
  'credential_unknown',
  'credential_revoked',
  // A guesser on the exit side would learn the code for the entry; the button is always there.
  'credential_locked_out',
  'consent_missing',
  'consent_stale',
  'face_not_live',
  'face_uncertain',
  'pin_wrong',
])

/** The resident whom all known proofs name; absent when none or several. A pass names whose visitor it is, and not who came. */
const soleResident = (facts: Facts): string | undefined => {
  const own = facts.proofs.flatMap(({ credential }) => (credential && !isPass(credential) ? [credential] : []))
  const ids = new Set(own.map((credential) => credential.residentId))
  const [first] = ids
  return ids.size === 1 ? first : undefined
}

export const decide = (attempt: Attempt, facts: Facts): Decision => {
  const residentId = soleResident(facts)
  const about = {
    credentialIds: facts.proofs.flatMap((proof) => (proof.credential ? [proof.credential.id] : [])),
    ...(residentId === undefined ? {} : { residentId }),
    ...(facts.proofs.some(({ credential }) => isPass(credential)) ? { visitor: true as const } : {}),
  }
  const leaving = attempt.side === 'exit'
  const standsOpen = facts.mode === 'open' || facts.mode === 'evacuation'
  const isSoft = facts.passback === 'soft'
  const notes: DenyReason[] = []
  for (const reason of denyReasons) {
    if (!checks[reason](attempt, facts)) continue
    const noted = standsOpen || (leaving && !enforcedOnExit.has(reason)) || (reason === 'passback' && isSoft)
    if (noted) notes.push(reason)
    else return { outcome: 'deny', reason, notes, ...about }
  }
  const reason = standsOpen ? 'open_mode' : leaving ? 'exit' : 'right'
  return { outcome: 'grant', reason, notes, ...about }
}
