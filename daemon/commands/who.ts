// `who`: the dry run. Who may come in at a time, by what, and why not: the same facts and the same `decide` as on the line, with nothing
// recorded and no door. The time is taken as right; mode, lockouts and anti-passback as they stand now. Called by the control socket.

import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { offers } from '../../config/mounted.ts'
import { done, failed, type Path, paths, type WallMs } from '../../config/words.ts'
import { cardProofAt } from '../card-proof.ts'
import { decide } from '../core/decide.ts'
import { makeRules, type Rules } from '../core/rules.ts'
import { readInstant } from '../core/schedule.ts'
import type { Attempt, Decision, Proof } from '../core/types.ts'
import type { Daemon } from '../daemon.ts'
import type { CredentialLine, ResidentLine } from '../store/reads.ts'
import { commandFor, PAGE_LINES, readPages, residentId } from './command.ts'

export type WhoLine = {
  readonly resident: string
  readonly may: boolean
  /** Paths, two with a plus between. */
  readonly by: readonly string[]
  readonly why: readonly { readonly path: string; readonly reason: string }[]
}

const pathOf = (kind: string): Path | undefined =>
  kind === 'card' ? 'card' : kind === 'pin' ? 'keypad' : kind === 'face' ? 'face' : undefined

type Held = { readonly id: string; readonly path: Path; readonly isBound: boolean }
type Moment = { readonly wall: WallMs; readonly rules: Rules }

const judge = ({ config, facts, clock, mode }: Daemon, { wall, rules }: Moment, held: readonly Held[]): Decision => {
  const { gate, timeZone, face } = config
  const read = facts.readFacts({
    ...{ gate, timeZone, wall, rules, side: 'entry', mode: mode(), clockTrusted: true, controllerFault: false },
    monotonic: clock.monotonic(),
    graceDays: face.otherWayGraceDays,
    proofs: held.map(({ id, path }) => (path === 'face' ? { path, credentialId: id } : { path, held: id })),
  })
  const asked = cardProofAt(config.sides.entry ?? {}, { wall, clockTrusted: true, timeZone })
  const known = { ...read, cardProofAsked: asked }
  // Each card proves what it has proved before.
  const proofs = held.map(({ path }, at): Proof => {
    const { cardProof, cardCounter } = known.proofs[at]?.credential ?? {}
    if (path !== 'card' || cardProof === undefined) return { path }
    // The next message of a card with a counter has a higher one.
    return cardCounter !== undefined && cardProof === 'identifier'
      ? { path, level: 'sdm', counter: cardCounter + 1 }
      : { path, level: cardProof }
  })
  const attempt: Attempt = { gate, side: 'entry', at: clock.monotonic(), proofs }
  return decide(attempt, known)
}

/** Alone, or with each other of his where that is what is missing. */
const tryWays = (daemon: Daemon, moment: Moment, one: Held, all: readonly Held[]) => {
  const alone = judge(daemon, moment, [one])
  if (alone.outcome === 'grant') return { by: one.path }
  // Where one proof is enough nobody waits for a second, and a bound face is none.
  const isPaired = !one.isBound || (daemon.config.sides.entry?.twoFactor ?? []).length > 0
  if (alone.reason === 'second_factor_missing' && isPaired)
    for (const other of all) {
      const isOther = other.path !== one.path
      if (isOther && judge(daemon, moment, [one, other]).outcome === 'grant') return { by: `${one.path}+${other.path}` }
    }
  return { path: one.path, reason: alone.reason }
}

const asHeld = ({ id, kind, revokedAt, boundTo }: CredentialLine): Held[] => {
  const path = pathOf(kind)
  return revokedAt === null && path !== undefined ? [{ id, path, isBound: boundTo !== null }] : []
}

/** What he holds that the entry has a device for. */
export const lookAt = (daemon: Daemon, moment: Moment, resident: string, path: Path | undefined): WhoLine => {
  const { entry } = daemon.config.sides
  const all = (daemon.facts.showResident(resident)?.credentials ?? [])
    .flatMap(asHeld)
    .filter((one) => entry !== undefined && offers(entry, one.path))
  const tried = all
    .filter((one) => path === undefined || one.path === path)
    .map((one) => tryWays(daemon, moment, one, all))
  const by = [...new Set(tried.flatMap((one) => one.by ?? []))]
  const why = tried.flatMap((one) => (one.by === undefined ? [{ path: one.path, reason: one.reason }] : []))
  return { resident, may: by.length > 0, by, why }
}

/** Not the guard’s: why a face does not open tells a yes to face from a no. */
export const who = commandFor('office')(
  v.strictObject({
    at: v.exactOptional(v.string()),
    resident: v.exactOptional(residentId),
    path: v.exactOptional(v.picklist(paths)),
  }),
  async (daemon, { at, resident, path }) => {
    const { config, clock, facts } = daemon
    const wall = at === undefined ? clock.wall() : readInstant(at, config.timeZone)
    if (wall === undefined) return failed('time_unknown')
    const moment = { wall, rules: makeRules(config) }
    if (resident !== undefined)
      return facts.showResident(resident)
        ? done([lookAt(daemon, moment, resident, path)])
        : failed('resident_unknown', resident)
    const residents = await readPages<ResidentLine>((after, limit) => facts.listResidents(after, limit))
    const lines: WhoLine[] = []
    for (const [n, { id }] of residents.entries()) {
      lines.push(lookAt(daemon, moment, id, path))
      if (n % (PAGE_LINES / 5) === 0) await setImmediate()
    }
    return done(lines)
  },
)
