// `decide` against an oracle that is slow and literal: one sentence of the contract a line, in the order of the README's table. Small
// worlds are enumerated, not drawn: every value of every fact alone and with every value of every other.

import { expect, test } from 'vitest'
import type { Mode, MonotonicMs, Path, Schedule, Side, WallMs } from '../../config/words.ts'
import { decide } from '../../daemon/core/decide.ts'
import { denyReasons } from '../../daemon/core/reasons.ts'
import type { Attempt, CredentialFacts, Facts, Proof, Right } from '../../daemon/core/types.ts'

const now = Date.UTC(2026, 10, 16, 4, 0) as WallMs // Monday 12:00 in Shanghai
const before = (now - 1) as WallMs
const after = (now + 1) as WallMs
const always: Schedule = { kind: 'always' }
const noonHour: Schedule = { kind: 'weekly', segments: [{ weekday: 1, fromMinute: 720, toMinute: 780 }] }
const tuesday: Schedule = { kind: 'weekly', segments: [{ weekday: 2, fromMinute: 0, toMinute: 1440 }] }

/** Everything that one world may differ in; the first value of each is the one that stands in nobody's way. */
const dimensions = {
  side: ['entry', 'exit'] as Side[],
  mode: ['controlled', 'lockdown', 'open', 'evacuation'] as Mode[],
  controllerFault: [false, true],
  heldOff: [false, true],
  clockTrusted: [true, false],
  path: ['card', 'keypad', 'face'] as Path[],
  flaw: [undefined, 'reading_invalid', 'random_identifier', 'face_not_live', 'face_uncertain'],
  pathPaused: [false, true],
  known: [true, false],
  revoked: [false, true],
  notBefore: [undefined, now, after],
  expiresAt: [undefined, after, now],
  usesLeft: [undefined, 1, 0],
  lockedOut: [false, true],
  suspended: [false, true],
  consent: ['current', 'missing', 'stale'],
  otherWayLost: [false, true],
  lookAlike: [false, true],
  bound: [false, true],
  codeRight: [true, false],
  twoFactor: [[], [['card', 'keypad']]] as Facts['twoFactor'][],
  rights: [
    [always],
    [],
    [noonHour],
    [tuesday],
    [tuesday, always],
    [{ ...always, notBefore: after }],
    [{ ...always, expiresAt: now }],
    [{ ...always, notBefore: before, expiresAt: after }],
    [{ ...noonHour, afterFirst: 'staff' as const, firstPersonMissing: true }],
    [{ ...noonHour, afterFirst: 'staff' as const }],
  ] as Right[][],
  excepted: [false, true],
  passback: [undefined, 'soft', 'hard'] as Facts['passback'][],
  repeatsSide: [false, true],
  second: ['none', 'same', 'another'],
  proofAsked: [undefined, 'sdm', 'authenticated'] as Facts['cardProofAsked'][],
  proofHeld: [undefined, 'identifier', 'authenticated'] as CredentialFacts['cardProof'][],
  proofShown: [undefined, 'sdm', 'authenticated'] as CredentialFacts['cardProof'][],
  counterHeld: [undefined, 4] as (number | undefined)[],
  counterShown: [5, 4],
  /** A visitor's, in the place of a resident's code; in no other path. */
  pass: [
    ...[undefined, {}, { side: 'entry' }, { side: 'exit' }],
    ...[{ days: { weekdays: [1], dates: [] } }, { days: { weekdays: [2], dates: [] } }],
    ...[{ days: { weekdays: [2], dates: ['2026-11-16'] } }, { days: { weekdays: [], dates: ['2026-11-17'] } }],
  ] as CredentialFacts['pass'][],
} as const

type Dimensions = typeof dimensions
type World = { readonly [Key in keyof Dimensions]: Dimensions[Key][number] }
const names = Object.keys(dimensions) as (keyof Dimensions)[]
const plain = Object.fromEntries(names.map((name) => [name, dimensions[name][0]])) as World

