// A day of guessing at one keypad, at the speed of a machine on its wire: how many codes are tried against each credential, how long an
// honest right code waits at that keypad, and how long a card. The gate's own line over a real encrypted store, on a clock of its own, so
// that the day takes a minute; after a third of it main is restarted, after two thirds the plug is pulled. Called by bench.ts.
//
// Only two things are made small. The slow hash of the people here has little memory: what one costs is measured beside it and added to
// the longest wait twice, as a code may come just when another is being hashed. And the door is a list.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, hide, type MonotonicMs, type WallMs } from '../../config/words.ts'
import { KEY_LIMIT_PER_WINDOW } from '../../drivers/keypad/key-codes.ts'
import { type Gate, openGate } from '../gate.ts'
import type { Later } from '../keypad-pace.ts'
import { codeParameters } from '../store/lookups.ts'
import {
  addHolder,
  type BenchStore,
  codeReading,
  openBenchStore,
  type Place,
  quietWorld,
  RIGHT_CODE,
  smallHash,
} from './code-line.ts'
import { rankOf } from './ranks.ts'

const HOUR_MS = 3_600_000
/** NUMBER*CODE# of 13 keys, as fast as a keypad part takes keys from one line. */
const GUESS_EVERY_MS = 13 * (1000 / KEY_LIMIT_PER_WINDOW)
const HONEST_EVERY_MS = 97_000
const TAP_EVERY_MS = 61_000
/** Whom he guesses at in turn. */
const VICTIMS = 20
const HONEST_NUMBER = '30001'
const HASHES = 10
const LEDGER_PAGE = 1000

/** Time that passes only when it is told to, and does on the way what is due. */
const createTime = (from: number) => {
  let now = from
  const due: { readonly at: number; readonly work: () => void }[] = []
  const later: Later = (afterMs, work) => {
    const one = { at: now + afterMs, work }
    due.push(one)
    return () => void due.splice(due.indexOf(one), due.includes(one) ? 1 : 0)
  }
  const goTo = async (at: number, settle: () => Promise<void>): Promise<void> => {
    for (;;) {
      const next = due.filter((one) => one.at <= at).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      now = Math.max(now, next.at)
      due.splice(due.indexOf(next), 1)
      next.work()
      await settle()
    }
    now = at
  }
  return { now: () => now, later, goTo }
}
type Time = ReturnType<typeof createTime>

/** One run of main: `boot` and the clock since it. */
type Life = { readonly boot: string; readonly from: number; readonly to: number; readonly bootedAt: number }

const clockOf = (time: Time, { bootedAt }: Pick<Life, 'bootedAt'>): Clock => ({
  wall: () => (Date.UTC(2026, 0, 5) + time.now()) as WallMs,
  monotonic: () => (time.now() - bootedAt) as MonotonicMs,
})

type Seen = { readonly waits: number[]; readonly taps: number[]; guesses: number; typed: number; tapped: number }
type Pending = { typedAt: number | undefined; tappedAt: number | undefined }

const openLine = (store: BenchStore, clock: Clock, time: Time, seen: Seen, pending: Pending): Gate =>
  openGate({
    ...quietWorld(store, clock, smallHash),
    later: time.later,
    onAttempt: ({ proofs: [proof] }, { outcome }) => {
      if (outcome !== 'grant') return
      if (proof?.path === 'keypad' && pending.typedAt !== undefined) {
        seen.waits.push(time.now() - pending.typedAt)
        pending.typedAt = undefined
      }
      if (proof?.path === 'card' && pending.tappedAt !== undefined) {
        seen.taps.push(time.now() - pending.tappedAt)
        pending.tappedAt = undefined
      }
    },
  })

