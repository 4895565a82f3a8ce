// P12: a vandal locks out nobody else.

import { expect, test } from 'vitest'
import { freeTries } from '../../daemon/core/limits.ts'
import { addPerson, makeGatePlace, prepareStore, readRelayLog } from '../line/gate-place.ts'
import { runGate } from '../line/running-gate.ts'

test('P12 eleven wrong codes lock the number they claimed, and neither another number nor the same resident’s card', async () => {
  await using place = await makeGatePlace()
  const [target, neighbour] = await prepareStore(
    place,
    async (open) => [await addPerson(open), await addPerson(open)] as const,
  )
  await using gate = await runGate(place)
  const type = async (keys: string) => {
    await gate.type('entry-keypad', keys)
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
