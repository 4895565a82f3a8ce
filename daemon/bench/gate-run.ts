// One gate as the bench sees it from outside: starts `evengate run` as a process of its own, taps, asks for its state, reads its
// relay's log and what the kernel says of its processes, and ends it. Nothing in the gate knows that it is measured.
// Called by taps.ts and starts.ts.

import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { type MonotonicMs, systemClock } from '../../config/words.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { callControl } from '../control.ts'

const END_LIMIT_MS = 10_000
const POLL_MS = 10
const SAID_CHARACTERS = 2000
/** Linux reports processor time to programs in hundredths of a second, whatever its own tick is. */
const TICK_MS = 10

export type OneProcess = { readonly name: string; readonly pid: number }

export type GateRun = {
  readonly spawnedAt: MonotonicMs
  readonly runtimeDirectory: string
  /** Every process of this gate now, by its name: main, the parts, ffmpeg. */
  readonly processes: () => readonly OneProcess[]
  /** Throws when the gate has ended, with what it said last. */
  readonly mustRun: () => void
  readonly stop: () => Promise<void>
}

/** The compile cache is set by whoever spawns; npm scripts set it for us. */
const compileCache = (): string =>
  process.env['NODE_COMPILE_CACHE'] ?? fileURLToPath(new URL('../../.cache/node', import.meta.url))

const parentOf = (stat: string): number => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // ended in between
  }
}

const nameOf = (pid: number, main: number): string => {
  if (pid === main) return 'main'
  const part = /drivers\/(\w+)\/part\.ts/.exec(readOr(`/proc/${pid}/cmdline`))?.[1]
  return part ?? readOr(`/proc/${pid}/comm`).trim()
}

/** Main and all that descend from it. */
const findProcesses = (main: number): readonly OneProcess[] => {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const parents = new Map(pids.map((pid) => [Number(pid), parentOf(readOr(`/proc/${pid}/stat`))]))
  const family = new Set([main])
  // A child may stand before its parent in the list: as often as something is added.
  for (let before = 0; before !== family.size; ) {
    before = family.size
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid)
  }
  return [...family].map((pid) => ({ name: nameOf(pid, main), pid }))
}

const end = async (child: ChildProcess, processes: () => readonly OneProcess[]): Promise<void> => {
  const family = processes()
  child.kill('SIGTERM')
  const until = systemClock.monotonic() + END_LIMIT_MS
  while (child.exitCode === null && child.signalCode === null && systemClock.monotonic() < until) await pause(POLL_MS)
  for (const { pid } of family) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Ended in order, as it should have.
    }
  }
}

export const startGate = (
  configFile: string,
  runtimeDirectory: string,
  more: Readonly<Record<string, string>> = {},
): GateRun => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const spawnedAt = systemClock.monotonic()
  const child = spawn(process.execPath, [main, 'run', '--config', configFile], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache(), ...more },
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_CHARACTERS)
  })
  // Should the bench end before it has stopped the gate, the gate ends as well.
  const orphan = () => void child.kill('SIGTERM')
  process.once('exit', orphan)
  const processes = () => (child.pid === undefined ? [] : findProcesses(child.pid))
  return {
    spawnedAt,
    runtimeDirectory,
    processes,
    mustRun: () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the gate ended: ${said.trim()}`)
    },
    stop: async () => {
      await end(child, processes)
      process.off('exit', orphan)
    },
  }
}

const limitPassed = (what: string, limitMs: number): Error => new Error(`${what}: not within ${limitMs} ms`)

/** Tries until something comes of it, or throws after `limitMs`. */
export const waitFor = async <T>(
  gate: GateRun,
  what: string,
  limitMs: number,
  attempt: () => Promise<T | undefined>,
): Promise<T> => {
  const until = systemClock.monotonic() + limitMs
  while (systemClock.monotonic() < until) {
    gate.mustRun()
    const found = await attempt()
    if (found !== undefined) return found
    await pause(POLL_MS)
  }
  throw limitPassed(what, limitMs)
}

const played = v.object({ at: v.number() })

/** The card process has the identifier at the instant returned; undefined while there is no card process. */
export const tapCard = async ({ runtimeDirectory }: GateRun, identifier: Buffer): Promise<number | undefined> => {
  const order = { tap: identifier.toString('hex'), random: false }
  const answer = await playDevice(runtimeDirectory, 'entry-card', order).catch(() => undefined)
  return answer === undefined ? undefined : v.parse(played, answer).at
}

export type RelayMove = { readonly at: number; readonly on: boolean }

/** The relay's moves that were written after `tapAt`; the door writes `AT on|off` at each. */
export const openRelayLog = ({ runtimeDirectory }: GateRun) => {
  const path = join(runtimeDirectory, 'relay-log')
  return (tapAt: number): readonly RelayMove[] =>
    readOr(path)
      .slice(-SAID_CHARACTERS)
      .split('\n')
      .map((line) => /^([\d.]+) (on|off)$/.exec(line))
      .flatMap((found) => (found ? [{ at: Number(found[1]), on: found[2] === 'on' }] : []))
      .filter(({ at }) => at >= tapAt)
}

const deviceList = v.array(v.object({ device: v.string(), state: v.picklist(['up', 'down']) }))
const side = v.object({ card: v.optional(deviceList), keypad: v.optional(deviceList), face: v.optional(deviceList) })
const status = v.object({ sides: v.record(v.string(), side) })

const readSides = async ({ runtimeDirectory }: GateRun): Promise<readonly v.InferOutput<typeof side>[]> => {
  const request = { command: 'status', args: {} }
  const answer = await callControl(join(runtimeDirectory, 'control.sock'), request, () => undefined)
  return answer.ok ? Object.values(v.parse(status, answer.value).sides) : []
}

/** Every reader, keypad and camera, as `status` tells it; none while main does not answer. */
export const readDevices = async (gate: GateRun): Promise<v.InferOutput<typeof deviceList>> =>
  (await readSides(gate)).flatMap(({ card = [], keypad = [], face = [] }) => [...card, ...keypad, ...face])

/** True when every camera's process has its model open and waits for faces. */
export const isFaceUp = async (gate: GateRun): Promise<boolean> => {
  const cameras = (await readSides(gate)).flatMap(({ face }) => face ?? [])
  return cameras.length > 0 && cameras.every(({ state }) => state === 'up')
}

/** Processor time of all threads of a process; undefined when it is gone. */
export const readProcessorMs = (pid: number): number | undefined => {
  const stat = readOr(`/proc/${pid}/stat`)
  if (stat === '') return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
