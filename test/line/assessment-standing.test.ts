// The assessment of impact at a running gate that holds a face: `status` asks for one, is content once it is signed, and says that it is out
// of date when half as many faces again are enrolled, or the operator's own words are others.

import { expect, test } from 'vitest'
import { hashAssessed } from '../../daemon/report/assessed.ts'
import { addCamera } from './camera-plan.ts'
import { addFace, addPerson, byOffice, giveConsent, makeGatePlace, prepareStore, take } from './gate-place.ts'
import { runGate } from './running-gate.ts'

const START_LIMIT_MS = 60_000

test('is asked for while a face is kept, and stale when what it rests on changes', {
  timeout: 2 * START_LIMIT_MS,
}, async () => {
  await using place = await makeGatePlace(addCamera)
  const hash = await prepareStore(place, async (open) => {
    const person = await addPerson(open)
    await giveConsent(open, person)
    await addFace(open, person)
    return hashAssessed(open.config)
  })
  const standing = async () => {
    await using gate = await runGate(place, { waitFor: ['door', 'card'] })
    const { assessment } = (take(await gate.ask('status')) as { assessment?: string }) ?? {}
    return assessment
  }
  const sign = async () => {
    await using gate = await runGate(place, { waitFor: ['door', 'card'] })
    take(await gate.ask('report impact', { record: hash }))
  }
  const people = (count: number) =>
    prepareStore(place, async (open) => {
      for (let n = 0; n < count; n++) {
        const person = await addPerson(open)
        await giveConsent(open, person)
        await addFace(open, person)
      }
    })
  expect(await standing()).toBe('none')
  await sign()
  expect(await standing()).toBeUndefined()
  await people(19)
  expect(await standing()).toBeUndefined()
  await people(1)
  expect(await standing()).toBe('stale')
  await sign()
  expect(await standing()).toBeUndefined()
  const words = { part: 'risks' as const, author: 'Wang Li', operator: 'Committee', body: 'None that we know of.' }
  await prepareStore(place, async ({ ledger }) => take(await ledger.write('writeImpactText', words, byOffice)))
  expect(await standing()).toBe('stale')
})
