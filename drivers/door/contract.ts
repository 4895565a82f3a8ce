// What the lines of a door promise, whatever drives them: `simulated` here, `gpiochip` and `onoff` with real wires. Polarity,
// bias, debounce and the naming of lines end below this contract: above it `true` means energised, pressed, fire. Whoever opens
// a door's hardware requests the relay's line at rest before it touches anything else. The door (door.ts) is the only caller.

import type { Outcome } from '../contracts.ts'

/** Levels as they stand now, never a count of edges. An input that is not wired rests: false, false, `none`. */
export type Levels = {
  readonly fire: boolean
  readonly exitButton: boolean
  /** Absent: none is wired. */
  readonly guardButton?: boolean
  /** The motor's light barrier is interrupted, or cannot be read. Absent: none is wired. */
  readonly obstacle?: boolean
  readonly contact: 'open' | 'closed' | 'none'
  /** A line, the relay's included, that cannot be used now: why. The level of such an input is the last that was read. */
  readonly fault?: string
}

export type DoorHardware = {
  /** Synchronous and short. A fault says a code; the door then goes on with the levels it last read. */
  readonly readInputs: () => Outcome<Levels>
  /** `wake` is called when a line may have moved, at any time after this call, also for nothing: it says only "read again". */
  readonly onEdge: (wake: () => void) => void
  /**
   * On: energised, the door is released, whether the lock is freed by power or by the loss of it (that is wiring and polarity).
   * Synchronous, because it is the last thing a dying process does; never throws; repeating a level is harmless. Where the
   * line can be read back it is, and a difference is a fault (`relay_stuck`).
   */
  readonly setRelay: (on: boolean) => Outcome<undefined>
  /** Absent: no motor with such an input. A wire of its own each, at rest from the first moment, as the relay is. */
  readonly setMotor?: (name: 'stop' | 'close', on: boolean) => Outcome<undefined>
  /** Puts the relay at rest and lets go of the lines. */
  readonly close: () => Promise<void>
}
