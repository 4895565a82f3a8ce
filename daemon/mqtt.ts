// Events out, over MQTT 5: keeps one connection to the broker, tells it how the gate is and drains the ledger to it. Reads what has
// been recorded and never stands before it: whatever the broker does, the line does not notice. Subscribes to nothing.
// Started by the daemon when a broker is configured; stopped before the store is closed.

import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from '../config/settings.ts'
import { done, type Failure, failed, type Mode, type Result } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { Daemon, DaemonOptions } from './daemon.ts'
import type { Happening } from './happening.ts'
import { type Connection, connectBroker, type Identity, type MqttSettings } from './mqtt/connection.ts'
import { type DrainWorld, drainSlice, type Lane, type Progress, READER, saveProgress } from './mqtt/drain.ts'
import { backOffMs, createRetry, type Retry } from './mqtt/retry.ts'
import { AVAILABILITY, type DoorPicture, describeStates, OFFLINE, pictureDoor, stepDoor } from './mqtt/states.ts'
import type { PathWatch } from './path-watch.ts'
import type { FactsReader } from './store/facts.ts'
import type { Supervisor } from './supervisor.ts'

/** The ledger is looked at this often even when nothing wakes us. */
const LOOK_EVERY_MS = 250
/** Between two slices of a long queue the gate has its turn; hundreds of events a second go out all the same. */
const PACE_MS = 20
/** A connection that stood this long was a good one: the next is dialled soon again. */
const STEADY_AFTER_MS = 30_000
/** For a farewell in good order, and for what is left when there was none. */
const STOP_LIMIT_MS = 1000
const DROP_LIMIT_MS = 300

export type MqttWorld = Pick<DaemonOptions, 'config' | 'clock'> &
  Pick<DrainWorld, 'ledger'> & {
    readonly settings: MqttSettings
    readonly facts: Pick<FactsReader, 'readLedger' | 'ledgerHead'>
    readonly supervisor: Pick<Supervisor, 'devices' | 'isUp'>
    readonly mode: () => Mode
    readonly flaws: PathWatch['flaws']
    readonly watch: Daemon['watch']
    readonly announce: (happening: Happening) => void
  }

export type MqttState = {
  readonly connected: boolean
  /** Events that the broker has not confirmed; absent until the cursor is known. */
  readonly waiting?: number
  /** Why nothing moves. */
  readonly trouble?: string
}

export type Mqtt = { readonly state: () => MqttState; readonly stop: () => Promise<void> }

type Running = {
  readonly world: MqttWorld
  readonly prefix: string
  readonly stopping: AbortController
  /** What rests after a refusal rests on the next connection too: some brokers hang up on what they deny. */
  readonly states: Retry
  readonly events: Retry
  door: DoorPicture
  /** Undefined until the store has said where we stopped. */
  progress: Progress | undefined
  connection: Connection | undefined
  trouble: string | undefined
  /** Ends the present rest. */
  wake: () => void
}

const isStopping = ({ stopping }: Running): boolean => stopping.signal.aborted

const rest = (running: Running, restMs: number): Promise<void> =>
  new Promise((resolve) => {
    if (isStopping(running)) return resolve()
    const timer = setTimeout(resolve, restMs)
    running.wake = () => {
      clearTimeout(timer)
      resolve()
    }
  })

/** One alarm when a trouble begins and one when all is well again; what goes on is not told again. */
const noteTrouble = (running: Running, failure: Failure | undefined): void => {
  if (failure?.code === running.trouble || isStopping(running)) return
  running.trouble = failure?.code
  if (!failure) log('notice', 'mqtt_answers')
  else log('fault', failure.code, failure.detail === undefined ? {} : { about: failure.detail })
  running.world.announce({ kind: 'alarm', code: failure?.code ?? 'mqtt_answers' })
}

const refusalOf = ({ events, states }: Running): Failure | undefined => events.refusal() ?? states.refusal()

/** Tells what has changed since it was last told on this connection. */
const tellStates = async (
  running: Running,
  told: Map<string, string>,
  connection: Connection,
): Promise<Result<void>> => {
  const { config, supervisor, mode, flaws } = running.world
  const doorUp = supervisor.isUp('door')
  const look = { door: running.door, doorUp, devices: supervisor.devices(), mode: mode(), flaws: flaws() }
  for (const [topic, payload] of describeStates(config, look)) {
    if (told.get(topic) === payload) continue
    const sent = await connection.publish({ topic: `${running.prefix}/${topic}`, payload, retain: true })
    if (!sent.ok) return sent
    told.set(topic, payload)
  }
  return done(undefined)
}

