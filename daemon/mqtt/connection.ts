// One connection to the broker, from the dial to its end; never dialled again (mqtt.ts makes a new one). Publishes and subscribes to
// nothing: whatever the broker sends but answers ends the connection. Every wait has its limit. Names no secret in a failure.

import { readFile } from 'node:fs/promises'
import type * as Mqtt from 'mqtt'
import type { IPublishPacket, MqttClient } from 'mqtt'
import type { Config } from '../../config/settings.ts'
import { readBroker } from '../../config/settings-mqtt.ts'
import { done, type Failure, failed, type Result } from '../../config/words.ts'
import { PACKET_LIMIT_BYTES } from './sieve.ts'
import { type BrokerStream, openStream } from './stream.ts'

/** Dialling, encryption and welcome together. */
export const CONNECT_LIMIT_MS = 20_000
/** A broker that does not confirm an event for this long is given up. */
export const ANSWER_LIMIT_MS = 10_000
/** A farewell at the end of the daemon. */
const LEAVE_LIMIT_MS = 500

export type MqttSettings = NonNullable<Config['mqtt']>

export type Message = {
  readonly topic: string
  readonly payload: string
  readonly retain?: boolean
  /** Place in the ledger, by which a receiver knows an event that it has seen before. */
  readonly seq?: number
}

export type Connection = {
  /** Events that the broker takes at once before it has confirmed any. */
  readonly window: number
  /** Done once the broker has confirmed it. Never rejects. */
  readonly publish: (message: Message) => Promise<Result<void>>
  /** Why it ended; undefined while it stands. */
  readonly ended: () => Failure | undefined
  /** Ends it in good order, or soon without. */
  readonly leave: () => Promise<void>
  readonly drop: () => void
}

export type Identity = {
  readonly clientId: string
  /** What the broker says for a gate that has gone without a farewell. */
  readonly will: { readonly topic: string; readonly payload: string }
}

type Files = { readonly password?: Buffer; readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer }

const readFiles = async (settings: MqttSettings): Promise<Result<Files>> => {
  const files = { password: 'passwordFile', ca: 'caFile', cert: 'certFile', key: 'keyFile' } as const
  const read: Record<string, Buffer> = {}
  for (const [name, setting] of Object.entries(files)) {
    const file = settings[setting]
    if (file === undefined) continue
    try {
      read[name] = await readFile(file)
    } catch {
      return failed('mqtt_file_unreadable', setting)
    }
  }
  return done(read)
}

/** An editor leaves a line's end behind the password. */
const trimLine = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('utf8').replace(/\r?\n$/, ''), 'utf8')

const codeOf = (error: unknown): string | number | undefined => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? code : undefined
}

/** MQTT 5, 4.13: bad user name or password, not authorized. */
const loginRefusals: ReadonlySet<unknown> = new Set([134, 135])
const NOT_AUTHORIZED = 135
const isOfNetwork = (code: string): boolean => /^(E[A-Z]+|EAI_[A-Z]+)$/.test(code) && code !== 'EPROTO'

/** Why there is no connection. Codes of the system, of OpenSSL and of MQTT are no secret; messages could be. */
const explain = (error: unknown, encrypted: boolean, wasOpen: boolean): Failure => {
  const code = codeOf(error)
  if (typeof code === 'number')
    return failed(loginRefusals.has(code) ? 'mqtt_login_refused' : 'mqtt_refused', String(code))
  // The library's own limits have words and no code.
  if (code === undefined) return failed(/timeout$/.test(String(error)) ? 'mqtt_unanswered' : 'mqtt_malformed')
  if (wasOpen) return failed('mqtt_lost', code)
  return encrypted && !isOfNetwork(code) ? failed('mqtt_untrusted', code) : failed('mqtt_unreachable', code)
}

const buildClient = (
  { MqttClient }: typeof Mqtt,
  settings: MqttSettings,
  { clientId, will }: Identity,
  password: Buffer | undefined,
  { stream }: BrokerStream,
): MqttClient =>
  new MqttClient(() => stream, {
    protocolVersion: 5,
    clientId,
    clean: true,
    // One client a connection: nothing is kept, queued or dialled again by the library.
    queueQoSZero: false,
    reconnectPeriod: 0,
    manualConnect: true,
    resubscribe: false,
    connectTimeout: CONNECT_LIMIT_MS,
    keepalive: settings.keepaliveSeconds,
    timerVariant: 'native',
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(password ? { password: trimLine(password) } : {}),
    will: { ...will, payload: Buffer.from(will.payload, 'utf8'), qos: 1, retain: true },
    properties: { receiveMaximum: 1, maximumPacketSize: PACKET_LIMIT_BYTES },
  })

