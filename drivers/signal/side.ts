// One side's own state machine: from signs, clicks and the relay to light, tone and sentence at any instant. Pure: no clock, no line;
// the instant is an argument, and may lie ahead, so that sound can be made before it is due. Called by player.ts and sound.ts.
//
// Light: the sign that runs, else a click, else the relay (green, with a gap at each tick). Tone: a click, else the sign, else a tick.

import type { MonotonicMs } from '../../config/words.ts'
import type { Colour, Held, Look, Sign, Spoken } from './contract.ts'
import { describeHeld, describeNumber, lengthOf, type Pattern, patterns, type Track } from './patterns.ts'

/** A sign that waited longer tells whoever stands there now what was meant for another. */
export const WAIT_LIMIT_MS = 2500
export const CLICK_MS = 40
const CLICK_LIGHT_MS = 80
const CLICK_HZ = 2000
export const TICK_EVERY_MS = 500
const TICK_MS = 40
const TICK_HZ = 1000
/** The longest pulse there is. A door held open for hours is shown, not ticked. */
export const TICK_LIMIT_MS = 30_000
/** No sentence is longer. */
export const SENTENCE_LIMIT_MS = 6000

type Shown = {
  readonly name: Sign | 'held' | 'number'
  readonly pattern: Pattern
  /** What is said on the way; otherwise a sign's own sentence follows its tone. */
  readonly spoken?: readonly (readonly [name: Spoken, afterMs: number])[]
}
type Run = Shown & { readonly since: MonotonicMs }
type Waiting = Shown & { readonly until: MonotonicMs }

export type SideState = {
  readonly run: Run | undefined
  readonly waiting: Waiting | undefined
  readonly clickedAt: MonotonicMs | undefined
  readonly unlockedAt: MonotonicMs | undefined
  readonly sentences: readonly NonNullable<Look['sentence']>[]
}

export const initialSide: SideState = Object.freeze({
  run: undefined,
  waiting: undefined,
  clickedAt: undefined,
  unlockedAt: undefined,
  sentences: [],
})

const plus = (at: MonotonicMs, ms: number): MonotonicMs => (at + ms) as MonotonicMs

const patternMs = ({ light, sound }: Pattern): number => Math.max(lengthOf(light), lengthOf(sound))

const sentencesOf = ({ name, pattern, spoken }: Shown): NonNullable<Shown['spoken']> =>
  spoken ?? (name === 'held' || name === 'number' ? [] : [[name, lengthOf(pattern.sound)]])

const begin = (state: SideState, shown: Shown, since: MonotonicMs): SideState => ({
  ...state,
  run: { ...shown, since },
  waiting: undefined,
  sentences: sentencesOf(shown).map(([name, afterMs]) => ({ name, since: plus(since, afterMs) })),
})

/** Ends what is over; what waited begins where it ended. */
const settle = (state: SideState, at: MonotonicMs): SideState => {
  const { run, waiting } = state
  if (!run) return state
  const endsAt = plus(run.since, patternMs(run.pattern))
  if (at < endsAt) return state
  if (waiting && endsAt <= waiting.until) return settle(begin(state, waiting, endsAt), at)
  return { ...state, run: undefined, waiting: undefined }
}

const take = (before: SideState, shown: Shown, at: MonotonicMs): SideState => {
  const state = settle(before, at)
  const { run, waiting } = state
  const { rank, letsRun } = shown.pattern
  if (!run) return begin(state, shown, at)
  if (run.name === shown.name && letsRun) return state
  if (rank >= run.pattern.rank) return begin(state, shown, at)
  if (waiting && waiting.pattern.rank > rank && at <= waiting.until) return state
  return { ...state, waiting: { ...shown, until: plus(at, WAIT_LIMIT_MS) } }
}

export const takeSign = (state: SideState, name: Sign, at: MonotonicMs): SideState =>
  take(state, { name, pattern: patterns[name] }, at)

export const takeHeld = (state: SideState, held: Held, at: MonotonicMs): SideState =>
  take(state, { name: 'held', pattern: describeHeld(held) }, at)

export const takeNumber = (state: SideState, number: number | string, at: MonotonicMs): SideState =>
  take(state, { name: 'number', ...describeNumber(number) }, at)

export const takeClick = (state: SideState, at: MonotonicMs): SideState => ({ ...state, clickedAt: at })

/** Told again while it is unlocked, it goes on ticking in the same step. */
export const takeUnlocked = (state: SideState, unlocked: boolean, at: MonotonicMs): SideState => ({
  ...state,
  unlockedAt: unlocked ? (state.unlockedAt ?? at) : undefined,
})

type Moment<Value> = { readonly value: Value | null; readonly endsAt: MonotonicMs | undefined }

/** What a track says at an instant, and until when; beyond its end nothing, for good. */
const readTrack = <Value>(track: Track<Value>, since: MonotonicMs, at: MonotonicMs): Moment<Value> => {
  let endsAt = since
  for (const [value, ms] of track) {
    endsAt = plus(endsAt, ms)
    if (at < endsAt) return { value, endsAt }
  }
  return { value: null, endsAt: undefined }
}

/** Within `lastsMs` from `since`. */
const during = (since: MonotonicMs | undefined, lastsMs: number, at: MonotonicMs): MonotonicMs | undefined =>
  since !== undefined && at >= since && at < since + lastsMs ? plus(since, lastsMs) : undefined

/** The first tick comes a beat after the relay, when the answer's own tones are over. */
const readTick = (unlockedAt: MonotonicMs | undefined, at: MonotonicMs) => {
  if (unlockedAt === undefined || at - unlockedAt >= TICK_LIMIT_MS) return { ticks: false, changesAt: undefined }
  const turn = Math.floor((at - unlockedAt) / TICK_EVERY_MS)
  const from = plus(unlockedAt, turn * TICK_EVERY_MS)
  const ticks = turn > 0 && at < from + TICK_MS
  return { ticks, changesAt: plus(from, ticks ? TICK_MS : TICK_EVERY_MS) }
}

const lit = (colour: Colour | null): readonly Colour[] => (colour === null ? [] : [colour])

export const lookAt = (before: SideState, at: MonotonicMs): Look => {
  const { run, clickedAt, unlockedAt, sentences } = settle(before, at)
  const light = run && readTrack(run.pattern.light, run.since, at)
  const sound = run && readTrack(run.pattern.sound, run.since, at)
  const clickEndsAt = during(clickedAt, CLICK_MS, at)
  const clickLitUntil = during(clickedAt, CLICK_LIGHT_MS, at)
  const { ticks, changesAt } = readTick(unlockedAt, at)
  const rest: Colour | null =
    clickLitUntil !== undefined ? 'amber' : unlockedAt !== undefined && !ticks ? 'green' : null
  const hz = clickEndsAt === undefined ? (sound?.value ?? (ticks ? TICK_HZ : 0)) : CLICK_HZ
  const spoken = sentences.findLast(({ since }) => at >= since && at < since + SENTENCE_LIMIT_MS)
  const upcoming = sentences.find(({ since }) => at < since)
  const changes = [
    ...[light?.endsAt, sound?.endsAt, clickEndsAt, clickLitUntil, changesAt],
    run && plus(run.since, patternMs(run.pattern)),
    spoken && plus(spoken.since, SENTENCE_LIMIT_MS),
    upcoming?.since,
  ].filter((one) => one !== undefined)
  return {
    lights: lit(light ? light.value : rest),
    hz,
    ...(spoken ? { sentence: spoken } : {}),
    ...(changes.length === 0 ? {} : { nextAt: Math.min(...changes) as MonotonicMs }),
  }
}
