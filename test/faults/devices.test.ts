// Bad input at a running gate, at every device at once: whatever comes in, nothing opens by accident, every other path goes on, and
// what happened is recorded or said. Simulated devices here, real ones below.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { openPty, type Pty } from '../drivers/pty.ts'
import { ATR_DESFIRE, startVirtualReader, type VirtualReader } from '../drivers/virtual-card.ts'
import { addCamera, people } from '../line/camera-plan.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readRelayLog,
} from '../line/gate-place.ts'
import { isGrant, type RunningGate, runGate } from '../line/running-gate.ts'
import { needPart } from '../parts.ts'

const START_LIMIT_MS = 40_000
const ORDERS = 300

const countOns = (place: GatePlace) => readRelayLog(place).filter(({ on }) => on).length
const grantsIn = (place: GatePlace) =>
  readLedger(place).filter(({ payload }) => payload?.['outcome'] === 'grant').length

/** Runs bad input and proves that it opened nothing. */
const expectShut = async (place: GatePlace, work: () => Promise<unknown>) => {
  const before = [countOns(place), grantsIn(place)]
  await work()
  expect([countOns(place), grantsIn(place)]).toEqual(before)
}

describe('at simulated devices', () => {
  let place: GatePlace
  let gate: RunningGate
  let person: Person
  beforeAll(async () => {
    place = await makeGatePlace(addCamera)
    person = await prepareStore(place, addPerson)
    gate = await runGate(place)
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  const expectAlive = async () => {
    await gate.play('entry-card', { tap: person.card })
    const tap = await gate.attempt('card')
    expect(tap.decision).toMatchObject({ outcome: 'grant', reason: 'right' })
    await gate.relayOn(tap)
    for (const path of ['card', 'keypad', 'face'] as const) await gate.pathIs('entry', path, 'up')
  }

  test('orders that no device knows are answered with an error and do nothing', { timeout: 30_000 }, async () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string()),
      fc.object(),
    )
    const name = fc.constantFrom(
      'tap',
      'keys',
      'bytes',
      'show',
      'hold',
      'button',
      'press',
      'contact',
      'fire',
      'open',
      'relay',
      '__proto__',
    )
    // `press` and the like, rightly spelt, are the exit button itself and must open.
    const order = fc
      .dictionary(name, value, { maxKeys: 3 })
      .filter((made) => !Object.values(made).some((one) => one === true || one === 'open' || one === 'closed'))
    const pid = () => (['door', 'card', 'keypad', 'face'] as const).map((part) => gate.pidOf(part))
    const before = pid()
    await expectShut(place, () =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom('door', 'entry-card', 'entry-keypad', 'entry-camera'),
          order,
          async (device, made) => {
            expect(await gate.play(device, made)).toBeTypeOf('object')
          },
        ),
        { numRuns: ORDERS },
      ),
    )
    expect(pid()).toEqual(before)
    await expectAlive()
  })

  test('hostile bytes on the keypad’s line open nothing, are a fault, and a right code opens when they end', {
    timeout: 30_000,
  }, async () => {
    await expectShut(place, async () => {
      for (let n = 0; n < 30; n++) await gate.play('entry-keypad', { bytes: randomBytes(2000).toString('hex') })
      await gate.alarm('line_noise')
    })
    const opens = async () => {
      await gate.type('entry-keypad', `**${person.number}*${person.code}#`)
      const found = await gate.attempt('keypad', 1000).catch(() => undefined)
      return found?.decision.outcome === 'grant'
    }
    await waitUntil('a right code', opens, 15_000)
    await expectAlive()
  })

  test('an unreadable card is recorded as an invalid reading and opens nothing', async () => {
    await expectShut(place, async () => {
      await gate.play('entry-card', { tap: 'unreadable', because: 'time_out' })
      expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'deny', reason: 'reading_invalid' })
    })
    await expectAlive()
  })

  test('a phone that shows a new number each time is denied with its own reason', async () => {
    await gate.play('entry-card', { tap: '08112233', kind: 'iso14443_4' })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'deny', reason: 'random_identifier' })
  })

  test('a corrupt, cut off or absent picture is an error, and the camera goes on', async () => {
    const folder = mkdtempSync(join(place.folder, 'pictures-'))
    const spoilt: Record<string, Buffer> = {
      'noise.jpg': randomBytes(20_000),
      'cut.jpg': Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100', 'hex'), randomBytes(500)]),
      'empty.png': Buffer.alloc(0),
    }
    for (const [name, bytes] of Object.entries(spoilt)) writeFileSync(join(folder, name), bytes)
    for (const name of [...Object.keys(spoilt), 'absent.jpg'])
      expect(await gate.play('entry-camera', { show: join(folder, name), forMs: 100 })).toHaveProperty('error')
    const [look] = people.resident
    expect(await gate.play('entry-camera', { show: look?.file, forMs: 100 })).toHaveProperty('at')
    await expectAlive()
  })

  test('a relay that sticks is a fault that is said, and the exit button works again when it moves', async () => {
    const rests = async () => (await gate.play('door', { state: true }))['relay'] === false
    await waitUntil('the relay at rest', rests)
    await gate.play('door', { fault: 'relay_stuck' })
    await gate.play('entry-card', { tap: person.card })
    expect((await gate.attempt('card')).decision.outcome).toBe('grant')
    await gate.alarm('relay_stuck')
    await gate.play('door', { fault: null })
    await waitUntil('the relay at rest', rests)
    const ons = countOns(place)
    await gate.play('door', { press: true })
    await waitUntil('the relay', () => countOns(place) > ons)
  })
})

