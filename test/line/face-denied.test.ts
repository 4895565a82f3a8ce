// A resident whom the gate knows and does not let in now, standing before the camera for a while: one event, as a card would leave, and
// no count of a stranger. Among ten people in one picture only whoever stands in front is looked at.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { openWriter } from '../../daemon/store/open.ts'
import type { Look } from '../drivers/face-people.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera, people } from './camera-plan.ts'
import {
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  storeKeyOf,
  take,
} from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
const FACE_LIMIT_MS = 20_000
/** All the looks that a face is given. */
const STANDS_MS = 8000
const ABSENCE_MS = 2500
const NEVER = 'never'

let folder = ''
let place: GatePlace
let gate: RunningGate
let person: Person
const [enrolled, , , seen] = people.resident
const [stranger] = people.stranger
if (!enrolled || !seen || !stranger) throw new Error('too few pictures')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-crowd-'))
  place = await makeGatePlace((plan) => {
    addCamera(plan)
    plan.sides.entry.face = [{ id: 'entry-camera', driver: 'folder', zone: { minFacePixels: 40 } }]
  })
  await prepareStore(place, async () => undefined)
  // A schedule without an hour: its resident is known and outside it, always.
  const { store, close } = take(openWriter({ file: place.storeFile, key: storeKeyOf(place) }))
  store.prepare("INSERT INTO schedule (id, name, kind) VALUES (?, ?, 'weekly')").run(NEVER, NEVER)
  close()
  person = await prepareStore(place, async (open) => {
    const added = await addPerson(open, { scheduleId: NEVER })
    await giveConsent(open, added)
    return added
  })
  gate = await runGate(place)
  await show(enrolled)
  take(await gate.ask('face enrol', { resident: person.residentId }))
  await leave()
}, 2 * START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const show = ({ file, view }: Look) => gate.play('entry-camera', { hold: file, ...(view ? { view } : {}) })
const waitMs = async (ms: number) => {
  const until = systemClock.monotonic() + ms
  await waitUntil('a while', () => systemClock.monotonic() >= until, 2 * ms)
}
const leave = async () => {
  await gate.play('entry-camera', { clear: true })
  await waitMs(ABSENCE_MS)
}

test('a known face that is denied is one event, however long it stands there', { timeout: 60_000 }, async () => {
  const [events, happened] = [readLedger(place, 'attempt').length, gate.told.length]
  await show(seen)
  const denied = await gate.attempt('face', FACE_LIMIT_MS)
  expect(denied.decision).toMatchObject({ outcome: 'deny', reason: 'outside_schedule', residentId: person.residentId })
  await waitMs(STANDS_MS)
  await leave()
  expect(readLedger(place, 'attempt')).toHaveLength(events + 1)
  expect(gate.told.slice(happened).filter(({ kind }) => kind === 'count')).toEqual([])
})

/** Ten faces, the first of them larger than the others, in a picture of their own. */
const drawCrowd = async (name: string, first: Look, other: Look): Promise<Look> => {
  const crop = async ({ file, view = {} }: Look, side: number) => {
    const { x = 0, y = 0, width = 1, height = 1 } = view as Record<string, number>
    const { width: wide = 1, height: high = 1 } = await sharp(file).metadata()
    const part = {
      left: Math.round(x * wide),
      top: Math.round(y * high),
      width: Math.floor(width * wide),
      height: Math.floor(height * high),
    }
    return sharp(file).extract(part).resize(side, side, { fit: 'cover' }).toBuffer()
  }
  const [large, small] = [await crop(first, 300), await crop(other, 120)]
  const places = Array.from({ length: 9 }, (_, n) => ({ left: n < 5 ? n * 128 : (n - 5) * 128, top: n < 5 ? 0 : 360 }))
  const file = join(folder, name)
  await sharp({ create: { width: 640, height: 480, channels: 3, background: '#808080' } })
    .composite([...places.map((each) => ({ input: small, ...each })), { input: large, left: 170, top: 90 }])
    .png()
    .toFile(file)
  return { file }
}

test('of ten people only the one in front is looked at', { timeout: 90_000 }, async () => {
  const strangerInFront = await drawCrowd('stranger.png', stranger, seen)
  const happened = gate.told.length
  const attempts = () => gate.told.slice(happened).filter(({ kind }) => kind === 'attempt').length
  await show(strangerInFront)
  await waitMs(STANDS_MS)
  expect(attempts()).toBe(0)
  await leave()
  await show(await drawCrowd('resident.png', seen, stranger))
  const denied = await gate.attempt('face', FACE_LIMIT_MS)
  expect(denied.decision).toMatchObject({ outcome: 'deny', residentId: person.residentId })
  await leave()
  expect(attempts()).toBe(1)
})
