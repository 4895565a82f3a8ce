// Visitors' passes in random worlds, on a real encrypted store with its writer thread: issued, shown at both sides, mistyped, revoked, hosts
// suspended, days going by, the store closed and opened again. What the gate decides is compared with an oracle that knows the contract's
// sentences and nothing of the code.

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { type Clock, hide, type Mode, type MonotonicMs, type Side, type WallMs } from '../../config/words.ts'
import { decide } from '../../daemon/core/decide.ts'
import type { PassDays } from '../../daemon/core/pass.ts'
import { makeRules, type Rules } from '../../daemon/core/rules.ts'
import type { Attempt } from '../../daemon/core/types.ts'
import { attemptEffects, attemptEvent } from '../../daemon/events.ts'
import { type FactsReader, openFacts } from '../../daemon/store/facts.ts'
import type { Ledger } from '../../daemon/store/ledger.ts'
import { addPerson, gate, makePlace, mirror, office, openLedger, refusal, take } from '../store/place.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ZONE = 'Asia/Shanghai'
/** Summer time ended there in 1991. */
const ZONE_MS = 8 * HOUR
const quick = { memoryKib: 8, passes: 1, parallelism: 1 }
/** So few that they are given out again. */
const NUMBERS = ['0001', '0002', '0003']
const START = Date.UTC(2027, 2, 1) as WallMs

type Bounds = {
  readonly beginsIn?: number
  readonly lasts: number
  readonly uses: number
  readonly side?: Side
  readonly weekdays?: readonly number[]
  readonly dateIn?: number
  readonly validFor?: number
}
type Step =
  | { readonly do: 'issue'; readonly host: number; readonly bounds: Bounds }
  | { readonly do: 'show'; readonly which: number; readonly side: Side; readonly right: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'revoke'; readonly which: number }
  | { readonly do: 'suspend' | 'lift'; readonly host: number }
  | { readonly do: 'reopen' }

/** A pass as the oracle knows it: what was asked for, and what has happened. */
type Known = {
  readonly id: string
  readonly host: number
  readonly number: string
  readonly code: string
  readonly side: Side | undefined
  readonly begins: number
  readonly ends: number
  readonly days: PassDays | undefined
  readonly validFor: number | undefined
  uses: number
  firstUse: number | undefined
  revoked: boolean
  wrong: number
}

const option = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })
const sideOf = fc.constantFrom<Side>('entry', 'exit')
const bounds = fc.record({
  beginsIn: option(fc.integer({ min: 1, max: 3 * DAY })),
  lasts: fc.integer({ min: HOUR, max: 9 * DAY }),
  uses: fc.integer({ min: 1, max: 3 }),
  side: option(sideOf),
  weekdays: option(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 })),
  dateIn: option(fc.integer({ min: 0, max: 4 })),
  validFor: option(fc.integer({ min: HOUR, max: 2 * DAY })),
})
const host = fc.integer({ min: 0, max: 1 })
/** Counted from the last that was issued. */
const which = fc.nat(3)
const show = fc.record({
  do: fc.constant('show' as const),
  which,
  side: fc.constantFrom<Side>('entry', 'entry', 'entry', 'exit'),
  right: fc.constantFrom(true, true, true, true, false),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('issue' as const), host, bounds }) as fc.Arbitrary<Step> },
  { weight: 12, arbitrary: show },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 16 * HOUR }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('suspend' as const, 'lift' as const), host }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
)

const dayText = (at: number): string => new Date(at + ZONE_MS).toISOString().slice(0, 10)
const weekdayOf = (at: number): number => new Date(at + ZONE_MS).getUTCDay() || 7

/** Every sentence that speaks against this pass now, in the order of the README's table. */
const obstacles = (pass: Known, side: Side, right: boolean, now: number, suspended: boolean): readonly string[] => {
  const ends = Math.min(
    pass.ends,
    (pass.firstUse ?? Number.POSITIVE_INFINITY) + (pass.validFor ?? Number.POSITIVE_INFINITY),
  )
  const named = !pass.days || pass.days.weekdays.includes(weekdayOf(now)) || pass.days.dates.includes(dayText(now))
  const told: readonly (readonly [string, boolean])[] = [
    ['credential_revoked', pass.revoked],
    ['credential_not_yet_valid', now < pass.begins],
    ['credential_expired', now >= ends],
    ['credential_used_up', pass.uses === 0],
    ['resident_suspended', suspended],
    // What was revoked has no code any more.
    ['pin_wrong', !right || pass.revoked],
    ['no_right', pass.side !== undefined && pass.side !== side],
    ['outside_schedule', !named],
  ]
  return told.filter(([, applies]) => applies).map(([reason]) => reason)
}

