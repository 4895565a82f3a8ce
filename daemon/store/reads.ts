// What commands, reports and the face process read: residents, the ledger, sealed templates, counts. Only here does a name
// leave the store, and only to whoever asked for residents. Read handle only. Called by the control socket and main.

import type { MonotonicMs, Path, Side, WallMs } from '../../config/words.ts'
import type { Payload } from './append.ts'
import { type AssessmentReads, prepareAssessmentReads } from './assessment.ts'
import { unboundFace } from './bound-faces.ts'
import { type CalibrationReads, prepareCalibration } from './calibration.ts'
import { type ChainedRow, type ChainHead, type ChainVerdict, chainStart, verifyChain } from './chain.ts'
import { type CodeReads, prepareCodeReads } from './code-reads.ts'
import { unpaddedSealed } from './credentials.ts'
import { type ErasureReads, prepareErasureReads } from './erase.ts'
import { prepareStopReads, type StopReads } from './face-stop.ts'
import type { ReadableStore } from './handles.ts'
import { type HandoverReads, prepareHandoverReads } from './handover.ts'
import { type HouseholdReads, prepareHouseholdReads } from './households.ts'
import { findStanding, type MirroredConfiguration, type Standing } from './mirror.ts'
import { type ProofReads, prepareProofReads } from './proof-reads.ts'

export type ResidentLine = {
  readonly id: string
  readonly name: string
  readonly room: string
  readonly suspended: boolean
  /** Active credentials by kind. */
  readonly card: number
  readonly pin: number
  readonly face: number
}

/** Where a resident stands in the list. */
export type ResidentPlace = Pick<ResidentLine, 'room' | 'name' | 'id'>

export type HouseholdLine = { readonly id: string; readonly room: string; readonly residents: number }

export type CredentialLine = {
  readonly id: string
  readonly kind: string
  readonly createdAt: WallMs
  readonly notBefore: WallMs | null
  readonly expiresAt: WallMs | null
  readonly revokedAt: WallMs | null
  readonly revokedBecause: string | null
  /** The typed number of a code, which is no secret; null for everything else. */
  readonly number: string | null
  /** Of a face: the card without which it never opens; null where it is searched among others, and for everything else. */
  readonly boundTo: string | null
}

export type ConsentLine = {
  readonly id: string
  readonly gates: string
  readonly noticeHash: string
  readonly model: string
  readonly givenBy: string
  readonly formNumber: string
  readonly givenAt: WallMs
  readonly expiresAt: WallMs
  readonly confirmedAt: WallMs | null
  readonly endedAt: WallMs | null
  readonly endedBecause: string | null
  readonly templates: number
}

export type ResidentPage = ResidentLine & {
  readonly householdId: string
  readonly credentials: readonly CredentialLine[]
  readonly consents: readonly ConsentLine[]
  readonly rights: readonly { readonly gate: string; readonly scheduleId: string }[]
}

export type LedgerLine = {
  readonly seq: number
  readonly wall: WallMs
  readonly monotonic: MonotonicMs
  readonly boot: string
  readonly kind: string
  readonly flags: '' | 'journaled'
  /** Absent once purged. */
  readonly payload?: Payload
}

/** Sealed for the face process; main cannot open it. */
export type TemplateBlobs = { readonly sealed: Uint8Array; readonly wrappedKey: Uint8Array }

export type OfferedSide = {
  readonly side: Side
  readonly paths: readonly Path[]
  readonly twoFactor: readonly (readonly [Path, Path])[]
}

export type CounterRow = {
  readonly hour: WallMs
  readonly side: Side
  readonly path: Path
  readonly what: string
  readonly count: number
}

export type Reads = CalibrationReads &
  ProofReads &
  ErasureReads &
  HandoverReads &
  StopReads &
  CodeReads &
  HouseholdReads &
  AssessmentReads & {
    /** Up to `limit` by room, those after the room `after`. Whoever lists all of them lets the gate work between the pages. */
    readonly listHouseholds: (after: string, limit: number) => readonly HouseholdLine[]
    readonly findHousehold: (room: string) => string | undefined
    /** Up to `limit` by room and name, those after the last line of the page before. */
    readonly listResidents: (after: ResidentPlace | undefined, limit: number) => readonly ResidentLine[]
    readonly showResident: (residentId: string) => ResidentPage | undefined
    /** Up to `limit` events after `after`, oldest first. */
    readonly readLedger: (after: number, limit: number) => readonly LedgerLine[]
    /** The last events, oldest first: a few, in one piece. */
    readonly tailLedger: (limit: number) => readonly LedgerLine[]
    /** Up to `limit` rows after `after`; a long ledger is verified slice by slice, so that the gate goes on meanwhile. */
    readonly verifySlice: (after: ChainHead, limit: number) => ChainVerdict & { readonly rows: number }
    readonly ledgerHead: () => ChainHead
    /** Up to `limit` face credentials that may be searched now, in the order of their ids, those after `after`. Never one that is bound. */
    readonly listMatchable: (gate: string, after: string, limit: number) => readonly string[]
    /** When the last of the consents ran out that have run out and are not ended yet; 0: there is none. */
    readonly lastExpired: () => number
    /** None where this credential may not be matched now. */
    readonly readTemplates: (gate: string, credentialId: string) => readonly TemplateBlobs[]
    readonly readCounters: (from: WallMs, to: WallMs) => readonly CounterRow[]
    readonly countActive: () => Readonly<Record<'card' | 'pin' | 'face' | 'pass', number>>
    /** Nothing unless exactly this configuration is the effective one. */
    readonly findStanding: (wanted: MirroredConfiguration) => Standing | undefined
    /** P1 at start: the sides of a configuration that offer face while nobody holds what any other path there wants. */
    readonly findFaceAlone: (sides: readonly OfferedSide[]) => readonly Side[]
  }

