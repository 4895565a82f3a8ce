// Whether somebody who was recognised on one camera is there in the flesh: gathers the cues of his track, asks him to turn his head
// where the policy says so, and demands that the very frame that shows the turn also shows him. Decides nothing about anybody else, and
// nothing about his card or code. Keeps five points and numbers while a track lasts, never a picture or a vector. Called by eyes.ts.

import type { LivenessPolicy, MonotonicMs } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import { type Cues, isAttack, lookAtCues, meanCues } from '../../models/liveness.ts'
import { judgeMotion, type Motion, noMotion, watchMotion } from '../../models/liveness-motion.ts'
import type { JudgeSurface } from '../../models/liveness-net.ts'
import type { Picture } from '../../models/picture.ts'
import { askTurn, type Direction, directions, stepTurn, type Turn } from '../../models/turn.ts'

/** Pictures of one track whose cues are averaged: the newest. */
const WEIGHED_LIMIT = 3
/** Vectors of one turn; a blurred frame is followed by a better one. */
const CONFIRM_LIMIT = 3
/** Said again while nobody turns. */
const REMIND_EVERY_MS = 3000
/** After a failed turn the next one that claims the same face must turn once more, left or right anew each time: a recording that was
 * right by chance is right twice by less. Forgotten after a while; card and code know nothing of it. */
const TURNS_LIMIT = 3
const REMEMBER_MS = 600_000
const REMEMBERED_LIMIT = 64

/** The face of a track in the newest frame that shows it; the same object for as long as it is followed. */
export type Followed = {
  readonly face: Face
  readonly seenAt: number
  /** As in track.ts. */
  readonly waitedFrom?: MonotonicMs | undefined
}

export type Asked = { readonly track: Followed; readonly credential: string }
/** `confirm`: the frame shows the turn; does it show him too? `wait`: nothing to do with this frame. */
export type Step = { readonly kind: 'wait' } | (Asked & { readonly kind: 'confirm' | 'not_live' })

export type Liveness = {
  readonly setPolicy: (policy: LivenessPolicy) => void
  /** Every frame, with the track that comes first in it. */
  readonly watch: (track: Followed | undefined) => void
  /** A frame of a track whose vector is about to be computed. */
  readonly weigh: (track: Followed, picture: Picture, judgeSurface?: JudgeSurface) => Promise<void>
  /** He was recognised. `asked`: the answer comes by `step`. */
  readonly judge: (track: Followed, credential: string, at: number) => 'live' | 'not_live' | 'asked'
  /** Every frame, before any vector is wanted. Undefined: nobody is being asked. */
  readonly step: (follows: (track: object) => boolean, at: number) => Step | undefined
  /** Nobody is asked in these names any more, and no failure of theirs is remembered. */
  readonly forget: (credentials: readonly string[]) => void
  /** What came of `confirm`. */
  readonly confirm: (isHe: boolean, at: number) => 'live' | 'not_live' | 'asked'
}

export type LivenessPlan = {
  readonly policy: LivenessPolicy
  /** Tells the person. */
  readonly ask: (direction: Direction) => void
  /** 0 … 1, not to be foreseen. */
  readonly chance: () => number
}

/** How often a face was claimed and did not turn, of late. */
const createFailures = () => {
  const failures = new Map<string, { readonly count: number; readonly at: number }>()
  return {
    count: (credential: string, at: number): number => {
      const before = failures.get(credential)
      return before !== undefined && at - before.at < REMEMBER_MS ? before.count : 0
    },
    forget: (credential: string): void => void failures.delete(credential),
    add: (credential: string, count: number, at: number): void => {
      failures.delete(credential)
      failures.set(credential, { count, at })
      for (const oldest of [...failures.keys()].slice(0, -REMEMBERED_LIMIT)) failures.delete(oldest)
    },
  }
}

type Seen = { motion: Motion; cues: readonly Cues[] }

