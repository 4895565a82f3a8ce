// Duress at a running gate: the door, the signs and the attempt are those of any right code, and the record, the watchers and the office
// know. With the office's command and with the resident's own keys.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeEvent } from '../../daemon/mqtt/event.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, makeGatePlace, type Person, prepareStore, readLedger, take } from './gate-place.ts'
import { isSign, type RunningGate, runGate, type Told } from './running-gate.ts'

const SECOND = '905173'

const openPlace = async () => {
  const place = await makeGatePlace((plan) => {
    Object.assign(plan.sides.entry, { signal: { driver: 'simulated' } })
    Object.assign(plan, { alarm: { driver: 'simulated' } })
  })
  return { place, person: await prepareStore(place, (open) => addPerson(open)) }
}

const typeAt = async (gate: RunningGate, keys: string) => {
  await gate.type('entry-keypad', keys)
  return gate.attempt('keypad')
}

/** What anybody at the gate could see of an attempt, and what the record says of it, without its own number and moments. */
const seenOf = (told: readonly Told[]): readonly unknown[] =>
  told.flatMap((one): readonly unknown[] =>
    one.kind === 'signal' ? [one.shown] : one.kind === 'door' ? [one.event.what] : [],
  )

const openBy = async (gate: RunningGate, person: Person, code: string) => {
  const from = gate.told.length
  const { attempt, decision, record } = await typeAt(gate, `${person.number}*${code}#`)
  await gate.relayOn({ kind: 'attempt', attempt, decision, record })
  await gate.next(
    (told): told is Extract<Told, { kind: 'door' }> => told.kind === 'door' && told.event.what === 'relay_off',
  )
  return { decision, proofs: attempt.proofs, seen: seenOf(gate.told.slice(from)) }
}

test('a code under duress opens as any right code does, and calls for help in the record, the alarms and MQTT alone', async () => {
  const { place, person } = await openPlace()
  await using _ = place
  await using gate = await runGate(place)
  take(await gate.ask('pin duress', { resident: person.residentId, code: SECOND }))
  const plain = await openBy(gate, person, person.code)
  expect(readLedger(place, 'duress')).toEqual([])
  const forced = await openBy(gate, person, SECOND)
  await gate.alarm('duress')
  expect(forced).toEqual(plain)
  const [call] = readLedger(place, 'duress')
  const attempt = readLedger(place, 'attempt').at(-1)
  expect(call?.payload).toEqual({ gate: 'south', side: 'entry', of: attempt?.seq })
  expect(attempt?.payload).toMatchObject({ outcome: 'grant', reason: 'right' })
  expect(call && JSON.parse(describeEvent(call).payload)).toMatchObject({ kind: 'duress', side: 'entry' })
  const status = take(await gate.ask('status')) as { readonly alarms: readonly { readonly code: string }[] }
  expect(status.alarms.map(({ code }) => code)).toContain('duress')
  expect(gate.stderr()).not.toContain(SECOND)
  // The wire that leads away, and neither lamp nor buzzer of the gate's own outlet.
  const outlet = () =>
    readFileSync(join(place.runtimeDirectory, 'signal-log'), 'utf8')
      .split('\n')
      .flatMap((line) => / alarm (.*)$/.exec(line)?.[1] ?? [])
  await waitUntil('the call for help', () => outlet().length > 0)
  expect(outlet()).toEqual(['help on'])
})

test('a resident sets it himself with 6# after his code, and whoever forces him to the menu calls for help as well', async () => {
  const { place, person } = await openPlace()
  await using _ = place
  await using gate = await runGate(place)
  await gate.type('entry-keypad', `${person.number}*${person.code}*`)
  await gate.next(isSign('menu_open'))
  for (const [keys, sign] of [
    ['6#', 'new_code_please'],
    [`${SECOND}#`, 'again_please'],
    [`${SECOND}#`, 'done'],
  ] as const) {
    await gate.type('entry-keypad', keys)
    await gate.next(isSign(sign))
  }
  await gate.type('entry-keypad', `${person.number}*${SECOND}*`)
  await gate.next(isSign('menu_open'))
  await gate.alarm('duress')
  expect(readLedger(place, 'duress')).toHaveLength(1)
})

test('it calls for help also where the door does not open', async () => {
  const { place, person } = await openPlace()
  await using _ = place
  await using gate = await runGate(place)
  take(await gate.ask('pin duress', { resident: person.residentId, code: SECOND }))
  take(await gate.ask('lockdown on'))
  const { decision } = await typeAt(gate, `${person.number}*${SECOND}#`)
  expect(decision).toMatchObject({ outcome: 'deny', reason: 'lockdown' })
  await gate.alarm('duress')
  expect(readLedger(place, 'duress')).toHaveLength(1)
})
