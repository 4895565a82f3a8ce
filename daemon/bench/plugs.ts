// How soon a part that is pulled out is found gone, and one that is plugged in again is back: a keypad on a pseudo-terminal, a camera
// behind a real ffmpeg, a card reader behind a real pcscd that dies. Called by bench.ts.
//
// Measured from outside, as `status` tells it: from just before the device goes (or stands there again) to the first status that says
// so. What a machine has no program for is left out, and said to be.

import { spawnSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { systemClock } from '../../config/words.ts'
import { type Measurement, unmeasured } from './figures.ts'
import { type GateRun, readDevices, startGate, waitFor } from './gate-run.ts'
import type { Lab } from './lab.ts'
import { openReaderService, openSerialLine, type Plug } from './plug-parts.ts'

const START_LIMIT_MS = 30_000
const FILM_LIMIT_MS = 20_000
const MOVE_LIMIT_MS = 15_000

type Part = 'card' | 'keypad' | 'face'
type Turns = { readonly gone: readonly number[]; readonly back: readonly number[] }

/** A film stands for the camera: a cable that is out is a path that leads nowhere. */
const openCamera = ({ runtimeDirectory, hasFfmpeg }: Lab): Plug | undefined => {
  const film = join(runtimeDirectory, 'plugged.avi')
  const away = `${film}.away`
  const drawn = ['-f', 'lavfi', '-i', 'testsrc=size=640x480:rate=10', '-t', '2', '-c:v', 'mjpeg', film]
  const ends = { stdio: 'ignore', timeout: FILM_LIMIT_MS } as const
  if (!hasFfmpeg || spawnSync('ffmpeg', ['-nostdin', '-loglevel', 'quiet', ...drawn], ends).status !== 0)
    return undefined
  return {
    settings: { driver: 'ffmpeg', input: film, loop: true },
    env: {},
    pull: async () => renameSync(film, away),
    plugIn: async () => renameSync(away, film),
    close: async () => undefined,
  }
}

const openPlugs = async (lab: Lab): Promise<ReadonlyMap<Part, Plug>> => {
  const opened: readonly (readonly [Part, Plug | undefined])[] = [
    ['card', await openReaderService(lab.runtimeDirectory)],
    ['keypad', await openSerialLine(lab.runtimeDirectory)],
    ['face', openCamera(lab)],
  ]
  return new Map(opened.flatMap(([part, plug]) => (plug ? [[part, plug] as const] : [])))
}

const idOf = (part: Part): string => `plugged-${part}`

/** The lab's smallest gate with these parts at its entry. */
const writeGate = (lab: Lab, plugs: ReadonlyMap<Part, Plug>): string => {
  const file = join(dirname(lab.doorGate), 'plugs.yaml')
  const gate = JSON.parse(readFileSync(lab.doorGate, 'utf8')) as { readonly sides: { readonly entry: object } }
  const plugged = [...plugs].map(([part, { settings }]) => [part, [{ id: idOf(part), ...settings }]] as const)
  writeFileSync(
    file,
    JSON.stringify({ ...gate, sides: { entry: { ...gate.sides.entry, ...Object.fromEntries(plugged) } } }),
  )
  return file
}

const awaitState = async (gate: GateRun, part: Part, state: 'up' | 'down', limitMs: number): Promise<void> => {
  await waitFor(gate, `${part} ${state}`, limitMs, async () =>
    (await readDevices(gate)).some((one) => one.device === idOf(part) && one.state === state) ? true : undefined,
  )
}

/** How long after the move `status` says so. */
const timeMove = async (
  gate: GateRun,
  part: Part,
  state: 'up' | 'down',
  move: () => Promise<void>,
): Promise<number> => {
  const since = systemClock.monotonic()
  await move()
  await awaitState(gate, part, state, MOVE_LIMIT_MS)
  return systemClock.monotonic() - since
}

const measurePlug = async (gate: GateRun, part: Part, plug: Plug, rounds: number): Promise<Turns> => {
  const [gone, back]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    gone.push(await timeMove(gate, part, 'down', plug.pull))
    back.push(await timeMove(gate, part, 'up', plug.plugIn))
  }
  return { gone, back }
}

const summarize = (turns: ReadonlyMap<Part, Turns>): Measurement => {
  const worst = (which: keyof Turns) => Math.max(...[...turns.values()].flatMap((one) => one[which]))
  const of = [...turns].map(([part, { gone, back }]) => [part, { gone: Math.max(...gone), back: Math.max(...back) }])
  const missing = (['card', 'keypad', 'face'] as const).filter((part) => !turns.has(part))
  const left = missing.length === 0 ? {} : { not_measured: missing.join(', ') }
  return { gone: worst('gone'), back: worst('back'), of: Object.fromEntries(of), ...left }
}

export type PlugOptions = { readonly lab: Lab; readonly rounds: number; readonly say: (line: string) => void }

export const measurePlugs = async ({ lab, rounds, say }: PlugOptions): Promise<Measurement> => {
  const plugs = await openPlugs(lab)
  if (plugs.size === 0) return unmeasured('needs socat, ffmpeg, or pcscd with vpcd as root')
  const configFile = writeGate(lab, plugs)
  const env = Object.assign({}, ...[...plugs.values()].map((plug) => plug.env))
  const gate = startGate(configFile, lab.runtimeDirectory, env)
  try {
    const turns = new Map<Part, Turns>()
    for (const part of plugs.keys()) await awaitState(gate, part, 'up', START_LIMIT_MS)
    for (const [part, plug] of plugs) {
      say(`pulling out and plugging in: ${part}`)
      turns.set(part, await measurePlug(gate, part, plug, rounds))
    }
    return summarize(turns)
  } finally {
    await gate.stop()
    for (const plug of plugs.values()) await plug.close()
    rmSync(configFile, { force: true })
  }
}
