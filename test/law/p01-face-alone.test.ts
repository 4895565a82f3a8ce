// P1: face is never the only way. Not in a configuration, not at a start, not after a reload, and not for long when hardware fails.

import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { STEADY_AFTER_MS } from '../../daemon/equality.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { openPty, type Pty } from '../drivers/pty.ts'
import { startVirtualReader, type VirtualReader } from '../drivers/virtual-card.ts'
import { addCamera } from '../line/camera-plan.ts'
import {
  addFace,
  addPerson,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type OpenPlace,
  type Person,
  prepareStore,
  readLedger,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, refuseGate, runGate } from '../line/running-gate.ts'
import { needPart } from '../parts.ts'

const START_LIMIT_MS = 40_000
const NOTICE_LIMIT_MS = 5000
/** A part that died often is started again after up to 5 s, a reader asks for pcscd as rarely. */
const BACK_LIMIT_MS = 20_000

/** Holds a card and a face, and no code. */
const addFacePerson = async (open: OpenPlace): Promise<Person> => {
  const person = await addPerson(open)
  await giveConsent(open, person)
  await addFace(open, person)
  const revoked = { credentialId: person.pinId, because: 'office' } as const
  take(await open.ledger.write('revokeCredential', revoked, { role: 'root', caller: 'uid:0' }))
  return person
}

/** Noticed in time, and in the record. */
const expectNoticed = async (place: GatePlace, gate: RunningGate, since: number) => {
  await gate.alarm('inequality_opened', NOTICE_LIMIT_MS + 2000)
  const find = () => readLedger(place, 'inequality_opened').find(({ monotonic }) => monotonic > since)
  await waitUntil('the record', () => find() !== undefined)
  expect((find()?.monotonic ?? Number.POSITIVE_INFINITY) - since).toBeLessThan(NOTICE_LIMIT_MS)
  expect(find()?.payload).toMatchObject({ side: 'entry' })
}
const expectOver = async (place: GatePlace, gate: RunningGate) => {
  await gate.alarm('inequality_closed', BACK_LIMIT_MS + STEADY_AFTER_MS)
  const ends = () => readLedger(place, 'inequality_closed').length === readLedger(place, 'inequality_opened').length
  await waitUntil('the record of the end', ends)
}

describe('P1 at the start', () => {
  test('a configuration with face alone on a side is refused with side, rule and remedy, and makes no store', async () => {
    await using place = await makeGatePlace((plan) => {
      addCamera(plan)
      delete plan.sides.entry.card
      delete plan.sides.entry.keypad
    })
    const { code, stderr, told } = await refuseGate(place)
    expect(code).toBe(1)
    expect(stderr).toMatch(/sides\.entry/)
    expect(stderr).toMatch(/face must never be the only way \(P1\)\. Add a card reader or a keypad/)
    expect(told).toEqual([])
    expect(() => readLedger(place)).toThrow()
  })

  test('faces enrolled and nobody with a credential of the other path are refused; an empty store is not', async () => {
    await using place = await makeGatePlace(addCamera)
    await prepareStore(place, addFacePerson)
    place.rewrite((plan) => {
      delete plan.sides.entry.card
    })
    const refused = await refuseGate(place)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/entry/)
    expect(refused.told).toEqual([])

    for (const folder of [place.storeDirectory, place.keysDirectory]) rmSync(folder, { recursive: true })
    await using gate = await runGate(place, { waitFor: ['door', 'keypad'] })
    expect(gate.pidOf('door')).toBeTypeOf('number')
  })
})

