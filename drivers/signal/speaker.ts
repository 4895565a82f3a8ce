// The program `aplay` with our samples on its input: started, kept, started again when it ends, given up when it no longer reads. Knows no
// tone. One long-lived process: its device stays open, so that a tone waits for no start of a program. Called by sound.ts.

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock, MonotonicMs } from '../../config/words.ts'
import { PERIOD_MS, RATE } from './synth.ts'

const MICROSECONDS = 1000
/** What the device holds; a longer buffer only delays. */
const BUFFER_MS = 4 * PERIOD_MS
/** A program that has lived this long has its device open. */
const SETTLED_MS = 500
const BACKOFF_FIRST_MS = 1000
const BACKOFF_LAST_MS = 10_000
/** One second of sound that nobody reads. */
const UNREAD_LIMIT_BYTES = RATE * 2
/** For what was written last to be played. */
const END_LIMIT_MS = 500
const SAID_CHARACTERS = 500

type Player = ChildProcessByStdio<Writable, null, import('node:stream').Readable>

export type Speaker = {
  readonly start: () => void
  /** Dropped while the program is not there. */
  readonly write: (samples: Buffer) => void
  /** Why nothing is heard. */
  readonly because: () => string | undefined
  readonly stop: () => Promise<void>
}

/** aplay gives one exit code for everything; its English says what. */
const reasonOf = (said: string): string => {
  if (/Permission denied/.test(said)) return 'sound_forbidden'
  if (/Device or resource busy/.test(said)) return 'sound_busy'
  if (/No such (file|device)|Unknown PCM|Cannot find card|Invalid card/.test(said)) return 'sound_absent'
  return 'sound_failed'
}

const startPlayer = (device: string): Player => {
  const form = ['-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', String(RATE)]
  const times = [`--period-time=${PERIOD_MS * MICROSECONDS}`, `--buffer-time=${BUFFER_MS * MICROSECONDS}`]
  // Plays from the first sample on, not when the buffer is full.
  return spawn('aplay', ['-q', '-D', device, ...form, ...times, '--start-delay=1', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  })
}

export const createSpeaker = (device: string, clock: Clock): Speaker => {
  let player: Player | undefined
  let startedAt = clock.monotonic()
  let because: string | undefined = 'sound_starting'
  let backoffMs = BACKOFF_FIRST_MS
  let retry: NodeJS.Timeout | undefined
  let ending = false

  const lose = (lost: Player, why: string) => {
    if (player !== lost) return
    player = undefined
    because = why
    if (ending) return
    backoffMs = clock.monotonic() - startedAt > BACKOFF_LAST_MS ? BACKOFF_FIRST_MS : backoffMs
    retry = setTimeout(start, backoffMs)
    backoffMs = Math.min(2 * backoffMs, BACKOFF_LAST_MS)
  }
  const start = () => {
    const started = startPlayer(device)
    player = started
    startedAt = clock.monotonic()
    let said = ''
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      // Between two tones aplay has nothing to play and says so: no trouble.
      said = (said + text).slice(-SAID_CHARACTERS)
    })
    // What it does not read any more is told by its end.
    started.stdin.on('error', () => started.kill('SIGKILL'))
    started.once('error', (error: NodeJS.ErrnoException) =>
      lose(started, error.code === 'ENOENT' ? 'aplay_missing' : 'sound_failed'),
    )
    started.once('close', () => lose(started, reasonOf(said)))
  }
  const settledAt = (): MonotonicMs => (startedAt + SETTLED_MS) as MonotonicMs
  return {
    start,
    write: (samples) => {
      if (!player || player.pid === undefined || !player.stdin.writable) return
      if (player.stdin.writableLength <= UNREAD_LIMIT_BYTES) player.stdin.write(samples)
      else {
        player.kill('SIGKILL')
        lose(player, 'sound_stalled')
      }
    },
    because: () => {
      if (player && clock.monotonic() >= settledAt()) because = undefined
      return because
    },
    stop: async () => {
      ending = true
      clearTimeout(retry)
      const last = player
      if (!last) return
      const closed = new Promise((resolve) => last.once('close', resolve))
      last.stdin.end()
      await Promise.race([closed, pause(END_LIMIT_MS)])
      last.kill('SIGKILL')
    },
  }
}