const hasParts = (['pcscd', 'vpcd', 'pcsclite', 'unshare', 'socat', 'ffmpeg'] as const).map(needPart).every(Boolean)

describe.skipIf(!hasParts)('at real devices', () => {
  let reader: VirtualReader
  let keypad: Pty
  let place: GatePlace
  let gate: RunningGate
  let person: Person
  beforeAll(async () => {
    reader = await startVirtualReader()
    keypad = await openPty()
    place = await makeGatePlace((plan) => {
      const [name] = reader.names
      addCamera(plan)
      plan.sides.entry = {
        card: [{ id: 'entry-card', driver: 'pcsc', reader: name }],
        keypad: [{ id: 'entry-keypad', driver: 'serial', device: keypad.device }],
        // No video at all: ffmpeg ends at once, again and again.
        face: [{ id: 'entry-camera', driver: 'ffmpeg', input: './spoilt.avi', loop: true }],
      }
    })
    writeFileSync(join(place.folder, 'spoilt.avi'), Buffer.concat([Buffer.from('RIFF'), randomBytes(50_000)]))
    person = await prepareStore(place, addPerson)
    gate = await runGate(place, { env: reader.env })
    for (const path of ['card', 'keypad'] as const) await gate.pathIs('entry', path, 'up', START_LIMIT_MS)
  }, 2 * START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await keypad?.close()
    await reader?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  test.each([
    ['removed in mid-read', 'leaves'],
    ['that answers with nothing', ''],
    ['that answers with half a status', '90'],
    ['that answers with a refusal', '6a81'],
    ['that never answers', 'never'],
  ] as const)('a card %s opens nothing', { timeout: 20_000 }, async (_, answer) => {
    await expectShut(place, async () => {
      await reader.tap(person.card, { answer, atr: ATR_DESFIRE })
      await reader.remove()
    })
  })

  test('afterwards the same card, whole, opens', { timeout: 20_000 }, async () => {
    const opens = async () => {
      await reader.tap(person.card)
      const found = await gate.next(isGrant, 3000).catch(() => undefined)
      await reader.remove()
      return found !== undefined
    }
    await waitUntil('the whole card', opens, 15_000)
    const denied = readLedger(place, 'attempt').filter(({ payload }) => payload?.['outcome'] === 'deny')
    expect(denied.every(({ payload }) => payload?.['reason'] === 'reading_invalid')).toBe(true)
    expect(denied.length).toBeGreaterThan(0)
  })

  test('hostile bytes on the serial line open nothing, and a right code opens when they end', {
    timeout: 30_000,
  }, async () => {
    await expectShut(place, async () => {
      for (let n = 0; n < 20; n++) keypad.type(randomBytes(1000))
      await waitUntil('the line to take it', () => keypad.isDrained())
      await gate.alarm('line_noise')
    })
    const opens = async () => {
      keypad.type(`**${person.number}*${person.code}#`)
      const found = await gate.attempt('keypad', 1500).catch(() => undefined)
      return found?.decision.outcome === 'grant'
    }
    await waitUntil('a right code', opens, 15_000)
  })

  test('a camera without a picture is down with its reason, and card and keypad are up', async () => {
    for (const path of ['card', 'keypad'] as const) await gate.pathIs('entry', path, 'up')
    await gate.pathIs('entry', 'face', 'down')
  })
})
