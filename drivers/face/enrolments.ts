// The enrolment of one camera: at most one at a time, ended by success, by its time, by main or by whatever stops the camera. Seals
// what a session completed and tells main; adds nothing to the gallery (main does, once its store has the templates). Called by the
// face device.

import { reveal, type Secret } from '../../config/words.ts'
import type { Port } from '../contracts.ts'
import type { Enrolment } from '../protocol.ts'
import type { Zone } from './boxes.ts'
import type { Engine } from './engine.ts'
import { createSession, type Session } from './enrol.ts'

/** The resident has ten minutes after his own act. */
const ENROLMENT_LIMIT_MS = 600_000

/** `cardSecret`: the face is bound to a card; wiped with the end of the enrolment. */
export type EnrolOrder = {
  readonly request: string
  readonly credential: string
  readonly forMs: number
  readonly cardSecret?: Secret<Buffer>
}
const wipeSecret = ({ cardSecret }: EnrolOrder): void => void (cardSecret && reveal(cardSecret).fill(0))

export type Enrolments = {
  readonly begin: (order: EnrolOrder, engine: Engine) => void
  /** Before it began, for this reason. */
  readonly refuse: (order: EnrolOrder, because: string) => void
  readonly running: () => Running | undefined
  readonly hint: (hint: string | undefined) => void
  readonly keep: (engine: Engine, vectors: readonly Float32Array[]) => void
  /** Nothing is kept. Without a reason: its time is over. */
  readonly fail: (because?: string) => void
}
export type Running = { readonly order: EnrolOrder; readonly session: Session; readonly timer: NodeJS.Timeout }

export const createEnrolments = (zone: Zone, port: Port): Enrolments => {
  let running: Running | undefined

  const answer = ({ request }: EnrolOrder, result: Enrolment['result']): void =>
    port.tell({ type: 'enrolment', request, result })
  const fail = (because?: string): void => {
    if (!running) return
    const { order, session, timer } = running
    running = undefined
    clearTimeout(timer)
    answer(order, { outcome: 'failed', because: because ?? session.failure() })
    wipeSecret(order)
    session.wipe()
  }
  return {
    begin: (order, engine) => {
      const session = createSession({ credential: order.credential, zone, limits: engine.enrolment() })
      running = { order, session, timer: setTimeout(fail, Math.min(order.forMs, ENROLMENT_LIMIT_MS)) }
    },
    refuse: (order, because) => {
      wipeSecret(order)
      answer(order, { outcome: 'failed', because })
    },
    running: () => running,
    hint: (hint) => {
      if (running && hint !== undefined) answer(running.order, { outcome: 'hint', hint })
    },
    keep: (engine, vectors) => {
      if (!running) return
      const { order, session, timer } = running
      running = undefined
      clearTimeout(timer)
      const templates = vectors.map((vector) => engine.seal(vector, order.credential, order.cardSecret))
      wipeSecret(order)
      session.wipe()
      answer(order, { outcome: 'kept', templates })
    },
    fail,
  }
}
