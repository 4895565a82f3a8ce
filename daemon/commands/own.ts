// A resident's own view: all that is held on him, to read or to take along, and why he was not let in. Each look is itself recorded.
// Nothing of anybody else, no secret of a credential. Called by the control socket, at the office, with the resident beside it.

import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { done, failed, type Result } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'
import type { RequestLine } from '../store/proof-reads.ts'
import type { ResidentPage } from '../store/reads.ts'
import type { OwnAttempt, OwnConsent, OwnPlace, OwnRow } from '../store/resident-reads.ts'
import { byOffice, commandFor, PAGE_LINES, residentArgs, residentId } from './command.ts'

/** Of one person; more than anybody passes a gate while events are named. */
const ATTEMPTS_LIMIT = 5000
const WHY_LIMIT = 1000

export type OwnFile = {
  readonly format: 'evengate-resident-1'
  readonly gate: string
  readonly operator: { readonly name: string; readonly contact: string }
  readonly resident: Pick<ResidentPage, 'id' | 'name' | 'room' | 'householdId' | 'suspended'> & OwnRow
  readonly rights: ResidentPage['rights']
  readonly credentials: ResidentPage['credentials']
  readonly consents: readonly (ResidentPage['consents'][number] & OwnConsent)[]
  readonly requests: readonly RequestLine[]
  readonly places: readonly OwnPlace[]
  /** Newest first, as long as events are named. */
  readonly attempts: readonly OwnAttempt[]
  readonly kept: Daemon['config']['retention']
}

/** Newest first, page by page with the gate's own work in between. */
const findAttempts = async (
  { facts }: Daemon,
  resident: string,
  limit: number,
  fits: (attempt: OwnAttempt) => boolean = () => true,
): Promise<readonly OwnAttempt[]> => {
  const found: OwnAttempt[] = []
  let before: number | undefined = Number.MAX_SAFE_INTEGER
  while (before !== undefined && found.length < limit) {
    const page = facts.readOwnAttempts(resident, before, PAGE_LINES)
    found.push(...page.attempts.filter(fits))
    before = page.before
    await setImmediate()
  }
  return found.slice(0, limit)
}

const noteLook = ({ ledger }: Daemon, resident: string, what: string) =>
  ledger.record({ kind: 'resident_read', payload: { residentId: resident, what, by: byOffice() } })

const readFile = async (daemon: Daemon, resident: string): Promise<Result<OwnFile>> => {
  const { config, facts } = daemon
  const page = facts.showResident(resident)
  const row = facts.readOwnRow(resident)
  if (!page || !row) return failed('resident_unknown', resident)
  const { id, name, room, householdId, suspended, rights, credentials, consents } = page
  const { name: operator, contact } = config.operator
  return done({
    format: 'evengate-resident-1',
    gate: config.gate,
    operator: { name: operator, contact },
    resident: { id, name, room, householdId, suspended, ...row },
    ...{ rights, credentials },
    consents: consents.flatMap((consent) => {
      const own = facts.readOwnConsents(resident).find((one) => one.id === consent.id)
      return own ? [{ ...consent, ...own }] : []
    }),
    requests: facts.readOwnRequests(resident),
    places: facts.readOwnPlaces(resident),
    attempts: await findAttempts(daemon, resident, ATTEMPTS_LIMIT),
    kept: config.retention,
  })
}

export const residentExport = commandFor('office')(residentArgs, async (daemon, { resident }) => {
  const file = await readFile(daemon, resident)
  if (file.ok) await noteLook(daemon, resident, 'export')
  return file
})

export const residentWhy = commandFor('office')(
  v.strictObject({
    resident: residentId,
    count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(WHY_LIMIT)), 20),
  }),
  async (daemon, { resident, count }) => {
    if (!daemon.facts.showResident(resident)) return failed('resident_unknown', resident)
    const denied = await findAttempts(daemon, resident, count, ({ outcome }) => outcome === 'deny')
    await noteLook(daemon, resident, 'why')
    return done(denied)
  },
)

/** `resident show`, with all there is when asked for. */
export const residentShow = commandFor('office')(
  v.strictObject({ resident: residentId, all: v.optional(v.boolean(), false) }),
  async (daemon, { resident, all }): Promise<Result<unknown>> => {
    const page = daemon.facts.showResident(resident)
    if (!page) return failed('resident_unknown', resident)
    if (!all) return done(page)
    const file = await readFile(daemon, resident)
    if (file.ok) await noteLook(daemon, resident, 'show')
    return file
  },
)