/** What each track has shown so far; a track that nobody follows any more takes it along. */
const createMemory = () => {
  const tracks = new WeakMap<Followed, Seen>()
  const seenOf = (track: Followed): Seen => {
    const known = tracks.get(track)
    if (known) return known
    const fresh: Seen = { motion: noMotion, cues: [] }
    tracks.set(track, fresh)
    return fresh
  }
  return {
    watch: (track: Followed): void => {
      const seen = seenOf(track)
      seen.motion = watchMotion(seen.motion, track.face.points)
    },
    keep: (track: Followed, cues: Cues): void => {
      const seen = seenOf(track)
      seen.cues = [...seen.cues, cues].slice(-WEIGHED_LIMIT)
    },
    cuesOf: (track: Followed): Cues => {
      const { motion, cues } = seenOf(track)
      const flat = judgeMotion(motion)
      return { ...meanCues(cues), ...(flat === undefined ? {} : { motion: flat }) }
    },
  }
}

type Challenge = Asked & { turn: Turn; turnsLeft: number; confirms: number; remindedAt: number }

/** The one challenge that a camera runs at a time. */
const createChallenges = ({ ask, chance }: Pick<LivenessPlan, 'ask' | 'chance'>) => {
  const failures = createFailures()
  let challenge: Challenge | undefined

  const pickTurn = (at: number): Turn => {
    const direction = directions[Math.min(directions.length - 1, Math.floor(chance() * directions.length))] ?? 'left'
    ask(direction)
    return askTurn(direction, at)
  }
  const fail = ({ credential, track }: Challenge, at: number): Step => {
    challenge = undefined
    failures.add(credential, failures.count(credential, at) + 1, at)
    return { kind: 'not_live', credential, track }
  }
  /** He has turned; once more, or he is alive. */
  const count = (passed: Challenge, at: number): 'live' | 'asked' => {
    const turnsLeft = passed.turnsLeft - 1
    challenge = turnsLeft === 0 ? undefined : { ...passed, turn: pickTurn(at), turnsLeft, confirms: 0, remindedAt: at }
    return challenge ? 'asked' : 'live'
  }

  return {
    begin: (track: Followed, credential: string, at: number): void => {
      const turnsLeft = Math.min(TURNS_LIMIT, 1 + failures.count(credential, at))
      challenge = { track, credential, turn: pickTurn(at), turnsLeft, confirms: 0, remindedAt: at }
    },
    step: (follows: (track: object) => boolean, at: number): Step | undefined => {
      if (!challenge) return undefined
      const { track, credential, turn, remindedAt } = challenge
      // He left, or took another way: no answer, and nothing against him.
      if (!follows(track)) {
        challenge = undefined
        return undefined
      }
      if (at - remindedAt >= REMIND_EVERY_MS && turn.outcome === 'open') {
        challenge.remindedAt = at
        ask(turn.direction)
      }
      challenge.turn = stepTurn(turn, track.face.points, at, track.seenAt === at)
      if (challenge.turn.outcome === 'failed') return fail(challenge, at)
      // Turned in an earlier frame, but not in this one: the picture at hand shows somebody else, or nobody.
      const isShown = challenge.turn.outcome === 'turned' && track.seenAt === at
      return isShown ? { kind: 'confirm', track, credential } : { kind: 'wait' }
    },
    confirm: (isHe: boolean, at: number): 'live' | 'not_live' | 'asked' => {
      if (!challenge) return 'not_live'
      if (isHe) return count(challenge, at)
      challenge.confirms++
      if (challenge.confirms < CONFIRM_LIMIT) return 'asked'
      fail(challenge, at)
      return 'not_live'
    },
    forget: (credentials: readonly string[]): void => {
      for (const credential of credentials) failures.forget(credential)
      if (challenge && credentials.includes(challenge.credential)) challenge = undefined
    },
  }
}

export const createLiveness = ({ policy: first, ask, chance }: LivenessPlan): Liveness => {
  const memory = createMemory()
  const challenges = createChallenges({ ask, chance })
  let policy = first
  return {
    setPolicy: (wish) => {
      policy = wish
    },
    watch: (track) => {
      if (policy !== 'off' && track) memory.watch(track)
    },
    weigh: async (track, picture, judgeSurface) => {
      if (policy !== 'off') memory.keep(track, await lookAtCues(picture, track.face, judgeSurface))
    },
    judge: (track, credential, at) => {
      if (policy === 'off') return 'live'
      if (isAttack(memory.cuesOf(track))) return 'not_live'
      if (policy === 'passive') return 'live'
      challenges.begin(track, credential, at)
      return 'asked'
    },
    step: challenges.step,
    confirm: challenges.confirm,
    forget: challenges.forget,
  }
}
