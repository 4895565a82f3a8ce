// Who leaves a running gate: a household at its minute, with its face, next to the household that begins; one resident who has died, with
// what his relatives asked. By the office's own commands.

import { expect, test } from 'vitest'
import type { HouseholdLine } from '../../daemon/store/reads.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addFace, addPerson, giveConsent, makeGatePlace, prepareStore, readLedger, take } from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

/** The minute that is now, on the clock of Asia/Shanghai. */
const thisMinute = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 16)

const tap = async (gate: RunningGate, card: string) => {
  await gate.play('entry-card', { tap: card })
  return (await gate.attempt('card')).decision
}
const roomsOf = async (gate: RunningGate) =>
  (take(await gate.ask('household list')) as readonly HouseholdLine[]).map(({ room, residents }) => [room, residents])

test('a household moves out at its minute with card, code and face, while the next one has moved in already', async () => {
  await using place = await makeGatePlace((plan) => {
    plan.sides.entry.face = [{ id: 'entry-camera', driver: 'folder' }]
    plan.face = { pack: 'builtin', modelsDirectory: './models' }
  })
  const [former, heir, room] = await prepareStore(place, async (open) => {
    const leaves = await addPerson(open)
    await giveConsent(open, leaves)
    await addFace(open, leaves)
    return [leaves, await addPerson(open), open.facts.showResident(leaves.residentId)?.room ?? ''] as const
  })
  await using gate = await runGate(place, { waitFor: ['door', 'card', 'keypad'] })
  expect(await gate.ask('household move-out', { room, at: '2020-01-01T00:00' })).toMatchObject({
    code: 'move_out_past',
  })
  expect(await gate.ask('household move-out', { room, at: 'tomorrow' })).toMatchObject({ code: 'time_unknown' })
  take(
    await gate.ask('household move-out', {
      room,
      at: '2026-12-31T18:00'.replace('2026', String(new Date().getFullYear())),
    }),
  )
  expect((await tap(gate, former.card)).outcome).toBe('grant')
  take(await gate.ask('household add', { room }))
  expect(await roomsOf(gate)).toContainEqual([room, 0])
  expect(await gate.ask('household move-out', { room, cancel: true })).toMatchObject({ code: 'room_taken' })
  const [leaving] = (await roomsOf(gate)).find(([name]) => String(name).startsWith(`${room} →`)) ?? []
  take(await gate.ask('household move-out', { room: String(leaving), at: thisMinute() }))
  await waitUntil('the end of the household', () => readLedger(place, 'household_closed').length === 1, 10_000)
  expect(await tap(gate, former.card)).toMatchObject({ outcome: 'deny', reason: 'credential_unknown' })
  expect(await tap(gate, heir.card)).toMatchObject({ outcome: 'grant', residentId: heir.residentId })
  expect(readLedger(place, 'household_ended').at(-1)?.payload).toMatchObject({
    residents: 1,
    credentials: 3,
    consents: 1,
  })
  const receipt = readLedger(place, 'resident_removed').at(-1)?.payload
  expect(receipt).toMatchObject({ residentId: former.residentId, because: 'moved_out' })
  expect(take(await gate.ask('receipt show', { number: String(receipt?.['receipt']) }))).toMatchObject({
    receipt: expect.stringContaining('erasure'),
  })
  expect(await roomsOf(gate)).toContainEqual([room, 0])
})

test('one who has died is removed for that reason, his relatives’ request is answered with it, and his wife keeps her card', async () => {
  await using place = await makeGatePlace()
  const [gone, other, wife] = await prepareStore(
    place,
    async (open) => [await addPerson(open), await addPerson(open), await addPerson(open)] as const,
  )
  await using gate = await runGate(place)
  const register = async (kind: string, resident: string) =>
    String((take(await gate.ask('request add', { kind, resident })) as { readonly request: number }).request)
  const remove = (request: string, because = 'death') =>
    gate.ask('resident remove', { resident: gone.residentId, because, request })
  expect(await remove(await register('access', gone.residentId))).toMatchObject({ code: 'relatives_request_missing' })
  expect(await remove(await register('near_relatives', other.residentId))).toMatchObject({
    code: 'relatives_request_other',
  })
  const asked = await register('near_relatives', gone.residentId)
  expect(await remove(asked, 'office')).toMatchObject({ code: 'request_without_death' })
  expect((await tap(gate, gone.card)).outcome).toBe('grant')
  take(await remove(asked))
  expect(await tap(gate, gone.card)).toMatchObject({ reason: 'credential_unknown' })
  expect(await tap(gate, wife.card)).toMatchObject({ outcome: 'grant', residentId: wife.residentId })
  expect(readLedger(place, 'resident_removed').at(-1)?.payload).toMatchObject({ because: 'death' })
  const lines = take(await gate.ask('request list', { all: true })) as readonly {
    number: number
    outcome: string | null
  }[]
  expect(lines.find(({ number }) => String(number) === asked)).toMatchObject({ outcome: 'given' })
})
