// Fire before everything (P8): the living door over hardware that fails now and then, from a start in the middle of a fire, with
// anything that main and people can do. fast-check prints the seed of a sequence that fails.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Mode, type MonotonicMs, modes } from '../../config/words.ts'
import type { DoorHardware, Levels } from '../../drivers/door/contract.ts'
import { createDoor } from '../../drivers/door/door.ts'

const limits = { pulseMs: 300, pulseLimitMs: 1000, heldAfterMs: 1000 }

type Deed =
  | { readonly kind: 'look'; readonly reads: boolean; readonly obeys: boolean }
  | { readonly kind: 'move'; readonly exitButton: boolean; readonly contact: 'open' | 'closed' }
  | { readonly kind: 'order'; readonly pulseMs: number }
  | { readonly kind: 'mode'; readonly mode: Mode }
  | { readonly kind: 'main'; readonly heard: boolean }

const deed: fc.Arbitrary<{ readonly afterMs: number; readonly does: Deed }> = fc.record({
  afterMs: fc.integer({ min: 0, max: 3000 }),
  does: fc.oneof(
    fc.record({ kind: fc.constant('look' as const), reads: fc.boolean(), obeys: fc.boolean() }),
    fc.record({
      kind: fc.constant('move' as const),
      exitButton: fc.boolean(),
      contact: fc.constantFrom('open' as const, 'closed' as const),
    }),
    fc.record({ kind: fc.constant('order' as const), pulseMs: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({ kind: fc.constant('mode' as const), mode: fc.constantFrom(...modes) }),
    fc.record({ kind: fc.constant('main' as const), heard: fc.boolean() }),
  ),
})

/** A door over lines of which this test knows both ends. Its timers never come: every look is called. */
const openPlayed = (fire: boolean) => {
  const played = {
    at: 1000,
    reads: true,
    obeys: true,
    relay: false,
    levels: { fire, exitButton: false, contact: 'closed' } as Levels,
    writes: [] as boolean[],
    look: () => {
      // Replaced by the door itself.
    },
  }
  const hardware: DoorHardware = {
    readInputs: () => (played.reads ? { kind: 'done', value: played.levels } : { kind: 'fault', code: 'chip_lost' }),
    onEdge: (wake) => {
      played.look = wake
    },
    setRelay: (on) => {
      if (!played.obeys) return { kind: 'fault', code: 'relay_stuck' }
      played.relay = on
      played.writes.push(on)
      return { kind: 'done', value: undefined }
    },
    close: async () => undefined,
  }
  const clock = { wall: () => 0 as never, monotonic: () => played.at as MonotonicMs }
  const port = { clock, runtimeDirectory: '/nowhere', tell: () => undefined }
  const door = createDoor(limits, ['entry'], hardware, port)
  const [device] = door.devices
  if (!device) throw new Error('a door without a side')
  return { played, door, device }
}
type Played = ReturnType<typeof openPlayed>

const doDeed = ({ played, door }: Played, does: Deed): void => {
  if (does.kind === 'order') door.receive({ type: 'open', ref: 'g', pulseMs: does.pulseMs, issuedAt: played.at })
  else if (does.kind === 'mode') door.receive({ type: 'mode', mode: does.mode })
  else if (does.kind === 'main' && does.heard) door.meetMain()
  else if (does.kind === 'main') door.loseMain()
  else {
    if (does.kind === 'look') Object.assign(played, { reads: does.reads, obeys: does.obeys })
    else played.levels = { ...played.levels, exitButton: does.exitButton, contact: does.contact }
    played.look()
  }
}

test('a fire that burns at the start releases the door before anybody is heard', async () => {
  const { played, device } = openPlayed(true)
  device.start()
  expect(played.writes).toEqual([true])
  await device.stop()
})

test('while it burns the relay is never put at rest, whatever fails and whoever asks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 40 }), async (deeds) => {
      const opened = openPlayed(true)
      const { played, device } = opened
      device.start()
      for (const { afterMs, does } of deeds) {
        played.at += afterMs
        doDeed(opened, does)
        expect(played.relay).toBe(true)
      }
      expect(played.writes).not.toContain(false)
      await device.stop()
      expect(played.writes.at(-1)).toBe(!played.obeys)
    }),
    { numRuns: 500 },
  )
})

test('a fire input that flickers releases each time, and the last level counts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ fire: fc.boolean(), afterMs: fc.integer({ min: 0, max: 50 }) }), { maxLength: 60 }),
      async (flickers) => {
        const { played, device } = openPlayed(false)
        device.start()
        for (const { fire, afterMs } of flickers) {
          played.at += afterMs
          played.levels = { ...played.levels, fire }
          played.look()
          expect(played.relay).toBe(fire)
        }
        await device.stop()
      },
    ),
    { numRuns: 300 },
  )
})