const playLife = async (place: Place, life: Life, card: Buffer, seen: Seen): Promise<void> => {
  const time = createTime(life.from)
  const clock = clockOf(time, life)
  const store = await openBenchStore(place, clock, life.boot)
  const pending: Pending = { typedAt: undefined, tappedAt: undefined }
  const line = openLine(store, clock, time, seen, pending)
  let [honestAt, tapAt] = [life.from + HONEST_EVERY_MS, life.from + TAP_EVERY_MS]
  for (let at = life.from; at < life.to; at += GUESS_EVERY_MS) {
    await time.goTo(at, line.settle)
    const n = seen.guesses++
    line.take(codeReading(String(20_001 + (n % VICTIMS)), String(900_000 + (n % 99_999)), clock.monotonic()))
    // The last of a life may be cut off by its end, which is no wait.
    if (at >= honestAt && at < life.to - HONEST_EVERY_MS) {
      honestAt += HONEST_EVERY_MS
      seen.typed++
      pending.typedAt = at
      line.take(codeReading(HONEST_NUMBER, RIGHT_CODE, clock.monotonic()))
    }
    if (at >= tapAt) {
      tapAt += TAP_EVERY_MS
      seen.tapped++
      pending.tappedAt = at
      const shown = { kind: 'iso14443_3', identifier: card.toString('hex'), random: false } as const
      line.take({ type: 'reading', path: 'card', device: 'reader', at: clock.monotonic(), card: shown })
    }
    await line.settle()
  }
  line.stop()
  await line.settle()
  await store.close()
}

/** Of each credential, how many codes the record says were compared and wrong. */
const countTried = async (place: Place, clock: Clock, boot: string): Promise<readonly number[]> => {
  const { facts, close } = await openBenchStore(place, clock, boot)
  const tried = new Map<string, number>()
  for (let after = 0; ; ) {
    const page = facts.readLedger(after, LEDGER_PAGE)
    for (const { payload } of page) {
      const [credential] = payload?.['reason'] === 'pin_wrong' ? (payload['credentials'] as readonly string[]) : []
      if (credential !== undefined) tried.set(credential, (tried.get(credential) ?? 0) + 1)
    }
    const last = page.at(-1)
    if (!last || page.length < LEDGER_PAGE) break
    after = last.seq
  }
  await close()
  return [...tried.values()]
}

/** What one code costs for real. */
const timeHashes = async (place: Place, clock: Clock): Promise<number> => {
  const { facts, close } = await openBenchStore(place, clock, 'hash')
  const took: number[] = []
  while (took.length < HASHES) {
    const began = performance.now()
    await facts.hashCode(hide(RIGHT_CODE), { salt: randomBytes(16), parameters: codeParameters })
    took.push(performance.now() - began)
  }
  await close()
  return rankOf(took, 0.95)
}

export type Guesses = {
  readonly codes_per_credential: number
  readonly longest_wait_s: number
  readonly card_delay_ms: number
  readonly codes_judged: number
  readonly codes_typed: number
  readonly honest_codes: number
  readonly cards: number
  /** Of both: how many opened nothing. */
  readonly unanswered: number
  readonly hash_ms: number
}

export const measureGuesses = async (hours = 24): Promise<Guesses> => {
  const place: Place = { folder: mkdtempSync(join(tmpdir(), 'eg-guess-')), key: randomBytes(32) }
  const card = randomBytes(7)
  const seen: Seen = { waits: [], taps: [], guesses: 0, typed: 0, tapped: 0 }
  try {
    const dayMs = hours * HOUR_MS
    const start = clockOf(createTime(0), { bootedAt: -60_000 })
    const store = await openBenchStore(place, start, 'one', true)
    for (let n = 0; n < VICTIMS; n++) await addHolder(store, String(20_001 + n), smallHash)
    await addHolder(store, HONEST_NUMBER, smallHash, card)
    await store.close()
    // Started, restarted in the same boot, and once more after a power cut.
    const lives: readonly Life[] = [
      { boot: 'one', bootedAt: -60_000, from: 0, to: dayMs / 3 },
      { boot: 'one', bootedAt: -60_000, from: dayMs / 3, to: (2 * dayMs) / 3 },
      { boot: 'two', bootedAt: (2 * dayMs) / 3 - 30_000, from: (2 * dayMs) / 3, to: dayMs },
    ]
    for (const life of lives) await playLife(place, life, card, seen)
    const end = clockOf(createTime(dayMs), { bootedAt: 0 })
    const [tried, hashMs] = [await countTried(place, end, 'two'), await timeHashes(place, end)]
    return {
      codes_per_credential: Math.max(...tried),
      longest_wait_s: (Math.max(...seen.waits) + 2 * hashMs) / 1000,
      card_delay_ms: Math.max(...seen.taps),
      codes_judged: tried.reduce((sum, one) => sum + one, 0),
      codes_typed: seen.guesses,
      honest_codes: seen.typed,
      cards: seen.tapped,
      unanswered: seen.typed - seen.waits.length + seen.tapped - seen.taps.length,
      hash_ms: hashMs,
    }
  } finally {
    rmSync(place.folder, { recursive: true, force: true })
  }
}
