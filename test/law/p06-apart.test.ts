// P6: paths don't wait for each other. Cards are tapped while the keypad's line floods, while the face process is frozen and while it
// is killed again and again. By ratio to the same taps on a quiet gate: how many milliseconds it takes is the bench's to say.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addCamera } from '../line/camera-plan.ts'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore } from '../line/gate-place.ts'
import { type AttemptHappening, type RunningGate, runGate, type Told } from '../line/running-gate.ts'

const START_LIMIT_MS = 40_000
const TAPS = 25
const CODES = 9
/** A test machine has two cores, and other tests on them. A path that waits for another waits for seconds. */
const RATIO_LIMIT = 4
const SLACK_MS = 60

let place: GatePlace
let gate: RunningGate
let person: Person
let quiet = { median: 0, late: 0 }
beforeAll(async () => {
  place = await makeGatePlace(addCamera)
  person = await prepareStore(place, addPerson)
  gate = await runGate(place)
  await tapOften()
  quiet = await tapOften()
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

/** Milliseconds from the reading to the door's order, over some taps. */
const tapOften = async (): Promise<{ readonly median: number; readonly late: number }> => {
  const took: number[] = []
  for (let n = 0; n < TAPS; n++) {
    await gate.play('entry-card', { tap: person.card })
    const tap = await gate.attempt('card')
    const opened = await gate.relayOn(tap)
    took.push(opened.at - tap.attempt.at)
  }
  const sorted = took.sort((a, b) => a - b)
  const rank = (share: number) => sorted[Math.floor(share * (TAPS - 1))] ?? Number.POSITIVE_INFINITY
  return { median: rank(0.5), late: rank(0.9) }
}

/** Does something again and again while cards are tapped. */
const tapWhile = async (disturb: () => Promise<unknown>): Promise<void> => {
  let going = true
  let times = 0
  const disturbance = (async () => {
    while (going) {
      await disturb()
      times++
    }
  })()
  const busy = await tapOften()
  going = false
  await disturbance
  expect(times).toBeGreaterThan(2)
  expect(busy.median).toBeLessThan(quiet.median * RATIO_LIMIT + SLACK_MS)
  expect(busy.late).toBeLessThan(quiet.late * RATIO_LIMIT + SLACK_MS)
}

const isOf =
  ({ record }: AttemptHappening) =>
  (told: Told): boolean =>
    told.kind === 'attempt' && told.record.ref === record.ref

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('P6 a card opens as fast as ever', () => {
  test('beside a code typed just before, whose slow hash it overtakes', { timeout: 30_000 }, async () => {
    let overtook = 0
    for (let n = 0; n < CODES; n++) {
      // A right one: wrong ones would make the keypad wait instead of the hash.
      await gate.type('entry-keypad', `${person.number}*${person.code}#`)
      await gate.play('entry-card', { tap: person.card })
      const [tap, typed] = await Promise.all([gate.attempt('card'), gate.attempt('keypad')])
      if (gate.told.findIndex(isOf(tap)) < gate.told.findIndex(isOf(typed))) overtook++
    }
    expect(overtook).toBeGreaterThan(CODES / 2)
  })

  test('while bytes flood the keypad’s line', { timeout: 30_000 }, () => {
    const noise = Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 73) % 256)).toString('hex')
    return tapWhile(() => gate.play('entry-keypad', { bytes: noise }))
  })

  test('while the face process is frozen', { timeout: 30_000 }, () =>
    tapWhile(async () => {
      const pid = gate.pidOf('face')
      if (pid !== undefined) process.kill(pid, 'SIGSTOP')
      await pause(50)
    }),
  )

  test('while the face process is killed again and again', { timeout: 30_000 }, () =>
    tapWhile(async () => {
      const pid = gate.pidOf('face')
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
      await pause(50)
    }),
  )
})
