// Main's end of the face part: hands over the sealed gallery, makes it forget, stops it while another way is used, asks it to
// enrol. Sees sealed blobs only. A part that does not confirm forgetting in time is killed: either way nobody is matched.

import { randomBytes } from 'node:crypto'
import type { Side } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { Enrolment, FromPart, GalleryTemplate, SealedTemplate, ToPart } from '../drivers/protocol.ts'

/** Templates in one frame to the part. */
const BATCH_LIMIT = 100
/** P4: from withdrawal to unmatchable under 1 s; the rest of that second is for the record. */
const FORGET_LIMIT_MS = 500
/** No embedding on a side for this long after somebody began to use another way there. */
const YIELD_MS = 5000

export type FaceLink = {
  readonly load: (templates: readonly GalleryTemplate[]) => void
  readonly add: (templates: readonly GalleryTemplate[]) => void
  /** Resolves when these credentials cannot be matched any more. */
  readonly forget: (credentials: readonly string[]) => Promise<void>
  readonly yieldTo: (side: Side) => void
  readonly pause: (side: Side, paused: boolean) => void
  readonly enrol: (
    order: { readonly credential: string; readonly side: Side; readonly forMs: number },
    onHint: (hint: string) => void,
    onLeave: (leave: () => void) => void,
  ) => Promise<readonly SealedTemplate[] | { readonly failed: string }>
  readonly take: (message: FromPart) => void
  /** The part is gone: nothing is matched, nothing is enrolled. */
  readonly lose: () => void
}

type Deps = { readonly send: (message: ToPart) => boolean; readonly kill: () => void }
type Enrolling = {
  readonly onHint: (hint: string) => void
  readonly settle: (result: Enrolment['result'] | undefined) => void
}

const makeRequest = (): string => randomBytes(8).toString('hex')

export const openFaceLink = ({ send, kill }: Deps): FaceLink => {
  const forgetting = new Map<string, () => void>()
  const enrolling = new Map<string, Enrolling>()

  const add = (templates: readonly GalleryTemplate[]) => {
    for (let n = 0; n < templates.length; n += BATCH_LIMIT)
      send({
        type: 'gallery_add',
        templates: templates.slice(n, n + BATCH_LIMIT),
        last: n + BATCH_LIMIT >= templates.length,
      })
  }

  const forget = (credentials: readonly string[]): Promise<void> => {
    const request = makeRequest()
    if (credentials.length === 0 || !send({ type: 'forget', request, credentials: [...credentials] }))
      return Promise.resolve()
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(limit)
        forgetting.delete(request)
        resolve()
      }
      const limit = setTimeout(() => {
        log('fault', 'face_did_not_forget')
        kill()
        finish()
      }, FORGET_LIMIT_MS)
      forgetting.set(request, finish)
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
    if (message.type === 'forgotten') forgetting.get(message.request)?.()
    if (message.type !== 'enrolment') return
    const waiting = enrolling.get(message.request)
    if (message.result.outcome === 'hint') waiting?.onHint(message.result.hint)
    else waiting?.settle(message.result)
  }

  return {
    load: add,
    add,
    forget,
    yieldTo: (side) => void send({ type: 'yield', side, forMs: YIELD_MS }),
    pause: (side, paused) => void send({ type: 'pause', side, paused }),
    enrol,
    take,
    lose: () => {
      for (const finish of [...forgetting.values()]) finish()
      for (const { settle } of [...enrolling.values()]) settle(undefined)
    },
  }
}