const stopsLeaving = ['credential_revoked', 'pin_wrong']

const expected = (found: readonly string[], side: Side): string => {
  const stop = found.find((reason) => side === 'entry' || stopsLeaving.includes(reason))
  return stop ?? (side === 'entry' ? 'right' : 'exit')
}

type World = { ledger: Ledger; facts: FactsReader; now: WallMs; boot: string; readonly close: () => Promise<void> }

const openWorld = async () => {
  const place = makePlace()
  const world = { now: START } as World & { close: () => Promise<void> }
  const clock: Clock = {
    wall: () => world.now,
    monotonic: () => (world.now - START + 1000) as MonotonicMs,
  }
  const open = async () => {
    const opened = await openLedger(place, { clock, boot: randomUUID() })
    world.ledger = opened.ledger
    world.boot = opened.boot
    world.facts = take(openFacts({ ...opened, pending: opened.ledger.pending }))
  }
  const close = async () => {
    world.facts.close()
    await world.ledger.stop()
  }
  await open()
  take(await mirror(world.ledger))
  const reopen = async () => {
    await close()
    await open()
  }
  return { world, reopen, close }
}

const issue = async (
  world: World,
  hosts: readonly string[],
  { host, bounds: asked }: Extract<Step, { do: 'issue' }>,
  n: number,
) => {
  const begins = world.now + (asked.beginsIn ?? 0)
  const days =
    asked.weekdays === undefined && asked.dateIn === undefined
      ? undefined
      : {
          weekdays: asked.weekdays ?? [],
          dates: asked.dateIn === undefined ? [] : [dayText(begins + asked.dateIn * DAY)],
        }
  const code = String(735_000 + n)
  const challenge = { ...world.facts.newChallenge(), parameters: quick }
  const hash = await world.facts.hashCode(hide(code), challenge)
  const issued = await world.ledger.write(
    'issuePass',
    {
      ...{
        gate,
        residentId: hosts[host] ?? '',
        issuedBy: 'office',
        numbers: NUMBERS,
        ...challenge,
        hash,
        uses: asked.uses,
      },
      expiresAt: (begins + asked.lasts) as WallMs,
      ...(asked.beginsIn === undefined ? {} : { notBefore: begins as WallMs }),
      ...(asked.side === undefined ? {} : { side: asked.side }),
      ...(days === undefined ? {} : { days }),
      ...(asked.validFor === undefined ? {} : { validForMs: asked.validFor }),
    },
    office,
  )
  if (!issued.ok) return issued.code
  const id = issued.value.credentialId
  const known: Known = {
    ...{ id, host, code, days, number: world.facts.findPass(id)?.number ?? '', side: asked.side, begins },
    ...{ ends: begins + asked.lasts, validFor: asked.validFor, uses: asked.uses, wrong: 0, revoked: false },
    firstUse: undefined,
  }
  return known
}

type Asked = { readonly mode?: Mode; readonly rules?: Rules }

const lookUp = async (world: World, number: string, code: string, side: Side, asked: Asked = {}) => {
  const at = (world.now - START + 1000) as MonotonicMs
  const attempt: Attempt = { gate, side, at, proofs: [{ path: 'keypad' }] }
  const codeHash = await world.facts.hashCode(hide(code), world.facts.pinChallenge(number))
  const known = world.facts.readFacts({
    ...{ gate, side, wall: world.now, monotonic: at, clockTrusted: true, timeZone: ZONE, mode: 'controlled' },
    ...{ controllerFault: false, graceDays: 7, proofs: [{ path: 'keypad', number, codeHash }] },
    ...asked,
  })
  return { attempt, known }
}

const present = async (world: World, number: string, code: string, side: Side, asked: Asked = {}) => {
  const { attempt, known } = await lookUp(world, number, code, side, asked)
  const decision = decide(attempt, known)
  await world.ledger.record(attemptEvent(attempt, decision), attemptEffects(attempt, known, decision))
  return decision
}

