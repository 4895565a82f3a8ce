// A resident changes his code himself at a running gate: with the code that he has, the new one twice. What is too easy is refused there as
// at the desk, and his second code goes on calling for help.

import { expect, test } from 'vitest'
import { addPerson, makeGatePlace, prepareStore, readLedger, take } from './gate-place.ts'
import { isSign, runGate } from './running-gate.ts'

const NEW = '716253'
const SECOND = '905173'

test('5# and the new code twice: the old one opens no more, the new one does, and the second one as before', async () => {
  await using place = await makeGatePlace()
  const person = await prepareStore(place, (open) => addPerson(open))
  await using gate = await runGate(place)
  take(await gate.ask('pin duress', { resident: person.residentId, code: SECOND }))
  const press = async (keys: string, sign: string) => {
    await gate.type('entry-keypad', keys)
    await gate.next(isSign(sign))
  }
  await press(`${person.number}*${person.code}*`, 'menu_open')
  await press('5#', 'new_code_please')
  await press('850617#', 'refused')
  await press(`${NEW}#`, 'again_please')
  await press(`${NEW}#`, 'done')
  const typed = async (code: string) => {
    await gate.type('entry-keypad', `${person.number}*${code}#`)
    const { decision } = await gate.attempt('keypad')
    return [decision.outcome, decision.reason]
  }
  expect(await typed(person.code)).toEqual(['deny', 'pin_wrong'])
  expect(await typed(NEW)).toEqual(['grant', 'right'])
  expect(readLedger(place, 'duress')).toEqual([])
  expect(await typed(SECOND)).toEqual(['grant', 'right'])
  await gate.alarm('duress')
  expect(readLedger(place, 'duress')).toHaveLength(1)
  expect(readLedger(place, 'pin_set').at(-1)?.payload).toMatchObject({ credentialId: person.pinId })
})
