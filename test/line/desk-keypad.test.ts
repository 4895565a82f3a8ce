// A code that is typed at a keypad of the running gate for the resident who is served at the desk.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MonotonicMs, reveal } from '../../config/words.ts'
import { createCodeWindow } from '../../daemon/code-window.ts'
import { waitUntil } from '../drivers/play-main.ts'
import {
  addPerson,
  byOffice,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readRelayLog,
  readStore,
  take,
} from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
const CODE = '730462'

let place: GatePlace
let gate: RunningGate
let residents: readonly string[]
let somebody: Person

beforeAll(async () => {
  place = await makeGatePlace((plan) => {
    plan.sides.entry.keypad?.push({ id: 'guard-keypad', driver: 'simulated' })
  })
  const made = await prepareStore(place, async (open) => {
    const { householdId } = take(await open.ledger.write('addHousehold', { room: '1204' }, byOffice))
    const add = async (name: string) => {
      const resident = { householdId, name, rights: [{ gate: open.config.gate }] }
      return take(await open.ledger.write('addResident', resident, byOffice)).residentId
    }
    return { residents: [await add('One'), await add('Two'), await add('Three')], somebody: await addPerson(open) }
  })
  residents = made.residents
  somebody = made.somebody
  gate = await runGate(place)
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

/** Asks as the desk does; each hint as it comes. */
const askFor = (resident: string, keypad = 'guard-keypad') => {
  const hints: string[] = []
  const answered = gate.ask('desk keypad', { resident, keypad }, (told) => {
    hints.push((told as { hint: string }).hint)
  })
  return { answered, hints, says: (hint: string) => waitUntil(hint, () => hints.includes(hint)) }
}
const codesOf = (resident: string) => readStore(place, (facts) => facts.showResident(resident)?.pin)

describe('a code typed at a keypad for the desk', () => {
  test('is the resident’s own from then on, opens nothing while it is typed, and is told to nobody', async () => {
    const [one = ''] = residents
    const relay = readRelayLog(place).length
    const { answered, says, hints } = askFor(one)
    await says('type_code_at_keypad')
    await gate.type('guard-keypad', `${CODE}#`)
    await says('type_code_again')
    await gate.type('guard-keypad', `${CODE}#`)
    const given = take(await answered) as { number: string }
    expect(given).toMatchObject({ resident: one, room: '1204', number: '12041' })
    expect(readRelayLog(place)).toHaveLength(relay)
    expect(gate.told.some(({ kind }) => kind === 'attempt')).toBe(false)
    expect(JSON.stringify([given, hints, readLedger(place)]) + gate.stderr()).not.toContain(CODE)
    await gate.type('entry-keypad', `${given.number}*${CODE}#`)
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
  })

  test('is taken from the keypad that was chosen alone, and whoever comes home meanwhile opens at both', async () => {
    const [, two = ''] = residents
    const { answered, says, hints } = askFor(two)
    await says('type_code_at_keypad')
    await gate.type('entry-keypad', `${CODE}#`)
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'deny', reason: 'reading_invalid' })
    for (const keypad of ['entry-keypad', 'guard-keypad']) {
      await gate.type(keypad, `${somebody.number}*${somebody.code}#`)
      expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'grant', reason: 'right' })
    }
    expect(hints).toEqual(['type_code_at_keypad'])
    await gate.type('guard-keypad', '123456#')
    await says('code_run')
    await gate.type('guard-keypad', `${CODE}#`)
    await says('type_code_again')
    await gate.type('guard-keypad', '730463#')
    await says('keypad_codes_differ')
    expect(codesOf(two)).toBe(0)
    await gate.type('guard-keypad', `${CODE}#`)
    await waitUntil('asked twice', () => hints.filter((hint) => hint === 'type_code_again').length === 2)
    await gate.type('guard-keypad', `${CODE}#`)
    expect(take(await answered)).toMatchObject({ number: '12042' })
    expect(codesOf(two)).toBe(1)
  })

  test('is asked for at one desk at a time, at a keypad that is named where there are several', async () => {
    const [, , three = ''] = residents
    const waits = askFor(three)
    await waits.says('type_code_at_keypad')
    expect(await askFor(three).answered).toMatchObject({ ok: false, code: 'code_window_busy' })
    expect(await gate.ask('desk keypad', { resident: three })).toMatchObject({ ok: false, code: 'keypad_which' })
    expect(await askFor(three, 'nowhere').answered).toMatchObject({ ok: false, code: 'keypad_unknown' })
    await gate.type('guard-keypad', `${CODE}#`)
    await waits.says('type_code_again')
    await gate.type('guard-keypad', `${CODE}#`)
    expect(take(await waits.answered)).toMatchObject({ resident: three })
    // It is over: the same keys are what they always were.
    await gate.type('guard-keypad', `${CODE}#`)
    expect((await gate.attempt('keypad')).decision).toMatchObject({ reason: 'reading_invalid' })
  })
})

describe('the window', () => {
  const none = { flawOf: () => undefined, onHint: () => undefined }
  const at = (ms: number) => ms as MonotonicMs

  test('takes nothing that was typed before it, and ends with its own caller and not with the one before', async () => {
    const window = createCodeWindow({ monotonic: () => at(100) })
    const leaving: (() => void)[] = []
    const onLeave = (leave: () => void) => void leaving.push(leave)
    const first = window.open('pad', { ...none, onLeave })
    expect(window.take('pad', CODE, at(99))).toBeUndefined()
    leaving[0]?.()
    expect(await first).toBeUndefined()
    expect(window.take('pad', CODE, at(101))).toBeUndefined()
    const second = window.open('pad', { ...none, onLeave })
    leaving[0]?.()
    expect(await window.take('pad', CODE, at(102))).toBe('again_please')
    const shown = window.take('pad', CODE, at(103))
    const typed = await second
    expect(typed && reveal(typed.code)).toBe(CODE)
    typed?.answer('done')
    expect(await shown).toBe('done')
  })
})
