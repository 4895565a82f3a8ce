// The stage of the demo: plays the simulated devices of a running gate and hears what the gate answers. Knows what a person at the
// gate can do and see, and nothing of how the gate decides. Used by the scenes.

import { setTimeout as pause } from 'node:timers/promises'
import type { MonotonicMs, Part, Side } from '../../config/words.ts'
import { codedError } from '../../drivers/log.ts'
import type { Daemon } from '../daemon.ts'
import type { Happening } from '../happening.ts'
import { type Heard, hearDaemon } from './heard.ts'
import type { Look } from './pictures.ts'
import { playNow, playPatiently } from './play.ts'

/** A reading that is not answered by then was lost. */
const ANSWER_LIMIT_MS = 10_000
/** From the order to the relay, on a machine that does much else. */
const RELAY_LIMIT_MS = 3000
/** So long a side's camera rests after a tap or a key there (P5), and a little for the way. */
export const CAMERA_RESTS_MS = 5100
/** A part that was killed is back: started, model opened, gallery loaded. */
const PART_LIMIT_MS = 20_000
const POLL_MS = 20
/** As fast as the quickest fingers. The keypad takes more than 50 keys a second for a broken line. */
const KEY_MS = 30

export type AttemptSeen = Extract<Happening, { kind: 'attempt' }>

export type Answer = Pick<AttemptSeen, 'attempt' | 'decision' | 'record'> & {
  /** From the reading, in its own process, to the relay; to the answer where the relay stays at rest. */
  readonly ms: number
  readonly relay: boolean
}

export type Stage = Pick<Heard, 'mark' | 'waitFor'> & {
  readonly daemon: Daemon
  readonly tap: (side: Side, card: string) => Promise<Answer>
  /** NUMBER*CODE# at the entry's keypad. */
  readonly type: (keys: string) => Promise<Answer>
  /** A menu's choice at the entry's keypad; false when the gate did not do it. */
  readonly choose: (keys: string) => Promise<boolean>
  readonly press: () => Promise<{ readonly ms: number; readonly relay: boolean }>
  /** Somebody stands before the entry's camera until `clear`, or for a while. */
  readonly show: (look: Look, forMs?: number) => Promise<MonotonicMs>
  readonly clear: () => Promise<void>
  readonly hearAttempt: (
    mark: number,
    is: (seen: AttemptSeen) => boolean,
    limitMs: number,
  ) => Promise<Answer | undefined>
  /** How long the entry's camera still rests, because somebody used another way there. */
  readonly restMs: () => number
  readonly waitPart: (part: Part) => Promise<boolean>
  readonly leave: () => void
}

const needAnswer = (answer: Answer | undefined, what: string): Answer => {
  if (!answer) throw codedError('gate_silent', what)
  return answer
}

/** Waits for the relay where the answer is a grant: what the door says counts, not what main ordered. */
const createAttempts = (heard: Heard): Stage['hearAttempt'] => {
  const relayOn = (ref: string) => (happening: Happening) =>
    happening.kind === 'door' && happening.event.what === 'relay_on' && happening.event.ref === ref
      ? (happening.event.at as MonotonicMs)
      : undefined
  return async (mark, is, limitMs) => {
    const seen = await heard.waitFor(
      mark,
      (happening, at) => (happening.kind === 'attempt' && is(happening) ? { ...happening, at } : undefined),
      limitMs,
    )
    if (!seen) return undefined
    const { attempt, decision, record } = seen
    const granted = decision.outcome === 'grant'
    const onAt = granted ? await heard.waitFor(mark, relayOn(record.ref), RELAY_LIMIT_MS) : undefined
    return { attempt, decision, record, ms: (onAt ?? seen.at) - attempt.at, relay: onAt !== undefined }
  }
}

export const openStage = (daemon: Daemon): Stage => {
  const { clock, runtimeDirectory, supervisor } = daemon
  const heard = hearDaemon(daemon)
  const hearAttempt = createAttempts(heard)
  let touchedAt = Number.NEGATIVE_INFINITY
  let typingUntil = Number.NEGATIVE_INFINITY

  const play = (device: string, order: object) => playNow({ runtimeDirectory, clock }, device, order)
  const touch = async (order: object, device: string): Promise<MonotonicMs> => {
    const at = await play(device, order)
    touchedAt = at
    return at
  }
  const hearReading = async (mark: number, device: string, at: MonotonicMs): Promise<Answer> =>
    needAnswer(await hearAttempt(mark, ({ attempt }) => attempt.at === at, ANSWER_LIMIT_MS), device)

  return {
    daemon,
    mark: heard.mark,
    waitFor: heard.waitFor,
    hearAttempt,
    tap: async (side, card) => {
      const mark = heard.mark()
      const order = { tap: card, kind: 'iso14443_4' }
      const at = side === 'entry' ? await touch(order, 'entry-card') : await play('exit-card', order)
      return hearReading(mark, `${side}-card`, at)
    },
    type: async (keys) => {
      await pause(Math.max(0, typingUntil - clock.monotonic()))
      typingUntil = clock.monotonic() + keys.length * KEY_MS
      const mark = heard.mark()
      return hearReading(mark, 'entry-keypad', await touch({ keys }, 'entry-keypad'))
    },
    choose: async (keys) => {
      const mark = heard.mark()
      await touch({ keys }, 'entry-keypad')
      const sign = await heard.waitFor(
        mark,
        (happening) =>
          happening.kind === 'signal' && happening.shown.side === 'entry' ? happening.shown.sign : undefined,
        ANSWER_LIMIT_MS,
      )
      return sign === 'done' || sign === 'again_please'
    },
    press: async () => {
      // While a grant still energises it, a press moves nothing that could be seen.
      while ((await playPatiently(daemon, 'door', { state: true }))['relay'] === true) await pause(POLL_MS)
      const mark = heard.mark()
      const pressedAt = clock.monotonic()
      await play('door', { press: true })
      const onAt = await heard.waitFor(
        mark,
        (happening) =>
          happening.kind === 'door' && happening.event.what === 'relay_on' && happening.event.because === 'exit_button'
            ? happening.event.at
            : undefined,
        RELAY_LIMIT_MS,
      )
      return { ms: (onAt ?? clock.monotonic()) - pressedAt, relay: onAt !== undefined }
    },
    show: ({ file, view = {} }, forMs) =>
      play('entry-camera', forMs === undefined ? { hold: file, view } : { show: file, view, forMs }),
    clear: async () => void (await play('entry-camera', { clear: true })),
    restMs: () => Math.max(0, touchedAt + CAMERA_RESTS_MS - clock.monotonic()),
    waitPart: async (part) => {
      const until = clock.monotonic() + PART_LIMIT_MS
      while (!supervisor.isUp(part) && clock.monotonic() < until) await pause(POLL_MS)
      return supervisor.isUp(part)
    },
    leave: heard.stop,
  }
}
