// The door's state machine in a storm: any input at any time, deadlines called late, against a second account of the rules that
// keeps every cause in a list instead of a state (P7, P8). fast-check prints the seed of a storm that fails.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Mode, type MonotonicMs, modes } from '../../config/words.ts'
import type { Levels } from '../../drivers/door/contract.ts'
import { type DoorInput, type DoorLimits, type DoorStep, initialDoor } from '../../drivers/door/door-state.ts'
import { MAIN_SILENCE_MS, stepDoor, UNLOCK_GRACE_MS } from '../../drivers/door/machine.ts'
import { ORDER_LIMIT_MS } from '../../drivers/door/order.ts'

const limits: DoorLimits = { pulseMs: 600, pulseLimitMs: 2500, heldAfterMs: 1500 }
/** How late a loaded machine may call a deadline in these storms. */
const LATE_LIMIT_MS = 400

type Gust = {
  /** Since the gust before; now and then several limits long. */
  readonly waitMs: number
  readonly lateMs: number
  readonly does:
    | { readonly kind: 'levels'; readonly change: Partial<Levels> }
    | { readonly kind: 'open'; readonly pulseMs: number; readonly ageMs: number }
    | { readonly kind: 'mode'; readonly mode: Mode }
    | { readonly kind: 'main_heard' | 'main_lost' | 'tick' }
}

const gust: fc.Arbitrary<Gust> = fc.record({
  waitMs: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 900 }) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 6000, noNaN: true }) },
  ),
  lateMs: fc.integer({ min: 0, max: LATE_LIMIT_MS }),
  does: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('levels' as const),
        change: fc.oneof(
          fc.record({ exitButton: fc.boolean() }),
          fc.record({ contact: fc.constantFrom('open' as const, 'closed' as const) }),
          { weight: 1, arbitrary: fc.record({ fire: fc.boolean() }) },
        ),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('open' as const),
        pulseMs: fc.oneof(fc.integer({ min: -1, max: 3000 }), fc.double()),
        ageMs: fc.oneof(fc.integer({ min: -1, max: 2100 }), fc.double()),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('mode' as const), mode: fc.constantFrom(...modes) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom('main_heard' as const, 'main_lost' as const, 'tick' as const) }),
    },
  ),
})

/** The second account: everything that ever gave a reason to energise. */
const createAccount = () => {
  const orders: { readonly from: number; readonly pulseMs: number }[] = []
  const presses: { readonly from: number; until: number | undefined }[] = []
  const heard: { mode: Mode; at: number; here: boolean } = { mode: 'controlled', at: 0, here: false }
  let fire = false

  const isPressed = (at: number) =>
    presses.some(({ from, until }) => {
      const end = until === undefined ? at : Math.max(from, until)
      return at < from + limits.pulseLimitMs && at < end + limits.pulseMs
    })
  return {
    take: (input: DoorInput, at: number) => {
      if (at >= heard.at + MAIN_SILENCE_MS) heard.mode = 'controlled'
      if (input.kind === 'levels') {
        fire = input.levels.fire
        const last = presses.at(-1)
        const isDown = last !== undefined && last.until === undefined
        if (input.levels.exitButton && !isDown) presses.push({ from: at, until: undefined })
        else if (!input.levels.exitButton && isDown) last.until = at
      }
      if (input.kind === 'open') {
        const ageMs = at - input.issuedAt
        const good = ageMs >= 0 && ageMs <= ORDER_LIMIT_MS && input.pulseMs >= 1 && input.pulseMs <= limits.pulseLimitMs
        if (good) orders.push({ from: at, pulseMs: input.pulseMs })
      }
      if (input.kind === 'mode') Object.assign(heard, { mode: input.mode, at, here: true })
      else if (input.kind === 'main_lost') heard.here = false
      else if (heard.here && (input.kind === 'main_heard' || input.kind === 'open')) heard.at = at
    },
    fire: () => fire,
    heldOpen: () => heard.mode === 'open' || heard.mode === 'evacuation',
    mayBeOn: (at: number) =>
      fire ||
      heard.mode === 'open' ||
      heard.mode === 'evacuation' ||
      isPressed(at) ||
      orders.some(({ from, pulseMs }) => at < from + pulseMs),
    /** An order or a press, at most its limit ago. */
    hasRecentCause: (at: number) => [...orders, ...presses].some(({ from }) => at < from + limits.pulseLimitMs),
    forget: (before: number) => {
      orders.splice(0, orders.filter(({ from }) => from < before).length)
      presses.splice(0, presses.filter(({ until }) => until !== undefined && until < before).length)
    },
  }
}

/** Asked a hundred thousand times in a storm, where `expect` would take most of the time. */
const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what)
}

type Seen = { at: number; relay: boolean; relayOffAt: number; contact: Levels['contact']; down: boolean }

