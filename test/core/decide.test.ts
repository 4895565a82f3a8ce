import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs, Path, Schedule, WallMs } from '../../config/words.ts'
import { decide } from '../../daemon/core/decide.ts'
import { type DenyReason, denyReasons } from '../../daemon/core/reasons.ts'
import type { Attempt, CredentialFacts, Facts, Proof, ProofFacts } from '../../daemon/core/types.ts'

const noon = Date.UTC(2026, 10, 16, 4, 0) as WallMs // Monday 12:00 in Shanghai
const always: Schedule = { kind: 'always' }
const mornings: Schedule = { kind: 'weekly', segments: [{ weekday: 1, fromMinute: 0, toMinute: 8 * 60 }] }

const card: CredentialFacts = {
  id: 'c_a',
  kind: 'card',
  residentId: 'r_a',
  revoked: false,
  lockedOut: false,
  residentSuspended: false,
  rights: [always],
}
const attemptBy = (path: Path, flaw?: Proof['flaw']): Attempt => ({
  gate: 'south',
  side: 'entry',
  at: 0 as MonotonicMs,
  proofs: [(flaw ? { path, flaw } : { path }) as Proof],
})
const factsOf = (proof: Partial<ProofFacts> = {}, rest: Partial<Facts> = {}): Facts => ({
  mode: 'controlled',
  wall: noon,
  clockTrusted: true,
  timeZone: 'Asia/Shanghai',
  controllerFault: false,
  twoFactor: [],
  proofs: [{ path: 'card', credential: card, pathPaused: false, ...proof }],
  ...rest,
})
const cardWith = (change: Partial<CredentialFacts>): Facts => factsOf({ credential: { ...card, ...change } })

/** One world for each reason in which it, and nothing of higher precedence, applies. */
const worlds: Readonly<Record<DenyReason, readonly [Attempt, Facts]>> = {
  controller_fault: [attemptBy('card'), factsOf({}, { controllerFault: true })],
  lockdown: [attemptBy('card'), factsOf({}, { mode: 'lockdown' })],
  held_off: [attemptBy('card'), factsOf({}, { heldOff: true })],
  path_paused: [attemptBy('card'), factsOf({ pathPaused: true })],
  reading_invalid: [attemptBy('card', 'reading_invalid'), factsOf()],
  random_identifier: [attemptBy('card', 'random_identifier'), factsOf()],
  credential_unknown: [attemptBy('card'), { ...factsOf(), proofs: [{ path: 'card', pathPaused: false }] }],
  credential_revoked: [attemptBy('card'), cardWith({ revoked: true })],
  clock_untrusted: [attemptBy('card'), { ...cardWith({ rights: [mornings] }), clockTrusted: false }],
  credential_not_yet_valid: [attemptBy('card'), cardWith({ notBefore: (noon + 1) as WallMs })],
  credential_expired: [attemptBy('card'), cardWith({ expiresAt: noon })],
  credential_used_up: [attemptBy('card'), cardWith({ usesLeft: 0 })],
  credential_locked_out: [attemptBy('card'), cardWith({ lockedOut: true })],
  resident_suspended: [attemptBy('card'), cardWith({ residentSuspended: true })],
  card_proof_too_weak: [attemptBy('card'), factsOf({}, { cardProofAsked: 'authenticated' })],
  consent_missing: [attemptBy('face'), cardWith({ kind: 'face', consent: 'missing' })],
  consent_stale: [attemptBy('face'), cardWith({ kind: 'face', consent: 'stale' })],
  face_not_live: [attemptBy('face', 'face_not_live'), cardWith({ kind: 'face', consent: 'current' })],
  face_uncertain: [attemptBy('face', 'face_uncertain'), cardWith({ kind: 'face', consent: 'current' })],
  second_factor_missing: [attemptBy('card'), factsOf({}, { twoFactor: [['card', 'keypad']] })],
  pin_wrong: [attemptBy('keypad'), factsOf({ path: 'keypad', codeRight: false })],
  factors_disagree: [
    { ...attemptBy('card'), proofs: [{ path: 'card' }, { path: 'keypad' }] },
    {
      ...factsOf(),
      proofs: [
        { path: 'card', credential: card, pathPaused: false },
        {
          path: 'keypad',
          codeRight: true,
          credential: { ...card, id: 'c_b', kind: 'pin', residentId: 'r_b' },
          pathPaused: false,
        },
      ],
    },
  ],
  no_right: [attemptBy('card'), cardWith({ rights: [] })],
  outside_schedule: [attemptBy('card'), cardWith({ rights: [mornings] })],
  first_person_missing: [
    attemptBy('card'),
    cardWith({ rights: [{ kind: 'always', afterFirst: 'staff', firstPersonMissing: true }] }),
  ],
  passback: [attemptBy('card'), { ...cardWith({ repeatsSide: true }), passback: 'hard' }],
}

