// The call button of a gate that runs: the lamp in the guard's room, the words at the gate, the record, MQTT and `status`; answered by his
// button or by command, an alarm where nobody answers, and also while main is dead. It never moves the relay.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { describeEvent } from '../../daemon/mqtt/event.ts'
import type { FromPart } from '../../drivers/protocol.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { playMain, waitUntil } from '../drivers/play-main.ts'
import { type GatePlace, makeGatePlace, prepareStore, readLedger, take } from './gate-place.ts'
import { isSign, type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 60_000
const simulated = { driver: 'simulated' }

const makePlace = async (unansweredAfterSeconds = 180) => {
  const place = await makeGatePlace((plan) => {
    Object.assign(plan.sides.entry, { signal: simulated })
    Object.assign(plan, { alarm: simulated, call: { ...simulated, unansweredAfterSeconds } })
  })
  await prepareStore(place, async () => undefined)
  return place
}
const press = async (gate: RunningGate, button: 'press' | 'answer') => {
  await gate.play('call', { [button]: true })
  const from = systemClock.monotonic()
  await waitUntil('two looks at the button', () => systemClock.monotonic() > from + 120)
  await gate.play('call', { [button]: false })
}
const signalLog = (place: GatePlace) => readFileSync(join(place.runtimeDirectory, 'signal-log'), 'utf8')
const relayMoves = (place: GatePlace) =>
  readFileSync(join(place.runtimeDirectory, 'relay-log'), 'utf8').match(/ on$/gm) ?? []
const events = (place: GatePlace, kind: string) => readLedger(place, kind).map(({ payload }) => payload)
type Shown = { readonly call?: { readonly side: string; readonly unanswered: boolean } }
const status = async (gate: RunningGate) => (take(await gate.ask('status')) as Shown).call

describe('the call button', { timeout: START_LIMIT_MS }, () => {
  test('lights and sounds in the guard’s room and is answered there: told at the gate, recorded, and gone from `status`', async () => {
    await using place = await makePlace()
    await using gate = await runGate(place)
    await press(gate, 'press')
    await gate.next(isSign('calling'))
    await gate.alarm('call_requested')
    await waitUntil('the lamp', () => / call lamp on\n.* call lamp off\n/s.test(signalLog(place)))
    await waitUntil('the words at the gate', () => signalLog(place).includes('entry say calling'))
    expect(signalLog(place)).toMatch(/call sounder on/)
    await waitUntil('the record', () => events(place, 'call_requested').length === 1)
    expect(await status(gate)).toMatchObject({ side: 'entry', unanswered: false })
    await press(gate, 'answer')
    await gate.next(isSign('answered'))
    await waitUntil('the words at the gate', () => signalLog(place).includes('entry say answered'))
    await waitUntil('the record', () => events(place, 'call_answered').length === 1)
    expect(events(place, 'call_answered')).toMatchObject([{ side: 'entry', how: 'button' }])
    expect(await status(gate)).toBeUndefined()
    const [asked] = readLedger(place, 'call_requested')
    expect(asked && JSON.parse(describeEvent(asked).payload)).toMatchObject({ kind: 'call_requested', side: 'entry' })
    expect(relayMoves(place)).toEqual([])
  })

  test('is answered by command, with who did so, and by nobody when nobody calls', async () => {
    await using place = await makePlace()
    await using gate = await runGate(place)
    expect(await gate.ask('call answer')).toMatchObject({ ok: false, code: 'call_none' })
    await press(gate, 'press')
    await gate.next(isSign('calling'))
    take(await gate.ask('call answer'))
    await waitUntil('the words at the gate', () => signalLog(place).includes('entry say answered'))
    expect(events(place, 'call_answered')).toMatchObject([{ how: 'command', by: { role: 'root' } }])
    expect(relayMoves(place)).toEqual([])
  })

  test('that nobody answers is an alarm, at the gate and in the record, until somebody does', async () => {
    await using place = await makePlace(15)
    await using gate = await runGate(place)
    await press(gate, 'press')
    await gate.alarm('call_unanswered', 25_000)
    await waitUntil('the outlet', () => signalLog(place).includes('alarm lamp on'))
    expect(await status(gate)).toMatchObject({ unanswered: true })
    await press(gate, 'answer')
    await waitUntil('its end', () => events(place, 'call_unanswered_over').length === 1)
  })

  test('works in its own unit while main is away: lamp and words at once, and main is told when it comes', async () => {
    const settings = {
      language: 'en',
      sides: [{ side: 'entry', signal: simulated }],
      call: { driver: 'simulated', side: 'entry', unansweredAfterSeconds: 180, answer: true },
    }
    await using main = await playMain('signal', settings, { asChild: false })
    await main.deviceIs('call', 'up')
    await main.goAway()
    const play = (order: object) => playDevice(main.runtimeDirectory, 'call', order)
    const log = () => readFileSync(join(main.runtimeDirectory, 'signal-log'), 'utf8')
    await play({ press: true })
    await waitUntil('lamp and words', () => log().includes('call lamp on') && log().includes('entry say calling'))
    await main.comeBack()
    const isCall = (what: string) => (message: FromPart) => message.type === 'call' && message.what === what
    await main.next(isCall('requested'), 10_000)
    await main.next(isCall('rings'), 10_000)
    await main.goAway()
    await play({ answer: true })
    await waitUntil('the words', () => log().includes('entry say answered'))
  })

  test('goes on ringing when its own part dies: main says again who waits', async () => {
    await using place = await makePlace()
    await using gate = await runGate(place)
    await press(gate, 'press')
    await gate.next(isSign('calling'))
    const from = signalLog(place).length
    process.kill(gate.pidOf('signal') ?? Number.NaN, 'SIGKILL')
    await waitUntil('the lamp again', () => signalLog(place).slice(from).includes('call lamp on'), 15_000)
    await press(gate, 'answer')
    await gate.next(isSign('answered'))
    expect(events(place, 'call_requested')).toHaveLength(1)
  })
})