describe('P1 while the gate runs', () => {
  let place: GatePlace
  let gate: RunningGate
  let person: Person
  beforeAll(async () => {
    place = await makeGatePlace(addCamera)
    person = await prepareStore(place, addFacePerson)
    gate = await runGate(place)
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  const expectCardOpens = async () => {
    await gate.play('entry-card', { tap: person.card })
    const tap = await gate.attempt('card')
    expect(tap.decision).toMatchObject({ outcome: 'grant' })
    await gate.relayOn(tap)
  }
  const countRefusals = () => gate.stderr().split('reload_refused').length - 1

  test('a reload with face alone is refused and the running gate goes on', async () => {
    place.rewrite((plan) => {
      delete plan.sides.entry.card
      delete plan.sides.entry.keypad
    })
    const [refusals, pid] = [countRefusals(), gate.pidOf('card')]
    gate.kill('SIGHUP')
    await waitUntil('the refusal', () => countRefusals() > refusals)
    await expectCardOpens()
    expect(gate.pidOf('card')).toBe(pid)
  })

  test('a reload that leaves the enrolled with face alone is refused and the running gate goes on', async () => {
    place.rewrite((plan) => {
      delete plan.sides.entry.card
    })
    const [refusals, pid] = [countRefusals(), gate.pidOf('card')]
    gate.kill('SIGHUP')
    await waitUntil('the refusal', () => countRefusals() > refusals)
    await expectCardOpens()
    expect(gate.pidOf('card')).toBe(pid)
  })

  test('a reload whose store cannot be opened leaves a gate that runs as before', async () => {
    place.rewrite((plan) => {
      plan.store.keysDirectory = `${place.configFile}/keys`
    })
    gate.kill('SIGHUP')
    await waitUntil('the gate of before', () => gate.told.filter(({ kind }) => kind === 'started').length === 2, 20_000)
    const ups = () => gate.told.filter((one) => one.kind === 'part' && one.state === 'up' && one.part === 'card')
    await waitUntil('its card path', () => ups().length === 2, 20_000)
    await expectCardOpens()
    place.rewrite(() => undefined)
  })

  test('devices that are all absent but the camera are noticed within 5 s, recorded, and the end too', {
    timeout: BACK_LIMIT_MS + STEADY_AFTER_MS + 20_000,
  }, async () => {
    await gate.pathIs('entry', 'face', 'up', BACK_LIMIT_MS)
    const since = systemClock.monotonic()
    await gate.play('entry-card', { unplug: true })
    await gate.play('entry-keypad', { unplug: true })
    await expectNoticed(place, gate, since)
    await gate.play('entry-card', { unplug: false })
    await expectOver(place, gate)
    await gate.play('entry-keypad', { unplug: false })
  })

  test('processes that die as soon as they live are noticed within 5 s', async () => {
    const since = systemClock.monotonic()
    let killing = true
    const killer = (async () => {
      while (killing) {
        for (const part of ['card', 'keypad'] as const) {
          const pid = gate.pidOf(part)
          if (pid !== undefined) process.kill(pid, 'SIGKILL')
        }
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })()
    await expectNoticed(place, gate, since)
    killing = false
    await killer
    await gate.pathIs('entry', 'card', 'up', BACK_LIMIT_MS)
  })
})

const hasParts = (['pcscd', 'vpcd', 'pcsclite', 'unshare', 'socat'] as const).map(needPart).every(Boolean)
describe.skipIf(!hasParts)('P1 with real readers', () => {
  let reader: VirtualReader
  let keypad: Pty
  let place: GatePlace
  let gate: RunningGate
  beforeAll(async () => {
    reader = await startVirtualReader()
    keypad = await openPty()
    place = await makeGatePlace((plan) => {
      addCamera(plan)
      const [name] = reader.names
      plan.sides.entry.card = [{ id: 'entry-card', driver: 'pcsc', reader: name }]
      plan.sides.entry.keypad = [{ id: 'entry-keypad', driver: 'serial', device: keypad.device }]
    })
    gate = await runGate(place, { env: reader.env })
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await keypad?.close()
    await reader?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  test('a killed pcscd and a keypad pulled out are noticed within 5 s, and the reader comes back', {
    timeout: 40_000,
  }, async () => {
    for (const path of ['face', 'card', 'keypad'] as const) await gate.pathIs('entry', path, 'up', BACK_LIMIT_MS)
    const since = systemClock.monotonic()
    await reader.killPcscd()
    await keypad.vanish()
    await expectNoticed(place, gate, since)
    await reader.restartPcscd()
    await gate.pathIs('entry', 'card', 'up', BACK_LIMIT_MS)
  })
})
