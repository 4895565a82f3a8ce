// What the daemon looks at by itself: equality every second, consents that have run out every minute. Each look is short; none of
// them stands on the line of an attempt.

import type { Config } from '../config/settings.ts'
import { type Clock, type Mode, type Side, sides } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { Happening } from './daemon.ts'
import { type EqualityEffect, type EqualityState, stepEquality } from './equality.ts'
import type { FaceLink } from './face-link.ts'
import type { Gallery } from './gallery.ts'
import type { FactsReader } from './store/facts.ts'
import type { Ledger } from './store/ledger.ts'
import type { Supervisor } from './supervisor.ts'

const EQUALITY_EVERY_MS = 1000
const SWEEP_EVERY_MS = 60_000
const HOUR_MS = 3_600_000
const byDaemon = { role: 'daemon', caller: 'equality' } as const

type Watched = {
  readonly config: Config
  readonly clock: Clock
  readonly facts: FactsReader
  readonly ledger: Ledger
  readonly supervisor: Supervisor
  readonly face: FaceLink
  readonly gallery: Gallery
  readonly setMode: (mode: Mode) => void
  readonly announce: (happening: Happening) => void
}

export const watchDaemon = (watched: Watched): { readonly stop: () => void } => {
  const equality = setInterval(watchEquality(watched), EQUALITY_EVERY_MS)
  const sweep = setInterval(() => void sweepConsents(watched), SWEEP_EVERY_MS)
  return {
    stop: () => {
      clearInterval(equality)
      clearInterval(sweep)
    },
  }
}

const watchEquality = (watched: Watched): (() => void) => {
  const { config, clock, supervisor } = watched
  const offering = sides.filter((side) => config.sides[side]?.face !== undefined)
  const faceDevices = new Set(offering.flatMap((side) => (config.sides[side]?.face ?? []).map(({ id }) => id)))
  const graceMs = config.inequality.graceHours * HOUR_MS
  let state: EqualityState = new Map()
  return () => {
    const look = { sides: offering, faceDevices, devices: supervisor.devices(), now: clock.monotonic(), graceMs }
    const step = stepEquality(state, look)
    state = step.state
    for (const effect of step.effects) void answerInequality(watched, effect)
  }
}

const answerInequality = async (watched: Watched, effect: EqualityEffect): Promise<void> => {
  const { config, ledger, announce } = watched
  const { side } = effect
  log(effect.kind === 'closed' ? 'notice' : 'fault', `inequality_${effect.kind}`, { side })
  announce({ kind: 'alarm', code: `inequality_${effect.kind}` })
  if (effect.kind === 'remedy') await applyRemedy(watched, side)
  const about = effect.kind === 'closed' ? { lastedMs: effect.lastedMs, remedied: effect.remedied } : {}
  await ledger.record({ kind: `inequality_${effect.kind}`, payload: { gate: config.gate, side, ...about } })
  if (effect.kind === 'closed' && effect.remedied) await endRemedy(watched, side)
}

const applyRemedy = async ({ config, ledger, face, setMode }: Watched, side: Side): Promise<void> => {
  const { remedy } = config.inequality
  if (remedy === 'hold-open') setMode('open')
  if (remedy !== 'pause-face') return
  await ledger.write('pausePath', { gate: config.gate, side, path: 'face', because: 'inequality' }, byDaemon)
  face.pause(side, true)
}

const endRemedy = async ({ config, ledger, face, setMode }: Watched, side: Side): Promise<void> => {
  const { remedy } = config.inequality
  if (remedy === 'hold-open') setMode('controlled')
  if (remedy !== 'pause-face') return
  await ledger.write('resumePath', { gate: config.gate, side, path: 'face' }, byDaemon)
  face.pause(side, false)
}

/** A consent that has run out ends by itself: its templates go, and the face part forgets them. */
const sweepConsents = async ({ ledger, gallery }: Watched): Promise<void> => {
  for (;;) {
    const ended = await ledger.write('endExpiredConsents', {}, { role: 'daemon', caller: 'sweep' })
    if (!ended.ok || ended.value.consentIds.length === 0) break
  }
  await gallery.sync()
}
