// P7 in a storm: taps, codes, the button, fire, office orders, while parts and main are killed and frozen, in an order that one seed
// decides (EVENGATE_SEED repeats it, EVENGATE_STEPS lengthens it). Afterwards the relay's own log is audited against the record and
// what was played: every time it was energised for a cause, and for no longer than its causes lasted.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { ORDER_LIMIT_MS } from '../../drivers/door/order.ts'
import { waitUntil } from '../drivers/play-main.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  type Person,
  PULSE_MS,
  prepareStore,
  readLedger,
  readRelayLog,
  verifyLedger,
} from '../line/gate-place.ts'
import { isGrant, type RunningGate, runGate, type Told } from '../line/running-gate.ts'

const SEED = Number(process.env['EVENGATE_SEED'] ?? 20_261)
const STEPS = Number(process.env['EVENGATE_STEPS'] ?? 90)
const STEP_LIMIT_MS = 100
const START_LIMIT_MS = 20_000
/** Longer than any cause that was played can last, with a main that was dead meanwhile. */
const REST_LIMIT_MS = 5000
/** A button that is played stays down for 200 ms. */
const PRESS_MS = 200
/** Timers of the door process on a loaded machine, and a kill between an order's acceptance and its place in a log. */
const SLACK_MS = 250

type Span = { readonly from: number; readonly to: number }

let place: GatePlace
let gate: RunningGate
let people: Person[]
beforeAll(async () => {
  place = await makeGatePlace()
  people = await prepareStore(place, async (open) => [await addPerson(open), await addPerson(open)])
  gate = await runGate(place)
}, START_LIMIT_MS)
afterAll(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

/** mulberry32: small, and the same everywhere. */
const createRandom = (seed: number) => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    below: (limit: number): number => Math.floor(next() * limit),
    pick: <T>(choices: readonly T[]): T => {
      const choice = choices[Math.floor(next() * choices.length)]
      if (choice === undefined) throw new Error('nothing to pick from')
      return choice
    },
  }
}

/** What the storm did, for the audit. */
const played = {
  buttons: [] as Span[],
  fires: [] as Span[],
  doorDeaths: [] as number[],
  mainDeaths: [] as number[],
  /** Of every main there was; the last lines of a dead one may still come in. */
  told: [] as (readonly Told[])[],
  did: new Map<string, number>(),
}

const storm = async (seed: number): Promise<void> => {
  const random = createRandom(seed)
  let fireSince: number | undefined
  const pause = () => new Promise((resolve) => setTimeout(resolve, random.below(STEP_LIMIT_MS)))
  // A device whose process was just killed is not there: nobody can use it, and nothing happens.
  const use = (device: string, order: object) => gate.play(device, order).catch(() => undefined)
  const signalPart = (part: 'card' | 'keypad' | 'door', signal: NodeJS.Signals) => {
    const pid = gate.pidOf(part)
    if (pid === undefined) return
    process.kill(pid, signal)
    if (part === 'door') played.doorDeaths.push(systemClock.monotonic())
  }
  const endFire = async () => {
    const { at } = (await use('door', { fire: false })) ?? {}
    if (fireSince !== undefined) played.fires.push({ from: fireSince, to: Number(at ?? systemClock.monotonic()) })
    fireSince = undefined
  }
  const acts = {
    tap: () => use('entry-card', { tap: random.pick(people).card }),
    tapOut: () => use('exit-card', { tap: random.pick(people).card }),
    tapUnknown: () => use('entry-card', { tap: '04dddddddddddd' }),
    code: async () => {
      const { number, code } = random.pick(people)
      await gate.type('entry-keypad', `${number}*${random.below(4) > 0 ? code : '111111'}#`).catch(() => undefined)
    },
    office: () => gate.ask('open'),
    press: async () => {
      const from = systemClock.monotonic()
      if (await use('door', { press: true }))
        played.buttons.push({ from, to: systemClock.monotonic() + PRESS_MS + PULSE_MS })
    },
    contact: () => use('door', { contact: random.pick(['open', 'closed']) }),
    fire: async () => {
      if (fireSince !== undefined) return endFire()
      const from = systemClock.monotonic()
      if (await use('door', { fire: true })) fireSince = from
    },
    /** A moment in which nobody comes, so that the relay has something to fall for. */
    rest: async () => {
      if (fireSince !== undefined) await endFire()
      await waitUntil('the relay at rest', () => readRelayLog(place).at(-1)?.on === false, REST_LIMIT_MS)
    },
    killCard: () => signalPart('card', 'SIGKILL'),
    killKeypad: () => signalPart('keypad', 'SIGKILL'),
    // With the process its inputs fall to rest as well: the simulated ones live in it.
    killDoor: async () => {
      await endFire()
      signalPart('door', 'SIGKILL')
    },
    freezeMain: async () => {
      gate.kill('SIGSTOP')
      await pause()
      gate.kill('SIGCONT')
    },
    killMain: async () => {
      gate.kill('SIGKILL')
      await gate.exited()
      played.mainDeaths.push(systemClock.monotonic())
      played.told.push(gate.told)
      await pause()
      gate = await runGate(place, { waitFor: ['door'] })
    },
  }
  const often = [
    'tap',
    'tap',
    'tapOut',
    'tapUnknown',
    'code',
    'office',
    'press',
    'contact',
    'rest',
    'rest',
    'rest',
  ] as const
  const seldom = ['fire', 'fire', 'killCard', 'killKeypad', 'killDoor', 'freezeMain', 'killMain'] as const
  const names = [...often, ...often, ...often, ...seldom]
  for (let step = 0; step < STEPS; step++) {
    const name = random.pick(names)
    played.did.set(name, (played.did.get(name) ?? 0) + 1)
    await acts[name]()
    await pause()
  }
  await endFire()
}

