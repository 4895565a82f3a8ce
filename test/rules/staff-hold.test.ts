// Whose card may hold the door: each condition by itself, with a played door.

import { expect, test } from 'vitest'
import type { MonotonicMs, Side } from '../../config/words.ts'
import type { CredentialFacts, Decision, Facts } from '../../daemon/core/types.ts'
import type { Happening } from '../../daemon/happening.ts'
import { keepStaffHold } from '../../daemon/staff-hold.ts'
import type { ToPart } from '../../drivers/protocol.ts'

const open = (flag: 'kept' | 'lost' = 'kept') => {
  const sent: string[] = []
  let hear: (happening: Happening) => void = () => undefined
  const hold = keepStaffHold({
    config: { gate: 'south', door: { staffHold: true } } as never,
    clock: { monotonic: () => 0 as MonotonicMs, wall: () => 0 as never },
    ledger: { record: async () => (flag === 'lost' ? { flag: 'lost' } : { seq: 7 }) as never },
    watch: (listener) => {
      hear = listener
      return () => undefined
    },
    send: (message: ToPart) => {
      if (message.type === 'guard') sent.push(message.what)
      return true
    },
  })
  if (!hold) throw new Error('it is configured')
  const door = (what: 'guard_hold' | 'guard_hold_over') => hear({ kind: 'door', event: { type: 'door', what, at: 0 } })
  return { ...hold, sent, door }
}
type Card = { id?: string; isStaff?: boolean; path?: 'card' | 'keypad'; decision?: Partial<Decision>; at?: number }
const show = (
  hold: ReturnType<typeof open>,
  { id = 'c_a', isStaff = true, path = 'card', decision = {}, at = 100 }: Card,
) => {
  const credential = { id, isStaff } as CredentialFacts
  const facts = { proofs: [{ path, pathPaused: false, credential }] } as unknown as Facts
  const decided = { outcome: 'grant', reason: 'right', notes: [], credentialIds: [id], ...decision } as Decision
  return hold.takes({ gate: 'south', side: 'entry', at: at as MonotonicMs, proofs: [{ path }] }, facts, decided, '1')
}
const stay = async (card: Card, side: Side = 'entry', at = 100, flag: 'kept' | 'lost' = 'kept') => {
  const hold = open(flag)
  show(hold, card)
  await hold.stays(side, at)
  return hold.sent
}

test('a staff card that was let in and stays on its own reader holds the door, and no other does', async () => {
  expect(await stay({})).toEqual(['hold'])
  expect(await stay({ isStaff: false })).toEqual([])
  expect(await stay({ path: 'keypad' })).toEqual([])
  expect(await stay({ decision: { notes: ['resident_suspended'], reason: 'exit' } })).toEqual([])
  expect(await stay({ decision: { outcome: 'deny' } as Partial<Decision> })).toEqual([])
  expect(await stay({}, 'exit')).toEqual([])
  expect(await stay({}, 'entry', 101)).toEqual([])
})

test('without a record nothing is held (P7)', async () => {
  expect(await stay({}, 'entry', 100, 'lost')).toEqual([])
})

test('whoever was let in after it has taken its place, and one stay counts once', async () => {
  const hold = open()
  show(hold, {})
  show(hold, { id: 'c_b', isStaff: false, at: 200 })
  await hold.stays('entry', 100)
  show(hold, { at: 300 })
  await hold.stays('entry', 300)
  await hold.stays('entry', 300)
  expect(hold.sent).toEqual(['hold'])
})

test('only the card that began it ends it by a tap, once, and opens nothing by that', async () => {
  const hold = open()
  expect(show(hold, {})).toBe(false)
  await hold.stays('entry', 100)
  hold.door('guard_hold')
  expect(show(hold, { id: 'c_b' })).toBe(false)
  expect(show(hold, {})).toBe(true)
  hold.door('guard_hold_over')
  expect(show(hold, {})).toBe(false)
  expect(hold.sent).toEqual(['hold', 'release'])
})
