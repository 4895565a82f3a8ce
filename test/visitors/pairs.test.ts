// Where a side asks for two proofs, a visitor's pass is nobody's second one: it was told to somebody else.

import { expect, test } from 'vitest'
import type { PassLine } from '../../daemon/store/passes.ts'
import { addPerson, makeGatePlace, prepareStore, take } from '../line/gate-place.ts'
import { runGate } from '../line/running-gate.ts'

const START_LIMIT_MS = 40_000

test('the card of a host and the code of his visitor open nothing together, his own code does', {
  timeout: START_LIMIT_MS,
}, async () => {
  await using place = await makeGatePlace((plan) => {
    plan.sides.entry.twoFactor = [['card', 'keypad']]
  })
  const host = await prepareStore(place, addPerson)
  await using gate = await runGate(place)
  const issued = await gate.ask('pass issue', { resident: host.residentId })
  const { number, code, credentialId } = take(issued) as { number: string; code: string; credentialId: string }
  const show = async (typed: string) => {
    await gate.play('entry-card', { tap: host.card })
    await gate.type('entry-keypad', typed)
    return (await gate.attempt('keypad')).decision
  }
  expect(await show(`${number}*${code}#`)).toMatchObject({ outcome: 'deny', reason: 'factors_disagree' })
  const passes = take(await gate.ask('pass list', {})) as readonly PassLine[]
  expect(passes.find(({ id }) => id === credentialId)?.usesLeft).toBe(1)
  expect(await show(`${host.number}*${host.code}#`)).toMatchObject({ outcome: 'grant', reason: 'right' })
})
