// A month at a gate that a seed repeats, for somebody who wants to see the report before there is a gate. Every attempt goes through the
// counter of the running gate; only what happens is played. No person, no store. Called by `report equality --sample` and the tests.

import type { Config, FaceDevice } from '../../config/settings.ts'
import type { MonotonicMs, Path, Side, WallMs } from '../../config/words.ts'
import { DAY_MS, RUN_SECONDS, UP_SECONDS } from '../core/path-counts.ts'
import type { DenyReason } from '../core/reasons.ts'
import type { Decision, Proof } from '../core/types.ts'
import { type Chance, createChance } from '../demo/chance.ts'
import { createPathCounter } from '../path-counter.ts'
import type { DayPath, EqualityEvent, EqualityReads, Replacement } from '../store/equality-reads.ts'
import { type EqualityReport, reportEquality } from './equality.ts'

const FIRST = Date.UTC(2026, 2, 1) as WallMs
const DAYS = 30
const RAN_SECONDS = 86_400
/** The reader at the entry wears out from this day, is out of order for a day and a half, and is replaced. */
const [WORN_FROM, DEAD_ON, MENDED_ON] = [11, 16, 18] as const

type Habit = { readonly path: Path; readonly aDay: number; readonly typicalMs: number; readonly spread: number }
const habits: readonly Habit[] = [
  { path: 'card', aDay: 190, typicalMs: 170, spread: 0.35 },
  { path: 'keypad', aDay: 45, typicalMs: 330, spread: 0.3 },
  { path: 'face', aDay: 120, typicalMs: 420, spread: 0.5 },
]
const SIDES: readonly Side[] = ['entry', 'exit']

const isWorn = (side: Side, path: Path, day: number): boolean =>
  side === 'entry' && path === 'card' && day >= WORN_FROM && day < DEAD_ON
const isDead = (side: Side, path: Path, day: number): boolean =>
  side === 'entry' && path !== 'face' && day >= DEAD_ON && day < MENDED_ON && (path === 'card' || day === DEAD_ON)

/** Log-normal, as times of people and machines are: sum of twelve chances is near enough a bell. */
const drawTime = (chance: Chance, { typicalMs, spread }: Habit): number => {
  const bell = Array.from({ length: 12 }, () => chance.next()).reduce((sum, one) => sum + one, -6)
  return typicalMs * Math.exp(bell * spread)
}

const deny = (reason: DenyReason): Decision => ({ outcome: 'deny', reason, notes: [], credentialIds: [] })
const grant: Decision = { outcome: 'grant', reason: 'right', notes: [], credentialIds: [] }

/** What comes of one person's try: a slip now and then, a failure rarely, and often at a worn reader. */
const drawDecision = (chance: Chance, { path }: Habit, worn: boolean): Decision => {
  const luck = chance.next()
  if (path === 'keypad' && luck < 0.06) return deny('pin_wrong')
  if (path === 'card' && luck < (worn ? 0.09 : 0.004)) return deny('reading_invalid')
  if (path === 'face' && luck < 0.02) return deny('face_uncertain')
  return luck > 0.99 ? deny('credential_unknown') : grant
}

type Books = Map<string, DayPath & { counts: Record<string, number> }>

const playDay = (day: number, side: Side, chance: Chance, books: Books): void => {
  const wall = (FIRST + day * DAY_MS) as WallMs
  const add = (side: Side, path: Path, what: string, times = 1): void => {
    const key = `${day} ${side} ${path}`
    const page = books.get(key) ?? { day: wall, side, path, counts: {} }
    page.counts[what] = (page.counts[what] ?? 0) + times
    books.set(key, page)
  }
  const counter = createPathCounter(() => 0 as MonotonicMs, add)
  const isWeekend = (day + 6) % 7 >= 5
  for (const habit of habits) {
    const { path } = habit
    const dead = isDead(side, path, day)
    add(side, path, RUN_SECONDS, RAN_SECONDS)
    add(side, path, UP_SECONDS, dead ? Math.round(RAN_SECONDS * 0.55) : RAN_SECONDS - chance.below(40))
    const people = Math.round(habit.aDay * (isWeekend ? 0.7 : 1) * (0.85 + chance.next() * 0.3) * (dead ? 0.5 : 1))
    for (let n = 0; n < people; n++) {
      const worn = isWorn(side, path, day)
      const decision = drawDecision(chance, habit, worn)
      const ref = `${day}-${n}`
      const attempt = { gate: 'sample', side, at: 0 as MonotonicMs, proofs: [playProof(path, decision)] }
      counter.hear({ kind: 'attempt', attempt, decision, record: { ref, kept: 'stored' } })
      const tookMs = drawTime(chance, habit) * (worn && chance.next() < 0.3 ? 9 : 1)
      counter.hear({ kind: 'door', event: { type: 'door', what: 'relay_on', at: tookMs, ref } })
    }
  }
}

const playProof = (path: Path, { reason }: Decision): Proof => {
  if (path === 'card') return reason === 'reading_invalid' ? { path, flaw: reason } : { path }
  return path === 'face' ? { path } : { path }
}

const HOUR_MS = 3_600_000
const interval: readonly EqualityEvent[] = [
  { wall: (FIRST + DEAD_ON * DAY_MS + 9 * HOUR_MS) as WallMs, kind: 'inequality_opened', side: 'entry' },
  {
    wall: (FIRST + DEAD_ON * DAY_MS + 15.5 * HOUR_MS) as WallMs,
    ...{ kind: 'inequality_closed', side: 'entry', lastedMs: 6.5 * HOUR_MS },
  },
]

const drawLosses = (chance: Chance): readonly Replacement[] =>
  Array.from({ length: 6 }, (_, n) => {
    const lostAt = (FIRST + (n * 4 + chance.next()) * DAY_MS) as WallMs
    return { kind: 'card', lostAt, replacedAt: (lostAt + (0.2 + chance.next() * 3) * DAY_MS) as WallMs }
  })

const playReads = (seed: number): EqualityReads => {
  const chance = createChance(seed)
  const books: Books = new Map()
  for (let day = 0; day < DAYS; day++) for (const side of SIDES) playDay(day, side, chance, books)
  const losses = drawLosses(chance)
  return {
    readDays: () => [...books.values()],
    readReplacements: () => losses,
    countOtherWays: () => ({ residents: 412, withoutCardOrCode: 3, withFaceAlone: 0 }),
    readInequality: () => interval,
  }
}

/** What of a configuration the report reads, at a gate with all three ways on both sides. */
const simulated = { driver: 'simulated' } as const
const everyWay = {
  card: [{ id: 'sample-card', ...simulated }],
  keypad: [{ id: 'sample-keypad', ...simulated, silenceMs: 1000 }],
  face: [{ id: 'sample-camera', driver: 'folder' } as FaceDevice],
}
const sampleGate = {
  gate: 'south',
  timeZone: 'Asia/Shanghai',
  operator: { name: 'Sample Property Services', contact: '400-000-0000', maintainer: '–' },
  sides: { entry: everyWay, exit: everyWay },
  inequality: { graceHours: 24, remedy: 'pause-face' },
  otherWay: { firstCardPrice: 0, replacementCardPrice: 0, currency: 'CNY' },
} as const satisfies Pick<Config, 'gate' | 'timeZone' | 'operator' | 'sides' | 'inequality' | 'otherWay'>

export const playMonth = (seed: number): EqualityReport => {
  const to = (FIRST + (DAYS - 1) * DAY_MS) as WallMs
  return { ...reportEquality(sampleGate, playReads(seed), { from: FIRST, to }, (to + DAY_MS) as WallMs), sample: true }
}
