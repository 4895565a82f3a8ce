// What happens at the gate, for whoever watches: `status --watch`, `sim`, the demo, MQTT, the tests. Holds nothing that may not be seen on a
// screen. Not a bus: nothing that the line does depends on a watcher.

import type { Side } from '../config/words.ts'
import type { DoorEvent } from '../drivers/protocol.ts'
import type { ShownSign } from '../drivers/signal/contract.ts'
import type { Attempt, Decision } from './core/types.ts'
import type { RecordRef } from './gate-world.ts'

export type Happening =
  | { readonly kind: 'attempt'; readonly attempt: Attempt; readonly decision: Decision; readonly record: RecordRef }
  | { readonly kind: 'door'; readonly event: DoorEvent }
  | { readonly kind: 'signal'; readonly shown: ShownSign }
  | { readonly kind: 'part'; readonly part: string; readonly state: 'up' | 'down' }
  | { readonly kind: 'count'; readonly side: Side; readonly what: string }
  | { readonly kind: 'alarm'; readonly code: string }

export type Watchers = {
  readonly announce: (happening: Happening) => void
  /** Returns what ends the watching. */
  readonly watch: (listener: (happening: Happening) => void) => () => void
}

export const createWatchers = (): Watchers => {
  const listeners = new Set<(happening: Happening) => void>()
  return {
    announce: (happening) => {
      for (const listener of listeners) listener(happening)
    },
    watch: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
