// What stands at the outlet for alarms, and what sounds.

import { describe, expect, onTestFinished, test } from 'vitest'
import { type MonotonicMs, systemClock } from '../../config/words.ts'
import { createWatchers } from '../../daemon/happening.ts'
import { createAbsences, createDoorCauses, keepAlarms } from '../../daemon/standing-alarms.ts'
import type { DeviceState, DoorEvent, DoorStanding } from '../../drivers/protocol.ts'

const at = (ms: number) => ms as MonotonicMs
const state = (device: string, up: boolean): DeviceState => ({ device, side: 'entry', state: up ? 'up' : 'down' })
const mounted = [
  { part: 'door', devices: ['door'] },
  { part: 'card', devices: ['card-in', 'card-out'] },
  { part: 'signal', devices: ['signal-entry'] },
] as const
const all = ['door', 'card-in', 'card-out', 'signal-entry']
const without = (...gone: readonly string[]) => all.filter((id) => !gone.includes(id)).map((id) => state(id, true))

describe('a device that is not up', () => {
  const open = () => {
    const find = createAbsences(mounted, at(20_000))
    return (heard: readonly DeviceState[], ms: number) => [...find(heard, at(ms))]
  }

  test.each([
    ['card-in', 'path_down'],
    ['door', 'door_down'],
    ['signal-entry', 'signal_down'],
  ])('%s stands as %s after 5 s, and no longer than it is gone', (id, cause) => {
    const find = open()
    find(without(), 0)
    expect(find([...without(id), state(id, false)], 1000)).toEqual([])
    expect(find(without(id), 5999)).toEqual([])
    expect(find(without(id), 6000)).toEqual([cause])
    expect(find(without(), 6001)).toEqual([])
    expect(find(without(id), 7000)).toEqual([])
  })

  test('is waited for longer at the start', () => {
    const find = open()
    expect(find([], 0)).toEqual([])
    expect(find([], 24_999)).toEqual([])
    expect(find([], 25_000)).toEqual(['door_down', 'path_down', 'signal_down'])
  })
})

describe('an acknowledgement', () => {
  const NOW = 50_000
  const open = () => {
    const recorded: unknown[] = []
    const sent: { standing: boolean; sounding: boolean }[] = []
    const watchers = createWatchers(systemClock)
    const alarms = keepAlarms({
      gate: 'south',
      clock: { wall: systemClock.wall, monotonic: () => at(NOW) },
      mounted: [],
      supervisor: { devices: () => [] },
      isUnequal: () => false,
      isGuardCalled: () => false,
      flaws: () => [],
      calls: { open: () => undefined },
      facts: { countOverdue: () => 0, lastWall: systemClock.wall },
      ledger: {
        record: async ({ payload }) => {
          recorded.push(payload)
          return { seq: 1, flag: 'stored' } as never
        },
        state: () => ({ answering: true, journaled: 0, lost: 0 }) as never,
      },
      signal: { tellAlarms: (told) => void sent.push(told) },
      ...watchers,
    })
    onTestFinished(alarms.stop)
    watchers.announce({ kind: 'door', event: { type: 'door', what: 'forced', at: NOW } })
    return { ...alarms, recorded, last: () => sent.at(-1) }
  }

  test('silences what stands, and is recorded', () => {
    const { acknowledge, last, recorded } = open()
    acknowledge(NOW - 2000)
    expect(last()).toEqual({ standing: true, sounding: false })
    expect(recorded).toEqual([{ gate: 'south', causes: ['door_forced'] }])
  })

  test('that waited while main was away silences nothing that came since', () => {
    const { acknowledge, last, recorded } = open()
    acknowledge(NOW - 2001)
    expect(last()).toEqual({ standing: true, sounding: true })
    expect(recorded).toEqual([])
  })
})

describe('the door', () => {
  const hear = (...events: readonly DoorEvent['what'][]) => {
    const door = createDoorCauses()
    for (const what of events) door.hear({ kind: 'door', event: { type: 'door', what, at: 0 } })
    return [...door.standing()]
  }

  test.each([
    [['forced'], ['door_forced']],
    [['held'], ['door_held']],
    [['held', 'held_over'], []],
    [['forced', 'held', 'held_over'], ['door_forced']],
    [['forced', 'held', 'closed'], []],
    [['opened', 'relay_on', 'exit_button'], []],
  ] as const)('%j leaves %j', (events, standing) => expect(hear(...events)).toEqual(standing))

  const stands = (change: Partial<DoorStanding>): DoorStanding => ({
    ...{ type: 'door_stands', at: 0, relay: false, contact: 'open', held: false, forced: false, fire: false },
    mode: 'controlled',
    ...change,
  })
  test.each([
    ['held and forced before us', [], stands({ held: true, forced: true }), ['door_held', 'door_forced']],
    ['started anew, it knows less than we', ['forced'], stands({}), ['door_forced']],
    ['closed meanwhile', ['forced', 'held'], stands({ contact: 'closed' }), []],
    ['at rest', [], stands({ contact: 'closed' }), []],
    ['without a contact', [], stands({ contact: 'none' }), []],
  ] as const)('that met this main, %s, is taken at its word', (_, events, standing, left) => {
    const door = createDoorCauses()
    for (const what of events) door.hear({ kind: 'door', event: { type: 'door', what, at: 0 } })
    door.hear({ kind: 'door_stands', standing })
    expect([...door.standing()]).toEqual(left)
  })
})
