// Who asks to be looked at and who is told what to do, in whole gates with real models: faces on request after `#` only, a face as the
// second proof at once, a hint to one who stands too far away, and to nobody where no face is enrolled.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import type { Look } from '../drivers/face-people.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera, people } from './camera-plan.ts'
import {
  addPerson,
  type GatePlace,
  type GatePlan,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  take,
} from './gate-place.ts'
import { isSign, type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
const FACE_LIMIT_MS = 20_000
/** Longer than three looks take. */
const LOOKS_MS = 3000
const ABSENCE_MS = 2500
/** In which a key or tap stops the camera otherwise. */
const YIELD_MS = 5000

const [enrolled, , , seen] = people.resident
if (!enrolled || !seen) throw new Error('too few pictures')

const openGate = async (change: (plan: GatePlan) => void) => {
  const place = await makeGatePlace((plan) => {
    addCamera(plan)
    change(plan)
  })
  const person = await prepareStore(place, async (open) => {
    const added = await addPerson(open)
    await giveConsent(open, added)
    return added
  })
  return { place, person, gate: await runGate(place) }
}

let place: GatePlace
let gate: RunningGate
let person: Person

const closeGate = async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
}
const hold = ({ file, view = {} }: Look, more: object = {}) =>
  gate.play('entry-camera', { hold: file, view: { ...view, ...more } })
const waitMs = async (ms: number) => {
  const until = systemClock.monotonic() + ms
  await waitUntil('a while', () => systemClock.monotonic() >= until, 2 * ms)
}
const leave = async () => {
  await gate.play('entry-camera', { clear: true })
  await waitMs(ABSENCE_MS)
}
const enrol = async () => {
  await hold(enrolled)
  take(await gate.ask('face enrol', { resident: person.residentId }))
  await leave()
}
const faceAttempts = () =>
  gate.told.filter((one) => one.kind === 'attempt' && one.attempt.proofs.some(({ path }) => path === 'face')).length
const hintsSince = (from: number) =>
  gate.told
    .slice(from)
    .flatMap((one) =>
      one.kind === 'signal' && /^(come_closer|look_here|hold_still|more_light|show_face)$/.test(one.shown.sign)
        ? [one.shown.sign]
        : [],
    )

describe('where faces are looked at on request', () => {
  beforeAll(async () => {
    ;({ place, gate, person } = await openGate((plan) => {
      plan.face = { ...plan.face, start: 'request' }
    }))
    await enrol()
  }, 2 * START_LIMIT_MS)
  afterAll(closeGate)

  test('whoever stands there is not, until he presses #, and then at once', { timeout: 60_000 }, async () => {
    const before = faceAttempts()
    await hold(seen)
    await waitMs(LOOKS_MS)
    expect(faceAttempts()).toBe(before)
    const { at } = await gate.type('entry-keypad', '#')
    const opened = await gate.attempt('face', FACE_LIMIT_MS)
    expect(opened.decision).toMatchObject({ outcome: 'grant', residentId: person.residentId })
    expect(opened.attempt.at - Number(at)).toBeLessThan(YIELD_MS)
    // Three frames decide: he waits from the first of them on, and not from before he asked.
    const [proof] = opened.attempt.proofs
    const waitedFrom = proof?.path === 'face' ? (proof.waitedFrom ?? 0) : 0
    expect(waitedFrom).toBeGreaterThan(Number(at))
    expect(waitedFrom).toBeLessThan(opened.attempt.at)
    await leave()
  })

  test('another key after it ends the request', { timeout: 60_000 }, async () => {
    const before = faceAttempts()
    await gate.type('entry-keypad', '#')
    await gate.type('entry-keypad', '1')
    await hold(seen)
    await waitMs(YIELD_MS + LOOKS_MS)
    expect(faceAttempts()).toBe(before)
    await gate.type('entry-keypad', '**')
    await leave()
  })
})

describe('where a face is the second proof', () => {
  beforeAll(async () => {
    ;({ place, gate, person } = await openGate((plan) => {
      plan.sides.entry.twoFactor = [
        ['card', 'face'],
        ['card', 'keypad'],
      ]
    }))
    await enrol()
  }, 2 * START_LIMIT_MS)
  afterAll(closeGate)

  test('the tap asks for it, and does not put it off', { timeout: 60_000 }, async () => {
    await leave()
    const { at } = await gate.play('entry-card', { tap: person.card })
    await gate.next(isSign('second_please'))
    await hold(seen)
    const opened = await gate.attempt('face', FACE_LIMIT_MS)
    expect(opened.attempt.proofs.map(({ path }) => path)).toEqual(['card', 'face'])
    expect(opened.decision).toMatchObject({ outcome: 'grant' })
    // The first frame that could decide, not the decision: the face process has the lowest priority, and the machine may be busy.
    const from = opened.attempt.proofs.map((proof) => ('waitedFrom' in proof ? Number(proof.waitedFrom) : 0))
    expect(Math.max(...from) - Number(at)).toBeLessThan(YIELD_MS)
    expect(Math.max(...from)).toBeGreaterThan(Number(at))
  })
})

describe('a person who stands too far away', () => {
  beforeAll(async () => {
    ;({ place, gate, person } = await openGate(() => undefined))
  }, 2 * START_LIMIT_MS)
  afterAll(closeGate)
  const far = { scale: 0.3 }

  test('is told nothing where nobody is enrolled', { timeout: 60_000 }, async () => {
    const from = gate.told.length
    await hold(seen, far)
    await waitMs(2 * LOOKS_MS)
    expect(hintsSince(from)).toEqual([])
    await leave()
  })

  test('is told to come closer, once in a while, by light and sound of that side', { timeout: 90_000 }, async () => {
    await enrol()
    const from = gate.told.length
    await hold(seen, far)
    await waitUntil('a hint', () => hintsSince(from).length > 0, FACE_LIMIT_MS)
    await waitMs(LOOKS_MS)
    expect(hintsSince(from)).toEqual(['come_closer'])
    await leave()
  })

  test('is told nothing while he walks by', { timeout: 60_000 }, async () => {
    const from = gate.told.length
    for (let step = 0; step < 12; step++) {
      await hold(seen, { ...far, shift: { x: -0.3 + step * 0.05 } })
      await waitMs(250)
    }
    await leave()
    expect(hintsSince(from)).toEqual([])
  })
})