test('in random worlds every pass opens exactly when its bounds say so, and each use is counted once', async () => {
  const reached = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const { world, reopen, close } = await openWorld()
      try {
        const hosts = [await addPerson(world.ledger), await addPerson(world.ledger)]
        const suspended = [false, false]
        const passes: Known[] = []
        /** Whose number it is now: the last to whom it was given. */
        const holder = (number: string) => passes.findLast((one) => one.number === number)
        const isOver = (one: Known) => one.revoked || one.uses === 0 || one.ends <= world.now
        for (const [n, one] of steps.entries()) {
          const chosen = 'which' in one && passes.length > 0 ? passes.at(-1 - (one.which % passes.length)) : undefined
          if (one.do === 'wait') world.now = (world.now + one.ms) as WallMs
          else if (one.do === 'reopen') await reopen()
          else if (one.do === 'suspend') {
            take(
              await world.ledger.write(
                'suspendResident',
                { residentId: hosts[one.host] ?? '', because: 'own_request' },
                office,
              ),
            )
            suspended[one.host] = true
          } else if (one.do === 'lift') {
            take(await world.ledger.write('liftSuspension', { residentId: hosts[one.host] ?? '' }, office))
            suspended[one.host] = false
          } else if (one.do === 'issue') {
            const taken = NUMBERS.filter((number) => {
              const held = holder(number)
              return held !== undefined && !isOver(held)
            })
            const issued = await issue(world, hosts, one, n)
            if (typeof issued === 'string') expect([issued, taken.length]).toEqual(['number_taken', NUMBERS.length])
            else passes.push(issued)
          } else if (one.do === 'revoke' && chosen) {
            const because = { credentialId: chosen.id, because: 'office' } as const
            const said = refusal(await world.ledger.write('revokeCredential', because, office))
            expect(said).toBe(chosen.revoked ? 'credential_revoked' : 'accepted')
            chosen.revoked = true
          } else if (one.do === 'show' && chosen) {
            const pass = holder(chosen.number)
            if (!pass) throw new Error('unreachable: its number was given to somebody')
            const isRight = one.right && pass === chosen
            // The lockout has properties of its own.
            if (!isRight && pass.wrong >= 8) continue
            const found = obstacles(pass, one.side, isRight, world.now, suspended[pass.host] === true)
            const decision = await present(world, chosen.number, one.right ? chosen.code : '000000', one.side)
            expect({ n, reason: decision.reason }).toEqual({ n, reason: expected(found, one.side) })
            expect(decision.residentId).toBeUndefined()
            reached.add(decision.reason)
            if (!isRight && !pass.revoked) pass.wrong++
            const spends =
              decision.reason === 'right' || (decision.reason === 'exit' && pass.side === 'exit' && found.length === 0)
            if (spends) {
              pass.uses--
              pass.firstUse ??= world.now
            }
          }
        }
        for (const pass of passes) {
          const line = world.facts.findPass(pass.id)
          expect([line?.usesLeft, line?.firstUsedAt]).toEqual([pass.uses, pass.firstUse ?? null])
        }
      } finally {
        await close()
      }
    }),
    // What must be reached is reached by these.
    { numRuns: 20, seed: 20270301, interruptAfterTimeLimit: 120_000 },
  )
  // A world in which nothing happens proves nothing.
  const wanted = [
    'right',
    'exit',
    'credential_revoked',
    'credential_not_yet_valid',
    'credential_expired',
    'credential_used_up',
  ]
  expect([...reached]).toEqual(expect.arrayContaining([...wanted, 'pin_wrong', 'no_right', 'outside_schedule']))
}, 180_000)

test('a pass without an end or without uses is refused by the schema, and its uses never rise', async () => {
  const { world, close } = await openWorld()
  onTestFinished(close)
  const residentId = await addPerson(world.ledger)
  const issued = await issue(world, [residentId], { do: 'issue', host: 0, bounds: { lasts: DAY, uses: 2 } }, 1)
  if (typeof issued === 'string') throw new Error(issued)
  const challenge = world.facts.newChallenge()
  const pass = { ...challenge, gate, residentId, issuedBy: 'office', numbers: NUMBERS, hash: Buffer.alloc(32) } as const
  const forms = [
    { uses: 0, expiresAt: (world.now + DAY) as WallMs },
    { uses: 401, expiresAt: (world.now + DAY) as WallMs },
    { uses: 1, expiresAt: world.now },
    { uses: 1, expiresAt: (world.now + 367 * DAY) as WallMs },
    { uses: 1, notBefore: (world.now + DAY) as WallMs, expiresAt: (world.now + DAY) as WallMs },
  ]
  for (const form of forms)
    expect(refusal(await world.ledger.write('issuePass', { ...pass, ...form }, office))).toBe('pass_unbounded')
})