/** One connection, for as long as it stands: states and events by turns, each resting for itself when it is refused. */
const serveConnection = async (running: Running, connection: Connection, progress: Progress): Promise<void> => {
  const { world, prefix, states, events } = running
  const told = new Map<string, string>()
  const lane: Lane = { connection, prefix, taken: new Set() }
  while (!connection.ended() && !isStopping(running)) {
    // What was refused goes last: a broker that hangs up on it shall have taken the rest.
    if (events.refusal()) await states.attempt(() => tellStates(running, told, connection))
    const drained = await events.attempt(() => drainSlice(world, lane, progress))
    await states.attempt(() => tellStates(running, told, connection))
    if (connection.ended()) break
    noteTrouble(running, refusalOf(running))
    await rest(running, drained?.more ? PACE_MS : LOOK_EVERY_MS)
  }
}

/** Only as far as the store says: without the cursor nothing is sent. */
const findProgress = async ({ world }: Running): Promise<Result<Progress>> => {
  const found = await world.ledger.moveCursor(READER)
  if (!found.ok) return found
  return done({ told: found.value, saved: found.value, savedAt: world.clock.monotonic() })
}

const identify = ({ gate }: Config, settings: MqttSettings, prefix: string): Identity => ({
  clientId: settings.clientId ?? `evengate-${gate}`,
  will: { topic: `${prefix}/${AVAILABILITY}`, payload: OFFLINE },
})

/** Dials once and stays as long as the connection does. Why it ended. */
const connectOnce = async (running: Running): Promise<Failure> => {
  const { world, prefix, stopping } = running
  if (!running.progress) {
    const found = await findProgress(running)
    if (!found.ok) return found
    running.progress = found.value
  }
  const identity = identify(world.config, world.settings, prefix)
  const connected = await connectBroker(world.settings, identity, stopping.signal)
  if (!connected.ok) return connected
  const connection = connected.value
  running.connection = connection
  try {
    await serveConnection(running, connection, running.progress)
    if (!connection.ended()) {
      await saveProgress(world, running.progress)
      await connection.publish({ ...identity.will, retain: true })
      await connection.leave()
    }
  } finally {
    connection.drop()
    running.connection = undefined
  }
  return connection.ended() ?? failed('mqtt_left')
}

const keepConnected = async (running: Running): Promise<void> => {
  const { clock } = running.world
  let failures = 0
  while (!isStopping(running)) {
    const dialledAt = clock.monotonic()
    const ended = await connectOnce(running).catch((error: unknown) =>
      failed('mqtt_fault', error instanceof Error ? error.name : 'unknown'),
    )
    noteTrouble(running, refusalOf(running) ?? ended)
    failures = clock.monotonic() - dialledAt > STEADY_AFTER_MS ? 1 : failures + 1
    const until = clock.monotonic() + backOffMs(failures, Math.random())
    // What happens at the gate wakes a connection, not a dial.
    while (!isStopping(running) && clock.monotonic() < until) await rest(running, until - clock.monotonic())
  }
}

const readState = ({ world, connection, progress, trouble }: Running): MqttState => ({
  connected: connection !== undefined && connection.ended() === undefined,
  ...(progress ? { waiting: Math.max(0, world.facts.ledgerHead().seq - progress.told) } : {}),
  ...(trouble === undefined ? {} : { trouble }),
})

export const startMqtt = (world: MqttWorld): Mqtt => {
  const running: Running = {
    world,
    prefix: world.settings.topicPrefix ?? `evengate/${world.config.gate}`,
    stopping: new AbortController(),
    states: createRetry(world.clock),
    events: createRetry(world.clock),
    door: {},
    progress: undefined,
    connection: undefined,
    trouble: undefined,
    wake: () => undefined,
  }
  const unwatch = world.watch((happening) => {
    if (happening.kind === 'door') running.door = stepDoor(running.door, happening.event.what)
    if (happening.kind === 'door_stands') running.door = pictureDoor(happening.standing)
    // What it said is no longer known to be so.
    if (happening.kind === 'part' && happening.part === 'door' && happening.state === 'down') running.door = {}
    running.wake()
  })
  const ended = keepConnected(running)
  return {
    state: () => readState(running),
    stop: async () => {
      unwatch()
      running.stopping.abort()
      running.wake()
      await Promise.race([ended, pause(STOP_LIMIT_MS, undefined, { ref: false })])
      running.connection?.drop()
      // Nothing may ask the store for anything once it is closed.
      await Promise.race([ended, pause(DROP_LIMIT_MS, undefined, { ref: false })])
    },
  }
}
