// From a DESFire in the field to the relay: the whole gate, a real pcscd with vsmartcard's virtual reader, a card that proves its key. Called
// by bench.ts.
//
// Measured from outside, on the one monotonic clock of the machine: from the card's hearing of its first question (GET UID) to the relay's
// move in relay-log. What only a virtual reader has is left out: pcscd looks for a card every 400 ms before the first question, and its
// exchange over loopback waits 40 ms for each question's delayed acknowledgement. For that the bench starts itself once more in a network
// namespace of its own, whose loopback acknowledges at once; `exchange_p50` says what the exchange costs there all the same.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { loadConfig } from '../../config/load.ts'
import { hide, type Result, reveal, systemClock } from '../../config/words.ts'
import { cardKeyOf } from '../../drivers/card/proof/authenticate.ts'
import { adoptConfiguration, openStore } from '../opening.ts'
import { playDesfire } from './bench-card.ts'
import { type Measurement, unmeasured } from './figures.ts'
import { type GateRun, openRelayLog, readDevices, startGate, waitFor } from './gate-run.ts'
import type { Lab } from './lab.ts'
import { fillStore, type Scale } from './people.ts'
import { openReaderService, type ReaderService } from './plug-parts.ts'
import { rankOf } from './ranks.ts'

const INSIDE = 'EVENGATE_BENCH_LOOPBACK'
/** The address of its own has a route of its own, which would win. */
const QUICK_LOOPBACK = [
  'ip link set lo up',
  'ip route replace local 127.0.0.0/8 dev lo table local quickack 1',
  'ip route replace local 127.0.0.1 dev lo table local quickack 1',
  'exec "$@"',
].join(' && ')
const READY_LIMIT_MS = 30_000
const RELAY_LIMIT_MS = 5000
/** pcscd sees a card's coming and going at its next look, 400 ms apart. */
const SEEN_MS = 600
const JITTER_MS = 60
const CONNECT_LIMIT_MS = 5000
const ATR = Buffer.from('3b8180018080', 'hex')
const GET_UID = 'ffca000000'

type Options = Scale & { readonly lab: Lab; readonly taps: number; readonly say: (line: string) => void }

const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`the bench’s store refused: ${result.code} ${result.detail ?? ''}`)
  return result.value
}

const reportOf = v.object({ figures: v.object({ desfire_tap_to_relay_ms: v.record(v.string(), v.unknown()) }) })

/** The same figure, measured by a bench in a network of its own. */
const measureInside = async ({ taps, residents, cards, events }: Options): Promise<Measurement> => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const scale = ['--residents', String(residents), '--cards', String(cards), '--events', String(events)]
  const only = ['--only', 'desfire_tap_to_relay_ms', '--taps', String(taps)]
  const bench = [process.execPath, main, 'bench', '--json', ...only, ...scale]
  const child = spawn('unshare', ['-n', 'sh', '-c', QUICK_LOOPBACK, 'sh', ...bench], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, [INSIDE]: 'quick' },
  })
  process.once('exit', () => void child.kill('SIGTERM'))
  let said = ''
  for await (const text of child.stdout.setEncoding('utf8')) said += text
  const parsed = v.safeParse(reportOf, said === '' ? undefined : JSON.parse(said))
  if (!parsed.success) return unmeasured('needs root, unshare and ip: a loopback of its own could not be made')
  const { goal: _, ok: __, ...measured } = parsed.output.figures.desfire_tap_to_relay_ms
  return measured
}

/** A resident whose card has this number, and the key that the card proves. */
const prepareCard = async (configFile: string, lab: Lab, uid: Buffer): Promise<Buffer> => {
  const loaded = loadConfig(configFile)
  if (!loaded.ok) throw new Error(`the bench’s configuration is refused: ${loaded.problems.map(({ code }) => code)}`)
  const config = loaded.value
  const store = take(await openStore(config, systemClock, lab.runtimeDirectory, () => undefined))
  try {
    take(await adoptConfiguration(config, 'none', store))
    const by = { role: 'bench', caller: 'bench' }
    const { ledger, facts } = store
    await ledger.write('makeSiteCardKey', { renew: false }, by)
    const { householdId } = take(await ledger.write('addHousehold', { room: 'bench card' }, by))
    const person = { householdId, name: 'bench card', rights: [{ gate: config.gate }] }
    const { residentId } = take(await ledger.write('addResident', person, by))
    const token = facts.cardKey(hide(uid))
    take(await ledger.write('addCard', { residentId, token, proof: 'authenticated' }, by))
    const [newest] = reveal(facts.readSiteCardKeys())
    if (!newest) throw new Error('the bench’s store made no card key')
    return cardKeyOf(newest.bytes, uid)
  } finally {
    await store.close()
  }
}

