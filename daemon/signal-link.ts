// Main's end of the signal part: passes on what the gate says to people, clicks for keys and taps, the relay's ticking and what must be
// seen at the gate; tells watchers of each sign, whether or not anybody can see it. Waits for nothing: what cannot be sent is dropped,
// for late it would answer somebody else. Decides nothing.

import type { Clock, MonotonicMs, Side } from '../config/words.ts'
import type { DoorEvent, DoorStanding, ToPart } from '../drivers/protocol.ts'
import type { Signal } from '../drivers/signal/contract.ts'
import type { Watchers } from './happening.ts'

/** A key that waited in its part while main was away is not clicked any more. */
const CLICK_AGE_LIMIT_MS = 500

export type Alarms = { readonly standing: boolean; readonly sounding: boolean; readonly blinks?: boolean }

export type SignalLink = Signal & {
  /** A key or a tap, at the instant its part had it. */
  readonly click: (side: Side, at: MonotonicMs) => void
  readonly tellDoor: (event: DoorEvent) => void
  readonly tellDoorStanding: (standing: DoorStanding) => void
  /** A door part that is gone has let its relay fall, and says so no more. */
  readonly loseDoor: () => void
  readonly tellAlarms: (alarms: Alarms) => void
  /** To the wire that leads away from the gate; nobody at the gate sees or hears it. */
  readonly callHelp: () => void
  /** A part that has just come up knows nothing of what holds. */
  readonly greet: () => void
}

type Deps = {
  readonly clock: Clock
  readonly announce: Watchers['announce']
  /** False: the part is not there or does not read. */
  readonly send: (message: ToPart) => boolean
}

export const openSignalLink = ({ clock, announce, send }: Deps): SignalLink => {
  let unlocked = false
  let alarms: Alarms = { standing: false, sounding: false }
  const tellUnlocked = () => void send({ type: 'unlocked', unlocked })
  const setUnlocked = (next: boolean) => {
    unlocked = next
    tellUnlocked()
  }
  const tellStanding = () => void send({ type: 'alarm', ...alarms })
  return {
    show: (side, sign) => {
      send({ type: 'sign', side, sign, at: clock.monotonic() })
      announce({ kind: 'signal', shown: { side, sign } })
    },
    tellHeld: (side, held) => {
      send({ type: 'held', side, held, at: clock.monotonic() })
      announce({ kind: 'signal', shown: { side, sign: 'held', held } })
    },
    tellNumber: (side, number) => {
      send({ type: 'number', side, number, at: clock.monotonic() })
      // A rider's code is for whoever stands there, and for no screen.
      const seen = typeof number === 'number' ? { number } : {}
      announce({ kind: 'signal', shown: { side, sign: 'number', ...seen } })
    },
    click: (side, at) => {
      if (clock.monotonic() - at <= CLICK_AGE_LIMIT_MS) send({ type: 'click', side, at })
    },
    tellDoor: ({ what }) => {
      if (what === 'relay_on' || what === 'relay_off') setUnlocked(what === 'relay_on')
    },
    tellDoorStanding: ({ relay }) => setUnlocked(relay),
    loseDoor: () => setUnlocked(false),
    tellAlarms: (next) => {
      if (next.standing === alarms.standing && next.sounding === alarms.sounding && next.blinks === alarms.blinks)
        return
      alarms = next
      tellStanding()
    },
    callHelp: () => void send({ type: 'help', at: clock.monotonic() }),
    greet: () => {
      tellUnlocked()
      tellStanding()
    },
  }
}
