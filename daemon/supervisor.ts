// Keeps the parts alive and passes their messages on. One heartbeat for all: who does not answer is ended and started again.
// Knows no decision and no device. Called by `main`.

import type { MonotonicMs, Part } from '../config/words.ts'
import type { DeviceState, ToPart } from '../drivers/protocol.ts'
import { endPart, hearPart, killPart, openSlot, type PartSpec, type PartsWorld } from './part-slot.ts'

export const HEARTBEAT_MS = 1000

export type Supervisor = {
  /** False: the part is not there or does not read. */
  readonly send: (part: Part, message: ToPart) => boolean
  /** Waits until the part has read what it was sent. False: it is gone, or did not read for `limitMs`. */
  readonly drain: (part: Part, limitMs: number) => Promise<boolean>
  /** Last heard states; every device of a part that is not connected is absent here. */
  readonly devices: () => readonly DeviceState[]
  readonly isUp: (part: Part) => boolean
  readonly pidOf: (part: Part) => number | undefined
  /** When every part was last heard or given up. */
  readonly beatAt: () => MonotonicMs
  /** Ends a part and its connection, so that nothing it has said before is heard; it is started again like any that died. */
  readonly replace: (part: Part, signal: NodeJS.Signals) => void
  /** Ends all parts but those in `keep`, which only lose their connection. */
  readonly stop: (keep?: readonly Part[]) => Promise<void>
}

export const startSupervisor = (specs: readonly PartSpec[], world: PartsWorld): Supervisor => {
  const { clock } = world
  const slots = new Map(specs.map((spec) => [spec.part, openSlot(spec, world)]))
  let beatAt = clock.monotonic()
  const beat = setInterval(() => {
    // When this very loop was late, silence proves nothing about the parts: their answers wait unread.
    const late = clock.monotonic() - beatAt > 1.5 * HEARTBEAT_MS
    beatAt = clock.monotonic()
    for (const slot of slots.values()) {
      if (late) slot.heardAt = beatAt
      hearPart(slot)
    }
  }, HEARTBEAT_MS)

  return {
    send: (part, message) => slots.get(part)?.link?.send(message) ?? false,
    drain: async (part, limitMs) => (await slots.get(part)?.link?.drain(limitMs)) ?? false,
    devices: () => [...slots.values()].flatMap((slot) => slot.devices),
    isUp: (part) => slots.get(part)?.ready ?? false,
    beatAt: () => beatAt,
    pidOf: (part) => slots.get(part)?.pid,
    replace: (part, signal) => {
      const slot = slots.get(part)
      if (!slot) return
      killPart(slot, signal)
      slot.link?.close()
    },
    stop: async (keep = []) => {
      clearInterval(beat)
      await Promise.all([...slots.values()].map((slot) => endPart(slot, keep.includes(slot.spec.part))))
    },
  }
}
