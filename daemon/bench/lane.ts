// What an empty lane costs: the processor time of the face process and its camera's ffmpeg while nobody is there. Called by bench.ts.
//
// The camera is a real ffmpeg that decodes ten pictures a second of a still scene as MJPEG, each with a sensor's noise of its own, as a
// camera sends it; the gate is whole, and faces are enrolled, so that it looks. Processor time as the kernel counts it, over some
// seconds in which nobody comes, tells of one core.

import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../config/words.ts'
import { type Measurement, unmeasured } from './figures.ts'
import { type GateRun, isFaceUp, readProcessorMs, startGate, waitFor } from './gate-run.ts'
import type { Lab } from './lab.ts'
import { medianOf } from './ranks.ts'
import { listEnrolled, waitForFaces } from './withdrawals.ts'

const READY_LIMIT_MS = 60_000
/** Models are warm and the code is compiled by then. */
const SETTLE_MS = 6000
const WATCH_MS = 10_000

type Used = Readonly<Record<string, number>>

const usedBy = (gate: GateRun): Used =>
  Object.fromEntries(gate.processes().map(({ name, pid }) => [name, readProcessorMs(pid) ?? 0]))

const watchLane = async (gate: GateRun): Promise<Used> => {
  const before = usedBy(gate)
  const since = systemClock.monotonic()
  await pause(WATCH_MS)
  const tookMs = systemClock.monotonic() - since
  const names = Object.entries(usedBy(gate))
  return Object.fromEntries(names.map(([name, used]) => [name, (100 * (used - (before[name] ?? used))) / tookMs]))
}

export type LaneOptions = { readonly lab: Lab; readonly runs: number; readonly say: (line: string) => void }

export const measureLane = async ({ lab, runs, say }: LaneOptions): Promise<Measurement> => {
  if (!lab.hasFfmpeg) return unmeasured('ffmpeg is not installed')
  const gate = startGate(lab.laneGate, lab.runtimeDirectory)
  try {
    // Without a gallery nobody would be looked for, and nothing measured.
    await waitForFaces(gate, (await listEnrolled(gate)).length, undefined, READY_LIMIT_MS)
    await waitFor(gate, 'the camera', READY_LIMIT_MS, async () => ((await isFaceUp(gate)) ? true : undefined))
    await pause(SETTLE_MS)
    const watched: Used[] = []
    for (let n = 0; n < runs; n++) {
      const used = await watchLane(gate)
      watched.push(used)
      say(
        `an empty lane: face ${(used['face'] ?? 0).toFixed(1)} %, ffmpeg ${(used['ffmpeg'] ?? 0).toFixed(1)} % of a core`,
      )
    }
    const over = (name: string) => medianOf(watched.map((used) => used[name] ?? Number.NaN))
    return { value: over('face') + over('ffmpeg'), face: over('face'), ffmpeg: over('ffmpeg'), main: over('main') }
  } finally {
    await gate.stop()
  }
}
