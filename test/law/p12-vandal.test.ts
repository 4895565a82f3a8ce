// P12: a vandal locks out nobody else.

import { expect, test } from 'vitest'
import { freeTries } from '../../daemon/core/limits.ts'
import { addPerson, makeGatePlace, prepareStore, readRelayLog } from '../line/gate-place.ts'
import { isSign, runGate } from '../line/running-gate.ts'

/** More than one, so that he is not slowed before he has locked a number. */
const keypads = ['entry-keypad', 'entry-keypad-2', 'entry-keypad-3'] as const

test('P12 eleven wrong codes lock the number they claimed, and neither another number nor the same resident’s card', async () => {
  await using place = await makeGatePlace((plan) => {
    plan.sides.entry.keypad = keypads.map((id) => ({ id, driver: 'simulated' }))
  })
  const [target, neighbour] = await prepareStore(
    place,
    async (open) => [await addPerson(open), await addPerson(open)] as const,
  )
  await using gate = await runGate(place)
  let turn = 0
  const type = async (keys: string) => {
    await gate.type(keypads[turn++ % keypads.length] ?? 'entry-keypad', keys)
    return (await gate.attempt('keypad')).decision
  }
  for (let tries = 0; tries < freeTries; tries++)
    expect(await type(`${target.number}*000000#`)).toMatchObject({ outcome: 'deny', reason: 'pin_wrong' })
  expect(await type(`${target.number}*000000#`)).toMatchObject({ outcome: 'deny', reason: 'credential_locked_out' })
  expect(await type(`${target.number}*${target.code}#`)).toMatchObject({ reason: 'credential_locked_out' })
  expect(readRelayLog(place).some(({ on }) => on)).toBe(false)
  expect(await type(`${neighbour.number}*${neighbour.code}#`)).toMatchObject({ outcome: 'grant', reason: 'right' })
  await gate.play('entry-card', { tap: target.card })
  const tap = await gate.attempt('card')
  expect(tap.decision).toMatchObject({ outcome: 'grant', reason: 'right', residentId: target.residentId })
  await gate.relayOn(tap)
})

test('P12 at a keypad where somebody guesses a right code waits, is told to, and opens; a card beside it does not wait', async () => {
  await using place = await makeGatePlace((plan) => {
    Object.assign(plan.sides.entry, { signal: { driver: 'simulated' } })
  })
  const [target, neighbour] = await prepareStore(
    place,
    async (open) => [await addPerson(open), await addPerson(open)] as const,
  )
  await using gate = await runGate(place)
  for (let tries = 0; tries < 6; tries++) {
    await gate.type('entry-keypad', `${target.number}*000000#`)
    expect((await gate.attempt('keypad')).decision).toMatchObject({ reason: 'pin_wrong' })
  }
  // Two seconds of pause from here.
  await gate.type('entry-keypad', `${neighbour.number}*${neighbour.code}#`)
  await gate.next(isSign('wait'))
  await gate.play('entry-card', { tap: target.card })
  const tap = await gate.attempt('card')
  expect(tap.decision).toMatchObject({ outcome: 'grant', residentId: target.residentId })
  expect(gate.told.some((told) => told.kind === 'attempt' && told.decision.residentId === neighbour.residentId)).toBe(
    false,
  )
  const code = await gate.attempt('keypad')
  expect(code.decision).toMatchObject({ outcome: 'grant', residentId: neighbour.residentId })
  await gate.relayOn(code)
})