describe('decide', () => {
  test.each(denyReasons)('denies with %s when that is what stands in the way', (reason) => {
    const [attempt, facts] = worlds[reason]
    expect(decide(attempt, facts)).toMatchObject({ outcome: 'deny', reason })
  })

  test('holds a card to the key that it has proved before, and notes it on the way out', () => {
    const held = cardWith({ cardProof: 'authenticated' })
    const proved: Attempt = { ...attemptBy('card'), proofs: [{ path: 'card', level: 'authenticated' }] }
    expect(decide(proved, held).outcome).toBe('grant')
    expect(decide(attemptBy('card'), held)).toMatchObject({ outcome: 'deny', reason: 'card_proof_too_weak' })
    const leaving = decide({ ...attemptBy('card'), side: 'exit' }, held)
    expect(leaving).toMatchObject({ outcome: 'grant', reason: 'exit', notes: ['card_proof_too_weak'] })
  })

  test('grants a resident with a right here and now', () => {
    expect(decide(attemptBy('card'), factsOf())).toEqual({
      outcome: 'grant',
      reason: 'right',
      notes: [],
      residentId: 'r_a',
      credentialIds: ['c_a'],
    })
  })

  test('lets in a resident with round-the-clock rights when the clock cannot be trusted', () => {
    expect(decide(attemptBy('card'), factsOf({}, { clockTrusted: false, wall: 0 as WallMs })).outcome).toBe('grant')
  })

  test('grants at the first millisecond of validity and denies at its end', () => {
    expect(decide(attemptBy('card'), cardWith({ notBefore: noon })).outcome).toBe('grant')
    expect(decide(attemptBy('card'), cardWith({ expiresAt: (noon + 1) as WallMs })).outcome).toBe('grant')
    expect(decide(attemptBy('card'), cardWith({ expiresAt: noon })).outcome).toBe('deny')
  })

  test('accepts two proofs of one person where two are asked for', () => {
    const pin: CredentialFacts = { ...card, id: 'c_p', kind: 'pin' }
    const decision = decide(
      { ...attemptBy('card'), proofs: [{ path: 'card' }, { path: 'keypad' }] },
      factsOf(
        {},
        {
          twoFactor: [['card', 'keypad']],
          proofs: [
            { path: 'card', credential: card, pathPaused: false },
            { path: 'keypad', credential: pin, codeRight: true, pathPaused: false },
          ],
        },
      ),
    )
    expect(decision).toMatchObject({ outcome: 'grant', credentialIds: ['c_a', 'c_p'] })
  })
})

// ---- a slow, literal oracle: the rules of the contract, written again from the text and not from the code

const enforcedWhenLeaving =
  'path_paused reading_invalid random_identifier credential_unknown credential_revoked credential_locked_out consent_missing consent_stale face_not_live face_uncertain pin_wrong'
const literalReasons = (attempt: Attempt, facts: Facts): string[] => {
  const found: string[] = []
  const credentials = facts.proofs.map((proof) => proof.credential).filter((c) => c !== undefined)
  if (facts.controllerFault) found.push('controller_fault')
  if (facts.mode === 'lockdown') found.push('lockdown')
  if (facts.proofs.some((p) => p.pathPaused) || credentials.some((c) => c.otherWayLost)) found.push('path_paused')
  for (const flaw of ['reading_invalid', 'random_identifier'])
    if (attempt.proofs.some((p) => p.flaw === flaw)) found.push(flaw)
  if (credentials.length < facts.proofs.length) found.push('credential_unknown')
  if (credentials.some((c) => c.revoked)) found.push('credential_revoked')
  const dated = (c: CredentialFacts) =>
    c.kind === 'face' ||
    'notBefore' in c ||
    'expiresAt' in c ||
    (c.rights.length > 0 && !c.rights.some((r) => r.kind === 'always'))
  if (!facts.clockTrusted && credentials.some(dated)) found.push('clock_untrusted')
  if (credentials.some((c) => (c.notBefore ?? 0) > facts.wall)) found.push('credential_not_yet_valid')
  if (credentials.some((c) => (c.expiresAt ?? Number.POSITIVE_INFINITY) <= facts.wall)) found.push('credential_expired')
  if (credentials.some((c) => (c.usesLeft ?? 1) < 1)) found.push('credential_used_up')
  if (credentials.some((c) => c.lockedOut)) found.push('credential_locked_out')
  if (credentials.some((c) => c.residentSuspended)) found.push('resident_suspended')
  if (credentials.some((c) => c.consent === 'missing')) found.push('consent_missing')
  if (credentials.some((c) => c.consent === 'stale')) found.push('consent_stale')
  for (const flaw of ['face_not_live', 'face_uncertain'])
    if (attempt.proofs.some((p) => p.flaw === flaw)) found.push(flaw)
  const presented = attempt.proofs.map((p) => p.path)
  if (facts.twoFactor.length > 0 && !facts.twoFactor.some((pair) => pair.every((path) => presented.includes(path))))
    found.push('second_factor_missing')
  if (facts.proofs.some((p) => p.path === 'keypad' && !p.codeRight)) found.push('pin_wrong')
  const people = facts.proofs.map((p) => p.credential?.residentId ?? 'nobody')
  if (people.some((person) => person !== people[0])) found.push('factors_disagree')
  if (credentials.some((c) => c.rights.length === 0)) found.push('no_right')
  const inHours = (right: Schedule) =>
    right.kind === 'always' || right.segments.some((s) => s.weekday === 1 && s.fromMinute <= 720 && s.toMinute > 720)
  if (credentials.some((c) => !c.rights.some(inHours))) found.push('outside_schedule')
  return found
}