const build = (world: World): readonly [Attempt, Facts] => {
  const visits = world.path === 'keypad' && world.pass !== undefined
  const kind = visits ? 'pass' : world.path === 'keypad' ? 'pin' : world.path
  const credential: CredentialFacts = {
    id: 'c_a',
    kind,
    residentId: 'r_a',
    revoked: world.revoked,
    lockedOut: world.lockedOut,
    residentSuspended: world.suspended,
    rights: world.rights,
    passesLockdown: world.excepted,
    repeatsSide: world.repeatsSide,
    ...(world.notBefore === undefined ? {} : { notBefore: world.notBefore }),
    ...(world.expiresAt === undefined ? {} : { expiresAt: world.expiresAt }),
    ...(world.usesLeft === undefined ? {} : { usesLeft: world.usesLeft }),
    ...(kind === 'card' && world.proofHeld !== undefined ? { cardProof: world.proofHeld } : {}),
    ...(kind === 'card' && world.counterHeld !== undefined ? { cardCounter: world.counterHeld } : {}),
    ...(visits ? { pass: world.pass } : {}),
    ...(kind === 'face'
      ? {
          ...{ consent: world.consent, otherWayLost: world.otherWayLost, lookAlike: world.lookAlike },
          ...(world.bound ? { boundTo: 'c_card' } : {}),
        }
      : {}),
  } as CredentialFacts
  const second: Path = world.path === 'keypad' ? 'card' : 'keypad'
  const other = {
    path: second,
    pathPaused: false,
    codeRight: true,
    credential: {
      id: 'c_b',
      kind: second === 'card' ? 'card' : 'pin',
      residentId: world.second === 'same' ? 'r_a' : 'r_b',
      revoked: false,
      lockedOut: false,
      residentSuspended: false,
      rights: [always],
      passesLockdown: world.excepted,
    } satisfies CredentialFacts,
  }
  const proof = {
    path: world.path,
    ...(world.flaw === undefined ? {} : { flaw: world.flaw }),
    ...(world.path === 'card' && world.proofShown !== undefined ? { level: world.proofShown } : {}),
    ...(world.path === 'card' && world.proofShown === 'sdm' ? { counter: world.counterShown } : {}),
  } as Proof
  const more = world.second === 'none' ? [] : [other]
  return [
    {
      gate: 'south',
      side: world.side,
      at: 0 as MonotonicMs,
      proofs: [proof, ...more.map(({ path }) => ({ path }) as Proof)],
    },
    {
      mode: world.mode,
      wall: now,
      clockTrusted: world.clockTrusted,
      timeZone: 'Asia/Shanghai',
      controllerFault: world.controllerFault,
      ...(world.heldOff ? { heldOff: true } : {}),
      twoFactor: world.twoFactor,
      ...(world.proofAsked === undefined ? {} : { cardProofAsked: world.proofAsked }),
      ...(world.passback === undefined ? {} : { passback: world.passback }),
      proofs: [
        {
          path: world.path,
          pathPaused: world.pathPaused,
          codeRight: world.codeRight,
          ...(world.known ? { credential } : {}),
        },
        ...more,
      ],
    },
  ]
}

