// A wall clock that is set, forwards or back, while the gate runs: told, and recorded with how far, because dates decide. Compares it
// with the monotonic clock, which nobody sets. Changes nothing: what a clock that was set may decide is judged elsewhere (clock.ts).
// Started by daemon.ts.

import type { Clock } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { Happening } from './happening.ts'
import type { Ledger } from './store/ledger.ts'

const LOOK_EVERY_MS = 1000
/** A time service slews what is less, and both clocks with it; a loop that stood still moves neither against the other. */
export const STEP_MS = 1000

type Deps = {
  readonly clock: Clock
  readonly ledger: Pick<Ledger, 'record'>
  readonly announce: (happening: Happening) => void
}

export const keepClockSteps = ({ clock, ledger, announce }: Deps) => {
  const offset = () => clock.wall() - clock.monotonic()
  let before = offset()
  const look = (): void => {
    const now = offset()
    const stepMs = now - before
    if (Math.abs(stepMs) < STEP_MS) return
    before = now
    log('notice', 'clock_stepped', { seconds: Math.round(stepMs / 1000) })
    announce({ kind: 'alarm', code: 'clock_stepped' })
    void ledger.record({ kind: 'clock_stepped', payload: { seconds: Math.round(stepMs / 1000) } })
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  return { look, stop: (): void => clearInterval(timer) }
}
