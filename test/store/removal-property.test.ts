// Whoever goes, alone, by death, or with his household, takes nothing from anybody else: every card, code and face of all others is to
// the gate what it was.

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type MonotonicMs, systemClock, type WallMs } from '../../config/words.ts'
import { removalReasons } from '../../daemon/core/removal.ts'
import type { FactsReader, ProofQuery } from '../../daemon/store/facts.ts'
import type { Ledger } from '../../daemon/store/ledger.ts'
import {
  ask,
  consentOf,
  gate,
  giveCard,
  makePlace,
  mirror,
  model,
  office,
  openLedger,
  openReads,
  take,
} from './place.ts'

const WORLDS = 25
const person = fc.record({
  household: fc.integer({ min: 0, max: 2 }),
  card: fc.boolean(),
  code: fc.boolean(),
  face: fc.boolean(),
  tries: fc.integer({ min: 0, max: 12 }),
  suspended: fc.boolean(),
})
type Person = typeof person extends fc.Arbitrary<infer One> ? One : never
type Held = { readonly residentId: string; readonly householdId: string; readonly queries: readonly ProofQuery[] }

let numbers = 10_000

const add = async (ledger: Ledger, facts: FactsReader, householdId: string, one: Person): Promise<Held> => {
  const resident = { householdId, name: 'somebody', rights: [{ gate }] }
  const { residentId } = take(await ledger.write('addResident', resident, office))
  const queries: ProofQuery[] = []
  // Whoever has a face has a card: the store wants another way.
  if (one.card || one.face) {
    const { token, credentialId } = await giveCard(ledger, facts, residentId)
    queries.push({ path: 'card', token })
    if (one.face) {
      take(await ledger.write('recordConsent', consentOf(residentId), office))
      take(await ledger.write('confirmConsent', { residentId, credentialId }, office))
      const templates = [{ sealed: randomBytes(100), wrappedKey: randomBytes(60) }]
      const face = take(await ledger.write('addTemplates', { residentId, model, templates }, office))
      queries.push({ path: 'face', credentialId: face.credentialId })
    }
  }
  if (one.code) {
    const number = String(numbers++)
    const hash = randomBytes(32)
    const challenge = { salt: randomBytes(16), parameters: { memoryKib: 8, passes: 1, parallelism: 1 } }
    const pin = take(await ledger.write('setPin', { residentId, number, hash, ...challenge }, office))
    queries.push({ path: 'keypad', number, codeHash: hash })
    for (let tries = 0; tries < one.tries; tries++)
      await ledger.record({ kind: 'attempt', payload: {} }, { wrongCode: [pin.credentialId] })
  }
  if (one.suspended) take(await ledger.write('suspendResident', { residentId, because: 'own_request' }, office))
  return { residentId, householdId, queries }
}

test('removing one resident, for whatever reason, or a whole household changes no other credential', {
  timeout: 120_000,
}, async () => {
  const opened = await openLedger(makePlace())
  const { ledger } = opened
  const facts = openReads(opened)
  take(await mirror(ledger))
  const monotonic = systemClock.monotonic() as MonotonicMs
  const wall = systemClock.wall()
  const factsOf = (held: readonly Held[]) =>
    held.map(({ queries }) => queries.map((query) => ask(facts, [query], { wall, monotonic }).proofs))
  let compared = 0
  const worlds = fc.array(person, { minLength: 2, maxLength: 6 })
  const how = fc.constantFrom(...removalReasons, 'household' as const)
  let rooms = 0
  await fc.assert(
    fc.asyncProperty(worlds, how, fc.nat(), async (people, because, chosen) => {
      const households: string[] = []
      for (let n = 0; n < 3; n++)
        households.push(take(await ledger.write('addHousehold', { room: `p ${rooms++}` }, office)).householdId)
      const held: Held[] = []
      for (const one of people) held.push(await add(ledger, facts, households[one.household] ?? '', one))
      const gone = held[chosen % held.length]
      if (!gone) throw new Error('unreachable: somebody lives there')
      const goes = (one: Held) => (because === 'household' ? one.householdId === gone.householdId : one === gone)
      const others = held.filter((one) => !goes(one))
      const before = factsOf(others)
      if (because === 'household') {
        const leaving = {
          householdId: gone.householdId,
          room: `q ${rooms}`,
          name: `q ${rooms++} →`,
          dueAt: 1 as WallMs,
        }
        take(await ledger.write('leaveHousehold', leaving, office))
        take(await ledger.write('endHousehold', { householdId: gone.householdId }, office))
        while ((await ledger.write('removeMovedOut', { householdId: gone.householdId }, office)).ok) compared += 0
      } else take(await ledger.write('removeResident', { residentId: gone.residentId, because }, office))
      expect(factsOf(others)).toEqual(before)
      expect(facts.showResident(gone.residentId)).toBeUndefined()
      for (const proofs of factsOf([gone]).flat(2)) expect(proofs.credential?.revoked ?? true).toBe(true)
      compared += before.flat().length
    }),
    { numRuns: WORLDS },
  )
  expect(compared).toBeGreaterThan(WORLDS)
})
