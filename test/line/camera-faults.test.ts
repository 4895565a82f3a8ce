// A camera whose pictures go black, in the running gate: told as a fault of the device within five seconds, taken back when it is over,
// and nothing to anybody with a card.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import type { Status } from '../../daemon/commands/status.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { needPart } from '../parts.ts'
import { people } from './camera-plan.ts'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore } from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
const FAULT_LIMIT_MS = 5000
/** Of the camera's own time: black for ten seconds in each twenty. */
const PERIOD_S = 20
const scene = `testsrc2=size=640x480:rate=10,noise=alls=6:allf=t,drawbox=color=black:t=fill:enable='lt(mod(t,${PERIOD_S}),10)'`

let place: GatePlace
let gate: RunningGate
let person: Person

const withFfmpeg = needPart('ffmpeg')

describe.skipIf(!withFfmpeg)('a camera in the running gate', () => {
  beforeAll(async () => {
    place = await makeGatePlace((plan) => {
      plan.sides.entry.face = [{ id: 'entry-camera', driver: 'ffmpeg', input: scene, format: 'lavfi' }]
      plan.face = { pack: people.pack, modelsDirectory: people.modelsDirectory }
    })
    person = await prepareStore(place, addPerson)
    gate = await runGate(place)
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  const readCamera = async () => {
    const status = await gate.ask('status')
    return status.ok ? (status.value as Status).sides.entry?.face?.[0] : undefined
  }
  /** Until the camera is so; the longest it takes is until its picture changes, and the fault's own time. */
  const cameraIs = async (wanted: object): Promise<number> => {
    const look = async () => {
      const { state, because } = (await readCamera()) ?? {}
      return JSON.stringify({ state, because }) === JSON.stringify(wanted)
    }
    await waitUntil(`the camera ${JSON.stringify(wanted)}`, look, PERIOD_S * 1000)
    return systemClock.monotonic()
  }

  test('that goes black is down and says so, comes back by itself, and costs nobody his card', {
    timeout: 90_000,
  }, async () => {
    await cameraIs({ state: 'up' })
    const fell = await cameraIs({ state: 'down', because: 'camera_black' })
    await gate.play('entry-card', { tap: person.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant' })
    const rose = await cameraIs({ state: 'up' })
    const fellAgain = await cameraIs({ state: 'down', because: 'camera_black' })
    // Ten seconds black and ten not: each change is told within the limit of when it was there.
    expect(Math.abs(rose - fell - 10_000)).toBeLessThan(FAULT_LIMIT_MS)
    expect(Math.abs(fellAgain - rose - 10_000)).toBeLessThan(FAULT_LIMIT_MS)
  })
})
