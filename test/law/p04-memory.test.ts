// P4 in memory: the very bytes of a resident's vector stand in the face process while he is enrolled, and a second after his withdrawal
// in no process of the gate. The test opens the sealed template with the gate's own key, as nobody else could.

import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Part, systemClock } from '../../config/words.ts'
import { openTemplate } from '../../drivers/face/seal.ts'
import { readTemplateKey } from '../../drivers/face/template-key.ts'
import { toFixedPoint } from '../../models/match.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera, people } from '../line/camera-plan.ts'
import {
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readStore,
  take,
} from '../line/gate-place.ts'
import { isPidAlive, type RunningGate, runGate } from '../line/running-gate.ts'

const START_LIMIT_MS = 40_000
const WITHDRAWAL_LIMIT_MS = 1000
const CHUNK_BYTES = 4 << 20
const parts: readonly Part[] = ['face', 'card', 'keypad', 'door']

let place: GatePlace
let gate: RunningGate
let person: Person
let model: string

beforeAll(async () => {
  place = await makeGatePlace(addCamera)
  person = await prepareStore(place, async (open) => {
    model = open.model
    const added = await addPerson(open)
    await giveConsent(open, added)
    return added
  })
  gate = await runGate(place)
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

/** Parts of a process's memory that may be read, from and to. */
const readableRanges = (pid: number): (readonly [number, number])[] =>
  readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const found = /^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+\s*(.*)$/.exec(line)
      if (!found || /^\[v/.test(found[3] ?? '')) return []
      return [[Number.parseInt(found[1] ?? '', 16), Number.parseInt(found[2] ?? '', 16)] as const]
    })

/** How often the bytes stand in the memory of a process. */
const countInMemory = (pid: number, wanted: Buffer): number => {
  const file = openSync(`/proc/${pid}/mem`, 'r')
  const chunk = Buffer.alloc(CHUNK_BYTES)
  let count = 0
  const search = (from: number, to: number) => {
    const length = readSync(file, chunk, 0, Math.min(CHUNK_BYTES, to - from), from)
    for (let at = chunk.indexOf(wanted); at !== -1 && at + wanted.length <= length; at = chunk.indexOf(wanted, at + 1))
      count++
  }
  for (const [first, last] of readableRanges(pid)) {
    for (let from = first; from < last; from += CHUNK_BYTES - wanted.length) {
      try {
        search(from, last)
      } catch {
        break // let go of meanwhile, or of a device
      }
    }
  }
  closeSync(file)
  chunk.fill(0)
  return count
}

/** The resident's first template, as only the face process may know it. */
const openVector = (): Buffer => {
  const [blobs, credential] = readStore(place, (facts) => {
    const [id = ''] = facts.listMatchable('south', '', 10)
    return [facts.readTemplates('south', id)[0], id] as const
  })
  if (!blobs) throw new Error('no template in the store')
  const key = take(readTemplateKey(join(place.keysDirectory, 'template.key')))
  const sealed = Buffer.from(blobs.sealed).toString('base64')
  const wrappedKey = Buffer.from(blobs.wrappedKey).toString('base64')
  const vector = take(openTemplate({ sealed, wrappedKey }, { credential, model }, key))
  return Buffer.from(vector.buffer)
}

describe('P4 a withdrawn vector', () => {
  test('is in no process of the gate a second later', { timeout: 2 * START_LIMIT_MS }, async () => {
    const [look] = people.resident
    if (!look) throw new Error('too few looks')
    await gate.play('entry-camera', { hold: look.file, ...(look.view ? { view: look.view } : {}) })
    take(await gate.ask('face enrol', { resident: person.residentId }))
    // As the model gives it, and as the gallery keeps it.
    const vector = openVector()
    const kept = Buffer.from(toFixedPoint(new Float32Array(vector.buffer)).buffer)
    const forms = [vector, kept]
    const holds = (part: Part) => {
      const pid = gate.pidOf(part)
      return pid === undefined ? 0 : forms.reduce((count, form) => count + countInMemory(pid, form), 0)
    }
    await waitUntil('the vector in the gallery', () => countInMemory(gate.pidOf('face') ?? -1, kept) > 0)
    const before = gate.pidOf('face') ?? -1
    const since = systemClock.monotonic()
    take(await gate.ask('consent withdraw', { resident: person.residentId }))
    await waitUntil('the end of the process that held it', () => !isPidAlive(before))
    expect(systemClock.monotonic() - since).toBeLessThan(WITHDRAWAL_LIMIT_MS)
    await gate.pathIs('entry', 'face', 'up', START_LIMIT_MS)
    expect(parts.map(holds)).toEqual(parts.map(() => 0))
    expect(forms.map((form) => countInMemory(gate.pid, form))).toEqual([0, 0])
  })
})
