// From the identifier in the card process to the door's write, with the face process at rest, saturated, and killed every second.
// Called by bench.ts.
//
// Measured from outside, on the one monotonic clock of the machine: a tap is answered with the instant at which the card process has
// the identifier (its reading's `at`), the simulated door writes each move of the relay with its instant to relay-log. While the
// relay is on, another grant only renews it and nothing is written to the line; so each tap waits until the pulse before it (the
// shortest there is, 300 ms) is over, as real visitors do, and meets a gate that has slept meanwhile. Nothing else asks the gate
// anything during a tap. After each, the same moment's price of an append and fsync in the store's folder is taken.
//
// A tap makes the face part yield on its side for 5 s. So that the face process is really busy during the taps, its cameras are on the
// other side: four of 30 pictures a second, three faces before each; `face_cpu` says how much of one core it had. At rest, the
// cameras are unplugged.

import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../config/words.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { type FigureName, type Measured, type Measurement, unmeasured } from './figures.ts'
import { type GateRun, isFaceUp, openRelayLog, readProcessorMs, startGate, tapCard, waitFor } from './gate-run.ts'
import { busyCameras, type Lab, PULSE_MS } from './lab.ts'
import { identifierOf } from './people.ts'
import { medianOf, rankOf } from './ranks.ts'

export type Condition = 'rest' | 'busy' | 'killed'
export const conditions: readonly Condition[] = ['rest', 'busy', 'killed']

const PULSE_END_LIMIT_MS = 3000
const READY_LIMIT_MS = 30_000
/** After the pulse, so that taps do not march in step with the door's and the heartbeat's timers. */
const JITTER_MS = 60
const AFTER_PULSE_MS = 20
const KILL_EVERY_MS = 1000
/** More often than the presence of anybody fades (drivers/face/presence.ts). */
const MOVE_EVERY_MS = 500
/** What one event and its page cost the write-ahead log. */
const APPENDED_BYTES = 4096
const FRAMES_BEGIN_MS = 1000

type Counts = { readonly kills: number; readonly faceCpu: number }
type Run = Counts & { readonly taps: readonly number[]; readonly fsyncs: readonly number[] }
export type Runs = Readonly<Record<Condition, Run[]>>

export type Bench = { readonly lab: Lab; readonly gate: GateRun; readonly residents: number; turn: number }

const facePid = ({ gate }: Bench): number | undefined => gate.processes().find(({ name }) => name === 'face')?.pid

const tapOnce = async (bench: Bench): Promise<number> => {
  const { gate, residents } = bench
  const read = openRelayLog(gate)
  const turn = bench.turn++
  // 7919 is prime: the cards come in no order.
  const tapAt = await tapCard(gate, identifierOf((turn * 7919) % residents))
  if (tapAt === undefined) throw new Error('the card process does not answer')
  await pause(PULSE_MS + AFTER_PULSE_MS)
  const moves = await waitFor(gate, 'the end of a pulse', PULSE_END_LIMIT_MS, async () => {
    const found = read(tapAt)
    return found.some(({ on }) => !on) ? found : undefined
  })
  const opened = moves.find(({ on }) => on)
  if (!opened) throw new Error('a tap did not move the relay')
  await pause((turn * 17) % JITTER_MS)
  return opened.at - tapAt
}

const syncOnce = (file: number): number => {
  const before = systemClock.monotonic()
  writeSync(file, Buffer.alloc(APPENDED_BYTES, 1))
  fsyncSync(file)
  return systemClock.monotonic() - before
}

export const tapMany = async (bench: Bench, taps: number): Promise<Pick<Run, 'taps' | 'fsyncs'>> => {
  const file = openSync(join(bench.lab.storeDirectory, 'fsync-probe'), 'a')
  const run = { taps: [] as number[], fsyncs: [] as number[] }
  try {
    for (let n = 0; n < taps; n++) {
      run.taps.push(await tapOnce(bench))
      run.fsyncs.push(syncOnce(file))
    }
  } finally {
    closeSync(file)
  }
  return run
}

const orderCameras = (bench: Bench, order: object) =>
  Promise.all(busyCameras.map((id) => playDevice(bench.lab.runtimeDirectory, id, order)))

/** The face process as the condition wants it, before the first tap. */
export const prepare = async (bench: Bench, condition: Condition): Promise<void> => {
  const { gate, lab } = bench
  await waitFor(gate, 'the face process', READY_LIMIT_MS, async () => facePid(bench))
  await waitFor(gate, 'the cameras', READY_LIMIT_MS, () =>
    orderCameras(bench, { unplug: false }).catch(() => undefined),
  )
  await waitFor(gate, 'the face model', READY_LIMIT_MS, async () => ((await isFaceUp(gate)) ? true : undefined))
  if (condition === 'busy' && lab.picture) await orderCameras(bench, { hold: lab.picture })
  else await orderCameras(bench, { unplug: true })
  await pause(FRAMES_BEGIN_MS)
}

