// Main's end of the face part: hands over the sealed gallery, makes it forget, stops it while another way is used, asks it to
// enrol. Sees sealed blobs only. A part that does not confirm forgetting in time is killed: either way nobody is matched.

import { randomBytes } from 'node:crypto'
import type { Side } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { Enrolment, FromPart, GalleryTemplate, SealedTemplate, ToPart } from '../drivers/protocol.ts'

/** P4: from withdrawal to unmatchable under 1 s; the rest of that second is for the record. */
const FORGET_LIMIT_MS = 500
/** A part that does not even read for this long is ended by its heartbeat before. */
const DRAIN_LIMIT_MS = 10_000
/** No embedding on a side for this long after somebody began to use another way there. */
const YIELD_MS = 5000

export type FaceLink = {
  /** The part said ready: what is sent now stays with it until it is lost. */
  readonly isUp: () => boolean
  /** Waits until the part has read what it was sent, so that a `forget` never stands behind more than one batch. False: add nothing. */
  readonly drain: () => Promise<boolean>
  /** One batch, at most 200; `last` ends a series. False: not sent. */
  readonly add: (templates: readonly GalleryTemplate[], last: boolean) => boolean
  /** Resolves when these credentials cannot be matched any more. */
  readonly forget: (credentials: readonly string[]) => Promise<void>
  /** Somebody uses another way on this side. `letIn`: his faces, when it let him in: he is not let in once more where he stands. */
  readonly yieldTo: (side: Side, letIn?: readonly string[]) => void
  readonly pause: (side: Side, paused: boolean) => void
  readonly enrol: (
    order: { readonly credential: string; readonly side: Side; readonly forMs: number },
    onHint: (hint: string) => void,
    onLeave: (leave: () => void) => void,
  ) => Promise<readonly SealedTemplate[] | { readonly failed: string }>
  /** What the part holds, as it last said; absent while it holds nothing of ours. */
  readonly gallery: () => HeldGallery | undefined
  readonly take: (message: FromPart) => void
  /** The part is gone: nothing is matched, nothing is enrolled. */
  readonly lose: () => void
}

/** `extrapolated`: larger than what the model was measured for, so that it is to be calibrated on site. */
export type HeldGallery = Pick<
  Extract<FromPart, { type: 'gallery' }>,
  'templates' | 'unreadable' | 'extrapolated' | 'basis'
>

type Deps = {
  readonly send: (message: ToPart) => boolean
  readonly drain: (limitMs: number) => Promise<boolean>
  readonly isUp: () => boolean
  /** Ends the part and its connection: nothing that it still says is heard. */
  readonly kill: () => void
}
type Enrolling = {
  readonly onHint: (hint: string) => void
  readonly settle: (result: Enrolment['result'] | undefined) => void
}

const makeRequest = (): string => randomBytes(8).toString('hex')

export const openFaceLink = ({ send, drain, isUp, kill }: Deps): FaceLink => {
  const forgetting = new Map<string, () => void>()
  const enrolling = new Map<string, Enrolling>()
  let held: HeldGallery | undefined

  const forget = (credentials: readonly string[]): Promise<void> => {
    // A part that is not up holds nobody; it is given the gallery of then when it comes up.
    if (credentials.length === 0 || !isUp()) return Promise.resolve()
    const request = makeRequest()
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(limit)
        forgetting.delete(request)
        resolve()
      }
      const giveUp = () => {
        log('fault', 'face_did_not_forget')
        kill()
        finish()
      }
      const limit = setTimeout(giveUp, FORGET_LIMIT_MS)
      forgetting.set(request, finish)
      if (!send({ type: 'forget', request, credentials: [...credentials] })) giveUp()
    })
  }

  const enrol: FaceLink['enrol'] = ({ credential, side, forMs }, onHint, onLeave) => {
    const request = makeRequest()
    return new Promise((resolve) => {
      const settle = (result: Enrolment['result'] | undefined) => {
        enrolling.delete(request)
        resolve(
          result?.outcome === 'kept'
            ? result.templates
            : { failed: result?.outcome === 'failed' ? result.because : 'face_absent' },
        )
      }
      enrolling.set(request, { onHint, settle })
      onLeave(() => send({ type: 'enrol_stop', request }))
      if (!send({ type: 'enrol', request, credential, side, forMs })) settle(undefined)
    })
  }

  const take = (message: FromPart) => {
    if (message.type === 'gallery') {
      const { type: _, ...said } = message
      held = said
    }
    if (message.type === 'forgotten') forgetting.get(message.request)?.()
    if (message.type !== 'enrolment') return
    const waiting = enrolling.get(message.request)
    if (message.result.outcome === 'hint') waiting?.onHint(message.result.hint)
    else waiting?.settle(message.result)
  }

  return {
    isUp,
    drain: async () => isUp() && (await drain(DRAIN_LIMIT_MS)),
    add: (templates, last) => isUp() && send({ type: 'gallery_add', templates: [...templates], last }),
    forget,
    yieldTo: (side, letIn = []) => void send({ type: 'yield', side, forMs: YIELD_MS, letIn: [...letIn] }),
    pause: (side, paused) => void send({ type: 'pause', side, paused }),
    enrol,
    gallery: () => held,
    take,
    lose: () => {
      held = undefined
      for (const finish of [...forgetting.values()]) finish()
      for (const { settle } of [...enrolling.values()]) settle(undefined)
    },
  }
}
