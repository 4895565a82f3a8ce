// What every device driver promises, whatever the device. The part processes depend on these, never on a concrete driver.

import type { Clock, Side } from '../config/words.ts'
import type { DeviceState, FromPart } from './protocol.ts'

/** Exactly three outcomes: done, not now (try again later), fault (the part does not keep its contract). */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'not_now'; readonly because: string }
  | { readonly kind: 'fault'; readonly code: string }

export type Device = {
  readonly id: string
  readonly side: Side
  /** Returns at once; a device that is absent starts `down` and comes up by itself. */
  readonly start: () => void
  readonly stop: () => Promise<void>
  readonly state: () => DeviceState
}

/** What a part may do to the outside: tell main. Readings wait in a bounded queue while main is away; see harness.ts. */
export type Port = {
  readonly tell: (message: FromPart) => void
  readonly clock: Clock
  /** Folder of this gate's sockets; simulated devices put theirs here. */
  readonly runtimeDirectory: string
}
