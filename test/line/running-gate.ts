// A whole gate in processes of its own, as `evengate run` starts it, for tests: what happens in it, how to play its simulated
// devices, how to ask it by its control socket, how to stop, freeze or kill it and its parts. Adds nothing to the gate.
//
//   await using place = await makeGatePlace()          before: people, by prepareStore(place, …)
//   await using gate = await runGate(place)
//   await gate.play('entry-card', { tap: person.card })
//   const tap = await gate.attempt({ path: 'card' })

import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Part, type Path, type Result, type Side, systemClock } from '../../config/words.ts'
import type { Status } from '../../daemon/commands/status.ts'
import { callControl } from '../../daemon/control.ts'
import type { Happening } from '../../daemon/happening.ts'
import { KEY_LIMIT_PER_WINDOW } from '../../drivers/keypad/key-codes.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { type Exit, waitUntil } from '../drivers/play-main.ts'
import type { GatePlace } from './gate-place.ts'

const NEXT_LIMIT_MS = 5000
/** With a cold compile cache, models to load and other tests beside it. */
const START_LIMIT_MS = 20_000
const STOP_LIMIT_MS = 10_000
/** A little longer than the keypad part's own. */
const TYPING_WINDOW_MS = 1100

export type AttemptHappening = Extract<Happening, { kind: 'attempt' }>
export type DoorHappening = Extract<Happening, { kind: 'door' }>
type Started = { readonly kind: 'started' }
export type Told = (Happening | Started) & { readonly heardAt: number }

export type RunningGate = {
  readonly pid: number
  /** What happened, oldest first. */
  readonly told: readonly Told[]
  /** The oldest that fits and that no `next` gave yet; waits for it. */
  readonly next: <H extends Told>(fits: (told: Told) => told is H, limitMs?: number) => Promise<H>
  /** The next attempt on this path. */
  readonly attempt: (path: Path, limitMs?: number) => Promise<AttemptHappening>
  /** Its door order as the door took it. */
  readonly relayOn: (attempt: AttemptHappening, limitMs?: number) => Promise<DoorHappening['event']>
  readonly alarm: (code: string, limitMs?: number) => Promise<void>
  readonly play: (device: string, order: object) => Promise<Record<string, unknown>>
  /** Keys at a simulated keypad, no faster than the keypad part takes from one line. */
  readonly type: (device: string, keys: string) => Promise<Record<string, unknown>>
  readonly ask: (command: string, args?: object, onTell?: (line: unknown) => void) => Promise<Result<unknown>>
  /** Waits until every device of this path is so. */
  readonly pathIs: (side: Side, path: Path, state: 'up' | 'down', limitMs?: number) => Promise<void>
  readonly pidOf: (part: Part) => number | undefined
  readonly stderr: () => string
  readonly kill: (signal: NodeJS.Signals) => void
  readonly exited: (limitMs?: number) => Promise<Exit>
  /** Ends main and the door, whatever state they are in. */
  readonly stop: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

const entry = fileURLToPath(new URL('./telling-main.ts', import.meta.url))
/** As the npm scripts set it. */
const compileCache = fileURLToPath(new URL('../../.cache/node', import.meta.url))

type RunOptions = {
  readonly env?: Readonly<Record<string, string>>
  /** Words before the program, such as those of unshare. */
  readonly within?: readonly string[]
  /** Parts to wait for; otherwise every part that the configuration asks for. */
  readonly waitFor?: readonly Part[]
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null

export const isPidAlive = (pid: number): boolean => {
  try {
    // A zombie answers a signal and is dead all the same.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false // no such process
  }
}

/** Processes of this runtime folder that run a part's entry. */
const findPart = (place: GatePlace, part: Part): number | undefined =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
        return (
          words.some((word) => word.endsWith(`/drivers/${part}/part.ts`)) &&
          environment.includes(`EVENGATE_RUNTIME=${place.runtimeDirectory}`) &&
          isPidAlive(pid)
        )
      } catch {
        return false // ended while we looked
      }
    })

const partsOf = (place: GatePlace): Part[] => {
  const { sides } = JSON.parse(readFileSync(place.configFile, 'utf8')) as { sides: Record<string, object> }
  const paths = (['card', 'keypad', 'face', 'signal'] as const).filter((path) =>
    Object.values(sides).some((side) => path in side),
  )
  return ['door', ...paths]
}

/** Starts the program and waits for nothing. */
export const spawnGate = (place: GatePlace, { env = {}, within = [] }: RunOptions = {}) => {
  const [command, ...words] = [...within, process.execPath, entry, place.configFile]
  if (command === undefined) throw new Error('unreachable: there is at least the program')
  const child = spawn(command, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache, ...env },
  })
  const told: Told[] = []
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    told.push({ ...(JSON.parse(line) as Happening), heardAt: systemClock.monotonic() })
  })
  const exited = async (limitMs = STOP_LIMIT_MS): Promise<Exit> => {
    await waitUntil('the end of the gate', () => !isRunning(child), limitMs)
    return { code: child.exitCode, signal: child.signalCode }
  }
  return { child, told, stderr: () => stderr, exited }
}

