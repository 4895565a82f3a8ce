// From the press of the exit button to the relay, while main is well, stopped, killed, started again and again, and while another
// program holds the store's write lock. Called by bench.ts.
//
// Measured from outside, on the one monotonic clock of the machine: from just before the press is sent to the simulated button to the
// instant that the door writes to relay-log. Each press waits until the pulse before it is over; the same door process lives through
// all of it, whoever dies beside it.

import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import koffi from 'koffi'
import { systemClock } from '../../config/words.ts'
import { playDevice } from '../../drivers/simulation.ts'
import type { Measurement } from './figures.ts'
import { type GateRun, openRelayLog, startGate, waitFor } from './gate-run.ts'
import type { Lab } from './lab.ts'
import { rankOf } from './ranks.ts'

const DOOR_LIMIT_MS = 30_000
const MOVE_LIMIT_MS = 5000
/** So that presses do not march in step with the door's own looks. */
const JITTER_MS = 120
/** A main that is started again lives no longer than this; its first 400 ms it only loads. */
const LIFE_LEAST_MS = 200
const LIFE_STEP_MS = 300
const LIVES = 5

/** SQLite's write lock on a store with a write-ahead log: this byte of its -shm file (sqlite.org/walformat.html, WAL_WRITE_LOCK). */
const WRITE_LOCK_BYTE = 120
const SET_LOCK = 6
const WRITE_LOCK = 1
/** struct flock of 64-bit Linux: type, whence, start, length, pid. */
const flock = { size: 32, type: 0, start: 8, length: 16 }

type Place = { readonly lab: Lab; gate: GateRun; turn: number }

const pressOnce = async (place: Place): Promise<number> => {
  const { gate, lab } = place
  // Main may be dead: the door is not asked after it.
  const door = { ...gate, mustRun: () => undefined }
  const read = openRelayLog(gate)
  const pressedAt = systemClock.monotonic()
  await playDevice(lab.runtimeDirectory, 'door', { button: true })
  const opened = await waitFor(door, 'the relay on', MOVE_LIMIT_MS, async () => read(pressedAt).find(({ on }) => on))
  await playDevice(lab.runtimeDirectory, 'door', { button: false })
  await waitFor(door, 'the relay at rest', MOVE_LIMIT_MS, async () => read(opened.at).find(({ on }) => !on))
  await pause((place.turn++ * 17) % JITTER_MS)
  return opened.at - pressedAt
}

const mainPid = (gate: GateRun): number => {
  const pid = gate.processes().find(({ name }) => name === 'main')?.pid
  if (pid === undefined) throw new Error('the gate has no main')
  return pid
}

/** Undefined: no door lives, or none that has ended in order. */
const readDoorPid = ({ runtimeDirectory }: Lab): number | undefined => {
  const file = join(runtimeDirectory, 'door.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
}

/** Gives how to let it go. */
const lockStore = async ({ lab, gate }: Place): Promise<() => void> => {
  const fcntl = koffi.load(null).func('int fcntl(int fd, int command, void *lock)')
  const lock = Buffer.alloc(flock.size)
  lock.writeInt16LE(WRITE_LOCK, flock.type)
  lock.writeBigInt64LE(BigInt(WRITE_LOCK_BYTE), flock.start)
  lock.writeBigInt64LE(1n, flock.length)
  const shared = join(lab.storeDirectory, 'gate.db-shm')
  const file = await waitFor(gate, 'the store', DOOR_LIMIT_MS, async () => {
    try {
      return openSync(shared, 'r+')
    } catch {
      return undefined // main has not opened it yet
    }
  })
  await waitFor(gate, 'the lock', DOOR_LIMIT_MS, async () => (fcntl(file, SET_LOCK, lock) === 0 ? true : undefined))
  return () => closeSync(file)
}

/** Main is killed and started again for as long as somebody presses. */
const restartMain = (place: Place): { readonly stop: () => Promise<number> } => {
  let going = true
  const restarting = (async () => {
    let times = 0
    for (; going; times++) {
      place.gate = startGate(place.lab.doorGate, place.lab.runtimeDirectory)
      await pause(LIFE_LEAST_MS + (times % LIVES) * LIFE_STEP_MS)
      process.kill(mainPid(place.gate), 'SIGKILL')
    }
    return times
  })()
  return {
    stop: () => {
      going = false
      return restarting
    },
  }
}

type Condition = { readonly name: string; readonly presses: readonly number[] }

const pressAll = async (place: Place, presses: number, say: (line: string) => void): Promise<readonly Condition[]> => {
  const conditions: Condition[] = []
  const during = async (name: string) => {
    const took: number[] = []
    while (took.length < presses) took.push(await pressOnce(place))
    conditions.push({ name, presses: took })
    say(`exit button, main ${name}: p50 ${rankOf(took, 0.5).toFixed(2)} ms, worst ${Math.max(...took).toFixed(2)} ms`)
  }
  await during('well')
  const unlock = await lockStore(place)
  await during('store_locked').finally(unlock)
  const pid = mainPid(place.gate)
  process.kill(pid, 'SIGSTOP')
  await during('stopped').finally(() => process.kill(pid, 'SIGCONT'))
  process.kill(pid, 'SIGKILL')
  await during('killed')
  const restarting = restartMain(place)
  await during('restarting').finally(restarting.stop)
  return conditions
}

/** The percentiles are those of all presses while something was wrong with main. */
const summarize = (conditions: readonly Condition[]): Measurement => {
  const troubled = conditions.slice(1).flatMap((one) => one.presses)
  const of = Object.fromEntries(
    conditions.map(({ name, presses }) => [name, { p50: rankOf(presses, 0.5), p99: rankOf(presses, 0.99) }]),
  )
  const [p50, p99] = [rankOf(troubled, 0.5), rankOf(troubled, 0.99)]
  return { p50, p99, worst: Math.max(...troubled), presses: troubled.length, of }
}

export type ExitOptions = {
  readonly lab: Lab
  /** In each condition. */
  readonly presses: number
  readonly say: (line: string) => void
}

export const measureExits = async ({ lab, presses, say }: ExitOptions): Promise<Measurement> => {
  const place: Place = { lab, gate: startGate(lab.doorGate, lab.runtimeDirectory), turn: 0 }
  try {
    await waitFor(place.gate, 'the door', DOOR_LIMIT_MS, () =>
      playDevice(lab.runtimeDirectory, 'door', { state: true }).catch(() => undefined),
    )
    const doorPid = readDoorPid(lab)
    const conditions = await pressAll(place, presses, say)
    if (readDoorPid(lab) !== doorPid) throw new Error('the door did not live through it')
    return summarize(conditions)
  } finally {
    await place.gate.stop()
    // It outlived main.
    const doorPid = readDoorPid(lab)
    if (doorPid !== undefined) process.kill(doorPid, 'SIGTERM')
  }
}
