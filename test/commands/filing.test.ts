// The number of persons whose faces an operator keeps: planned, kept here, kept elsewhere; at a hundred thousand the law wants it filed.

import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FILING_PERSONS } from '../../config/checks-filing.ts'
import { showStatus } from '../../daemon/cli/show-status.ts'
import { addCamera } from '../line/camera-plan.ts'
import { addFace, addPerson, type GatePlace, giveConsent, makeGatePlace, prepareStore } from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'
import { runProgram, writeGate } from './start-gate.ts'

const checkWith = async (face: object) => {
  const { folder, configFile } = writeGate({ face })
  try {
    return await runProgram(['check', '--config', configFile, '--json'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('`check` warns from a hundred thousand persons on, planned here and kept elsewhere together', async () => {
  const below = await checkWith({ plannedFaces: 100, personsElsewhere: FILING_PERSONS - 101 })
  expect([below.code, below.stdout.includes('filing_due')]).toEqual([0, false])
  const at = await checkWith({ plannedFaces: 100, personsElsewhere: FILING_PERSONS - 100 })
  expect([at.code, at.stdout.includes('filing_due')]).toEqual([0, true])
})

let place: GatePlace
let gate: RunningGate

beforeAll(async () => {
  place = await makeGatePlace((plan) => {
    addCamera(plan)
    plan.face = { ...plan.face, personsElsewhere: FILING_PERSONS - 2 }
  })
  await prepareStore(place, async (open) => {
    const person = await addPerson(open)
    await giveConsent(open, person)
    await addFace(open, person)
    // The same person once more.
    await addFace(open, person)
  })
  gate = await runGate(place)
}, 60_000)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

const askStatus = async () => {
  const status = await gate.ask('status')
  if (!status.ok) throw new Error(status.code)
  return status.value as { readonly filingDue?: number }
}

test('a person enrolled twice is one person, and one is missing to a hundred thousand', async () => {
  expect(await askStatus()).not.toHaveProperty('filingDue')
})

test('the next person makes it due, and `status` says so in both languages', async () => {
  await gate.stop()
  await prepareStore(place, async (open) => {
    const person = await addPerson(open)
    await giveConsent(open, person)
    await addFace(open, person)
  })
  gate = await runGate(place)
  const status = await askStatus()
  expect(status.filingDue).toBe(FILING_PERSONS)
  expect(showStatus(status, 'en')).toMatch(/FACES OF 100000: .*filed/)
  expect(showStatus(status, 'zh-CN')).toMatch(/人脸人数 100000: .*备案/)
}, 60_000)
