// What happens at the gate, for whoever watches: `status --watch`, `sim`, the demo, MQTT, the tests. Holds nothing that may not be seen on a
// screen. Not a bus: nothing that the line does depends on a watcher.

import type { Clock, Side, WallMs } from '../config/words.ts'
import type { DoorEvent, DoorStanding } from '../drivers/protocol.ts'
import type { ShownSign } from '../drivers/signal/contract.ts'
import type { Attempt, Decision } from './core/types.ts'
import type { RecordRef } from './gate-world.ts'

export type Happening =
  | { readonly kind: 'attempt'; readonly attempt: Attempt; readonly decision: Decision; readonly record: RecordRef }
  | { readonly kind: 'door'; readonly event: DoorEvent }
  /** No news of the door but its state, when its part has just met this main. */
  | { readonly kind: 'door_stands'; readonly standing: DoorStanding }
  | { readonly kind: 'signal'; readonly shown: ShownSign }
  | { readonly kind: 'part'; readonly part: string; readonly state: 'up' | 'down' }
  | { readonly kind: 'count'; readonly side: Side; readonly what: string }
  | { readonly kind: 'alarm'; readonly code: string }

/** Heard since the start, once a code: `wall` is when it was heard last. */
export type HeardAlarm = { readonly code: string; readonly wall: WallMs; readonly times: number }
/** What `status` shows of them: the newest. */
const ALARMS_KEPT = 6

export type Watchers = {
  readonly announce: (happening: Happening) => void
  /** Returns what ends the watching. */
  readonly watch: (listener: (happening: Happening) => void) => () => void
  /** Newest last. */
  readonly alarms: () => readonly HeardAlarm[]
}

export const createWatchers = ({ wall }: Pick<Clock, 'wall'>): Watchers => {
  const listeners = new Set<(happening: Happening) => void>()
  let alarms: readonly HeardAlarm[] = []
  const keepAlarm = (code: string): void => {
    const before = alarms.find((one) => one.code === code)
    const others = alarms.filter((one) => one !== before)
    alarms = [...others, { code, wall: wall(), times: (before?.times ?? 0) + 1 }].slice(-ALARMS_KEPT)
  }
  return {
    announce: (happening) => {
      if (happening.kind === 'alarm') keepAlarm(happening.code)
      for (const listener of listeners) listener(happening)
    },
    watch: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    alarms: () => alarms,
  }
}