const credentialWorlds = fc.record(
  {
    id: fc.constantFrom('c_a', 'c_b'),
    kind: fc.constantFrom('card' as const, 'pin' as const, 'face' as const),
    residentId: fc.constantFrom('r_a', 'r_b'),
    revoked: fc.boolean(),
    notBefore: fc.constantFrom(noon, (noon + 1) as WallMs),
    expiresAt: fc.constantFrom(noon, (noon + 1) as WallMs),
    usesLeft: fc.constantFrom(0, 1),
    lockedOut: fc.boolean(),
    residentSuspended: fc.boolean(),
    rights: fc.subarray([always, mornings]),
    consent: fc.constantFrom('current' as const, 'missing' as const, 'stale' as const),
    otherWayLost: fc.boolean(),
  },
  { requiredKeys: ['id', 'kind', 'residentId', 'revoked', 'lockedOut', 'residentSuspended', 'rights'] },
) as fc.Arbitrary<CredentialFacts>

const proofWorlds = fc.constantFrom<Path>('card', 'keypad', 'face').chain((path) =>
  fc.tuple(
    fc
      .constantFrom(undefined, 'reading_invalid', 'random_identifier', 'face_not_live', 'face_uncertain')
      .map((flaw) => (flaw ? { path, flaw } : { path }) as Proof),
    fc.record(
      { path: fc.constant(path), credential: credentialWorlds, codeRight: fc.boolean(), pathPaused: fc.boolean() },
      { requiredKeys: ['path', 'pathPaused'] },
    ) as fc.Arbitrary<ProofFacts>,
  ),
)

const worldsAtLarge = fc
  .record({
    side: fc.constantFrom('entry' as const, 'exit' as const),
    mode: fc.constantFrom('controlled' as const, 'lockdown' as const, 'open' as const, 'evacuation' as const),
    clockTrusted: fc.boolean(),
    controllerFault: fc.boolean(),
    twoFactor: fc.constantFrom<readonly (readonly [Path, Path])[]>([], [['card', 'keypad']]),
    pieces: fc.array(proofWorlds, { minLength: 1, maxLength: 2 }),
  })
  .map(({ side, pieces, ...rest }) => ({
    attempt: { gate: 'south', side, at: 0 as MonotonicMs, proofs: pieces.map(([proof]) => proof) } satisfies Attempt,
    facts: { ...rest, wall: noon, timeZone: 'Asia/Shanghai', proofs: pieces.map(([, facts]) => facts) } satisfies Facts,
  }))

describe('decide over random worlds', () => {
  test('answers as the literal reading of the rules does', () => {
    fc.assert(
      fc.property(worldsAtLarge, ({ attempt, facts }) => {
        const found = literalReasons(attempt, facts)
        const open = facts.mode === 'open' || facts.mode === 'evacuation'
        const enforced = open
          ? []
          : found.filter((r) => attempt.side === 'entry' || enforcedWhenLeaving.split(' ').includes(r))
        const decision = decide(attempt, facts)
        expect(decision.outcome).toBe(enforced.length > 0 ? 'deny' : 'grant')
        expect(decision.reason).toBe(enforced[0] ?? (open ? 'open_mode' : attempt.side === 'exit' ? 'exit' : 'right'))
      }),
      { numRuns: 20_000 },
    )
  })

  test('never denies leaving to a known, unrevoked card', () => {
    fc.assert(
      fc.property(worldsAtLarge, credentialWorlds, ({ facts }, credential) => {
        const attempt: Attempt = { gate: 'south', side: 'exit', at: 0 as MonotonicMs, proofs: [{ path: 'card' }] }
        const { consent: _, otherWayLost: __, ...rest } = credential
        const known: CredentialFacts = { ...rest, kind: 'card', revoked: false, lockedOut: false }
        const decision = decide(attempt, { ...facts, proofs: [{ path: 'card', credential: known, pathPaused: false }] })
        expect(decision.outcome).toBe('grant')
      }),
      { numRuns: 5000 },
    )
  })
})
