// A whole gate for a test: the real daemon as a child of its own, on a copy of the simulated example in a folder of its own, with its
// commands and its simulated people. Stops everything it started. Called by the tests of commands and of the line.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parse, stringify } from 'yaml'
import type { Status } from '../../daemon/commands/status.ts'
import { callControl } from '../../daemon/control.ts'
import { playDevice } from '../../drivers/simulation.ts'

const root = resolve(import.meta.dirname, '../..')
const program = join(root, 'daemon/main.ts')
const START_LIMIT_MS = 20_000
const END_LIMIT_MS = 8000
const POLL_MS = 25

export type Ran = {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The last line of the output, when it is JSON. */
  readonly json: unknown
}

type Changes = { readonly [key: string]: unknown }

/** Waits for a condition, never for a time. */
export const until = async <T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  limitMs = 10_000,
): Promise<T> => {
  const end = performance.now() + limitMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (performance.now() > end) throw new Error(`did not come within ${limitMs} ms: ${what}`)
    await pause(POLL_MS)
  }
}

const merge = (base: unknown, changes: unknown): unknown => {
  const isGroup = (one: unknown): one is Changes => typeof one === 'object' && one !== null && !Array.isArray(one)
  if (!isGroup(base) || !isGroup(changes)) return changes
  const names = new Set([...Object.keys(base), ...Object.keys(changes)])
  const merged = [...names].map(
    (name) => [name, name in changes ? merge(base[name], changes[name]) : base[name]] as const,
  )
  return Object.fromEntries(merged.filter(([, value]) => value !== null))
}

/** A configuration in a new folder; `null` in `changes` takes a setting away. */
export const writeGate = (
  changes: Changes = {},
): { readonly folder: string; readonly configFile: string; readonly runtimeDirectory: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'))
  const runtimeDirectory = join(folder, 'run')
  const own = {
    language: 'en',
    store: { directory: join(folder, 'store'), keysDirectory: join(folder, 'keys') },
    runtime: { directory: runtimeDirectory },
    door: { pulseMs: 300 },
    face: { modelsDirectory: join(folder, 'models') },
  }
  const example: unknown = parse(readFileSync(join(root, 'config/simulated.example.yaml'), 'utf8'))
  const configFile = join(folder, 'gate.yaml')
  writeFileSync(configFile, stringify(merge(merge(example, own), changes)))
  return { folder, configFile, runtimeDirectory }
}

const readJson = (stdout: string): unknown => {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  } catch {
    return undefined // text for people
  }
}

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_COMPILE_CACHE: join(root, '.cache/node'),
  LANG: 'C',
})

/** The program run to its end, with a given input. */
export const runProgram = (args: readonly string[], input = '', more: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env: { ...environment(), ...more },
      stdio: 'pipe',
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.stdin.on('error', () => {
      // It ended without reading its input.
    })
    child.stdin.end(input)
    child.once('close', (code) => resolve({ code, stdout, stderr, json: readJson(stdout) }))
  })

const endChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const limit = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS)
  await ended
  clearTimeout(limit)
}

/** A door that outlives a killed main would hold the folder. */
const endDoor = (runtimeDirectory: string): void => {
  const pidFile = join(runtimeDirectory, 'door.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  if (Number.isInteger(pid) && pid > 1) process.kill(pid, 'SIGTERM')
}

export type Gate = {
  readonly configFile: string
  readonly runtimeDirectory: string
  readonly folder: string
  readonly child: ChildProcess
  /** What the daemon wrote to its log so far. */
  readonly log: () => string
  readonly cli: (...args: readonly string[]) => Promise<Ran>
  readonly cliWith: (input: string, ...args: readonly string[]) => Promise<Ran>
  /** The simulated person: an order to a device, or to `door`. */
  readonly play: (device: string, order: object) => Promise<Record<string, unknown>>
  readonly status: () => Promise<Status>
  /** A command straight over the control socket, for what a test looks at again and again. */
  readonly ask: (command: string, args?: object, onTell?: (told: unknown) => void) => Promise<unknown>
  readonly stop: () => Promise<void>
}

type Tell = (told: unknown) => void
const askGate = (runtimeDirectory: string, command: string, args: object, onTell: Tell = () => undefined) =>
  callControl(join(runtimeDirectory, 'control.sock'), { command, args }, onTell)

const askStatus = async (runtimeDirectory: string): Promise<Status | undefined> => {
  const asked = await askGate(runtimeDirectory, 'status', {})
  return asked.ok ? (asked.value as Status) : undefined
}

/** Everything but a camera without models: that one has nothing to wait for. */
const isReady = (status: Status, waitForFace: boolean): boolean =>
  status.door === 'up' &&
  Object.values(status.sides).every((offered) =>
    Object.entries(offered).every(
      ([path, devices]) => (path === 'face' && !waitForFace) || devices.every(({ state }) => state === 'up'),
    ),
  )

export type GateOptions = {
  readonly changes?: Changes
  readonly waitForFace?: boolean
  readonly folder?: ReturnType<typeof writeGate>
}

export const startGate = async ({
  changes = {},
  waitForFace = false,
  folder = writeGate(changes),
}: GateOptions = {}): Promise<Gate> => {
  const { configFile, runtimeDirectory } = folder
  const child = spawn(process.execPath, [program, 'run', '--config', configFile], {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let written = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      written += chunk.toString()
    })
  const stop = async () => {
    await endChild(child)
    endDoor(runtimeDirectory)
    rmSync(folder.folder, { recursive: true, force: true })
  }
  const status = () => until('the status', () => askStatus(runtimeDirectory), START_LIMIT_MS)
  try {
    await until(
      'a gate that is ready',
      async () => {
        if (child.exitCode !== null) throw new Error(`the gate ended: ${written}`)
        const seen = await askStatus(runtimeDirectory)
        return seen && isReady(seen, waitForFace) ? seen : undefined
      },
      START_LIMIT_MS,
    )
  } catch (error) {
    await stop()
    throw error
  }
  const cliWith = (input: string, ...args: readonly string[]) => runProgram([...args, '--config', configFile], input)
  return {
    ...{ configFile, runtimeDirectory, folder: folder.folder, child, status, stop, cliWith },
    log: () => written,
    cli: (...args) => cliWith('', ...args),
    ask: async (command, args = {}, onTell) => {
      const asked = await askGate(runtimeDirectory, command, args, onTell)
      if (!asked.ok) throw new Error(`${command}: ${asked.code}`)
      return asked.value
    },
    play: (device, order) => playDevice(runtimeDirectory, device, order),
  }
}
