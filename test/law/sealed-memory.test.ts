// P4 in main's memory: main forwards sealed templates and can open none. What it forwarded may stand in its heap until that is used
// again, and is worth nothing without the template key: neither that key nor a vector is ever there.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reveal } from '../../config/words.ts'
import { makeId } from '../../daemon/store/ids.ts'
import { sealTemplate } from '../../drivers/face/seal.ts'
import { readTemplateKey } from '../../drivers/face/template-key.ts'
import { toFixedPoint } from '../../models/match.ts'
import { findPack } from '../../models/packs.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { findInMemory, type Traces } from '../drivers/process-memory.ts'
import { addCamera, people } from '../line/camera-plan.ts'
import {
  addPerson,
  byOffice,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type OpenPlace,
  type Person,
  prepareStore,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'

const START_LIMIT_MS = 60_000
const LOAD_LIMIT_MS = 20_000

let place: GatePlace
let gate: RunningGate
let person: Person
let traces: Traces

beforeAll(async () => {
  place = await makeGatePlace(addCamera)
  ;[person, traces] = await prepareStore(place, async (open) => {
    const added = await addPerson(open)
    await giveConsent(open, added)
    return [added, await enrolNobody(open, added)] as const
  })
  gate = await runGate(place)
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

/** A vector of nobody, sealed as the face process seals one. */
const enrolNobody = async (open: OpenPlace, person: Person): Promise<Traces> => {
  const credential = makeId('c')
  const key = take(readTemplateKey(join(place.keysDirectory, 'template.key')))
  const { pack } = take(await findPack(people.pack, people.modelsDirectory))
  const drawn = Array.from(randomBytes(pack.embedder.dimension), (byte) => byte / 255 - 0.5)
  const vector = Float32Array.from(drawn, (value) => value / Math.hypot(...drawn))
  const { sealed, wrappedKey } = sealTemplate(vector, { credential, model: open.model }, key)
  const templates = [{ sealed: Buffer.from(sealed, 'base64'), wrappedKey: Buffer.from(wrappedKey, 'base64') }]
  const face = { residentId: person.residentId, credentialId: credential, model: open.model, templates }
  take(await open.ledger.write('addTemplates', face, byOffice))
  return new Map([
    ['vector', Buffer.from(vector.buffer).subarray(64, 128)],
    ['vector in the gallery', Buffer.from(toFixedPoint(vector).buffer).subarray(64, 128)],
    ['template key', reveal(key)],
    ['template key as text', Buffer.from(reveal(key).toString('hex'))],
    ['sealed', templates[0]?.sealed.subarray(64, 128) ?? Buffer.alloc(64)],
  ])
}

test('main holds what it forwards and cannot open, never a vector nor the key to one, before an erasure or after it', {
  timeout: 60_000,
}, async () => {
  const face = gate.pidOf('face')
  if (face === undefined) throw new Error('no face process')
  // Not about main but about this search: it sees what is there.
  const isHere = () => findInMemory(face, traces).includes('vector in the gallery')
  await waitUntil('the vector in the face process', isHere, LOAD_LIMIT_MS)
  expect(findInMemory(gate.pid, traces)).toEqual(['sealed'])
  take(await gate.ask('erase', { resident: person.residentId }))
  const left = findInMemory(gate.pid, traces)
  expect(left.filter((name) => name !== 'sealed')).toEqual([])
})