const onEvents = () =>
  played.told.flat().flatMap((told) => (told.kind === 'door' && told.event.what === 'relay_on' ? [told.event] : []))

/** The relay's energised spans; a door that dies lets go at once, though its log learns of it at the next start. */
const energised = (): Span[] => {
  const spans: Span[] = []
  let from: number | undefined
  for (const { at, on } of readRelayLog(place)) {
    if (on) from ??= at
    else if (from !== undefined) {
      const began = from
      const death = played.doorDeaths.find((died) => died >= began && died < at)
      spans.push({ from: began, to: death ?? at })
      from = undefined
    }
  }
  if (from !== undefined) spans.push({ from, to: Number.POSITIVE_INFINITY })
  return spans
}

/** Recorded grants; an order that is older than its limit is refused, so that each explains so much and no more. */
const grantSpans = (): Span[] =>
  readLedger(place)
    .filter(
      ({ payload }) =>
        payload?.['outcome'] === 'grant' && payload['reason'] !== 'exit_button' && payload['reason'] !== 'fire',
    )
    .map(({ monotonic }) => ({ from: monotonic, to: monotonic + ORDER_LIMIT_MS + PULSE_MS }))

const isCovered = (span: Span, causes: readonly Span[]): boolean => {
  let reached = span.from
  for (const cause of [...causes].sort((a, b) => a.from - b.from)) {
    if (cause.from - SLACK_MS > reached) break
    reached = Math.max(reached, cause.to + SLACK_MS)
  }
  return reached >= span.to
}

test(`P7 and P9 hold in a storm of seed ${SEED}`, { timeout: 90_000 }, async () => {
  await storm(SEED)
  await waitUntil('the relay at rest', () => readRelayLog(place).at(-1)?.on === false, REST_LIMIT_MS)

  // Whoever comes after the storm is let in, and out.
  const [person] = people
  await gate.pathIs('entry', 'card', 'up', START_LIMIT_MS)
  await gate.play('entry-card', { tap: person?.card })
  await gate.next(isGrant)
  const hasDoor = () =>
    gate.play('door', { state: true }).then(
      () => true,
      () => false,
    )
  await waitUntil('the door process', hasDoor, START_LIMIT_MS)
  const before = systemClock.monotonic()
  await gate.play('door', { press: true })
  played.buttons.push({ from: before, to: systemClock.monotonic() + PRESS_MS + PULSE_MS })
  await waitUntil('the relay at rest after the button', () => readRelayLog(place).at(-1)?.on === false, REST_LIMIT_MS)
  played.told.push(gate.told)

  const spans = energised()
  const about = JSON.stringify({ seed: SEED, did: [...played.did] })
  expect(spans.length, about).toBeGreaterThan(10)
  const orders = onEvents().map(({ at }) => ({ from: at, to: at + PULSE_MS }))
  const causes = [...played.buttons, ...played.fires, ...grantSpans()]
  for (const span of spans) {
    expect([about, span, isCovered(span, causes)]).toEqual([about, span, true])
    // What the door told of its own orders explains it to the pulse, unless it or who listened died before that was heard.
    const untold = [...played.doorDeaths, ...played.mainDeaths].some(
      (at) => at >= span.from - SLACK_MS && at <= span.to + SLACK_MS,
    )
    const told = [...played.buttons, ...played.fires, ...orders]
    if (!untold) expect([about, span, isCovered(span, told)]).toEqual([about, span, true])
  }

  // Every order that the door took names a record, and that record is a grant.
  const grants = new Map(readLedger(place).map((line) => [String(line.seq), line]))
  const taken = onEvents().filter(({ ref }) => ref !== undefined && !ref.startsWith('j-'))
  expect(taken.length, about).toBeGreaterThan(10)
  for (const { ref, at } of taken) {
    const line = grants.get(ref ?? '')
    expect(line?.payload, about).toMatchObject({ outcome: 'grant' })
    expect(line?.monotonic, about).toBeLessThanOrEqual(at)
  }
  expect(verifyLedger(place)).toMatchObject({ ok: true })
})
