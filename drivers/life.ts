// What a part lets the service manager know of its life: that it waits, that its devices have started, that it works, that it ends.
// It is fed by work done: the answer to a ping while main asks, else whatever the part itself has to show; never by a timer alone.
// Says nothing where no manager listens (a checkout). Called by the harness.

import { type Clock, type MonotonicMs, systemClock } from '../config/words.ts'
import { type Notifier, openNotifier } from './notify.ts'

const BEAT_MS = 500
/** One and a half of main's heartbeats: then nobody asks, and the part speaks for itself. */
const MAIN_SILENT_MS = 1500
/** A start may wait for main as long as it likes, but says so: one that hangs is ended after this. */
const START_SILENCE_LIMIT_MS = 10_000

export type Life = {
  /** The devices have started. */
  readonly begin: (status: string) => void
  /** main asked, and was answered. */
  readonly answer: () => void
  readonly end: () => void
}

export type LifeSigns = {
  /** True: the work that is this part's own goes on. */
  readonly isWorking: () => boolean
  readonly clock?: Clock
  readonly notifier?: Promise<Notifier>
}

export const startLife = ({ isWorking, clock = systemClock, notifier = openNotifier() }: LifeSigns): Life => {
  let manager: Notifier | undefined
  let status: string | undefined
  let begun = false
  let answeredAt = Number.NEGATIVE_INFINITY as MonotonicMs

  const feed = () => {
    if (begun && isWorking()) manager?.say('WATCHDOG=1')
  }
  const beat = () => {
    if (status === undefined)
      manager?.say(`EXTEND_TIMEOUT_USEC=${START_SILENCE_LIMIT_MS * 1000}`, 'STATUS=waiting for main')
    else if (!begun) begun = manager?.say('READY=1', `STATUS=${status}`) ?? false
    else if (clock.monotonic() - answeredAt > MAIN_SILENT_MS) feed()
  }
  void notifier.then((opened) => {
    if (!opened.isListening) return
    manager = opened
    beat()
    setInterval(beat, BEAT_MS)
  })
  return {
    begin: (said) => {
      status = said
      if (!begun) beat()
    },
    answer: () => {
      answeredAt = clock.monotonic()
      feed()
    },
    end: () => void manager?.say('STOPPING=1'),
  }
}
