// Face is never the only way, also at run time: per side, notices when face lets people pass and nothing else does, says so, and after
// the grace asks for the operator's remedy. An alarm alone is not a remedy. Pure steps; watches.ts calls `stepEquality` every second.

import { type MonotonicMs, type Path, paths, type Side, sides } from '../config/words.ts'
import type { DeviceState } from '../drivers/protocol.ts'

/** A part that is being replaced is back within this; longer is an inequality. With a heartbeat of 1 s the sum stays under 5 s. */
export const UNEQUAL_AFTER_MS = 2500
/** A way that comes back and goes again within this has not come back: the interval, and its grace, go on. */
export const STEADY_AFTER_MS = 30_000
/** After a start the parts have this long to come up before a grace that is already over asks for the remedy. */
export const SETTLED_AFTER_MS = 10_000

/** What the configuration mounts on one side: ids of the devices of each path. */
export type MountedSide = {
  readonly side: Side
  readonly devices: Readonly<Record<Path, readonly string[]>>
  readonly twoFactor: readonly (readonly [Path, Path])[]
}

type SideState =
  | { readonly kind: 'equal' }
  /** `seenAt`: when a look last found face alone. */
  | { readonly kind: 'suspected'; readonly since: MonotonicMs; readonly seenAt: MonotonicMs }
  | Unequal

type Unequal = {
  readonly kind: 'unequal'
  readonly since: MonotonicMs
  readonly remedied: boolean
  /** No remedy before. */
  readonly settledAt: MonotonicMs
  /** Since when another way has been up without a break. */
  readonly otherSince: MonotonicMs | undefined
}

export type EqualityState = ReadonlyMap<Side, SideState>

export type EqualityEffect =
  | { readonly kind: 'opened'; readonly side: Side }
  /** `lastedMs`: until the other way came back to stay. */
  | { readonly kind: 'closed'; readonly side: Side; readonly lastedMs: number; readonly remedied: boolean }
  /** The grace is over. */
  | { readonly kind: 'remedy'; readonly side: Side }

/** An interval that a run before this one left open, as the record knows it. */
export const resumeInterval = (lastedMs: number, remedied: boolean, now: MonotonicMs): Unequal => ({
  kind: 'unequal',
  since: (now - Math.max(0, lastedMs)) as MonotonicMs,
  remedied,
  settledAt: (now + SETTLED_AFTER_MS) as MonotonicMs,
  otherSince: undefined,
})

export const isRemedied = (state: SideState | undefined): boolean => state?.kind === 'unequal' && state.remedied

type Ways = {
  /** Somebody could pass by a way without face. */
  readonly other: boolean
  /** Face lets people pass, and nothing else does. */
  readonly alone: boolean
}

const isPassable = (up: ReadonlySet<Path>, { twoFactor }: MountedSide): boolean =>
  twoFactor.length === 0 ? up.size > 0 : twoFactor.some(([one, two]) => up.has(one) && up.has(two))

const waysOf = (mounted: MountedSide | undefined, isUp: (device: string) => boolean): Ways => {
  // Where nobody looks at faces there is nothing to be unequal to.
  if (!mounted || mounted.devices.face.length === 0) return { other: true, alone: false }
  const up = paths.filter((path) => mounted.devices[path].some(isUp))
  const other = isPassable(new Set(up.filter((path) => path !== 'face')), mounted)
  return { other, alone: !other && isPassable(new Set(up), mounted) }
}

type Step = readonly [SideState, readonly EqualityEffect[]]

/** A camera that dies does not cure it, nor does a reader that flickers: the grace counts on until another way has come to stay. */
const stepInterval = (side: Side, state: Unequal, { other }: Ways, now: MonotonicMs, graceMs: number): Step => {
  const otherSince = other ? (state.otherSince ?? now) : undefined
  if (otherSince !== undefined && now - otherSince >= STEADY_AFTER_MS) {
    const lastedMs = Math.round(otherSince - state.since)
    return [{ kind: 'equal' }, [{ kind: 'closed', side, lastedMs, remedied: state.remedied }]]
  }
  const next = { ...state, otherSince }
  if (state.remedied || other || now - state.since < graceMs || now < state.settledAt) return [next, []]
  return [{ ...next, remedied: true }, [{ kind: 'remedy', side }]]
}

const stepSide = (side: Side, state: SideState, ways: Ways, now: MonotonicMs, graceMs: number): Step => {
  if (state.kind === 'unequal') return stepInterval(side, state, ways, now, graceMs)
  if (state.kind === 'equal') return [ways.alone ? { kind: 'suspected', since: now, seenAt: now } : state, []]
  if (!ways.alone) return [now - state.seenAt < UNEQUAL_AFTER_MS ? state : { kind: 'equal' }, []]
  if (now - state.since < UNEQUAL_AFTER_MS) return [{ ...state, seenAt: now }, []]
  const { since } = state
  return [
    { kind: 'unequal', since, remedied: false, settledAt: since, otherSince: undefined },
    [{ kind: 'opened', side }],
  ]
}

/** One look at both sides. */
export const stepEquality = (
  state: EqualityState,
  look: {
    readonly mounted: readonly MountedSide[]
    readonly devices: readonly DeviceState[]
    readonly now: MonotonicMs
    readonly graceMs: number
  },
): { readonly state: EqualityState; readonly effects: readonly EqualityEffect[] } => {
  const up = new Set(look.devices.filter(({ state: found }) => found === 'up').map(({ device }) => device))
  const next = new Map<Side, SideState>()
  const effects: EqualityEffect[] = []
  for (const side of sides) {
    const mounted = look.mounted.find((one) => one.side === side)
    const ways = waysOf(mounted, (device) => up.has(device))
    const [after, found] = stepSide(side, state.get(side) ?? { kind: 'equal' }, ways, look.now, look.graceMs)
    next.set(side, after)
    effects.push(...found)
  }
  return { state: next, effects }
}
