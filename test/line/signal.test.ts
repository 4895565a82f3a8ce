// Light and sound of a whole gate with simulated outputs: what is seen and heard for keys, taps and answers, what stands at the outlet
// for alarms, and that nobody waits for any of it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore, readLedger } from './gate-place.ts'
import { type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 40_000
/** Until a device that is gone stands as an alarm. */
const ALARM_LIMIT_MS = 15_000
const simulated = { driver: 'simulated' }

type Move = { readonly at: number; readonly what: string }

/** What lamps and tones did since an instant. */
const movesSince = (place: GatePlace, since: number): readonly Move[] =>
  readFileSync(join(place.runtimeDirectory, 'signal-log'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ at: Number.parseFloat(line), what: line.slice(line.indexOf(' ') + 1) }))
    .filter(({ at }) => at >= since)

describe('a gate with light and sound', () => {
  let place: GatePlace
  let gate: RunningGate
  let person: Person
  beforeAll(async () => {
    place = await makeGatePlace((plan) => {
      Object.assign(plan.sides.entry, { signal: simulated })
      Object.assign(plan, { alarm: simulated })
    })
    person = await prepareStore(place, addPerson)
    gate = await runGate(place)
  }, START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  const find = async (since: number, ...wanted: readonly string[]): Promise<readonly Move[]> => {
    await waitUntil(wanted.join(', '), () => {
      const seen = movesSince(place, since).map(({ what }) => what)
      return wanted.every((one) => seen.includes(one))
    })
    return movesSince(place, since)
  }
  /** Until the lock is closed and the last sign is over. */
  const settle = async () => {
    const isDark = () => {
      const lit = new Map(movesSince(place, 0).map(({ what }) => [what.replace(/ \w+$/, ''), what]))
      return ['green', 'red', 'amber', 'tone'].every((name) => (lit.get(`entry ${name}`) ?? 'off').endsWith('off'))
    }
    await waitUntil('a dark and silent side', isDark, 10_000)
  }

  test('each key clicks, and a right code is green', async () => {
    const { at } = await gate.play('entry-keypad', { keys: '1' })
    await find(Number(at), 'entry tone 2000', 'entry amber on')
    await gate.type('entry-keypad', `**${person.number}*${person.code}#`)
    expect((await gate.attempt('keypad')).decision.outcome).toBe('grant')
    await find(Number(at), 'entry green on', 'entry tone 880', 'entry tone 1320', 'entry say granted')
  })

  test('card and code are answered alike', async () => {
    const toneOf = async (act: () => Promise<Record<string, unknown>>, path: 'card' | 'keypad') => {
      await settle()
      const { at } = await act()
      await gate.attempt(path)
      await find(Number(at), 'entry say granted')
      return movesSince(place, Number(at))
        .map(({ what }) => what)
        .filter((what) => /green on|tone (880|1320)|say/.test(what))
        .slice(0, 4)
    }
    const byCard = await toneOf(() => gate.play('entry-card', { tap: person.card }), 'card')
    const byCode = await toneOf(() => gate.type('entry-keypad', `${person.number}*${person.code}#`), 'keypad')
    expect(byCard).toEqual(byCode)
    expect(byCard).toHaveLength(4)
  })

  test('while the relay is on it ticks, and no longer', async () => {
    await settle()
    const { at } = await gate.play('door', { fire: true })
    await find(Number(at), 'entry green on', 'entry tone 1000')
    await gate.play('door', { fire: false })
    await settle()
  })

  test('a stranger’s card is red with one low tone', async () => {
    await settle()
    const { at } = await gate.play('entry-card', { tap: '04ffffffffffff' })
    expect((await gate.attempt('card')).decision.outcome).toBe('deny')
    const moves = await find(Number(at), 'entry red on', 'entry tone 220', 'entry say denied')
    expect(moves.some(({ what }) => what === 'entry green on')).toBe(false)
  })

  test('a reader that is gone stands at the outlet; its acknowledgement is recorded; it is over when it is back', {
    timeout: 2 * START_LIMIT_MS,
  }, async () => {
    await gate.play('exit-card', { unplug: true })
    await waitUntil(
      'the lamp',
      () => movesSince(place, 0).some(({ what }) => what === 'alarm buzzer on'),
      ALARM_LIMIT_MS,
    )
    await gate.play('alarm', { press: true })
    await gate.alarm('alarm_acknowledged')
    await gate.play('alarm', { press: false })
    const recorded = () => readLedger(place, 'alarm_acknowledged')
    await waitUntil('the record', () => recorded().length > 0)
    expect(recorded().map(({ payload }) => payload)).toEqual([{ gate: 'south', causes: ['path_down'] }])
    expect(movesSince(place, 0).findLast(({ what }) => what.startsWith('alarm lamp'))?.what).toBe('alarm lamp on')
    await gate.play('exit-card', { unplug: false })
    await waitUntil(
      'the lamp dark',
      () => movesSince(place, 0).findLast(({ what }) => what.startsWith('alarm lamp'))?.what === 'alarm lamp off',
    )
  })

  test('a signal part that hangs holds up no card', { timeout: START_LIMIT_MS }, async () => {
    const pid = gate.pidOf('signal')
    if (pid === undefined) throw new Error('there is no signal part')
    process.kill(pid, 'SIGSTOP')
    for (let n = 0; n < 10; n++) {
      await gate.play('entry-card', { tap: person.card })
      const tap = await gate.attempt('card')
      expect((await gate.relayOn(tap)).at - tap.attempt.at).toBeLessThan(1000)
    }
    await waitUntil(
      'a new signal part',
      () => gate.pidOf('signal') !== undefined && gate.pidOf('signal') !== pid,
      15_000,
    )
  })
})
