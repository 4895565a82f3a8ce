// The whole line with real parts in one run: a card tapped at a real pcscd, a code typed on a real pseudo-terminal and a face in
// frames of a real ffmpeg open one gate at the same time. Then its disk stalls during a tap.

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { allPeople } from '../drivers/face-people.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { openPty, type Pty } from '../drivers/pty.ts'
import { startVirtualReader, type VirtualReader } from '../drivers/virtual-card.ts'
import { needPart } from '../parts.ts'
import {
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  take,
  verifyLedger,
} from './gate-place.ts'
import { lockStore } from './locked-store.ts'
import { makeVideo } from './person-video.ts'
import { type AttemptHappening, isStalled, type RunningGate, runGate } from './running-gate.ts'

const hasParts = (['pcscd', 'vpcd', 'pcsclite', 'unshare', 'socat', 'ffmpeg'] as const).map(needPart).every(Boolean)
/** Models to load, a video to decode, and other tests beside it. */
const START_LIMIT_MS = 40_000
const FACE_LIMIT_MS = 40_000
/** The bound of design.md §2. */
const RECORD_LIMIT_MS = 100
/** Scheduling of four processes on two busy cores; the bench measures the bound itself. */
const SLACK_MS = 150

const expectOpened = async (gate: RunningGate, attempt: AttemptHappening, person: Person) => {
  expect(attempt.decision).toMatchObject({ outcome: 'grant', reason: 'right', residentId: person.residentId })
  const opened = await gate.relayOn(attempt)
  expect(opened.ref).toBe(attempt.record.ref)
  return opened
}

describe.skipIf(!hasParts)('the line', () => {
  let reader: VirtualReader
  let keypad: Pty
  let place: GatePlace
  let gate: RunningGate
  let [byCard, byCode, byFace]: Person[] = []
  const people = () => {
    if (!byCard || !byCode || !byFace) throw new Error('the people are not there yet')
    return { byCard, byCode, byFace }
  }

  beforeAll(async () => {
    const [model] = allPeople
    const look = model?.resident[0]
    if (!model || !look) throw new Error('no picture of a person')
    reader = await startVirtualReader()
    keypad = await openPty()
    place = await makeGatePlace((plan) => {
      const [name] = reader.names
      plan.sides.entry = {
        card: [{ id: 'entry-card', driver: 'pcsc', reader: name }],
        keypad: [{ id: 'entry-keypad', driver: 'serial', device: keypad.device }],
        face: [{ id: 'entry-camera', driver: 'ffmpeg', input: './person.avi', loop: true }],
      }
      plan.face = { pack: model.pack, modelsDirectory: model.modelsDirectory }
    })
    await makeVideo(look, `${place.folder}/person.avi`)
    ;[byCard, byCode, byFace] = await prepareStore(place, async (open) => {
      const three = [await addPerson(open), await addPerson(open), await addPerson(open)]
      if (three[2]) await giveConsent(open, three[2])
      return three
    })
    gate = await runGate(place, { env: reader.env })
    for (const path of ['card', 'keypad', 'face'] as const) await gate.pathIs('entry', path, 'up', FACE_LIMIT_MS)
  }, START_LIMIT_MS + FACE_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await keypad?.close()
    await reader?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  test('opens for a card, a code and a face at the same time, each with its own record', {
    timeout: 2 * FACE_LIMIT_MS,
  }, async () => {
    const { byCard, byCode, byFace } = people()
    // From the moment she is enrolled the camera may know her; the others come at that very moment.
    take(await gate.ask('face enrol', { resident: byFace.residentId }))
    const [, card, code, face] = await Promise.all([
      reader.tap(byCard.card),
      gate.attempt('card', FACE_LIMIT_MS),
      (async () => {
        keypad.type(`${byCode.number}*${byCode.code}#`)
        return gate.attempt('keypad', FACE_LIMIT_MS)
      })(),
      gate.attempt('face', FACE_LIMIT_MS),
    ])
    await reader.remove()
    await expectOpened(gate, card, byCard)
    await expectOpened(gate, code, byCode)
    await expectOpened(gate, face, byFace)
    for (const [attempt, path, person] of [
      [card, 'card', byCard],
      [code, 'keypad', byCode],
      [face, 'face', byFace],
    ] as const) {
      const find = () => readLedger(place, 'attempt').find(({ payload }) => payload?.['resident'] === person.residentId)
      await waitUntil('the record', () => find() !== undefined)
      expect(find()?.payload).toMatchObject({ paths: [path], outcome: 'grant', reason: 'right' })
      // A disk of a busy test machine may stall by itself; then the order names the journal.
      if (attempt.record.kept === 'stored') expect(String(find()?.seq)).toBe(attempt.record.ref)
    }
    expect(new Set([card, code, face].map(({ record }) => record.ref)).size).toBe(3)
  })

  test('is delayed by a stalled disk by at most 100 ms, and what it did lands in order', async () => {
    const { byCard, byCode } = people()
    const before = readLedger(place).length
    const unlock = lockStore(place)
    // Also when this fails half-way, or the next try finds the store locked.
    onTestFinished(unlock)
    await reader.tap(byCard.card)
    const tap = await gate.attempt('card')
    const opened = await expectOpened(gate, tap, byCard)
    expect(tap.record.kept).toBe('journaled')
    expect(opened.at - tap.attempt.at).toBeLessThan(RECORD_LIMIT_MS + SLACK_MS)
    // Whichever is first: that the record is late, or why.
    await gate.next(isStalled)
    keypad.type(`${byCode.number}*${byCode.code}#`)
    const typed = await gate.attempt('keypad')
    await expectOpened(gate, typed, byCode)
    unlock()
    await gate.alarm('store_answers')
    const landed = () => readLedger(place, 'attempt').filter(({ seq, flags }) => seq > before && flags === 'journaled')
    await waitUntil('both records', () => landed().length === 2)
    expect(landed().map(({ payload }) => payload?.['resident'])).toEqual([byCard.residentId, byCode.residentId])
    expect(verifyLedger(place)).toMatchObject({ ok: true })
    await reader.remove()
  })
})
