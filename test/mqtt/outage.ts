// The figure of events out: 10 000 events through outages of the broker. Prints one JSON object; progress goes to stderr.
//
//   node test/mqtt/outage.ts [EVENTS [ROUNDS]]        npm run bench:mqtt
//
// In each round a fifth of the events is recorded while there is no broker; a whole gate starts and is tapped at (outage). The broker
// comes, is ended once more in the middle and comes back, while the gate drains to it (draining); when nothing waits any longer it is
// tapped at again (quiet). A receiver counts what came, repeats aside. A tap is measured from the identifier in the card process to
// the door's answer, on the machine's one monotonic clock; a tap at an open door renews at once, so that taps follow as closely as the
// gate takes them. The broker runs at the lowest priority and the receiver comes for its messages afterwards: at a site neither shares
// the gate's processor.

import { setTimeout as pause } from 'node:timers/promises'
import { describeMachine } from '../../daemon/bench/machine.ts'
import { rankOf } from '../../daemon/bench/ranks.ts'
import type { Status } from '../../daemon/commands/status.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore, take } from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'
import { type Broker, type Receiver, startBroker } from './broker.ts'

const eventsWanted = Number(process.argv[2] ?? 10_000)
const rounds = Number(process.argv[3] ?? 5)
const eventsPerRound = Math.ceil(eventsWanted / rounds)
/** As many as the gate's journal holds. */
const BATCH_EVENTS = 500
const TAPS_PER_ROUND = 120
const BROKER_AWAY_MS = 500
const DRAIN_LIMIT_MS = 180_000
/** At most this much worse while it drains. */
const WORSE_LIMIT_MS = 5

const say = (text: string): void => void process.stderr.write(`${text}\n`)

const seqsOf = ({ heard }: Receiver): readonly number[] =>
  heard.flatMap(({ topic, seq }) => (topic.includes('/event/') && seq !== undefined ? [Number(seq)] : []))

/** A person, and as many events as wanted that no broker has seen. */
const fillStore = (place: GatePlace): Promise<Person> =>
  prepareStore(place, async (open) => {
    const person = await addPerson(open)
    take(await open.ledger.moveCursor('mqtt'))
    const payload = { gate: 'south', what: 'exit_button', outcome: 'grant', reason: 'exit_button' }
    for (let left = eventsPerRound; left > 0; left -= BATCH_EVENTS)
      await Promise.all(
        Array.from({ length: Math.min(left, BATCH_EVENTS) }, () => open.ledger.record({ kind: 'door', payload })),
      )
    return person
  })

const tapOnce = async (gate: RunningGate, person: Person): Promise<number> => {
  await gate.play('entry-card', { tap: person.card })
  const attempt = await gate.attempt('card')
  const relay = await gate.relayOn(attempt)
  return relay.at - attempt.attempt.at
}

const tapWhile = async (gate: RunningGate, person: Person, goesOn: (taps: number) => boolean): Promise<number[]> => {
  const tookMs: number[] = []
  while (goesOn(tookMs.length)) tookMs.push(await tapOnce(gate, person))
  return tookMs
}

const waitingAt = async (gate: RunningGate): Promise<number> => {
  const status = await gate.ask('status')
  return (status.ok ? (status.value as Status).mqtt?.waiting : undefined) ?? Number.POSITIVE_INFINITY
}

/** Ends the broker when half has gone. */
const disturb = async (broker: Broker, gate: RunningGate): Promise<void> => {
  await waitUntil('half of the events', async () => (await waitingAt(gate)) < eventsPerRound / 2, DRAIN_LIMIT_MS)
  await broker.kill('SIGTERM')
  await pause(BROKER_AWAY_MS)
  await broker.start()
}

const drain = async (broker: Broker, gate: RunningGate, person: Person) => {
  await broker.start()
  const receiver = await broker.listen()
  await receiver.leave()
  const from = performance.now()
  let drainedAt: number | undefined
  const watched = (async () => {
    await disturb(broker, gate)
    await waitUntil('the last confirmation', async () => (await waitingAt(gate)) < 10, DRAIN_LIMIT_MS)
    drainedAt = performance.now()
  })()
  const draining = await tapWhile(gate, person, () => drainedAt === undefined)
  await watched
  return { receiver, draining, tookS: ((drainedAt ?? from) - from) / 1000 }
}

const spread = (tookMs: readonly number[]) => ({
  taps: tookMs.length,
  p50: rankOf(tookMs, 0.5),
  p99: rankOf(tookMs, 0.99),
})

/** Against the order in which each came first. */
const countWrong = (receiver: Receiver, last: number) => {
  const first = [...new Set(seqsOf(receiver))]
  const from = Math.min(...first)
  return {
    events: last - from + 1,
    lost: last - from + 1 - first.length,
    outOfOrder: first.filter((seq, place) => seq < (first[place - 1] ?? 0)).length,
    repeated: seqsOf(receiver).length - first.length,
  }
}

const judge = (value: number, most: number) => ({ value, goal: { at_most: most }, ok: value <= most })

const playRound = async () => {
  await using broker = await startBroker({ careful: false, nice: true })
  await broker.kill()
  await using place = await makeGatePlace((plan) => Object.assign(plan, { mqtt: broker.settings }))
  const person = await fillStore(place)
  await using gate = await runGate(place)
  const outage = await tapWhile(gate, person, (taps) => taps < TAPS_PER_ROUND)
  const { receiver, draining, tookS } = await drain(broker, gate, person)
  const quiet = await tapWhile(gate, person, (taps) => taps < TAPS_PER_ROUND)
  await waitUntil('the last confirmation', async () => (await waitingAt(gate)) === 0, DRAIN_LIMIT_MS)
  const { events } = (take(await gate.ask('status')) as Status).ledger
  receiver.comeBack()
  await waitUntil('the last event', () => seqsOf(receiver).includes(events), DRAIN_LIMIT_MS)
  say(`${eventsPerRound} events and ${draining.length} taps in ${tookS.toFixed(1)} s`)
  return {
    outage,
    draining,
    quiet,
    tookS,
    machine: describeMachine(place.storeDirectory),
    ...countWrong(receiver, events),
  }
}

const measure = async () => {
  const played: Awaited<ReturnType<typeof playRound>>[] = []
  for (let n = 0; n < rounds; n++) played.push(await playRound())
  const sum = (read: (one: (typeof played)[number]) => number) => played.reduce((all, one) => all + read(one), 0)
  const [quiet, draining, outage] = (['quiet', 'draining', 'outage'] as const).map((name) =>
    spread(played.flatMap((one) => one[name])),
  )
  const worseMs = (draining?.p99 ?? Number.NaN) - (quiet?.p99 ?? Number.NaN)
  const told = {
    events: sum((one) => one.events),
    repeated: sum((one) => one.repeated),
    drained_in_s: sum((one) => one.tookS),
  }
  return {
    machine: played[0]?.machine,
    figures: {
      mqtt_lost: {
        ...judge(
          sum((one) => one.lost),
          0,
        ),
        ...told,
      },
      mqtt_out_of_order: judge(
        sum((one) => one.outOfOrder),
        0,
      ),
      mqtt_line_p99_worse_ms: { ...judge(worseMs, WORSE_LIMIT_MS), quiet, draining, outage },
    },
  }
}

const round = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1000) / 1000 : value

const report = await measure()
process.stdout.write(`${JSON.stringify(report, round)}\n`)
process.exitCode = Object.values(report.figures).every(({ ok }) => ok) ? 0 : 1
