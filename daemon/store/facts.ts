// Everything that one decision needs from the store, in one read transaction on main's own read handle. Reads, never judges:
// `decide` does that. Never waits for the writer. Called by the gate for each attempt; commands' reads are in reads.ts.

import { timingSafeEqual } from 'node:crypto'
import {
  done,
  type Mode,
  type MonotonicMs,
  type Path,
  type Result,
  type Side,
  type WallMs,
} from '../../config/words.ts'
import { countWrong, isLockedOut, type Tries } from '../core/limits.ts'
import { arePairsAsked, type Rules } from '../core/rules.ts'
import type { CredentialFacts, Facts, ProofFacts } from '../core/types.ts'
import { type BoundFaceReads, prepareBoundFaces } from './bound-faces.ts'
import { type DeskReads, prepareDeskReads } from './desk.ts'
import { readTries, type TriesRow } from './effects.ts'
import { type EqualityReads, prepareEqualityReads } from './equality-reads.ts'
import { explainDisk, type ReadableStore } from './handles.ts'
import { type IssuedCardReads, prepareIssuedCards, readCardKey } from './issued-cards.ts'
import { type CardToken, type Lookups, prepareLookups } from './lookups.ts'
import { explainOpening, type OpenCode, openReader, type StorePlace } from './open.ts'
import { type HeldPath, isOtherWayLost, readWays } from './other-way.ts'
import { readPassFacts } from './pass-facts.ts'
import { type PassReads, preparePassReads } from './passes.ts'
import type { PendingEffects } from './queue.ts'
import { prepareReads, type Reads } from './reads.ts'
import { prepareResidentReads, type ResidentReads } from './resident-reads.ts'
import { prepareRosterReads, type RosterReads } from './roster.ts'
import { readRights, readRuleFacts } from './rule-facts.ts'
import { prepareRuleReads, type RuleReads } from './rule-reads.ts'
import { prepareSiteCards, type SiteCardReads } from './site-cards.ts'
import { type CredentialRow, prepareStatements, type Statements } from './statements.ts'

/** One proof, its secret part already exchanged for a look-up (lookups.ts). `held`: of the dry run, a credential taken as rightly shown. */
export type ProofQuery =
  | { readonly path: 'card'; readonly token?: CardToken; readonly held?: string }
  | {
      readonly path: 'keypad'
      readonly number?: string
      readonly codeHash?: Uint8Array
      readonly held?: string
      /** Of a pass held before the camera: its 128 bits stand for number and code. */
      readonly token?: CardToken
    }
  | { readonly path: 'face'; readonly credentialId?: string }

export type FactsQuery = {
  readonly gate: string
  readonly side: Side
  readonly wall: WallMs
  readonly monotonic: MonotonicMs
  readonly clockTrusted: boolean
  readonly timeZone: string
  readonly mode: Mode
  readonly controllerFault: boolean
  /** A proof that carries a flaw has nothing to look up. */
  readonly proofs: readonly ProofQuery[]
  /** Days for which face goes on after the last other credential is gone. */
  readonly graceDays: number
  /** Absent: no schedule but the store's, no calendar, no anti-passback. */
  readonly rules?: Rules
}

export type FactsReader = Lookups &
  Reads &
  EqualityReads &
  ResidentReads &
  RuleReads &
  PassReads &
  SiteCardReads &
  IssuedCardReads &
  RosterReads &
  BoundFaceReads &
  DeskReads & {
    /** A store that cannot be read is `controllerFault` with nobody known, never an exception. */
    readonly readFacts: (query: FactsQuery) => Facts
    /** The latest time that the ledger vouches for (core/clock.ts): a clock behind it is wrong. */
    readonly lastWall: () => WallMs
    /** To be called after every write: reads the latest facts once more when the line has gone on. */
    readonly warmSoon: () => void
    readonly close: () => void
  }

export type FactsSettings = StorePlace & {
  readonly boot: string
  /** What the ledger has promised but not yet written (ledger.ts); absent in a process without a ledger. */
  readonly pending?: (credentialId: string) => PendingEffects
}

type Reading = {
  readonly st: Statements
  readonly query: FactsQuery
  /** The later of the wall clock and the latest time of the ledger. */
  readonly now: number
  readonly settings: FactsSettings
}

/** SQLite drops a reader's whole page cache when anybody has written, and reading it back costs a quarter of a millisecond. So it is
 * read back after the write, when nobody waits, and not at the next tap; late enough to be out of the line's way. */
const WARM_AFTER_MS = 5

const noPending: PendingEffects = { wrongAt: [], uses: 0 }

const readLockout = ({ st, query, settings }: Reading, id: string, pending: PendingEffects): boolean => {
  const row: TriesRow | undefined = st.tries.get(id)
  let tries: Tries | undefined = row === undefined ? undefined : readTries(row)
  for (const at of pending.wrongAt) tries = countWrong(tries, at, settings.boot)
  return isLockedOut(tries, query.monotonic, settings.boot)
}