/** What would deny at the entry in an ordinary hour, in the README's order. Knows the world, not the code. */
const obstacles = (w: World): readonly string[] => {
  const isFace = w.path === 'face'
  const isPair = w.second !== 'none'
  const inForce = w.rights.filter(
    ({ notBefore = 0, expiresAt = Number.POSITIVE_INFINITY }) => notBefore <= now && now < expiresAt,
  )
  const open = inForce.filter(({ kind, ...rest }) => kind === 'always' || JSON.stringify(rest).includes('"weekday":1'))
  const undated = w.rights.some((right) => Object.keys(right).length === 1 && right.kind === 'always')
  const dated = w.notBefore !== undefined || w.expiresAt !== undefined || isFace || (w.rights.length > 0 && !undated)
  const counts = w.known && w.counterHeld !== undefined
  const isOldMessage = counts && w.counterShown === 4
  const isNumberOnly = w.proofShown === undefined || (w.proofShown === 'sdm' && isOldMessage)
  const wantsKey = w.proofAsked === 'authenticated' || (w.known && w.proofHeld === 'authenticated')
  const wantsMore = wantsKey || w.proofAsked === 'sdm' || counts
  // A code's second proof here is a card that shows its number only.
  const isWeak =
    w.path === 'card'
      ? (isNumberOnly && wantsMore) || (w.proofShown === 'sdm' && wantsKey)
      : w.path === 'keypad' && isPair && w.proofAsked !== undefined
  const visit = w.known && w.path === 'keypad' ? w.pass : undefined
  const { weekdays = [1], dates = [] } = visit?.days ?? {}
  const isVisitDay = weekdays.includes(1) || dates.includes('2026-11-16')
  const wantsPair = w.twoFactor.length > 0
  const told: readonly (readonly [string, boolean])[] = [
    ['controller_fault', w.controllerFault],
    ['lockdown', w.mode === 'lockdown' && !(w.excepted && w.known)],
    ['held_off', w.heldOff],
    ['path_paused', w.pathPaused || (w.known && isFace && w.otherWayLost)],
    ['reading_invalid', w.flaw === 'reading_invalid'],
    ['random_identifier', w.flaw === 'random_identifier'],
    ['credential_unknown', !w.known],
    ['credential_revoked', w.known && w.revoked],
    ['clock_untrusted', w.known && !w.clockTrusted && dated],
    ['credential_not_yet_valid', w.known && w.notBefore === after],
    ['credential_expired', w.known && w.expiresAt === now],
    ['credential_used_up', w.known && w.usesLeft === 0],
    ['credential_locked_out', w.known && w.lockedOut],
    ['resident_suspended', w.known && w.suspended],
    ['card_proof_too_weak', isWeak],
    ['consent_missing', w.known && isFace && w.consent === 'missing'],
    ['consent_stale', w.known && isFace && w.consent === 'stale'],
    ['face_not_live', w.flaw === 'face_not_live'],
    ['face_uncertain', w.flaw === 'face_uncertain'],
    [
      'second_factor_missing',
      (wantsPair && (!isPair || isFace)) || (w.known && isFace && ((w.lookAlike && !isPair) || w.bound)),
    ],
    ['pin_wrong', w.path === 'keypad' && !w.codeRight],
    ['factors_disagree', isPair && (!w.known || w.second === 'another' || visit !== undefined)],
    ['no_right', w.known && (inForce.length === 0 || (visit?.side !== undefined && visit.side !== w.side))],
    ['outside_schedule', w.known && (open.length === 0 || !isVisitDay)],
    ['first_person_missing', w.known && open.every(({ firstPersonMissing }) => firstPersonMissing === true)],
    ['passback', w.known && w.passback !== undefined && w.repeatsSide],
  ]
  return told.filter(([, applies]) => applies).map(([reason]) => reason)
}

/** Leaving is denied only to the unknown, the revoked, whoever guesses, and a face that may not be used. */
const deniesLeaving = [
  ...['path_paused', 'reading_invalid', 'random_identifier', 'credential_unknown', 'credential_revoked'],
  ...['credential_locked_out', 'consent_missing', 'consent_stale', 'face_not_live', 'face_uncertain', 'pin_wrong'],
]

const expected = (w: World) => {
  const found = obstacles(w)
  if (w.mode === 'open' || w.mode === 'evacuation') return { outcome: 'grant', reason: 'open_mode', notes: found }
  const stops = found.find(
    (reason) =>
      (w.side === 'entry' || deniesLeaving.includes(reason)) && !(reason === 'passback' && w.passback === 'soft'),
  )
  if (stops === undefined) return { outcome: 'grant', reason: w.side === 'exit' ? 'exit' : 'right', notes: found }
  return { outcome: 'deny', reason: stops, notes: found.slice(0, found.indexOf(stops)) }
}

const judge = (world: World) => {
  const { outcome, reason, notes } = decide(...build(world))
  return { outcome, reason, notes }
}

/** Every world that differs from `base` in at most `depth` facts. */
function* worldsNear(base: World, depth: number, from = 0): Generator<World> {
  yield base
  if (depth === 0) return
  for (let n = from; n < names.length; n++) {
    const name = names[n] as keyof Dimensions
    for (const value of dimensions[name].slice(1))
      yield* worldsNear({ ...base, [name]: value } as World, depth - 1, n + 1)
  }
}

test('in every world of three facts out of the ordinary, decide answers as the contract says, and every reason is reached', () => {
  const reached = new Set<string>()
  let worlds = 0
  for (const side of dimensions.side)
    for (const path of dimensions.path)
      for (const world of worldsNear({ ...plain, side, path }, 3)) {
        worlds += 1
        const decision = judge(world)
        const wanted = expected(world)
        if (JSON.stringify(decision) !== JSON.stringify(wanted))
          expect({ world, ...decision }).toEqual({ world, ...wanted })
        reached.add(decision.reason)
      }
  expect(denyReasons.filter((reason) => !reached.has(reason))).toEqual([])
  expect([...reached]).toEqual(expect.arrayContaining(['right', 'exit', 'open_mode']))
  expect(worlds).toBeGreaterThan(50_000)
})
