// Main's end of the call button: records each call and each answer, knows which call nobody has answered, and lets the office or the guard
// answer by command. The lamp in the guard's room and the words at the gate are the signal part's own. Opens nothing. Built by daemon.ts.

import type { Config } from '../config/settings.ts'
import { type Clock, done, failed, type MonotonicMs, type Result, type Side, type WallMs } from '../config/words.ts'
import type { FromPart, ToPart } from '../drivers/protocol.ts'
import type { Watchers } from './happening.ts'
import type { Ledger } from './store/ledger.ts'
import type { Caller } from './store/protocol.ts'

const SECOND_MS = 1000

export type OpenCall = { readonly side: Side; readonly wall: WallMs; readonly unanswered: boolean }

export type Calls = {
  readonly take: (message: Extract<FromPart, { type: 'call' }>) => void
  readonly answer: (by: Caller) => Promise<Result<unknown>>
  /** Nobody has answered yet. */
  readonly open: () => OpenCall | undefined
}

type Deps = {
  readonly config: Pick<Config, 'gate' | 'call'>
  readonly clock: Clock
  readonly ledger: Pick<Ledger, 'record'>
  readonly announce: Watchers['announce']
  /** False: the part is not there. */
  readonly send: (message: ToPart) => boolean
}

export const keepCalls = ({ config: { gate, call }, clock, ledger, announce, send }: Deps): Calls => {
  const side = call?.side ?? 'entry'
  const afterMs = (call?.unansweredAfterSeconds ?? 0) * SECOND_MS
  let ringing: { readonly at: MonotonicMs; readonly wall: WallMs } | undefined

  const ring = (at: number) => {
    // What was called while this main was not there yet began as long ago by the wall as by the clock of all.
    const wall = (clock.wall() - (clock.monotonic() - at)) as WallMs
    ringing = { at: at as MonotonicMs, wall }
  }
  const show = (sign: 'calling' | 'answered') => announce({ kind: 'signal', shown: { side, sign } })
  const record = (kind: string, about: object) => ledger.record({ kind, payload: { gate, side, ...about } })

  return {
    take: ({ what, at }) => {
      if (what === 'requested') {
        ring(at)
        show('calling')
        void record('call_requested', { at })
        announce({ kind: 'alarm', code: 'call_requested' })
      } else if (what === 'answered') {
        ringing = undefined
        show('answered')
        void record('call_answered', { at, how: 'button' })
      } else if (what === 'rings') {
        // Told at its own time to a main before this one.
        if (!ringing) ring(at)
      } else if (ringing) send({ type: 'call_ring' })
    },
    answer: async (by) => {
      if (!call) return failed('call_not_wired')
      if (!ringing) return failed('call_none')
      if (!send({ type: 'call_answer', at: clock.monotonic() })) return failed('signal_absent')
      ringing = undefined
      show('answered')
      await record('call_answered', { how: 'command', by })
      return done({ side })
    },
    open: () => ringing && { side, wall: ringing.wall, unanswered: clock.monotonic() - ringing.at >= afterMs },
  }
}