const readConsent = ({ st, query, now }: Reading, row: CredentialRow): 'current' | 'missing' | 'stale' => {
  const consent = st.consent.get(row.id)
  if (consent === undefined || consent.confirmed_at === null || consent.ended_at !== null) return 'missing'
  if (consent.expires_at <= now) return 'missing'
  const effective = st.effective.get(query.gate)
  const same = consent.notice_hash === effective?.notice_hash && consent.model === effective.model
  return same && st.consentGate.get(consent.id, query.gate) !== undefined ? 'current' : 'stale'
}

const readHeldPaths = ({ st, now }: Reading, residentId: string): HeldPath[] =>
  st.otherCredentials.all(residentId).flatMap((row) => {
    const from = Math.max(row.created_at, row.not_before ?? 0)
    const end = Math.min(row.revoked_at ?? Number.POSITIVE_INFINITY, row.expires_at ?? Number.POSITIVE_INFINITY)
    // What was revoked is not held, whatever the clock of that day said.
    const isHeld = row.revoked_at === null && end > now
    if (isHeld && (row.not_before ?? 0) > now) return []
    return [{ path: row.path, from, until: isHeld ? Number.POSITIVE_INFINITY : end }]
  })

const readOtherWayLost = (reading: Reading, residentId: string): boolean => {
  const { st, query, now } = reading
  const paths = st.sidePaths.all(query.gate, query.side).map((row) => row.path)
  const past = st.sidePast.all(query.gate, query.side).map(({ until, ways }) => ({ until, ...readWays(ways) }))
  const side = { ways: { paths, twoFactor: readTwoFactor(st, query) }, past }
  return isOtherWayLost(readHeldPaths(reading, residentId), side, now, query.graceDays)
}

const readTwoFactor = (st: Statements, query: FactsQuery): [Path, Path][] =>
  st.twoFactor.all(query.gate, query.side).map((row): [Path, Path] => [row.path_a, row.path_b])

/** A second factor is asked of whoever has one: nobody is locked out by losing a card (P2), for as long as his face then goes on. */
const readLookAlike = (reading: Reading, { id, resident_id }: CredentialRow): boolean =>
  reading.st.lookAlike.get(id, id) !== undefined &&
  readHeldPaths(reading, resident_id).some(({ until }) => until === Number.POSITIVE_INFINITY)

const readCredential = (reading: Reading, row: CredentialRow): CredentialFacts => {
  const pending = reading.settings.pending?.(row.id) ?? noPending
  const suspended =
    row.suspension_reason !== null && (row.suspended_until === null || row.suspended_until > reading.now)
  return {
    id: row.id,
    kind: row.kind,
    residentId: row.resident_id,
    revoked: row.revoked_at !== null,
    ...(row.not_before === null ? {} : { notBefore: row.not_before as WallMs }),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at as WallMs }),
    ...(row.uses_left === null ? {} : { usesLeft: Math.max(0, row.uses_left - pending.uses) }),
    lockedOut: readLockout(reading, row.id, pending),
    residentSuspended: suspended,
    rights: readRights(reading.st, reading.query, row.resident_id),
    ...(row.kind === 'pass'
      ? readPassFacts(reading.st, row, pending)
      : readRuleFacts(reading.st, reading.query, row, reading.settings.boot)),
    ...(row.proof ? { cardProof: row.proof } : {}),
    ...readCardKey(row, pending),
    ...(row.kind === 'face'
      ? {
          consent: readConsent(reading, row),
          otherWayLost: readOtherWayLost(reading, row.resident_id),
          lookAlike: readLookAlike(reading, row),
          ...(row.bound_to ? { boundTo: row.bound_to } : {}),
        }
      : {}),
  }
}

const findCard = (st: Statements, token: CardToken | undefined) => {
  for (const { hash } of token ?? []) {
    const row = st.byCard.get(hash)
    if (row !== undefined) return row
  }
  return undefined
}

const unknownHash = Buffer.alloc(32)

/** The neighbour of a number that nobody has: its facts take as long to read as anybody's, and nobody is told them. */
const readStandIn = (reading: Reading, number: string): void => {
  const row = reading.st.standIn.get(number) ?? reading.st.standIn.get('')
  if (row !== undefined) readCredential(reading, row)
}