const residentLines = `
  SELECT r.id, r.name, h.room, r.household_id AS householdId,
    r.suspension_reason IS NOT NULL AND (r.suspended_until IS NULL OR r.suspended_until > (SELECT at FROM store_now)) AS suspended,
    (SELECT count(*) FROM credential_active c WHERE c.resident_id = r.id AND c.kind = 'card') AS card,
    (SELECT count(*) FROM credential_active c WHERE c.resident_id = r.id AND c.kind = 'pin') AS pin,
    (SELECT count(*) FROM credential_active c WHERE c.resident_id = r.id AND c.kind = 'face') AS face
  FROM resident r JOIN household h ON h.id = r.household_id`

type ResidentRow = Omit<ResidentLine, 'suspended'> & { readonly householdId: string; readonly suspended: number }

const showLine = (row: ResidentRow): ResidentLine => ({
  id: row.id,
  name: row.name,
  room: row.room,
  suspended: row.suspended === 1,
  card: row.card,
  pin: row.pin,
  face: row.face,
})

const prepareResidents = (store: ReadableStore) => {
  const page = store.prepare<[ResidentPlace & { readonly limit: number }], ResidentRow>(
    `${residentLines} WHERE h.room >= @room AND (h.room, r.name, r.id) > (@room, @name, @id)
     ORDER BY h.room, r.name, r.id LIMIT @limit`,
  )
  const one = store.prepare<[string], ResidentRow>(`${residentLines} WHERE r.id = ?`)
  const credentials = store.prepare<[string], CredentialLine>(
    `SELECT c.id, c.kind, c.created_at AS createdAt, c.not_before AS notBefore, c.expires_at AS expiresAt,
       c.revoked_at AS revokedAt, c.revoked_because AS revokedBecause, pin.number, b.card_id AS boundTo
     FROM credential c LEFT JOIN pin ON pin.credential_id = c.id LEFT JOIN bound_face b ON b.credential_id = c.id WHERE c.resident_id = ? ORDER BY c.created_at`,
  )
  const consents = store.prepare<[string], ConsentLine>(
    `SELECT n.id, (SELECT group_concat(gate, ' ') FROM consent_gate WHERE consent_id = n.id) AS gates,
       n.notice_hash AS noticeHash, n.model, n.given_by AS givenBy, n.form_number AS formNumber, n.given_at AS givenAt,
       n.expires_at AS expiresAt, n.confirmed_at AS confirmedAt, n.ended_at AS endedAt, n.ended_because AS endedBecause,
       (SELECT count(*) FROM template WHERE consent_id = n.id) AS templates
     FROM consent n WHERE n.resident_id = ? ORDER BY n.given_at`,
  )
  const rights = store.prepare<[string], { gate: string; scheduleId: string }>(
    'SELECT gate, schedule_id AS scheduleId FROM entitlement WHERE resident_id = ? ORDER BY gate',
  )
  const households = store.prepare<[string, number], HouseholdLine>(
    `SELECT id, room, (SELECT count(*) FROM resident WHERE household_id = household.id) AS residents
     FROM household WHERE room > ? ORDER BY room LIMIT ?`,
  )
  const household = store.prepare<[string], string>('SELECT id FROM household WHERE room = ?').pluck()
  return {
    listHouseholds: (after: string, limit: number) => households.all(after, limit),
    findHousehold: (room: string) => household.get(room) as string | undefined,
    listResidents: (after: ResidentPlace | undefined, limit: number) => {
      const { room, name, id } = after ?? { room: '', name: '', id: '' }
      return page.all({ room, name, id, limit }).map(showLine)
    },
    showResident: (id: string): ResidentPage | undefined => {
      const row = one.get(id)
      if (row === undefined) return undefined
      const rest = { credentials: credentials.all(id), consents: consents.all(id), rights: rights.all(id) }
      return { ...showLine(row), householdId: row.householdId, ...rest }
    },
  }
}