/** Waits for the welcome; the rest of the connection's life is in what it gives back. */
const openConnection = (
  client: MqttClient,
  link: BrokerStream,
  encrypted: boolean,
  stopped: AbortSignal,
): Promise<Result<Connection>> =>
  new Promise((resolve) => {
    const open = new Set<(result: Result<void>) => void>()
    let ended: Failure | undefined
    let wasOpen = false
    const end = (failure: Failure): void => {
      ended ??= failure
      link.stream.destroy()
      for (const settle of open) settle(ended)
      stopped.removeEventListener('abort', stop)
      resolve(ended)
    }
    const stop = (): void => end(failed('mqtt_left'))
    stopped.addEventListener('abort', stop)
    client.on('packetsend', link.expectAnswer)
    const fail = (error: unknown): void => end(explain(error, encrypted, wasOpen))
    client.on('error', fail)
    client.on('disconnect', ({ reasonCode }) => end(failed('mqtt_lost', String(reasonCode ?? 0))))
    // The library swallows errors of a stream that have no code.
    link.stream.on('error', fail)
    link.stream.on('close', () => end(link.breach() ?? failed(wasOpen ? 'mqtt_lost' : 'mqtt_unreachable')))
    client.once('connect', ({ properties }) => {
      wasOpen = true
      stopped.removeEventListener('abort', stop)
      resolve(
        done({
          window: properties?.receiveMaximum ?? Number.POSITIVE_INFINITY,
          publish: (message) => publish(client, message, open, () => ended, end),
          ended: () => ended,
          leave: () => leave(client, stop),
          drop: stop,
        }),
      )
    })
    client.connect()
  })

const publish = (
  client: MqttClient,
  { topic, payload, retain = false, seq }: Message,
  open: Set<(result: Result<void>) => void>,
  ended: () => Failure | undefined,
  end: (failure: Failure) => void,
): Promise<Result<void>> =>
  new Promise((resolve) => {
    const gone = ended()
    if (gone) return resolve(gone)
    const settle = (result: Result<void>): void => {
      clearTimeout(limit)
      open.delete(settle)
      resolve(result)
    }
    const limit = setTimeout(() => end(failed('mqtt_unanswered')), ANSWER_LIMIT_MS)
    open.add(settle)
    const properties: NonNullable<IPublishPacket['properties']> = {
      contentType: retain ? 'text/plain' : 'application/json',
      ...(seq === undefined ? {} : { userProperties: { seq: String(seq) } }),
    }
    client.publish(topic, payload, { qos: 1, retain, properties }, (error) => {
      const code = codeOf(error)
      if (!error) settle(done(undefined))
      // Without a code the broker has said nothing: the connection ends, and tells all of them why.
      else if (typeof code === 'number')
        settle(failed(code === NOT_AUTHORIZED ? 'mqtt_denied' : 'mqtt_publish_refused', `${code} ${topic}`))
    })
  })

const leave = async (client: MqttClient, drop: () => void): Promise<void> => {
  const limit = setTimeout(drop, LEAVE_LIMIT_MS)
  await client.endAsync().catch(drop)
  clearTimeout(limit)
  drop()
}

/** `stopped` ends the dial, not a connection that stands. */
export const connectBroker = async (
  settings: MqttSettings,
  identity: Identity,
  stopped: AbortSignal,
): Promise<Result<Connection>> => {
  const broker = readBroker(settings.url)
  if (!broker) return failed('mqtt_unreachable', 'url')
  const files = await readFiles(settings)
  if (!files.ok) return files
  const { password, ...credentials } = files.value
  // Before the dial: a stream that fails while nobody listens yet would end the daemon.
  const library = await import('mqtt')
  if (stopped.aborted) return failed('mqtt_left')
  let link: BrokerStream
  try {
    link = openStream(broker, credentials)
  } catch {
    return failed('mqtt_file_unusable')
  }
  return openConnection(buildClient(library, settings, identity, password, link), link, broker.encrypted, stopped)
}
