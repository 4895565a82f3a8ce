// P12 and P3 where a face does not look alive: whoever holds a photograph before the camera, as often as he likes, takes nothing from
// the resident whose face it is. The line with its real store; the readings are what the face part would say.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { freeTries } from '../../daemon/core/limits.ts'
import type { Decision } from '../../daemon/core/types.ts'
import { attemptEffects, attemptEvent } from '../../daemon/events.ts'
import { openGate } from '../../daemon/gate.ts'
import type { GateWorld } from '../../daemon/gate-world.ts'
import type { Reading } from '../../drivers/protocol.ts'
import type { Sign } from '../../drivers/signal/contract.ts'
import { addFace, addPerson, giveConsent, makeGatePlace, type OpenPlace, prepareStore } from '../line/gate-place.ts'

const LIMIT_MS = 120_000

type Seen = { readonly decisions: Decision[]; readonly signs: Sign[] }

/** The gate's line over this store; the door and the signal are lists. */
const openLine = ({ config, facts, ledger }: OpenPlace) => {
  const seen: Seen = { decisions: [], signs: [] }
  const world: GateWorld = {
    gate: config.gate,
    clock: systemClock,
    facts,
    signal: { show: (_, sign) => seen.signs.push(sign) },
    menus: {
      open: () => undefined,
      close: () => undefined,
      isOpen: () => false,
      choose: async () => undefined,
      closeUntouched: () => undefined,
    },
    record: async (kind, attempt, known, decision) => {
      await ledger.record({ ...attemptEvent(attempt, decision), kind }, attemptEffects(attempt, known, decision))
      return { ref: 'r', kept: 'stored' }
    },
    door: { open: () => true },
    askFace: () => undefined,
    claimFace: () => undefined,
    circumstances: () => ({
      ...{ mode: 'controlled', wall: systemClock.wall(), monotonic: systemClock.monotonic() },
      ...{ clockTrusted: true, timeZone: config.timeZone, graceDays: 7 },
    }),
    twoFactor: () => [],
    sideOf: () => 'entry',
    onAttempt: (_, decision) => seen.decisions.push(decision),
    onFlood: () => undefined,
    onFault: (code) => {
      throw new Error(code)
    },
  }
  const gate = openGate(world)
  const give = async (reading: Reading): Promise<Decision | undefined> => {
    gate.take(reading)
    await gate.settle()
    return seen.decisions.at(-1)
  }
  return { give, seen }
}

test('P12 a face that is not alive is denied, and counts neither against his card nor against his code', {
  timeout: LIMIT_MS,
}, async () => {
  await using place = await makeGatePlace((plan) => {
    plan.sides.entry.face = [{ id: 'entry-camera', driver: 'folder' }]
    plan.face = { pack: 'builtin', modelsDirectory: './models' }
  })
  await prepareStore(place, async (open) => {
    const person = await addPerson(open)
    await giveConsent(open, person)
    const face = await addFace(open, person)
    const { give, seen } = openLine(open)
    const at = () => systemClock.monotonic()
    const tap = () =>
      give({
        ...{ type: 'reading', path: 'card', device: 'r', at: at() },
        card: { kind: 'iso14443_3', identifier: person.card, random: false },
      })
    let typed = 0
    // At one keypad alone he would be slowed before he is locked out.
    const type = (code: string) =>
      give({
        ...{ type: 'reading', path: 'keypad', device: `k${typed++ % 3}`, at: at() },
        keys: { frame: 'open', number: person.number, code },
      })
    const show = (standing: 'certain' | 'not_live') =>
      give({ type: 'reading', path: 'face', device: 'f', at: at(), credential: face, standing })

    const steps = fc.array(fc.constantFrom('photograph', 'photograph', 'photograph', 'card', 'code', 'himself'), {
      minLength: 1,
      maxLength: 24,
    })
    const mine = { outcome: 'grant', reason: 'right', residentId: person.residentId }
    await fc.assert(
      fc.asyncProperty(steps, async (order) => {
        for (const step of order) {
          if (step === 'photograph') {
            expect(await show('not_live')).toMatchObject({ outcome: 'deny', reason: 'face_not_live' })
            expect(seen.signs.at(-1)).toBe('use_card_or_code')
          } else if (step === 'card') expect(await tap()).toMatchObject(mine)
          else if (step === 'code') expect(await type(person.code)).toMatchObject(mine)
          else expect(await show('certain')).toMatchObject(mine)
        }
      }),
      { numRuns: 12 },
    )
    expect(seen.decisions.filter(({ reason }) => reason === 'face_not_live').length).toBeGreaterThan(freeTries)
    // And none of them was one of the wrong codes that he has free.
    for (let tries = 0; tries < freeTries; tries++) expect(await type('000000')).toMatchObject({ reason: 'pin_wrong' })
    expect(await type('000000')).toMatchObject({ reason: 'credential_locked_out' })
    expect(await show('not_live')).toMatchObject({ reason: 'face_not_live' })
    expect(await tap()).toMatchObject(mine)
  })
})