const readProof = (reading: Reading, proof: ProofQuery): ProofFacts => {
  const { st, query } = reading
  const pathPaused = st.pause.get(query.gate, query.side, proof.path) !== undefined
  const shape = (row: CredentialRow | undefined): ProofFacts => ({
    path: proof.path,
    ...(row === undefined ? {} : { credential: readCredential(reading, row) }),
    pathPaused,
  })
  if (proof.path !== 'face' && proof.held !== undefined) return { ...shape(st.byId.get(proof.held)), codeRight: true }
  if (proof.path === 'card') return shape(findCard(st, proof.token))
  if (proof.path === 'face')
    return shape(proof.credentialId === undefined ? undefined : st.byFace.get(proof.credentialId))
  if (proof.token !== undefined) {
    const held = findCard(st, proof.token)
    return { ...shape(held?.kind === 'pass' ? held : undefined), codeRight: true }
  }
  const row = proof.number === undefined ? undefined : st.byNumber.get(proof.number)
  if (row === undefined) readStandIn(reading, proof.number ?? '')
  const typed = proof.codeHash?.length === unknownHash.length ? proof.codeHash : unknownHash
  // Both always: neither the answer nor its time tells which of them it was, nor whether there are two.
  const isCode = timingSafeEqual(row?.hash ?? unknownHash, typed)
  const isDuress = timingSafeEqual(row?.duress_hash ?? unknownHash, typed) && Boolean(row?.duress_hash)
  const isKnown = row !== undefined && typed !== unknownHash
  return { ...shape(row), codeRight: isKnown && (isCode || isDuress), ...(isKnown && isDuress ? { duress: true } : {}) }
}

const readAll = (st: Statements, settings: FactsSettings, query: FactsQuery): Facts => {
  const now = Math.max(query.wall, st.latestWall.get()?.at ?? 0)
  const reading: Reading = { st, query, now, settings }
  return {
    mode: query.mode,
    wall: query.wall,
    clockTrusted: query.clockTrusted,
    timeZone: query.timeZone,
    controllerFault: query.controllerFault,
    twoFactor: arePairsAsked(query.rules, query.side, query) ? readTwoFactor(st, query) : [],
    ...(query.rules === undefined ? {} : { calendar: query.rules.calendar }),
    ...(query.rules?.passback === undefined ? {} : { passback: query.rules.passback.kind }),
    proofs: query.proofs.map((proof) => readProof(reading, proof)),
  }
}

/** What can be said when the store cannot be read: nobody is known, and the controller is at fault. */
const readNothing = (query: FactsQuery): Facts => ({
  mode: query.mode,
  wall: query.wall,
  clockTrusted: query.clockTrusted,
  timeZone: query.timeZone,
  controllerFault: true,
  twoFactor: [],
  proofs: query.proofs.map(({ path }) => ({ path, pathPaused: false })),
})

/** A query to be kept: without what was typed. */
const withoutCode = (query: FactsQuery): FactsQuery => ({
  ...query,
  proofs: query.proofs.map((proof) =>
    proof.path === 'keypad' && proof.number !== undefined ? { path: 'keypad', number: proof.number } : proof,
  ),
})

const prepareFacts = (store: ReadableStore, settings: FactsSettings): FactsReader => {
  const st = prepareStatements(store)
  const readOnce = store.transaction((query: FactsQuery) => readAll(st, settings, query))
  let warm: FactsQuery | undefined
  let warming: NodeJS.Timeout | undefined
  let closed = false
  const warmUp = (): void => {
    warming = undefined
    if (warm) readFacts(warm)
  }
  const warmSoon = (): void => {
    if (!closed) warming ??= setTimeout(warmUp, WARM_AFTER_MS).unref()
  }
  const readFacts = (query: FactsQuery): Facts => {
    try {
      const facts = readOnce.deferred(query)
      if (facts.proofs.some(({ credential }) => credential !== undefined)) warm = withoutCode(query)
      return facts
    } catch (error) {
      if (explainDisk(error) === undefined) throw error
      return readNothing(query)
    }
  }
  let latest = st.latestWall.get()?.at ?? 0
  const readLastWall = (): WallMs => {
    try {
      latest = st.latestWall.get()?.at ?? 0
    } catch (error) {
      if (explainDisk(error) === undefined) throw error
    }
    return latest as WallMs
  }
  return {
    ...prepareLookups(store),
    ...prepareReads(store),
    ...prepareEqualityReads(store),
    ...prepareResidentReads(store),
    ...prepareRuleReads(store),
    ...preparePassReads(store),
    ...prepareSiteCards(store),
    ...prepareIssuedCards(store),
    ...prepareRosterReads(store),
    ...prepareDeskReads(store),
    ...prepareBoundFaces(store),
    readFacts,
    lastWall: readLastWall,
    warmSoon,
    close: () => {
      closed = true
      clearTimeout(warming)
      store.close()
    },
  }
}

export const openFacts = (settings: FactsSettings): Result<FactsReader, OpenCode> => {
  const opened = openReader(settings)
  if (!opened.ok) return opened
  try {
    return done(prepareFacts(opened.value, settings))
  } catch (error) {
    opened.value.close()
    return explainOpening(error, settings.file)
  }
}
