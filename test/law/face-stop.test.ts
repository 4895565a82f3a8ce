// A legal stop of all faces: at once, for everyone, through restarts and a new name of the gate, ended by the office alone, and noticed
// by no card and no code. Real models, a simulated camera.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Side, systemClock } from '../../config/words.ts'
import type { Status } from '../../daemon/commands/status.ts'
import { openFaceStop } from '../../daemon/face-stop.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera, people } from '../line/camera-plan.ts'
import {
  addPerson,
  byOffice,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'
import { ask, makePlace, mirror, office, openLedger, openReads, refusal, gate as southGate } from '../store/place.ts'

const START_LIMIT_MS = 60_000
const FACE_LIMIT_MS = 30_000
/** The promise. */
const STOP_LIMIT_MS = 1000
/** Longer than the camera's pause after a card, and long enough for three looks. */
const VISIT_MS = 8000
const ABSENCE_MS = 1500
const YIELD_MS = 5000
const because = 'court order 2026-114'

describe('at a running gate', () => {
  let place: GatePlace
  let gate: RunningGate
  let person: Person

  beforeAll(async () => {
    place = await makeGatePlace(addCamera)
    person = await prepareStore(place, async (open) => {
      const added = await addPerson(open)
      await giveConsent(open, added)
      return added
    })
    gate = await runGate(place)
    await hold(0)
    take(await gate.ask('face enrol', { resident: person.residentId }))
    await leave()
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  const lookOf = (n: number) => {
    const look = people.resident.at(n)
    if (!look) throw new Error('no picture')
    return { file: look.file, ...(look.view ? { view: look.view } : {}) }
  }
  const hold = (n: number) => {
    const { file, ...view } = lookOf(n)
    return gate.play('entry-camera', { hold: file, ...view })
  }
  const visit = () => {
    const { file, ...view } = lookOf(-1)
    return gate.play('entry-camera', { show: file, forMs: VISIT_MS, ...view })
  }
  const waitFor = (ms: number) => {
    const since = systemClock.monotonic()
    return waitUntil('a while', () => systemClock.monotonic() - since > ms, 2 * ms)
  }
  const leave = async () => {
    await gate.play('entry-camera', { clear: true })
    await waitFor(ABSENCE_MS)
  }
  const faces = () => readLedger(place, 'attempt').filter(({ payload }) => String(payload?.['paths']) === 'face')
  const expectFaceOpens = async () => {
    await visit()
    const { decision } = await gate.attempt('face', FACE_LIMIT_MS)
    expect(decision).toMatchObject({ outcome: 'grant', residentId: person.residentId })
    await leave()
  }
  const expectNobodyLooks = async () => {
    const before = faces().length
    await visit()
    await waitFor(VISIT_MS)
    expect(faces()).toHaveLength(before)
  }
  const expectOthersOpen = async () => {
    await gate.play('entry-card', { tap: person.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
    await gate.type('entry-keypad', `${person.number}*${person.code}#`)
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
  }
  const stopped = async () => (take(await gate.ask('status')) as Status).faceStopped

  test('faces open before, and not a second after; cards and codes do not notice', { timeout: 90_000 }, async () => {
    await expectFaceOpens()
    const began = systemClock.monotonic()
    take(await gate.ask('face off', { because }))
    expect(systemClock.monotonic() - began).toBeLessThan(STOP_LIMIT_MS)
    expect(await stopped()).toBe(because)
    expect(readLedger(place, 'faces_stopped').at(-1)?.payload).toMatchObject({ because })
    await expectNobodyLooks()
    await expectOthersOpen()
  })

  test('nobody is enrolled meanwhile, and no reason is no order', async () => {
    expect(refusal(await gate.ask('face enrol', { resident: person.residentId }))).toBe('face_stopped')
    expect(refusal(await gate.ask('face off', { because: '  ' }))).toBe('because_missing')
    expect(refusal(await gate.ask('face on', {}))).toBe('args_refused')
  })

  test('a new face process, and a new gate, still look at nobody', { timeout: 120_000 }, async () => {
    const face = gate.pidOf('face')
    if (face === undefined) throw new Error('no face process')
    process.kill(face, 'SIGKILL')
    await gate.pathIs('entry', 'face', 'down')
    await gate.pathIs('entry', 'face', 'up', START_LIMIT_MS)
    await expectNobodyLooks()
    await gate.stop()
    gate = await runGate(place)
    expect(await stopped()).toBe(because)
    await expectNobodyLooks()
    await expectOthersOpen()
  })

  test('only the office lets faces in again, with a reason', { timeout: 90_000 }, async () => {
    take(await gate.ask('face on', { because: 'order lifted' }))
    expect(await stopped()).toBeUndefined()
    expect(readLedger(place, 'faces_allowed').at(-1)?.payload).toMatchObject({ because: 'order lifted' })
    // He was let in by card and code, and must be seen to have gone before he is let in once more.
    await waitFor(YIELD_MS + ABSENCE_MS)
    await expectFaceOpens()
    expect(refusal(await gate.ask('face on', { because }))).toBe('face_not_stopped')
  })
})

describe('in the store', () => {
  test('holds for every side, for another name of the gate, and beside a remedy’s pause', async () => {
    const { ledger, ...opened } = await openLedger(makePlace())
    const facts = openReads({ ledger, ...opened })
    take(await mirror(ledger))
    const paused = (gate: string, side: Side, path: 'card' | 'face') =>
      ask(facts, [{ path }], { gate, side }).proofs[0]?.pathPaused
    const inequality = { gate: southGate, side: 'entry', path: 'face', because: 'inequality' } as const
    take(await ledger.write('stopFaces', { because }, office))
    take(await ledger.write('pausePath', inequality, office))
    for (const gate of [southGate, 'north'])
      for (const side of ['entry', 'exit'] as const) {
        expect([gate, side, paused(gate, side, 'face')]).toEqual([gate, side, true])
        expect([gate, side, paused(gate, side, 'card')]).toEqual([gate, side, false])
      }
    take(await ledger.write('allowFaces', { because }, office))
    expect([paused(southGate, 'entry', 'face'), paused(southGate, 'exit', 'face')]).toEqual([true, false])
    take(await ledger.write('resumePath', inequality, office))
    expect(paused(southGate, 'entry', 'face')).toBe(false)
  })
})

describe('while the disk refuses', () => {
  const play = (answers: readonly string[], before?: string) => {
    const told: string[] = []
    const left = [...answers]
    const write = async () => {
      const code = left.shift() ?? 'ok'
      return code === 'ok' ? { ok: true, value: {} } : { ok: false, code }
    }
    const stop = openFaceStop({
      facts: { readFaceStop: () => before },
      ledger: { write } as Parameters<typeof openFaceStop>[0]['ledger'],
      face: { pause: (side, paused) => void told.push(`${side} ${paused}`) },
    })
    return { ...stop, told }
  }

  test('faces stay stopped until the office says otherwise', async () => {
    const { stop, lift, isStopped, told } = play(['store_full', 'face_not_stopped'])
    expect(refusal(await stop(because, byOffice))).toBe('store_full')
    expect([isStopped(), told]).toEqual([true, ['entry true', 'exit true']])
    take(await lift(because, byOffice))
    expect([isStopped(), told.slice(2)]).toEqual([false, ['entry false', 'exit false']])
  })

  test('a lift that is not written lifts nothing', async () => {
    const { lift, isStopped, told } = play(['store_full'], because)
    expect(refusal(await lift(because, byOffice))).toBe('store_full')
    expect([isStopped(), told]).toEqual([true, []])
  })

  test('a remedy neither lifts the stop nor is lifted with it', async () => {
    const { stop, lift, pause, tellFace, told } = play([])
    pause('entry', true)
    take(await stop(because, byOffice))
    pause('exit', false)
    tellFace()
    take(await lift(because, byOffice))
    expect(told).toEqual([
      ...['entry true', 'entry true', 'exit true', 'exit true', 'entry true', 'exit true'],
      ...['entry true', 'exit false'],
    ])
  })
})