const frame = (payload: Buffer): Buffer => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(payload.length)
  return Buffer.concat([length, payload])
}

type Heard = { readonly questions: number[]; readonly answers: number[] }

/** vpcd's protocol: two bytes of length, then one byte of control or an APDU. Notes when each question came and each answer went. */
const playTo = (socket: Socket, uid: Buffer, card: (question: Buffer) => Buffer): Heard => {
  const heard: Heard = { questions: [], answers: [] }
  let pending = Buffer.alloc(0)
  const take = (payload: Buffer) => {
    if (payload.length === 1) {
      if (payload[0] === 4) socket.write(frame(ATR))
      return
    }
    heard.questions.push(systemClock.monotonic())
    const isUid = payload.toString('hex') === GET_UID
    const answer = isUid ? Buffer.concat([uid, Buffer.from('9000', 'hex')]) : card(payload)
    heard.answers.push(systemClock.monotonic())
    socket.write(frame(answer))
  }
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0)
      take(pending.subarray(2, end))
      pending = pending.subarray(end)
    }
  })
  return heard
}

const layDown = async (gate: GateRun, port: number): Promise<Socket> =>
  waitFor(gate, 'the virtual reader', CONNECT_LIMIT_MS, async () => {
    const socket = connect(port, '127.0.0.1')
    return new Promise<Socket | undefined>((resolve) => {
      socket.once('connect', () => resolve(socket))
      socket.once('error', () => resolve(undefined))
    })
  })

type Tap = { readonly tookMs: number; readonly readerMs: number }

const tapOnce = async (gate: GateRun, port: number, uid: Buffer, key: Buffer, turn: number): Promise<Tap> => {
  const read = openRelayLog(gate)
  const before = systemClock.monotonic()
  const socket = await layDown(gate, port)
  const heard = playTo(socket, uid, playDesfire(key))
  const opened = await waitFor(gate, 'the relay', RELAY_LIMIT_MS, async () => read(before).find(({ on }) => on))
  const first = heard.questions[0] ?? Number.NaN
  // Between an answer and the next question lie the reader, pcscd and what the gate computes.
  const gaps = heard.questions.slice(1).map((at, n) => at - (heard.answers[n] ?? at))
  await pause(Math.max(0, before + SEEN_MS - systemClock.monotonic()))
  socket.destroy()
  await pause(SEEN_MS + ((turn * 17) % JITTER_MS))
  return { tookMs: opened.at - first, readerMs: gaps.reduce((sum, gap) => sum + gap, 0) }
}

const tapMany = async (gate: GateRun, service: ReaderService, uid: Buffer, key: Buffer, options: Options) => {
  const isUp = async () =>
    (await readDevices(gate)).some(({ device, state }) => device === 'entry-card' && state === 'up') ? true : undefined
  await waitFor(gate, 'the card reader', READY_LIMIT_MS, isUp)
  // The first tap tells main which key the card has, and finds nothing compiled.
  await tapOnce(gate, service.port, uid, key, 0)
  const taps: Tap[] = []
  for (let turn = 1; turn <= options.taps; turn++) taps.push(await tapOnce(gate, service.port, uid, key, turn))
  return taps
}

export const measureDesfire = async (options: Options): Promise<Measurement> => {
  const { lab, say } = options
  if (process.getuid?.() !== 0) return unmeasured('needs root, for a loopback of its own')
  if (process.env[INSIDE] === undefined) return measureInside(options)
  const service = await openReaderService(lab.runtimeDirectory)
  if (!service) return unmeasured('needs pcscd with vpcd as root')
  await fillStore(lab, options, say)
  const configFile = join(dirname(lab.doorGate), 'desfire.yaml')
  const gateOf = JSON.parse(readFileSync(lab.doorGate, 'utf8')) as { sides: { entry: object } }
  const card = [{ id: 'entry-card', ...service.settings }]
  writeFileSync(configFile, JSON.stringify({ ...gateOf, sides: { entry: { ...gateOf.sides.entry, card } } }))
  const uid = Buffer.concat([Buffer.from([0x04]), randomBytes(6)])
  const key = await prepareCard(configFile, lab, uid)
  const gate = startGate(configFile, lab.runtimeDirectory, service.env)
  try {
    say(`taps of a DESFire: ${options.taps}`)
    const taps = await tapMany(gate, service, uid, key, options)
    const [took, reader] = [taps.map(({ tookMs }) => tookMs), taps.map(({ readerMs }) => readerMs)]
    return {
      ...{ p50: rankOf(took, 0.5), p99: rankOf(took, 0.99), worst: Math.max(...took) },
      ...{ exchange_p50: rankOf(reader, 0.5), taps: took.length },
    }
  } finally {
    await gate.stop()
    await service.close()
    rmSync(configFile, { force: true })
  }
}
