// Main's end of the face part: hands over the sealed gallery, makes it forget, stops it while another way is used, asks it to
// enrol, and has it replaced by a new process after a withdrawal. Sees sealed blobs only. A part that does not confirm in time what it
// was to forget or to add is killed: either way nobody is matched whom the store would not match.

import { randomBytes } from 'node:crypto'
import { type Clock, type MonotonicMs, reveal, type Secret, type Side, sides } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { Enrolment, FromPart, GalleryTemplate, SealedTemplate, ToPart } from '../drivers/protocol.ts'

/** P4: from withdrawal to unmatchable under 1 s; the rest of that second is for the record. */
const FORGET_LIMIT_MS = 500
/** A template reaches the part within 1 s, confirmed; a load of thousands takes longer by what each costs a weak machine to open. */
const ADD_LIMIT_MS = 1000
const ADD_TEMPLATE_MS = 5
/** Whoever was let in so long ago has left the camera; until then a part that is new must know of him, or it lets him in once more. */
const LET_IN_MS = 30_000
/** Credentials told again to a new part. */
const LET_IN_LIMIT = 64
/** A part that does not even read for this long is ended by its heartbeat before. */
const DRAIN_LIMIT_MS = 10_000
/** No embedding on a side for this long after somebody began to use another way there. */
const YIELD_MS = 5000
/** Who has asked to be looked at stands before the camera within this; as long as a keypad waits for the next key. */
const REQUEST_MS = 10_000

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
  /** These were answered as faces: the part knows it, the next one would not. */
  readonly noteAnswered: (side: Side, letIn: readonly string[]) => void
  /** A part that has just come up knows nothing of who uses another way or was let in a moment ago. */
  readonly greet: () => void
  /** Ends the process in order, and with it whatever may be left in its memory; the next is given the gallery before it looks. */
  readonly renew: () => void
  /** Somebody at this side asks to be looked at. */
  readonly request: (side: Side) => void
  readonly pause: (side: Side, paused: boolean) => void
  readonly enrol: (
    order: {
      readonly credential: string
      readonly side: Side
      readonly forMs: number
      /** Of the card without which it is never to open; the caller's, who wipes it. */
      readonly cardSecret?: Secret<Buffer>
    },
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
  readonly clock: Clock
  readonly send: (message: ToPart) => boolean
  readonly drain: (limitMs: number) => Promise<boolean>
  readonly isUp: () => boolean
  /** Ends the part and its connection: nothing that it still says is heard. */
  readonly kill: () => void
  readonly renew: () => void
}
type Enrolling = {
  readonly onHint: (hint: string) => void
  readonly settle: (result: Enrolment['result'] | undefined) => void
}

/** Per side: until when the part yields, and who was let in when. */
const createRecent = (clock: Clock) => {
  const yields = new Map<Side, MonotonicMs>()
  const letIn = new Map<Side, Map<string, MonotonicMs>>(sides.map((side) => [side, new Map()]))
  const recentOf = (side: Side): string[] =>
    [...(letIn.get(side) ?? [])].flatMap(([id, at]) => (clock.monotonic() - at < LET_IN_MS ? [id] : []))
  return {
    yielded: (side: Side, forMs: number) => void yields.set(side, (clock.monotonic() + forMs) as MonotonicMs),
    letIn: (side: Side, ids: readonly string[]) => {
      const inside = letIn.get(side)
      for (const id of ids) inside?.delete(id)
      for (const id of ids) inside?.set(id, clock.monotonic())
      for (const id of [...(inside?.keys() ?? [])].slice(0, -LET_IN_LIMIT)) inside?.delete(id)
    },
    list: () =>
      sides.flatMap((side) => {
        const forMs = Math.max(0, (yields.get(side) ?? 0) - clock.monotonic())
        const recent = recentOf(side)
        return forMs > 0 || recent.length > 0 ? [{ side, forMs, letIn: recent }] : []
      }),
  }
}

/** Whether the part confirms what it was given, in time. */
const createConfirmation = (onSilence: () => void) => {
  let sent = 0
  let limit: NodeJS.Timeout | undefined
  const settle = () => {
    clearTimeout(limit)
    limit = undefined
    sent = 0
  }
  return {
    settle,
    await: (templates: number, last: boolean) => {
      sent += templates
      if (!last) return
      clearTimeout(limit)
      limit = setTimeout(onSilence, ADD_LIMIT_MS + sent * ADD_TEMPLATE_MS)
    },
  }
}

