// A gate whose card reader hangs on a long serial line and whose keypad is a USB one: both open it, and a number over a line is no key.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fifo, openFifo, typed } from '../drivers/input-events.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { openPty, type Pty } from '../drivers/pty.ts'
import { needPart } from '../parts.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readRelayLog,
} from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
/** As an EM4100 module sends it, with its check. */
const NUMBER = '62e3086ced'
const FRAME = '\x0262E3086CED08\x03'

let line: Pty
let keys: Fifo
let place: GatePlace
let gate: RunningGate
let person: Person

describe.skipIf(!needPart('socat'))('the running gate', () => {
  beforeAll(async () => {
    line = await openPty()
    keys = await openFifo()
    place = await makeGatePlace((plan) => {
      plan.sides.entry.card = [{ id: 'entry-line', driver: 'serial', device: line.device }]
      plan.sides.entry.keypad = [{ id: 'entry-keys', driver: 'evdev', device: keys.device }]
    })
    person = await prepareStore(place, (open) => addPerson(open, { card: NUMBER }))
    gate = await runGate(place)
    await gate.pathIs('entry', 'card', 'up')
    await gate.pathIs('entry', 'keypad', 'up')
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
    await line?.close()
    await keys?.[Symbol.asyncDispose]()
  })

  test('opens for a number that came over the line, and records that it is no more than that', async () => {
    line.type(FRAME)
    const tap = await gate.attempt('card')
    expect(tap.decision).toMatchObject({ outcome: 'grant', residentId: person.residentId })
    await gate.relayOn(tap)
    await waitUntil('the record', () => readLedger(place, 'attempt').length > 0)
    expect(readLedger(place, 'attempt').at(-1)?.payload).toMatchObject({ cardProof: 'identifier' })
  })

  test('opens for a code typed at the USB keypad', async () => {
    keys.write(typed(`${person.number}*${person.code}#`))
    const attempt = await gate.attempt('keypad')
    expect(attempt.decision).toMatchObject({ outcome: 'grant', residentId: person.residentId })
    expect(readRelayLog(place).filter(({ on }) => on).length).toBeGreaterThan(0)
  })

  test('says neither number nor code in its log', () => {
    expect(gate.stderr()).not.toMatch(new RegExp(`${NUMBER}|${person.code}`, 'i'))
  })
})