const checkTold = (step: DoorStep, input: DoorInput, seen: Seen): void => {
  const told = step.tell.flatMap((message) => (message.type === 'door' ? [message] : []))
  const isTold = (what: string, times: number) =>
    must(told.filter((message) => message.what === what).length === times, `${what} is told ${times} times`)
  const turnsOn = told.filter(({ what, because }) => what === 'relay_on' && because !== 'renewed').length
  must(turnsOn === (step.relay === true ? 1 : 0), 'relay_on is told when it goes on')
  isTold('relay_off', step.relay === false ? 1 : 0)
  if (input.kind === 'open') {
    const answers = told.filter(({ what }) => what === 'relay_on' || what === 'refused')
    must(answers.length === 1 && answers[0]?.ref === input.ref, 'an order is answered once, by its ref')
  } else isTold('refused', 0)
  const isPress = input.kind === 'levels' && input.levels.exitButton && !seen.down
  isTold('exit_button', isPress ? 1 : 0)
  if (isPress) must(step.state.relay, 'a fresh press opens in its own step')
  const opens = input.kind === 'levels' && input.levels.contact === 'open' && seen.contact !== 'open'
  isTold('opened', opens ? 1 : 0)
  const unlocked = step.state.relay || seen.relay || seen.at - seen.relayOffAt <= UNLOCK_GRACE_MS
  isTold('forced', opens && !unlocked ? 1 : 0)
}

/** Plays a storm; throws at the first broken rule. Gives the number of steps and of those with the relay on. */
const playStorm = (gusts: readonly Gust[]): { steps: number; on: number } => {
  let state = initialDoor
  let deadline: number | undefined
  let at = 1000
  let steps = 0
  let on = 0
  let levels: Levels = { fire: false, exitButton: false, contact: 'closed' }
  const account = createAccount()
  const seen: Seen = { at, relay: false, relayOffAt: -1e9, contact: 'closed', down: false }

  const give = (input: DoorInput, now: number) => {
    at = now
    seen.at = now
    const step = stepDoor(limits, state, input, now as MonotonicMs)
    account.take(input, now)
    const next = step.deadline ?? Number.POSITIVE_INFINITY
    must(step.state.relay === account.mayBeOn(now), 'the relay is on when there is a cause, and only then')
    if (account.fire()) must(step.state.relay, 'fire releases')
    if (step.state.relay && !account.fire() && !account.heldOpen()) {
      must(account.hasRecentCause(now), 'no cause lasts longer than the limit')
      must(next <= now + limits.pulseLimitMs, 'the end of the cause is a deadline')
    }
    if (account.heldOpen()) must(next <= now + MAIN_SILENCE_MS, 'the silence of main is a deadline')
    must(next > now, 'a deadline lies ahead')
    checkTold(step, input, seen)
    if (step.relay === false) seen.relayOffAt = now
    seen.relay = step.state.relay
    if (input.kind === 'levels') Object.assign(seen, { contact: input.levels.contact, down: input.levels.exitButton })
    state = step.state
    deadline = step.deadline
    steps++
    if (state.relay) on++
  }

  give({ kind: 'levels', levels }, at)
  for (const { waitMs, lateMs, does } of gusts) {
    const then = at + waitMs
    while (deadline !== undefined && deadline + lateMs <= then) give({ kind: 'tick' }, deadline + lateMs)
    if (does.kind === 'levels') levels = { ...levels, ...does.change }
    if (does.kind === 'levels') give({ kind: 'levels', levels }, then)
    else if (does.kind === 'open')
      give(
        { kind: 'open', ref: `g${steps}`, pulseMs: does.pulseMs, issuedAt: (then - does.ageMs) as MonotonicMs },
        then,
      )
    else if (does.kind === 'mode') give({ kind: 'mode', mode: does.mode }, then)
    else give({ kind: does.kind }, then)
    account.forget(at - 2 * limits.pulseLimitMs)
  }
  return { steps, on }
}

test('any short storm keeps every rule of the relay', () => {
  fc.assert(
    fc.property(fc.array(gust, { maxLength: 60 }), (gusts) => {
      playStorm(gusts)
    }),
    { numRuns: 2000 },
  )
})

test('a storm of more than ten thousand steps keeps every rule of the relay', () => {
  fc.assert(
    // By its seed alone: ten thousand gusts are no counterexample that anybody reads.
    fc.property(fc.integer(), (seed) => {
      const gusts = fc.sample(gust, { seed, numRuns: 12_000 })
      const { steps, on } = playStorm(gusts)
      expect(steps).toBeGreaterThan(10_000)
      // The storm must have both: a door that never opens keeps many rules too.
      expect(on / steps).toBeGreaterThan(0.2)
      expect(on / steps).toBeLessThan(0.9)
    }),
    { numRuns: 2, endOnFailure: true },
  )
})

test('whatever has happened, a fresh press opens in its own step', () => {
  fc.assert(
    fc.property(fc.array(gust, { maxLength: 60 }), (gusts) => {
      playStorm([
        ...gusts,
        { waitMs: 0, lateMs: 0, does: { kind: 'levels', change: { exitButton: false } } },
        { waitMs: 1, lateMs: 0, does: { kind: 'levels', change: { exitButton: true } } },
      ])
    }),
    { numRuns: 500 },
  )
})
