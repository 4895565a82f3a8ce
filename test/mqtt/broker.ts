// A real Mosquitto on loopback with TLS, passwords and an ACL, in a folder of its own, and a receiver that hears everything from it.
// Can be killed, frozen and started again on the same port. Used by the tests of events out and by their figure.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { waitUntil } from '../drivers/play-main.ts'
import { findProgram } from '../parts.ts'

const START_LIMIT_MS = 10_000

const run = (command: string, args: readonly string[]): void => {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
}

const passwords = { gate: 'gate-hunter2', reader: 'reader-hunter3' } as const

const makeCertificates = (folder: string): void => {
  const at = (name: string) => join(folder, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  run('openssl', [
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    '-subj',
    '/CN=test ca',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
  ])
  run('openssl', ['req', ...key, '-subj', '/CN=localhost', '-keyout', at('server.key'), '-out', at('server.csr')])
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names')]
  run('openssl', ['x509', '-req', '-in', at('server.csr'), ...signed, '-out', at('server.pem')])
}

const makePasswords = (folder: string): void => {
  for (const [name, password] of Object.entries(passwords)) {
    const create = name === 'gate' ? ['-c'] : []
    run('mosquitto_passwd', ['-b', ...create, join(folder, 'passwords'), name, password])
    writeFileSync(join(folder, `${name}.password`), `${password}\n`)
  }
  writeFileSync(join(folder, 'wrong.password'), 'not the password')
}

const findPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

export type Heard = {
  readonly topic: string
  readonly payload: string
  readonly retain: boolean
  readonly seq: string | undefined
}

export type Receiver = {
  readonly heard: readonly Heard[]
  /** Goes away; the broker keeps for it what comes. */
  readonly leave: () => Promise<void>
  /** Is back, and is sent what it missed. */
  readonly comeBack: () => void
}

export type Broker = {
  /** As the settings of a gate have it. */
  readonly settings: {
    readonly url: string
    readonly username: string
    readonly passwordFile: string
    readonly caFile: string
    readonly keepaliveSeconds: number
    readonly allowPlain: boolean
  }
  readonly wrongPasswordFile: string
  /** Lines of the ACL for the gate's user; takes effect at once. */
  readonly allow: (lines: readonly string[]) => void
  readonly start: () => Promise<void>
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
  /** Hears every topic, what is retained first. Connects again by itself. */
  readonly listen: () => Promise<Receiver>
  readonly logText: () => string
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export const everything = ['topic write evengate/#']

type BrokerOptions = {
  /** Lines of the gate's user. */
  readonly acl?: readonly string[]
  /** Forgets nothing that it has confirmed even when it is killed; slow. Otherwise only when it is ended in good order. */
  readonly careful?: boolean
  /** Leaves the processors to the gate, as if it had its own. */
  readonly nice?: boolean
}

export const startBroker = async ({
  acl = everything,
  careful = true,
  nice = false,
}: BrokerOptions = {}): Promise<Broker> => {
  const folder = mkdtempSync(join(tmpdir(), 'eg-mqtt-'))
  const at = (name: string) => join(folder, name)
  const port = await findPort()
  makeCertificates(folder)
  makePasswords(folder)
  const writeAcl = (lines: readonly string[]) =>
    writeFileSync(at('acl'), ['user gate', ...lines, 'user reader', 'topic readwrite #', ''].join('\n'))
  writeAcl(acl)
  const config = [
    ...['user root', `listener ${port} 127.0.0.1`, 'allow_anonymous false', `password_file ${folder}/passwords`],
    ...[`acl_file ${at('acl')}`, `cafile ${folder}/ca.pem`, `certfile ${folder}/server.pem`],
    ...[`keyfile ${folder}/server.key`, 'persistence true', `persistence_location ${folder}/`],
    ...(careful ? ['autosave_interval 1', 'autosave_on_changes true'] : []),
    // A receiver that was away is sent what it missed, however much.
    ...['max_queued_messages 0', 'max_inflight_messages 0'],
    ...[`log_dest file ${at('log')}`, 'log_type all'],
  ]
  writeFileSync(at('mosquitto.conf'), `${config.join('\n')}\n`)
  let child: ChildProcess | undefined
  const receivers = new Set<MqttClient>()
  const logText = () => readFileSync(at('log'), 'utf8')
  const start = async () => {
    child = spawn(findProgram('mosquitto') ?? 'mosquitto', ['-c', at('mosquitto.conf')], { stdio: 'ignore' })
    if (nice && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
    await waitUntil('a broker that takes connections', () => probe(port), START_LIMIT_MS)
  }
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    const dying = child
    dying?.kill(signal)
    await waitUntil('the end of the broker', () => !dying || dying.exitCode !== null || dying.signalCode !== null)
  }
  const listen = () => openReceiver(port, at('ca.pem'), receivers)
  await start()
  return {
    settings: {
      url: `mqtts://localhost:${port}`,
      username: 'gate',
      passwordFile: at('gate.password'),
      caFile: at('ca.pem'),
      keepaliveSeconds: 5,
      allowPlain: false,
    },
    wrongPasswordFile: at('wrong.password'),
    allow: (lines) => {
      writeAcl(lines)
      child?.kill('SIGHUP')
    },
    start,
    kill,
    signal: (signal) => void child?.kill(signal),
    listen,
    logText,
    [Symbol.asyncDispose]: async () => {
      for (const receiver of receivers) await receiver.endAsync(true)
      child?.kill('SIGCONT')
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const probe = async (port: number): Promise<boolean> => {
  const { connect } = await import('node:net')
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

let listeners = 0

const openReceiver = async (port: number, caFile: string, receivers: Set<MqttClient>): Promise<Receiver> => {
  const client = await connectAsync(`mqtts://localhost:${port}`, {
    protocolVersion: 5,
    clientId: `reader-${++listeners}`,
    username: 'reader',
    password: passwords.reader,
    ca: readFileSync(caFile),
    clean: false,
    properties: { sessionExpiryInterval: 3600 },
    reconnectPeriod: 50,
  })
  const heard: Heard[] = []
  client.on('message', (topic, payload, { retain, properties }) => {
    const seq = properties?.userProperties?.['seq']
    heard.push({ topic, payload: payload.toString('utf8'), retain, seq: typeof seq === 'string' ? seq : undefined })
  })
  // While the broker is away.
  client.on('error', () => undefined)
  await client.subscribeAsync('#', { qos: 1 })
  receivers.add(client)
  return { heard, leave: () => client.endAsync(), comeBack: () => void client.reconnect() }
}