/** Something moves before every camera, or no face would be looked for: a picture that steps to and fro. */
const moveFaces = (bench: Bench, picture: string): { readonly stop: () => void } => {
  let turn = 0
  const timer = setInterval(() => {
    turn++
    const view = { scale: 2, shift: { x: turn % 2 === 0 ? 0.1 : -0.1 } }
    orderCameras(bench, { hold: picture, view }).catch(() => undefined) // the next turn tries again
  }, MOVE_EVERY_MS)
  return { stop: () => clearInterval(timer) }
}

/** Kills the face process at each turn of the second at which there is one; the supervisor starts it again with its back-off. */
const killFaces = (bench: Bench): { readonly stop: () => number } => {
  let kills = 0
  const timer = setInterval(() => {
    const pid = facePid(bench)
    if (pid === undefined) return
    process.kill(pid, 'SIGKILL')
    kills++
  }, KILL_EVERY_MS)
  return {
    stop: () => {
      clearInterval(timer)
      return kills
    },
  }
}

const runOnce = async (bench: Bench, condition: Condition, taps: number): Promise<Run> => {
  await prepare(bench, condition)
  const pid = facePid(bench)
  const usedBefore = pid === undefined ? undefined : readProcessorMs(pid)
  const startedAt = systemClock.monotonic()
  const killing = condition === 'killed' ? killFaces(bench) : undefined
  const moving = condition === 'busy' && bench.lab.picture ? moveFaces(bench, bench.lab.picture) : undefined
  const run = await tapMany(bench, taps).finally(() => {
    killing?.stop()
    moving?.stop()
  })
  const tookMs = systemClock.monotonic() - startedAt
  const usedMs = pid === undefined ? undefined : readProcessorMs(pid)
  const faceCpu = usedMs === undefined || usedBefore === undefined ? 0 : (usedMs - usedBefore) / tookMs
  return { ...run, faceCpu, kills: killing?.stop() ?? 0 }
}

export type TapOptions = {
  readonly lab: Lab
  readonly residents: number
  readonly runs: number
  /** In each run of each condition. */
  readonly taps: number
  readonly wanted: ReadonlySet<Condition>
  readonly say: (line: string) => void
}

const WARM_UP_TAPS = 10

/** Interleaved: every condition once, then all again. */
const runAll = async (bench: Bench, { runs, taps, wanted, say }: TapOptions): Promise<Runs> => {
  const results: Runs = { rest: [], busy: [], killed: [] }
  await prepare(bench, 'rest')
  await tapMany(bench, Math.min(taps, WARM_UP_TAPS))
  for (let n = 0; n < runs; n++) {
    for (const condition of conditions.filter((one) => wanted.has(one))) {
      const run = await runOnce(bench, condition, taps)
      results[condition].push(run)
      say(
        `face ${condition}, run ${n + 1} of ${runs}: p50 ${rankOf(run.taps, 0.5).toFixed(2)} ms, p99 ${rankOf(run.taps, 0.99).toFixed(2)} ms`,
      )
    }
  }
  return results
}

export const measureTaps = async (options: TapOptions): Promise<Runs> => {
  const gate = startGate(options.lab.tapGate, options.lab.runtimeDirectory)
  try {
    return await runAll({ lab: options.lab, gate, residents: options.residents, turn: 0 }, options)
  } finally {
    await gate.stop()
  }
}

/** Each percentile is the median of the runs' own; `worst` is the worst of all taps. */
const summarize = (runs: readonly Run[]): Measured & { readonly p99: number } => {
  const over = (values: (run: Run) => readonly number[], share: number) =>
    medianOf(runs.map((run) => rankOf(values(run), share)))
  const taps = ({ taps }: Run) => taps
  const fsyncs = ({ fsyncs }: Run) => fsyncs
  return {
    p50: over(taps, 0.5),
    p99: over(taps, 0.99),
    worst: Math.max(...runs.flatMap(taps)),
    fsync_p50: over(fsyncs, 0.5),
    fsync_p99: over(fsyncs, 0.99),
    taps: runs.flatMap(taps).length,
  }
}

export type TapFigureName = Extract<FigureName, `reading_to_relay${string}`>

export const tapFigures = (runs: Runs, hasPicture: boolean): Readonly<Record<TapFigureName, Measurement>> => {
  const rest = summarize(runs.rest)
  const beside = (worse: readonly Run[], more: Measured): Measured => {
    const summary = summarize(worse)
    return { ...summary, p99_worse_by: summary.p99 - rest.p99, ...more }
  }
  return {
    reading_to_relay_ms: rest,
    reading_to_relay_face_busy_ms: hasPicture
      ? beside(runs.busy, { face_cpu: medianOf(runs.busy.map(({ faceCpu }) => faceCpu)) })
      : unmeasured('nobody to hold before the cameras: @vladmandic/face-api is not installed'),
    reading_to_relay_face_killed_ms: beside(runs.killed, {
      kills: runs.killed.reduce((sum, { kills }) => sum + kills, 0),
    }),
  }
}
