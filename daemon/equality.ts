// Face is never the only way, also at run time: per side, notices when face works and nothing else does, says so, and after the
// grace applies the operator's remedy. An alarm alone is not a remedy. Pure steps; the daemon calls `step` every second.

import type { MonotonicMs, Side } from '../config/words.ts'
import type { DeviceState } from '../drivers/protocol.ts'

/** A part that is being replaced is back within this; longer is an inequality. With a heartbeat of 1 s the sum stays under 5 s. */
export const UNEQUAL_AFTER_MS = 2500

type SideState =
  | { readonly kind: 'equal' }
  | { readonly kind: 'suspected'; readonly since: MonotonicMs }
  | { readonly kind: 'unequal'; readonly since: MonotonicMs; readonly remedied: boolean }

export type EqualityState = ReadonlyMap<Side, SideState>

export type EqualityEffect =
  | { readonly kind: 'opened'; readonly side: Side }
  | { readonly kind: 'closed'; readonly side: Side; readonly lastedMs: number; readonly remedied: boolean }
  /** The grace is over: pause face, call the guard or hold open, as configured. */
  | { readonly kind: 'remedy'; readonly side: Side }

type Ways = { readonly face: boolean; readonly other: boolean }

const waysOf = (side: Side, faceDevices: ReadonlySet<string>, devices: readonly DeviceState[]): Ways => {
  const up = devices.filter((device) => device.side === side && device.state === 'up' && device.device !== 'door')
  return {
    face: up.some(({ device }) => faceDevices.has(device)),
    other: up.some(({ device }) => !faceDevices.has(device)),
  }
}

const stepSide = (
  side: Side,
  state: SideState,
  ways: Ways,
  now: MonotonicMs,
  graceMs: number,
): [SideState, EqualityEffect[]] => {
  const unequal = ways.face && !ways.other
  if (state.kind === 'equal') return [unequal ? { kind: 'suspected', since: now } : state, []]
  if (state.kind === 'suspected') {
    if (!unequal) return [{ kind: 'equal' }, []]
    if (now - state.since < UNEQUAL_AFTER_MS) return [state, []]
    return [{ kind: 'unequal', since: state.since, remedied: false }, [{ kind: 'opened', side }]]
  }
  // A remedy that paused face must not read as its own cure: the interval ends when another way is back, or face is truly down.
  const over = ways.other || !ways.face
  if (over)
    return [
      { kind: 'equal' },
      [{ kind: 'closed', side, lastedMs: Math.round(now - state.since), remedied: state.remedied }],
    ]
  if (!state.remedied && now - state.since >= graceMs) return [{ ...state, remedied: true }, [{ kind: 'remedy', side }]]
  return [state, []]
}

/** One look at all sides that offer face. `faceDevices`: ids of the cameras. */
export const stepEquality = (
  state: EqualityState,
  look: {
    readonly sides: readonly Side[]
    readonly faceDevices: ReadonlySet<string>
    readonly devices: readonly DeviceState[]
    readonly now: MonotonicMs
    readonly graceMs: number
  },
): { readonly state: EqualityState; readonly effects: readonly EqualityEffect[] } => {
  const next = new Map<Side, SideState>()
  const effects: EqualityEffect[] = []
  for (const side of look.sides) {
    const ways = waysOf(side, look.faceDevices, look.devices)
    const [after, found] = stepSide(side, state.get(side) ?? { kind: 'equal' }, ways, look.now, look.graceMs)
    next.set(side, after)
    effects.push(...found)
  }
  return { state: next, effects }
}