test('a household has one rider’s code at a time', async () => {
  const { world, close } = await openWorld()
  onTestFinished(close)
  const residentId = await addPerson(world.ledger)
  const one = async () => {
    const challenge = { ...world.facts.newChallenge(), parameters: quick }
    const hash = await world.facts.hashCode(hide('918273'), challenge)
    const expiresAt = (world.now + HOUR) as WallMs
    const pass = {
      ...challenge,
      gate,
      residentId,
      issuedBy: 'household',
      numbers: NUMBERS,
      hash,
      uses: 1,
      expiresAt,
    } as const
    return take(await world.ledger.write('issuePass', pass, office)).credentialId
  }
  const [first, second] = [await one(), await one()]
  expect(world.facts.findPass(first)?.revokedAt).not.toBeNull()
  expect(world.facts.findPass(second)?.revokedAt).toBeNull()
})

test('a pass that is over is deleted with its code and its QR when the events that name it lose theirs', async () => {
  const { world, close } = await openWorld()
  onTestFinished(close)
  const residentId = await addPerson(world.ledger)
  const issued = await issue(world, [residentId], { do: 'issue', host: 0, bounds: { lasts: DAY, uses: 2 } }, 1)
  if (typeof issued === 'string') throw new Error(issued)
  const kept = { namedEventsDays: 30, equalityDays: 1095, consentDays: 1095 }
  const purge = () => world.ledger.write('purgeExpired', kept, office)
  world.now = (world.now + 31 * DAY - 1) as WallMs
  await present(world, '0001', '000000', 'entry')
  await purge()
  expect(world.facts.findPass(issued.id)).toBeDefined()
  world.now = (world.now + 2) as WallMs
  await present(world, '0001', '000000', 'entry')
  expect(take(await purge()).passes).toBe(1)
  expect(world.facts.findPass(issued.id)).toBeUndefined()
  expect((await present(world, issued.number, issued.code, 'entry')).reason).toBe('credential_unknown')
})

test('what goes with a person does not go with his visitor, and a visitor leaves nothing behind for him', async () => {
  const { world, close } = await openWorld()
  onTestFinished(close)
  const residentId = await addPerson(world.ledger)
  take(await world.ledger.write('changeResident', { residentId, group: 'staff', openingMs: 9000 }, office))
  const lockdown = { gate, mode: 'lockdown', boot: world.boot, except: [residentId] } as const
  take(await world.ledger.write('setGateMode', lockdown, office))
  const own = await giveCode(world, residentId, '54321', '918273')
  const issued = await issue(world, [residentId], { do: 'issue', host: 0, bounds: { lasts: DAY, uses: 5 } }, 1)
  if (typeof issued === 'string') throw new Error(issued)
  const allDay = { days: '1-7', from: '00:00', to: '00:00' } as const
  const rules = makeRules({
    sides: { entry: {} },
    schedules: [{ id: 'after-staff', hours: [allDay], afterFirst: 'staff' }],
    passback: { kind: 'hard' },
    door: { driver: 'simulated', pulseMs: 1 } as never,
  })
  const credentialOf = async (number: string, secret: string, asked: Asked) =>
    (await lookUp(world, number, secret, 'entry', asked)).known.proofs[0]?.credential
  expect(await credentialOf(own.number, own.code, { mode: 'lockdown', rules })).toMatchObject({
    ...{ passesLockdown: true, openingMs: 9000, group: 'staff' },
  })
  for (const fact of ['passesLockdown', 'openingMs', 'group', 'repeatsSide'])
    expect(await credentialOf(issued.number, issued.code, { mode: 'lockdown', rules })).not.toHaveProperty(fact)
  expect((await present(world, issued.number, issued.code, 'entry', { mode: 'lockdown', rules })).reason).toBe(
    'lockdown',
  )
  // The visitor comes in twice; then the host, who is the first of the staff and has not come in before.
  for (let n = 0; n < 2; n++)
    expect((await present(world, issued.number, issued.code, 'entry', { rules })).reason).toBe('right')
  const today = dayText(world.now)
  expect(world.facts.hasFirstCome(gate, 'staff', today)).toBe(false)
  expect((await present(world, own.number, own.code, 'entry', { rules })).reason).toBe('right')
  expect(world.facts.hasFirstCome(gate, 'staff', today)).toBe(true)
  world.now = (world.now + HOUR) as WallMs
  expect((await present(world, own.number, own.code, 'entry', { rules })).reason).toBe('passback')
  expect((await present(world, issued.number, issued.code, 'entry', { rules })).reason).toBe('right')
})

/** A resident's own. */
const giveCode = async (world: World, residentId: string, number: string, code: string) => {
  const challenge = { ...world.facts.newChallenge(), parameters: quick }
  const hash = await world.facts.hashCode(hide(code), challenge)
  take(await world.ledger.write('setPin', { residentId, number, hash, ...challenge }, office))
  return { number, code }
}
