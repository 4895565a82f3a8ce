// Main's end of the door part: orders an opening, tells it the mode. A door that is not there is an alarm and an event of its own, for
// the grant that it follows is recorded already. Decides nothing. Used by the line, the commands and the remedy of inequality.

import type { Config } from '../config/settings.ts'
import type { Clock, Mode } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { ToPart } from '../drivers/protocol.ts'
import type { Watchers } from './happening.ts'
import type { Ledger } from './store/ledger.ts'

export type DoorLink = {
  /** `ref` names the record of the grant. False: the door part is not there. */
  readonly openDoor: (ref: string, openingMs?: number) => boolean
  /** A gate motor's other inputs, for somebody who said so. False: the door part is not there. */
  readonly orderMotor: (what: 'stop' | 'close', ref: string) => boolean
  readonly mode: () => Mode
  readonly setMode: (mode: Mode) => void
  /** A door that has just come up, or that let go of its mode, is told what holds. */
  readonly tellMode: () => void
}

type Deps = {
  readonly config: Pick<Config, 'gate' | 'door'>
  readonly clock: Clock
  readonly ledger: Pick<Ledger, 'record'>
  readonly announce: Watchers['announce']
  readonly send: (message: ToPart) => boolean
}

export const openDoorLink = ({ config, clock, ledger, announce, send }: Deps): DoorLink => {
  let mode: Mode = 'controlled'
  const tellMode = () => void send({ type: 'mode', mode })
  return {
    openDoor: (ref, openingMs = 0) => {
      // Longer for whoever needs it, never shorter, and never beyond the door's own limit.
      const pulseMs = Math.min(Math.max(config.door.pulseMs, openingMs), config.door.pulseLimitMs)
      const sent = send({ type: 'open', ref, pulseMs, issuedAt: clock.monotonic() })
      if (!sent) {
        log('fault', 'door_absent')
        announce({ kind: 'alarm', code: 'door_absent' })
        void ledger.record({ kind: 'door', payload: { gate: config.gate, what: 'absent', ref } })
      }
      return sent
    },
    orderMotor: (what, ref) => send({ type: 'motor', what, ref, issuedAt: clock.monotonic() }),
    mode: () => mode,
    setMode: (next) => {
      mode = next
      tellMode()
    },
    tellMode,
  }
}
