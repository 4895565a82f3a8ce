// The equality monitor on a real gate: taps and codes are counted with their times, a reader that reads nothing is noticed.

import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Path, WallMs } from '../../config/words.ts'
import { DAY_MS, dayOf, summarise } from '../../daemon/core/path-counts.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera } from './camera-plan.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readStore,
} from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
const TIMEZONE = 'Asia/Shanghai'
let place: GatePlace
let gate: RunningGate
let person: Person

beforeAll(async () => {
  place = await makeGatePlace()
  person = await prepareStore(place, (open) => addPerson(open))
  gate = await runGate(place)
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

const today = () => dayOf(Date.now() as WallMs, TIMEZONE)
const countsOf = (path: Path) =>
  readStore(place, (facts) => facts.readDays(today(), (today() + DAY_MS) as WallMs)).find(
    (one) => one.side === 'entry' && one.path === path,
  )?.counts ?? {}

describe('a real gate', () => {
  test('counts a tap and a code with the time to the door, and a mistyped code apart', async () => {
    await gate.play('entry-card', { tap: person.card })
    await gate.relayOn(await gate.attempt('card'))
    await gate.type('entry-keypad', `${person.number}*${person.code}#`)
    await gate.relayOn(await gate.attempt('keypad'))
    await gate.type('entry-keypad', `${person.number}*000111#`)
    await gate.attempt('keypad')
    await waitUntil(
      'the counts',
      () => summarise(countsOf('keypad')).mistyped === 1 && 'day_opened' in countsOf('card'),
    )
    const [card, keypad] = [summarise(countsOf('card')), summarise(countsOf('keypad'))]
    expect(card).toMatchObject({ opened: 1, failed: 0, successRate: 1 })
    expect(keypad).toMatchObject({ opened: 1, failed: 0, mistyped: 1, successRate: 1 })
    expect(card.medianMs).toBeGreaterThan(0)
    expect(keypad.medianMs).toBeGreaterThan(0)
  })

  test('holds nobody in what it counts', () => {
    const counts = JSON.stringify(
      readStore(place, (facts) => facts.readDays(0 as WallMs, (today() + DAY_MS) as WallMs)),
    )
    expect(counts).not.toContain(person.residentId)
    expect(counts).not.toMatch(/[rcp]_[a-z2-7]{8,}/)
  })

  test('says that a reader reads nothing after ten cards it could not read, at the gate and in the record, until it reads one', async () => {
    for (let n = 0; n < 10; n++) {
      await gate.play('entry-card', { tap: 'unreadable', because: 'time_out' })
      await gate.attempt('card')
    }
    await gate.alarm('path_suspect')
    await waitUntil('the record', () => readLedger(place, 'path_suspect').length === 1)
    expect(readLedger(place, 'path_suspect')[0]?.payload).toMatchObject({ side: 'entry', path: 'card' })
    await gate.play('entry-card', { tap: person.card })
    await gate.alarm('path_suspect_over')
  })

  test('holds a keypad for down while a key is held', async () => {
    const began = performance.now()
    while (performance.now() - began < 5600) {
      await gate.play('entry-keypad', { keys: '5' })
      // The pace of a key that is held down, not a wait for anything.
      await pause(100)
    }
    await gate.pathIs('entry', 'keypad', 'down', 2000)
    await gate.pathIs('entry', 'keypad', 'up')
  })
})

test('a suspect reader beside a keypad that is gone is an inequality: face stands alone', async () => {
  await using alone = await makeGatePlace(addCamera)
  await using running = await runGate(alone)
  await running.pathIs('entry', 'face', 'up', START_LIMIT_MS)
  await running.play('entry-keypad', { unplug: true })
  for (let n = 0; n < 10; n++) {
    await running.play('entry-card', { tap: 'unreadable', because: 'time_out' })
    await running.attempt('card')
  }
  await running.alarm('inequality_opened', 8000)
}, 60_000)
