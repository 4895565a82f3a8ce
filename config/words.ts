// The words that every room shares: sides, paths, parts, branded time, and the secret that cannot be printed.
// Nothing here does anything but name. Every room may import it; it imports nothing of ours.

import { inspect } from 'node:util'

export const sides = ['entry', 'exit'] as const
export type Side = (typeof sides)[number]

/** One way to present a credential on a side. */
export const paths = ['card', 'keypad', 'face'] as const
export type Path = (typeof paths)[number]

/** A process of its own: each kind of path, the door, and what speaks to people. */
export const parts = ['door', 'card', 'keypad', 'face', 'signal'] as const
export type Part = (typeof parts)[number]

export const modes = ['controlled', 'lockdown', 'open', 'evacuation'] as const
export type Mode = (typeof modes)[number]

/** Whether a face must show that it is alive, by rising cost to whoever stands there. */
export const livenessPolicies = ['off', 'passive', 'challenge'] as const
export type LivenessPolicy = (typeof livenessPolicies)[number]

/** What a card proves of itself, the weakest first: its number; a message that it made at this reading (NTAG 424 SDM); a key of its own. */
export const cardProofs = ['identifier', 'sdm', 'authenticated'] as const
export type CardProof = (typeof cardProofs)[number]

export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]

declare const wallBrand: unique symbol
declare const monotonicBrand: unique symbol

/** Milliseconds since 1970-01-01 UTC. May step in either direction; never times a relay, a lockout or a time-out. */
export type WallMs = number & { readonly [wallBrand]: true }

/** Milliseconds on CLOCK_MONOTONIC, with fractions. The same clock in every process of one boot; never stored as a date. */
export type MonotonicMs = number & { readonly [monotonicBrand]: true }

export type Clock = { readonly wall: () => WallMs; readonly monotonic: () => MonotonicMs }

export const systemClock: Clock = Object.freeze({
  wall: () => Date.now() as WallMs,
  monotonic: () => (Number(process.hrtime.bigint() / 1000n) / 1000) as MonotonicMs,
})

const hidden = new WeakMap<object, unknown>()
declare const secretBrand: unique symbol

/** A value that string conversion, JSON and inspection show as `[secret]`; only `reveal` gives it back. */
export type Secret<T> = { readonly [secretBrand]: T }

const secretShape = Object.freeze({
  toString: () => '[secret]',
  toJSON: () => '[secret]',
  [inspect.custom]: () => '[secret]',
})

export const hide = <T>(value: T): Secret<T> => {
  const shell = Object.create(secretShape) as Secret<T>
  hidden.set(shell, value)
  return Object.freeze(shell)
}

export const reveal = <T>(secret: Secret<T>): T => {
  if (!hidden.has(secret)) throw new Error('not a secret made by hide()')
  return hidden.get(secret) as T
}

/** Whom somebody belongs to here. */
export const groups = ['household', 'staff', 'delivery'] as const
export type Group = (typeof groups)[number]

/** Weekly opening times in the gate's time zone. `always` needs no clock. `afterFirst`: not before somebody of that group came in today. */
export type Schedule = { readonly afterFirst?: Group } & (
  | { readonly kind: 'always' }
  | { readonly kind: 'weekly'; readonly segments: readonly WeeklySegment[] }
)

/** Days by the calendar instead of the weekday: worked ones, made-up weekends among them, and all others. */
export const WORKDAY = 8
export const RESTDAY = 9

/**
 * weekday 1 = Monday … 7 = Sunday, 8 a workday, 9 a rest day; minutes since midnight, `from` inclusive, `to` exclusive, 0 … 2880: what
 * ends after 1440 ends on the next day.
 */
export type WeeklySegment = { readonly weekday: number; readonly fromMinute: number; readonly toMinute: number }

/** An expected failure: a code that never changes and what was found. Text for people is built from the code. */
export type Failure<Code extends string = string> = {
  readonly ok: false
  readonly code: Code
  readonly detail?: string
}
export type Result<T, Code extends string = string> = { readonly ok: true; readonly value: T } | Failure<Code>

export const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })
export const failed = <Code extends string>(code: Code, detail?: string): Failure<Code> =>
  detail === undefined ? { ok: false, code } : { ok: false, code, detail }
