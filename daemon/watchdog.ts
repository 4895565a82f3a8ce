// Feeds the watchdog of main's unit, by work done and by nothing else: a card that nobody holds goes down the line, the heartbeat of the parts
// goes round. A disk that does not answer is only said: to end a main that lets people in from memory would lock them out, and a new one
// could not even open the store. Bites nobody itself: what is not fed is ended by the service manager. Knows no part and
// no reason but the one it expects. Started by `run`.

import type { Clock, MonotonicMs } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { Decision } from './core/types.ts'
import type { Ledger } from './store/ledger.ts'

const TRY_EVERY_MS = 2000
/** Two tries that failed, or one that is still under way. */
const TRY_LIMIT_MS = 5000
const PROBE_EVERY_MS = 60_000
/** A write that was asked for is answered within this, be it with a refusal: then the disk's alarm speaks. */
const PROBE_LIMIT_MS = 90_000
/** Three heartbeats of the supervisor. */
const BEAT_LIMIT_MS = 3000
const FEED_EVERY_MS = 1000
/** The row of its own that the probe writes: no event, nothing that anybody reads. */
const PROBE_READER = 'watchdog'

export type WatchedGate = {
  readonly clock: Clock
  readonly tryLine: () => Promise<Decision>
  readonly ledger: Pick<Ledger, 'moveCursor'>
  /** When the heartbeat of the parts last went round. */
  readonly beatAt: () => MonotonicMs
  readonly feed: () => void
}

/** Runs `work` again and again, never twice at once; tells when it last succeeded. */
const repeat = (clock: Clock, everyMs: number, work: () => Promise<boolean>) => {
  let succeededAt = clock.monotonic()
  let running = false
  const run = async () => {
    if (running) return
    running = true
    try {
      if (await work()) succeededAt = clock.monotonic()
    } catch (error) {
      log('fault', 'watchdog_try_failed', { error: error instanceof Error ? error.name : 'unknown' })
    } finally {
      running = false
    }
  }
  void run()
  const timer = setInterval(() => void run(), everyMs)
  return { agoMs: () => clock.monotonic() - succeededAt, stop: () => clearInterval(timer) }
}

export const startWatchdog = ({ clock, tryLine, ledger, beatAt, feed }: WatchedGate): { readonly stop: () => void } => {
  const line = repeat(clock, TRY_EVERY_MS, async () => {
    const { reason, notes } = await tryLine()
    return reason === 'credential_unknown' && !notes.includes('controller_fault')
  })
  let row: number | undefined
  const disk = repeat(clock, PROBE_EVERY_MS, async () => {
    const moved = await ledger.moveCursor(PROBE_READER, row)
    if (moved.ok) row = moved.value + 1
    return true
  })
  let fed = true
  let answered = true
  const timer = setInterval(() => {
    const works = {
      line: line.agoMs() < TRY_LIMIT_MS,
      heartbeat: clock.monotonic() - beatAt() < BEAT_LIMIT_MS,
    }
    const feeds = works.line && works.heartbeat
    if (feeds) feed()
    else if (fed) log('fault', 'watchdog_starves', works)
    fed = feeds
    const answers = disk.agoMs() < PROBE_LIMIT_MS
    if (answered && !answers) log('fault', 'disk_silent')
    answered = answers
  }, FEED_EVERY_MS)
  return {
    stop: () => {
      clearInterval(timer)
      line.stop()
      disk.stop()
    },
  }
}