/** Starts a gate that is expected to refuse: how it ended and what it said. */
export const refuseGate = async (place: GatePlace, options: RunOptions = {}) => {
  const { exited, stderr, told, child } = spawnGate(place, options)
  try {
    const exit = await exited(START_LIMIT_MS)
    return { ...exit, stderr: stderr(), lines: stderr().trim().split('\n'), told }
  } finally {
    if (isRunning(child)) child.kill('SIGKILL')
  }
}

export const runGate = async (place: GatePlace, options: RunOptions = {}): Promise<RunningGate> => {
  const { child, told, stderr, exited } = spawnGate(place, options)
  const taken = new Set<Told>()
  const next: RunningGate['next'] = async (fits, limitMs = NEXT_LIMIT_MS) => {
    let found: Told | undefined
    const look = () => {
      found = told.find((one) => !taken.has(one) && fits(one))
      return found !== undefined
    }
    await waitUntil('the happening awaited', look, limitMs).catch((error: Error) => {
      const seen = told.slice(-15).map((one) => JSON.stringify(one))
      throw new Error(`${error.message}\nlast: ${seen.join('\n      ')}\nstderr: ${stderr().slice(-2000)}`)
    })
    if (!found || !fits(found)) throw new Error('unreachable: waited for a happening and have none')
    taken.add(found)
    return found
  }
  const play = (device: string, order: object) => playDevice(place.runtimeDirectory, device, order)
  const ask: RunningGate['ask'] = (command, args = {}, onTell = () => undefined) =>
    callControl(join(place.runtimeDirectory, 'control.sock'), { command, args }, onTell)
  const pathIs: RunningGate['pathIs'] = (side, path, state, limitMs) => {
    const look = async () => {
      const status = await ask('status')
      const devices = status.ok ? ((status.value as Status).sides[side]?.[path] ?? []) : []
      return devices.length > 0 && devices.every((device) => device.state === state)
    }
    return waitUntil(`${path} at the ${side} ${state}`, look, limitMs)
  }
  const stop = async () => {
    if (isRunning(child)) {
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      await exited().catch(() => child.kill('SIGKILL'))
    }
    const door = findPart(place, 'door')
    if (door !== undefined) process.kill(door, 'SIGKILL')
    await waitUntil('the end of all parts', () => partsOf(place).every((part) => !findPart(place, part)), STOP_LIMIT_MS)
  }
  const waitFor = options.waitFor ?? partsOf(place)
  try {
    for (const part of waitFor) await next(isUp(part), START_LIMIT_MS)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    pid: child.pid ?? -1,
    told,
    next,
    attempt: (path, limitMs) => next(isAttempt(path), limitMs),
    relayOn: async ({ record }, limitMs) => (await next(isRelayOn(record.ref), limitMs)).event,
    alarm: async (code, limitMs) => void (await next(isAlarm(code), limitMs)),
    play,
    type: createTypist(play),
    ask,
    pathIs,
    pidOf: (part) => findPart(place, part),
    stderr,
    kill: (signal) => void child.kill(signal),
    exited,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const createTypist = (play: RunningGate['play']): RunningGate['type'] => {
  let strokes: { readonly at: number; readonly keys: number }[] = []
  const typedLately = () => {
    strokes = strokes.filter(({ at }) => systemClock.monotonic() - at < TYPING_WINDOW_MS)
    return strokes.reduce((sum, { keys }) => sum + keys, 0)
  }
  return async (device, keys) => {
    await waitUntil('a keypad that takes more keys', () => typedLately() + keys.length <= KEY_LIMIT_PER_WINDOW)
    const answer = await play(device, { keys })
    strokes.push({ at: systemClock.monotonic(), keys: keys.length })
    return answer
  }
}

type As<K extends Told['kind']> = Extract<Told, { kind: K }>

export const isUp =
  (part: Part) =>
  (told: Told): told is As<'part'> =>
    told.kind === 'part' && told.part === part && told.state === 'up'
export const isAttempt =
  (path: Path) =>
  (told: Told): told is As<'attempt'> =>
    told.kind === 'attempt' && told.attempt.proofs.some((proof) => proof.path === path)
export const isRelayOn =
  (ref: string) =>
  (told: Told): told is As<'door'> =>
    told.kind === 'door' && told.event.what === 'relay_on' && told.event.ref === ref
/** The disk does not answer: the record is late, or the lock's own code came a moment before. */
export const isStalled = (told: Told): told is Extract<Told, { kind: 'alarm' }> =>
  told.kind === 'alarm' && (told.code === 'record_late' || told.code === 'store_busy')

const isAlarm =
  (code: string) =>
  (told: Told): told is As<'alarm'> =>
    told.kind === 'alarm' && told.code === code
export const isSign =
  (sign: string) =>
  (told: Told): told is As<'signal'> =>
    told.kind === 'signal' && told.shown.sign === sign
export const isGrant = (told: Told): told is As<'attempt'> =>
  told.kind === 'attempt' && told.decision.outcome === 'grant'
