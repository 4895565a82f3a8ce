// How long a gate takes from nothing to its first opening by card, and to a face part that looks; and what memory it then holds.
// The usual gate: two card readers, keypad, camera, door, with the residents of the bench. Called by bench.ts.
//
// Start to card: from the spawn of `evengate run` to the relay's move, somebody tapping every few milliseconds from the first one.
// Start to face: to the first moment at which the gate's own status shows the camera's eyes open; asked after the first card.
// Memory: what memory.ts weighs at the heaviest of several moments, after taps, a code and some seconds of pictures with faces.

import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../config/words.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { findPack } from '../../models/packs.ts'
import { type FigureName, type Measurement, unmeasured } from './figures.ts'
import { type GateRun, isFaceUp, openRelayLog, startGate, tapCard, waitFor } from './gate-run.ts'
import { type Lab, PULSE_MS } from './lab.ts'
import { type Weight, weighProcesses } from './memory.ts'
import { identifierOf, pin } from './people.ts'
import { medianOf } from './ranks.ts'

const START_LIMIT_MS = 60_000
/** A tap makes the face part yield for 5 s; the rest of the time it looks at faces. */
const SETTLE_MS = 6000
/** Frames pile up until the collector comes by, every few seconds: the heaviest of these moments counts. */
const WEIGHINGS = 10
const WEIGH_EVERY_MS = 1000
const SETTLING_TAPS = 5

type Start = { readonly cardMs: number; readonly faceMs: number; readonly weight?: Weight }
export type StartFigureName = Extract<FigureName, 'start_to_card_ms' | 'start_to_face_ms' | 'pss_mb'>

const waitForCard = async (gate: GateRun): Promise<number> => {
  const read = openRelayLog(gate)
  const opened = await waitFor(gate, 'the first opening', START_LIMIT_MS, async () => {
    await tapCard(gate, identifierOf(0))
    return read(gate.spawnedAt).find(({ on }) => on)
  })
  return opened.at - gate.spawnedAt
}

const waitForFace = async (gate: GateRun): Promise<number> => {
  await waitFor(gate, 'the face part', START_LIMIT_MS, async () => ((await isFaceUp(gate)) ? true : undefined))
  return systemClock.monotonic() - gate.spawnedAt
}

const useGate = async (gate: GateRun): Promise<void> => {
  for (let n = 0; n < SETTLING_TAPS; n++) {
    await tapCard(gate, identifierOf(n))
    await pause(PULSE_MS)
  }
  await playDevice(gate.runtimeDirectory, 'entry-keypad', { keys: `${pin.number}*${pin.code}#` })
  await pause(SETTLE_MS)
}

const weighHeaviest = async (gate: GateRun): Promise<Weight> => {
  let heaviest = weighProcesses(gate.processes())
  for (let n = 1; n < WEIGHINGS; n++) {
    await pause(WEIGH_EVERY_MS)
    const weight = weighProcesses(gate.processes())
    if (weight.value > heaviest.value) heaviest = weight
  }
  return heaviest
}

const startOnce = async (lab: Lab, weighs: boolean): Promise<Start> => {
  const gate = startGate(lab.usualGate, lab.runtimeDirectory)
  try {
    const cardMs = await waitForCard(gate)
    const faceMs = await waitForFace(gate)
    if (!weighs) return { cardMs, faceMs }
    await useGate(gate)
    return { cardMs, faceMs, weight: await weighHeaviest(gate) }
  } finally {
    await gate.stop()
  }
}

const weightFigure = async (lab: Lab, starts: readonly Start[]): Promise<Measurement> => {
  if (!lab.hasFfmpeg) return unmeasured('ffmpeg is not installed')
  const found = await findPack('recommended', lab.modelsDirectory)
  if (!found.ok) return unmeasured(`recommended pack: ${found.code} ${found.detail ?? ''}`.trim())
  const weights = starts.flatMap(({ weight }) => (weight ? [weight] : []))
  const over = (choose: (weight: Weight) => number) => medianOf(weights.map(choose))
  const names = Object.keys(weights[0]?.of ?? {})
  const of = Object.fromEntries(names.map((name) => [name, over((weight) => weight.of[name] ?? 0)]))
  return { value: over(({ value }) => value), counted: over(({ counted }) => counted), of }
}

export type StartOptions = {
  readonly lab: Lab
  readonly runs: number
  readonly weighs: boolean
  readonly say: (line: string) => void
}

export const measureStarts = async (options: StartOptions): Promise<Readonly<Record<StartFigureName, Measurement>>> => {
  const { lab, runs, weighs, say } = options
  // The first fills the compile cache and is not counted.
  await startOnce(lab, false)
  const starts: Start[] = []
  for (let n = 0; n < runs; n++) {
    const start = await startOnce(lab, weighs)
    starts.push(start)
    say(`start ${n + 1} of ${runs}: card ${start.cardMs.toFixed(0)} ms, face ${start.faceMs.toFixed(0)} ms`)
  }
  const spread = (values: readonly number[]) => ({
    value: medianOf(values),
    min: Math.min(...values),
    worst: Math.max(...values),
  })
  return {
    start_to_card_ms: spread(starts.map(({ cardMs }) => cardMs)),
    start_to_face_ms: spread(starts.map(({ faceMs }) => faceMs)),
    pss_mb: weighs ? await weightFigure(lab, starts) : unmeasured('not asked for'),
  }
}