const makeRequest = (): string => randomBytes(8).toString('hex')

/** What the part was told to forget and has not confirmed. */
const createForgetting = ({ send, isUp, kill }: Pick<Deps, 'send' | 'isUp' | 'kill'>) => {
  const waiting = new Map<string, () => void>()
  const forget = (credentials: readonly string[]): Promise<void> => {
    // A part that is not up holds nobody; it is given the gallery of then when it comes up.
    if (credentials.length === 0 || !isUp()) return Promise.resolve()
    const request = makeRequest()
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(limit)
        waiting.delete(request)
        resolve()
      }
      const giveUp = () => {
        log('fault', 'face_did_not_forget')
        kill()
        finish()
      }
      const limit = setTimeout(giveUp, FORGET_LIMIT_MS)
      waiting.set(request, finish)
      if (!send({ type: 'forget', request, credentials: [...credentials] })) giveUp()
    })
  }
  return {
    forget,
    take: (request: string) => waiting.get(request)?.(),
    lose: () => {
      for (const finish of [...waiting.values()]) finish()
    },
  }
}

/** Enrolments that the part has not ended. */
const createEnrolling = (send: Deps['send']) => {
  const waiting = new Map<string, Enrolling>()
  const enrol: FaceLink['enrol'] = ({ credential, side, forMs, cardSecret }, onHint, onLeave) => {
    const request = makeRequest()
    const bound = cardSecret ? { boundSecret: reveal(cardSecret).toString('hex') } : {}
    return new Promise((resolve) => {
      const settle = (result: Enrolment['result'] | undefined) => {
        waiting.delete(request)
        resolve(
          result?.outcome === 'kept'
            ? result.templates
            : { failed: result?.outcome === 'failed' ? result.because : 'face_absent' },
        )
      }
      waiting.set(request, { onHint, settle })
      onLeave(() => send({ type: 'enrol_stop', request }))
      if (!send({ type: 'enrol', request, credential, side, forMs, ...bound })) settle(undefined)
    })
  }
  return {
    enrol,
    take: ({ request, result }: Enrolment) => {
      const one = waiting.get(request)
      if (result.outcome === 'hint') one?.onHint(result.hint)
      else one?.settle(result)
    },
    lose: () => {
      for (const { settle } of [...waiting.values()]) settle(undefined)
    },
  }
}

export const openFaceLink = ({ clock, send, drain, isUp, kill, renew }: Deps): FaceLink => {
  const recent = createRecent(clock)
  const adding = createConfirmation(() => {
    log('fault', 'face_did_not_add')
    kill()
  })
  const forgetting = createForgetting({ send, isUp, kill })
  const enrolling = createEnrolling(send)
  let held: HeldGallery | undefined

  const take = (message: FromPart) => {
    if (message.type === 'gallery') {
      const { type: _, ...said } = message
      held = said
      adding.settle()
    }
    if (message.type === 'forgotten') forgetting.take(message.request)
    if (message.type === 'enrolment') enrolling.take(message)
  }

  return {
    isUp,
    drain: async () => isUp() && (await drain(DRAIN_LIMIT_MS)),
    add: (templates, last) => {
      const sent = isUp() && send({ type: 'gallery_add', templates: [...templates], last })
      if (sent) adding.await(templates.length, last)
      return sent
    },
    forget: forgetting.forget,
    yieldTo: (side, letIn = []) => {
      recent.yielded(side, YIELD_MS)
      recent.letIn(side, letIn)
      send({ type: 'yield', side, forMs: YIELD_MS, letIn: [...letIn] })
    },
    noteAnswered: recent.letIn,
    greet: () => {
      for (const each of recent.list()) send({ type: 'yield', ...each })
    },
    renew,
    request: (side) => void send({ type: 'request', side, forMs: REQUEST_MS }),
    pause: (side, paused) => void send({ type: 'pause', side, paused }),
    enrol: enrolling.enrol,
    gallery: () => held,
    take,
    lose: () => {
      held = undefined
      adding.settle()
      forgetting.lose()
      enrolling.lose()
    },
  }
}
