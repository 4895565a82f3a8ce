// Faces in the demo, by the resident's own will: consent signed, confirmed by his own card and `1#`, then three templates from what
// stands before the camera. And the recognition of whoever is shown. Keeps pictures and residents together, never a vector.

import { setTimeout as pause } from 'node:timers/promises'
import { hashNotice } from '../../config/notice.ts'
import type { WallMs } from '../../config/words.ts'
import { codedError } from '../../drivers/log.ts'
import { makeId } from '../store/ids.ts'
import { byDemo, need, type Resident } from './house.ts'
import type { Look, Person } from './pictures.ts'
import type { Answer, Stage } from './stage.ts'

const CONSENT_MS = 180 * 24 * 3_600_000
/** Three good templates take two seconds at least. */
const ENROL_LIMIT_MS = 6000
/** A face must be gone for a second before it can open again. */
export const LEAVES_MS = 1200
/** A still face and three good frames of it take half a second, on a busy machine with the weaker pack two. */
const LOOK_LIMIT_MS = 3500
/** Pictures of somebody else are tried so often for one resident. */
const TRIES = 6

export type Enrolled = { readonly resident: Resident; readonly person: Person }

const recordConsent = async ({ daemon }: Stage, resident: Resident, n: number): Promise<void> => {
  const { config, clock, ledger, model } = daemon
  const givenAt = clock.wall()
  const consent = {
    residentId: resident.id,
    gates: [config.gate],
    noticeHash: hashNotice(config),
    model,
    givenBy: 'self',
    formNumber: `DEMO-${n + 1}`,
    witness: 'demo',
    language: config.language,
    givenAt,
    expiresAt: (givenAt + CONSENT_MS) as WallMs,
  } as const
  need(await ledger.write('recordConsent', consent, byDemo))
}

/** His own act at the gate, without which the store takes no template. */
export const confirmConsents = async (stage: Stage, residents: readonly Resident[]): Promise<void> => {
  for (const [n, resident] of residents.entries()) {
    await recordConsent(stage, resident, n)
    await stage.tap('entry', resident.card)
    if (!(await stage.choose('1#'))) throw codedError('consent_not_taken')
  }
}

const enrolFace = async (stage: Stage, resident: Resident, { enrolment }: Person): Promise<boolean> => {
  const { face, ledger, gallery } = stage.daemon
  const credentialId = makeId('c')
  let n = 0
  const showNext = async () => {
    const look = enrolment[n++]
    if (look) await stage.show(look)
  }
  await showNext()
  const order = { credential: credentialId, side: 'entry', forMs: stage.restMs() + ENROL_LIMIT_MS } as const
  let shown = Promise.resolve()
  let giveUp = (): void => undefined
  const enrolled = await face.enrol(
    order,
    (hint) => {
      // A still picture follows no other hint: this person is passed over.
      if (hint === 'one_of_three' || hint === 'two_of_three') shown = shown.then(showNext)
      else giveUp()
    },
    (leave) => {
      giveUp = leave
    },
  )
  await shown
  await stage.clear()
  if ('failed' in enrolled) return false
  const templates = enrolled.map(({ sealed, wrappedKey }) => ({
    sealed: Buffer.from(sealed, 'base64'),
    wrappedKey: Buffer.from(wrappedKey, 'base64'),
  }))
  const { model } = stage.daemon
  need(await ledger.write('addTemplates', { residentId: resident.id, credentialId, model, templates }, byDemo))
  await gallery.sync()
  // Whoever was enrolled is not let in before he was gone.
  await pause(LEAVES_MS)
  return true
}

/** `people` is used up from its beginning: whoever enrols badly is passed over. */
export const enrolFaces = async (
  stage: Stage,
  residents: readonly Resident[],
  people: Person[],
  onEnrolled: (done: number) => void,
): Promise<Enrolled[]> => {
  const enrolled: Enrolled[] = []
  for (const resident of residents) {
    for (let n = 0; n < TRIES; n++) {
      // A face process that was started anew costs nobody his turn.
      await stage.waitPart('face')
      const person = people.shift()
      if (!person) break
      if (!(await enrolFace(stage, resident, person))) continue
      enrolled.push({ resident, person })
      break
    }
    onEnrolled(enrolled.length)
  }
  return enrolled
}

export type Shown = { readonly answer: Answer; readonly look: Look }

const isFace = ({ attempt }: Pick<Answer, 'attempt'>): boolean => attempt.proofs.some(({ path }) => path === 'face')

/** Shows one look after the other until the gate grants; what it said last, or nothing. */
export const showFace = async (stage: Stage, looks: readonly Look[]): Promise<Shown | undefined> => {
  let last: Shown | undefined
  for (const look of looks) {
    await stage.waitPart('face')
    const mark = stage.mark()
    await stage.show(look)
    const answer = await stage.hearAttempt(mark, isFace, stage.restMs() + LOOK_LIMIT_MS)
    if (answer) last = { answer, look }
    if (answer?.decision.outcome === 'grant') break
  }
  return last
}

export type Stranger =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'counted'; readonly ms: number }
  | { readonly kind: 'unseen' }

/** Long enough for three frames with a vector; each further try stands so much longer, for a machine that is busy. */
const STRANGER_STANDS_MS = 2000
const COUNT_LIMIT_MS = 3500

/** What is counted of somebody who is not let in by his face. */
const turnedAway: ReadonlySet<string> = new Set(['unknown_face', 'uncertain_face'])

/** Somebody the gate does not know: no event, only a count. The time that
 * the camera rests is not counted. */
export const showStranger = async (stage: Stage, look: Look, turn: number): Promise<Stranger> => {
  const mark = stage.mark()
  const restMs = stage.restMs()
  const standsMs = restMs + STRANGER_STANDS_MS * turn
  const at = await stage.show(look, standsMs)
  const counted = stage.waitFor(
    mark,
    (happening, heardAt) => (happening.kind === 'count' && turnedAway.has(happening.what) ? heardAt : undefined),
    standsMs + COUNT_LIMIT_MS,
  )
  const answer = await Promise.race([
    stage.hearAttempt(mark, isFace, standsMs + COUNT_LIMIT_MS),
    counted.then(() => undefined),
  ])
  if (answer) return { kind: 'answer', answer }
  const countedAt = await counted
  return countedAt === undefined ? { kind: 'unseen' } : { kind: 'counted', ms: countedAt - at - restMs }
}
