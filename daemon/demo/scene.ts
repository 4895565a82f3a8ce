// One line of the demo: what was tried, how it came out, how long it took. Pure. Used by everything in the demo.

import type { Path } from '../../config/words.ts'
import type { Answer } from './stage.ts'

export const shownPaths = ['card', 'keypad', 'face', 'exit_button', 'none'] as const
export type ShownPath = (typeof shownPaths)[number]
export type Outcome = 'grant' | 'deny' | 'refused'

export type SceneCode =
  | 'card'
  | 'code'
  | 'face'
  | 'stranger_face'
  | 'unknown_card'
  | 'wrong_code'
  | 'card_while_face_killed'
  | 'exit_button'
  | 'face_only_configuration'
  | 'consent_withdrawn'
  | 'sixty_residents'

export type SceneLine = {
  readonly scene: SceneCode
  readonly path: ShownPath
  readonly outcome: Outcome
  readonly reason: string
  /** From the reading to the relay, or to the answer. An unknown face is answered by nothing: until he left and was counted. */
  readonly ms: number
  readonly relay: boolean
}

export type Played = SceneLine & {
  /** For the screen alone: a fictional name. */
  readonly who: string
  /** For the screen alone: what was shown is no second picture. */
  readonly isSyntheticView?: boolean
  readonly asIntended: boolean
  /** The number of the event that the answer was recorded as. */
  readonly ref?: string
}

export const lineOf = ({ scene, path, outcome, reason, ms, relay }: Played): SceneLine => ({
  scene,
  path,
  outcome,
  reason,
  ms,
  relay,
})

export const roundMs = (ms: number): number => Math.round(ms * 10) / 10

/** What was wanted of an answer: the outcome, of whom, and why. */
export type Wish = { readonly outcome: Outcome; readonly reason: string; readonly residentId?: string }

export const playedOf = (scene: SceneCode, who: string, answer: Answer, wish: Wish): Played => {
  const { decision, attempt, record, ms, relay } = answer
  const { outcome, reason, residentId } = decision
  const path: Path = attempt.proofs[0]?.path ?? 'card'
  const asWished =
    outcome === wish.outcome &&
    reason === wish.reason &&
    relay === (outcome === 'grant') &&
    (wish.residentId === undefined || residentId === wish.residentId)
  return { scene, path, outcome, reason, ms: roundMs(ms), relay, who, asIntended: asWished, ref: record.ref }
}
