// A calibration that the store has kept, at a gate that starts: of this model it raises the threshold from the first face on, of another
// one it is stale and said to be.

import { describe, expect, test } from 'vitest'
import type { Status } from '../../daemon/commands/status.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera } from './camera-plan.ts'
import { addFace, addPerson, byOffice, giveConsent, makeGatePlace, prepareStore, take } from './gate-place.ts'
import { runGate } from './running-gate.ts'

const LIMIT_MS = 60_000
const RAISED_BY = 0.07

/** A gate whose store has kept a calibration of `model`, and one face that no key opens: enough for the part to say what holds. */
const startWith = async (modelOf: (own: string) => string) => {
  const place = await makeGatePlace(addCamera)
  await prepareStore(place, async (open) => {
    const person = await addPerson(open)
    await giveConsent(open, person)
    await addFace(open, person)
    const counted = { people: 90, peoplePairs: 4005, pairs: 36_045, leastRate: 3 / 4005, points: [], lookAlikes: [] }
    const calibration = { ...counted, model: modelOf(open.model), raisedBy: RAISED_BY }
    take(await open.ledger.write('keepCalibration', calibration, byOffice))
  })
  return { place, gate: await runGate(place) }
}

const readStatus = async ({ gate }: Awaited<ReturnType<typeof startWith>>): Promise<Status> => {
  let status: Status | undefined
  const look = async () => {
    status = take(await gate.ask('status')) as Status
    return status.gallery !== undefined
  }
  await waitUntil('what the face part holds', look, LIMIT_MS)
  if (!status) throw new Error('unreachable: waited for it')
  return status
}

describe('a calibration that was kept', { timeout: 2 * LIMIT_MS }, () => {
  test('of this model is used from the start', async () => {
    const started = await startWith((own) => own)
    await using _place = started.place
    await using _gate = started.gate
    const status = await readStatus(started)
    expect(status.calibration).toMatchObject({ people: 90, raisedBy: RAISED_BY, stale: false, lookAlikes: 0 })
    expect(status.gallery?.basis).toMatchObject({ raisedBy: RAISED_BY, targetFpir: 0.01 })
  })

  test('of another model is stale, said to be, and not used', async () => {
    const started = await startWith(() => 'recommended-before')
    await using _place = started.place
    await using _gate = started.gate
    const status = await readStatus(started)
    expect(status.calibration).toMatchObject({ model: 'recommended-before', stale: true })
    expect(status.gallery?.basis).toMatchObject({ raisedBy: 0 })
  })
})