const showEvent = (row: ChainedRow): LedgerLine => ({
  seq: row.seq,
  wall: row.at_wall as WallMs,
  monotonic: row.at_monotonic as MonotonicMs,
  boot: row.boot,
  kind: row.kind,
  flags: row.flags === 'journaled' ? 'journaled' : '',
  ...(row.payload === null ? {} : { payload: JSON.parse(Buffer.from(row.payload).toString('utf8')) as Payload }),
})

const prepareLedgerReads = (store: ReadableStore) => {
  const tail = store.prepare<[number], ChainedRow>('SELECT * FROM ledger ORDER BY seq DESC LIMIT ?')
  const slice = store.prepare<[number, number], ChainedRow>('SELECT * FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?')
  return {
    readLedger: (after: number, limit: number) => slice.all(after, limit).map(showEvent),
    tailLedger: (limit: number) => tail.all(limit).reverse().map(showEvent),
    verifySlice: (after: ChainHead, limit: number) => {
      const rows = slice.all(after.seq, limit)
      return { ...verifyChain(rows, after), rows: rows.length }
    },
    ledgerHead: (): ChainHead => {
      const row = tail.get(1)
      return row === undefined ? { seq: 0, hash: chainStart } : { seq: row.seq, hash: row.hash }
    },
  }
}

/** A template under a consent that holds here and now: for this notice, this model, this gate. */
const matchable = `
  template t
  JOIN consent_current n ON n.id = t.consent_id
  JOIN consent_gate g ON g.consent_id = n.id AND g.gate = @gate
  JOIN effective e ON e.gate = g.gate AND e.notice_hash = n.notice_hash AND e.model = n.model`

const prepareGallery = (store: ReadableStore) => {
  const ids = store
    .prepare<[{ gate: string; after: string; limit: number }], string>(
      `SELECT c.id FROM credential_active c
       WHERE c.kind = 'face' AND c.id > @after AND ${unboundFace} AND EXISTS (SELECT 1 FROM ${matchable} WHERE t.credential_id = c.id)
       ORDER BY c.id LIMIT @limit`,
    )
    .pluck()
  const blobs = store.prepare<[{ gate: string; credentialId: string }], TemplateBlobs>(
    `SELECT ${unpaddedSealed} AS sealed, t.wrapped_key AS wrappedKey FROM ${matchable}
     WHERE t.credential_id = @credentialId AND EXISTS (SELECT 1 FROM credential_active c WHERE c.id = t.credential_id)
     ORDER BY t.id`,
  )
  const expired = store
    .prepare<[], number | null>(
      'SELECT max(expires_at) FROM consent WHERE ended_at IS NULL AND expires_at <= (SELECT at FROM store_now)',
    )
    .pluck()
  return {
    lastExpired: () => Number(expired.get() ?? 0),
    listMatchable: (gate: string, after: string, limit: number) => ids.all({ gate, after, limit }) as string[],
    readTemplates: (gate: string, credentialId: string) => blobs.all({ gate, credentialId }),
  }
}

const prepareCounts = (store: ReadableStore) => {
  const counters = store.prepare<[number, number], CounterRow>(
    `SELECT hour, side, path, what, count FROM counter
     WHERE hour >= ? AND hour < ? AND what NOT GLOB 'day_*' ORDER BY hour, side, path, what`,
  )
  const active = store.prepare<[], { kind: 'card' | 'pin' | 'face' | 'pass'; n: number }>(
    'SELECT kind, count(*) AS n FROM credential_active GROUP BY kind',
  )
  const countActive = () => {
    const counts = { card: 0, pin: 0, face: 0, pass: 0 }
    for (const row of active.all()) counts[row.kind] = row.n
    return counts
  }
  const findFaceAlone = (sides: readonly OfferedSide[]): readonly Side[] => {
    const { card, pin, face } = countActive()
    if (face === 0) return []
    const held: Readonly<Record<Path, boolean>> = { card: card > 0, keypad: pin > 0, face: false }
    const passable = ({ paths, twoFactor }: OfferedSide): boolean =>
      twoFactor.length === 0 ? paths.some((path) => held[path]) : twoFactor.some(([a, b]) => held[a] && held[b])
    return sides.filter((one) => one.paths.includes('face') && !passable(one)).map((one) => one.side)
  }
  return { readCounters: (from: WallMs, to: WallMs) => counters.all(from, to), countActive, findFaceAlone }
}

export const prepareReads = (store: ReadableStore): Reads => ({
  ...prepareResidents(store),
  ...prepareLedgerReads(store),
  ...prepareGallery(store),
  ...prepareCounts(store),
  ...prepareCalibration(store),
  ...prepareProofReads(store),
  ...prepareErasureReads(store),
  ...prepareHandoverReads(store),
  ...prepareStopReads(store),
  ...prepareCodeReads(store),
  ...prepareHouseholdReads(store),
  ...prepareAssessmentReads(store),
  findStanding: (wanted) => findStanding(store, wanted),
})
