// Two network namespaces joined by one cable, a broker at the far end, and somebody who writes down every frame at the near one. The gate
// of a test runs at the near end: what it sends anywhere, by any protocol, crosses the cable or its own loopback, and both are written
// down. Nothing is left when the processes that hold the namespaces end. Used by p05-egress.test.ts.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitUntil } from '../drivers/play-main.ts'
import { findProgram } from '../parts.ts'

const START_LIMIT_MS = 10_000
const brokerAddress = '10.77.0.1'
const gateAddress = '10.77.0.2'
const port = 1883

/** Every frame of every interface, either way, each after its length; says when it hears, and at its end how many it missed. AF_PACKET is not in Node. */
const listener = `
import signal, socket, struct, sys
ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
ear.setsockopt(socket.SOL_SOCKET, 33, 64 << 20) # SO_RCVBUFFORCE
def leave(*_):
    packets, dropped = struct.unpack('II', ear.getsockopt(263, 6, 8)) # PACKET_STATISTICS
    print('missed', dropped, flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
out = open(sys.argv[1], 'wb', buffering=0)
print('hears', flush=True)
while True:
    frame = ear.recv(1 << 17)
    out.write(struct.pack('>I', len(frame)) + frame)
`

const run = (command: string, ...args: readonly string[]): void => {
  const { status, stderr } = spawnSync(findProgram(command) ?? command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

const within = (child: ChildProcess): readonly string[] => ['nsenter', '-t', String(child.pid), '-n', '--']
const runWithin = (child: ChildProcess, ...words: readonly string[]): void => {
  const [command = '', ...args] = [...within(child), ...words]
  run(command, ...args)
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null

const end = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL')
  await waitUntil('the end of a namespace', () => !isRunning(child), START_LIMIT_MS)
}

export type EgressNet = {
  readonly url: string
  /** Words before a program that is to run at the near end. */
  readonly within: readonly string[]
  /** Everything written down so far. */
  readonly frames: () => Buffer
  /** Whom the near end spoke to over the cable: `tcp 10.77.0.1 1883`, or the name of another protocol. */
  readonly spokenTo: () => ReadonlySet<string>
  /** Sends bytes from the near end to an address far away. */
  readonly smuggle: (bytes: Buffer) => void
  /** Ends the listening; how many frames were missed. */
  readonly hang: () => Promise<number>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

const startListener = async (folder: string) => {
  const words = ['-n', findProgram('python3') ?? 'python3', '-c', listener, join(folder, 'frames')]
  const child = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (text: Buffer) => {
    said += text
  })
  await waitUntil('somebody who hears every frame', () => said.includes('hears'), START_LIMIT_MS)
  const hang = async (): Promise<number> => {
    child.kill('SIGTERM')
    await waitUntil('how many were missed', () => /missed \d+/.test(said), START_LIMIT_MS)
    return Number(/missed (\d+)/.exec(said)?.[1])
  }
  return { child, hang }
}

const startBroker = (folder: string): ChildProcess => {
  const config = ['user root', `listener ${port} 0.0.0.0`, 'allow_anonymous true', 'persistence false']
  const log = [`log_dest file ${folder}/broker.log`, 'log_type all', '']
  writeFileSync(join(folder, 'broker.conf'), [...config, ...log].join('\n'))
  const words = ['-n', findProgram('mosquitto') ?? 'mosquitto', '-c', join(folder, 'broker.conf')]
  return spawn('unshare', words, { stdio: 'ignore' })
}

/** Both ends up, and the far end the way to everywhere else. */
const layCable = (near: ChildProcess, far: ChildProcess): void => {
  run('ip', 'link', 'add', 'near', 'netns', String(near.pid), 'type', 'veth', 'peer', 'far', 'netns', String(far.pid))
  runWithin(far, 'ip', 'address', 'add', `${brokerAddress}/24`, 'dev', 'far')
  runWithin(near, 'ip', 'address', 'add', `${gateAddress}/24`, 'dev', 'near')
  for (const [child, name] of [
    [near, 'near'],
    [far, 'far'],
  ] as const) {
    runWithin(child, 'ip', 'link', 'set', 'lo', 'up')
    runWithin(child, 'ip', 'link', 'set', name, 'up')
  }
  runWithin(near, 'ip', 'route', 'add', 'default', 'via', brokerAddress)
}

/** Of an Ethernet frame that the near end sent over the cable. */
const addressee = (frame: Buffer): string | undefined => {
  const kind = frame.readUInt16BE(12)
  if (kind === 0x0806) return 'arp'
  if (kind === 0x86dd) {
    const to = frame.subarray(38, 54).toString('hex')
    // The kernel's own: neighbours, and to which groups it listens.
    if (frame[20] === 58 || (frame[20] === 0 && to === 'ff020000000000000000000000000016')) return 'icmp6'
    return `ip6 ${frame[20]} ${to}`
  }
  if (kind !== 0x0800) return `ethernet ${kind}`
  const [from, to] = [frame.subarray(26, 30).join('.'), frame.subarray(30, 34).join('.')]
  if (from !== gateAddress) return undefined
  const ports = 14 + ((frame[14] ?? 0) & 15) * 4
  return `${{ 6: 'tcp', 17: 'udp' }[frame[23] ?? 0] ?? frame[23]} ${to} ${frame.readUInt16BE(ports + 2)}`
}

const addressees = (frames: Buffer): ReadonlySet<string> => {
  const found = new Set<string>()
  for (let at = 0; at + 4 <= frames.length; ) {
    const length = frames.readUInt32BE(at)
    const to = addressee(frames.subarray(at + 4, at + 4 + length))
    if (to !== undefined) found.add(to)
    at += 4 + length
  }
  return found
}

/** `folder` is the test's own, and not the gate's. */
export const layEgressNet = async (folder: string): Promise<EgressNet> => {
  const { child: near, hang } = await startListener(folder)
  const far = startBroker(folder)
  const log = join(folder, 'broker.log')
  const isReady = () => existsSync(log) && readFileSync(log, 'utf8').includes('running')
  await waitUntil('a broker', isReady, START_LIMIT_MS)
  layCable(near, far)
  const frames = () => readFileSync(join(folder, 'frames'))
  const send = `
    const socket = require('node:dgram').createSocket('udp4')
    socket.send(Buffer.from(process.argv[1], 'hex'), 9, '192.0.2.1', () => socket.close())`
  return {
    url: `mqtt://${brokerAddress}:${port}`,
    within: within(near),
    frames,
    spokenTo: () => addressees(frames()),
    smuggle: (bytes) => runWithin(near, process.execPath, '-e', send, bytes.toString('hex')),
    hang,
    [Symbol.asyncDispose]: async () => {
      for (const child of [near, far]) await end(child)
    },
  }
}
