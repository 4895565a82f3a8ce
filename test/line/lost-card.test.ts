// A card lost at night, ended by the guard by its room at a gate that runs: the next tap is denied, the code goes on, no name is told.

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hide } from '../../config/words.ts'
import { callControl } from '../../daemon/control.ts'
import { addPerson, byOffice, makeGatePlace, type Person, prepareStore, readLedger } from './gate-place.ts'
import { runGate } from './running-gate.ts'

const START_LIMIT_MS = 60_000

/** `cards`: what the first of the two holds. */
const openNight = async (cards: 1 | 2 = 1) => {
  const people: Person[] = []
  const place = await makeGatePlace()
  await prepareStore(place, async (open) => {
    for (const name of ['Zhang Wei', 'Li Na']) people.push(await addPerson(open, { name }))
    if (cards === 1 || !people[0]) return
    const token = open.facts.cardKey(hide(Buffer.from('04112233445566', 'hex')))
    const second = { residentId: people[0].residentId, token, proof: 'identifier' } as const
    await open.ledger.write('addCard', second, byOffice)
  })
  const gate = await runGate(place)
  const ask = (role: 'guard' | 'office' | 'technician', command: string, args: object = {}) =>
    callControl(join(place.runtimeDirectory, `control-${role}.sock`), { command, args }, () => undefined)
  const listed = await ask('guard', 'resident list')
  const lines = listed.ok ? (listed.value as readonly { readonly id: string; readonly room: string }[]) : []
  const roomOf = ({ residentId }: Person) => lines.find(({ id }) => id === residentId)?.room ?? ''
  const [lost, other] = people
  if (!lost || !other) throw new Error('nobody lives here')
  return {
    ...{ place, gate, ask, roomOf, lost, other },
    [Symbol.asyncDispose]: async () => {
      await gate.stop()
      await place[Symbol.asyncDispose]()
    },
  }
}

describe('a card that is lost', { timeout: START_LIMIT_MS }, () => {
  test('is ended by the guard by its room, opens no more, and no name is told', async () => {
    await using night = await openNight()
    const { gate, lost, other } = night
    const room = night.roomOf(lost)
    const answer = await night.ask('guard', 'card lost', { room, card: lost.cardId })
    expect(answer).toEqual({ ok: true, value: { room, ended: [lost.cardId] } })
    await gate.play('entry-card', { tap: lost.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'deny', reason: 'credential_revoked' })
    await gate.play('entry-card', { tap: other.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant' })
    const [event] = readLedger(night.place, 'credential_revoked').slice(-1)
    expect(event?.payload?.['by']).toMatchObject({ role: 'guard' })
    expect(JSON.stringify(answer)).not.toMatch(/Zhang|Li Na/)
    expect(await night.ask('guard', 'card lost', { room, card: lost.cardId })).toMatchObject({
      code: 'card_not_of_room',
    })
  })

  test('among several is never guessed: it is named, or all of the room are ended and its codes go on', async () => {
    await using night = await openNight(2)
    const { gate, lost } = night
    const room = night.roomOf(lost)
    const refused = await night.ask('guard', 'card lost', { room })
    expect(refused).toMatchObject({ ok: false, code: 'cards_several', detail: expect.stringContaining(lost.cardId) })
    expect(readLedger(night.place, 'credential_revoked')).toEqual([])
    expect(await night.ask('guard', 'card lost', { room, all: true })).toMatchObject({ ok: true })
    expect(await night.ask('guard', 'card lost', { room, all: true })).toMatchObject({ code: 'room_without_card' })
    await gate.type('entry-keypad', `${lost.number}*${lost.code}#`)
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'grant' })
  })

  test('of a household that is leaving is found by the room it lives in, and never taken for the next one’s', async () => {
    await using night = await openNight()
    const { lost, gate } = night
    const room = night.roomOf(lost)
    const at = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 16)
    expect(await night.ask('office', 'household move-out', { room, at })).toMatchObject({ ok: true })
    expect(await night.ask('guard', 'card lost', { room, card: night.other.cardId })).toMatchObject({
      code: 'card_not_of_room',
    })
    expect(await night.ask('office', 'household add', { room })).toMatchObject({ ok: true })
    expect(await night.ask('office', 'resident add', { room, name: 'Wu' })).toMatchObject({ ok: true })
    expect(await night.ask('guard', 'card lost', { room })).toEqual({ ok: true, value: { room, ended: [lost.cardId] } })
    await gate.play('entry-card', { tap: lost.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'deny', reason: 'credential_revoked' })
  })

  test('is refused for a room that is not there, for another room’s card and for a technician', async () => {
    await using night = await openNight()
    const { lost } = night
    expect(await night.ask('guard', 'card lost', { room: 'nowhere' })).toMatchObject({ code: 'household_unknown' })
    expect(await night.ask('guard', 'card lost', { room: night.roomOf(lost), card: 'c_aaaa' })).toMatchObject({
      code: 'card_not_of_room',
    })
    expect(await night.ask('technician', 'card lost', { room: night.roomOf(lost) })).toMatchObject({
      code: 'role_refused',
    })
  })
})
