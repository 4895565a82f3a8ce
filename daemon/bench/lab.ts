// The folder in which the bench plays: two gates' configurations over one store, keys, a runtime folder, a little film of a face.
// On the checkout's own disk, because a figure of a disk in memory would be none. Removed at the end. Called by bench.ts.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPack } from '../../models/packs.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const FILM_LIMIT_MS = 20_000
/** The shortest pulse that a door takes: each tap waits for it to end. */
export const PULSE_MS = 300

export type Lab = {
  readonly storeDirectory: string
  readonly runtimeDirectory: string
  readonly modelsDirectory: string
  /** With cameras on the side where nobody taps, which do not yield to a tap. */
  readonly tapGate: string
  /** One of everything, its camera a real ffmpeg where there is one. */
  readonly usualGate: string
  /** Before its camera is nobody, ever. */
  readonly laneGate: string
  /** A door, and no more than a gate must have. */
  readonly doorGate: string
  /** Light and sound at the entry. */
  readonly signalGate: string
  /** Somebody to hold before a simulated camera. */
  readonly picture: string | undefined
  readonly hasFfmpeg: boolean
  readonly remove: () => void
}

/** Where the recommended pack is: installed, else beside the checkout. Neither: the builtin pack is used. */
export const findModels = async (): Promise<string> => {
  const installed = join(root, '.cache/models')
  for (const folder of [installed, join(root, '../shared/models')])
    if ((await findPack('recommended', folder)).ok) return folder
  return installed
}

/** face-api's first demo picture: three faces. A development dependency, absent in an installation. */
const findPicture = (): string | undefined => {
  try {
    const entry = createRequire(import.meta.url).resolve('@vladmandic/face-api/dist/face-api.node-wasm.js')
    const picture = join(dirname(entry), '../demo/sample1.jpg')
    return existsSync(picture) ? picture : undefined
  } catch {
    return undefined // not installed
  }
}

/** The part of the picture where one face stands near enough for the camera's zone, with a sensor's noise: what repeats to the bit is
 * a frozen camera. */
const CROP = 'crop=640:480:165:240,noise=alls=3:allf=t'

/** Two seconds of it, as a camera that sends JPEG would send it; without a picture, ffmpeg's test card. */
const makeCamera = (folder: string, picture: string | undefined): object => {
  const film = join(folder, 'film.avi')
  const said = ['-nostdin', '-loglevel', 'quiet']
  const drawn =
    picture !== undefined &&
    spawnSync(
      'ffmpeg',
      [...said, '-loop', '1', '-i', picture, '-vf', CROP, '-t', '2', '-r', '10', '-c:v', 'mjpeg', '-q:v', '3', film],
      {
        timeout: FILM_LIMIT_MS,
        stdio: 'ignore',
      },
    ).status === 0
  return drawn ? { input: film, loop: true } : { input: 'testsrc=size=640x480:rate=10', format: 'lavfi' }
}

/** Ten seconds of a lane in which nothing happens: blurred shapes, and in each picture the noise of a sensor. */
const makeLane = (folder: string): object => {
  const film = join(folder, 'lane.avi')
  const scene =
    'testsrc2=size=640x480:rate=10,trim=end_frame=1,loop=loop=99:size=1,gblur=sigma=3,noise=alls=6:allf=t,format=yuvj422p'
  const made = ['-f', 'lavfi', '-i', scene, '-r', '10', '-c:v', 'mjpeg', '-q:v', '3', film]
  spawnSync('ffmpeg', ['-nostdin', '-loglevel', 'quiet', ...made], { timeout: FILM_LIMIT_MS, stdio: 'ignore' })
  return { driver: 'ffmpeg', input: film, loop: true }
}

const hasFfmpeg = (): boolean =>
  spawnSync('ffmpeg', ['-version'], { timeout: FILM_LIMIT_MS, stdio: 'ignore' }).status === 0

export const busyCameras = ['exit-camera-1', 'exit-camera-2', 'exit-camera-3', 'exit-camera-4'] as const
const BUSY_FRAMES_PER_SECOND = 30

const card = (side: string) => [{ id: `${side}-card`, driver: 'simulated' }]
const keypad = [{ id: 'entry-keypad', driver: 'simulated' }]
const signal = { driver: 'simulated' }

export const openLab = async (): Promise<Lab> => {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache/bench-'))
  const runtimeDirectory = mkdtempSync(join(tmpdir(), 'eg-bench-'))
  const storeDirectory = join(folder, 'store')
  const modelsDirectory = await findModels()
  const picture = findPicture()
  const common = {
    gate: 'bench',
    language: 'en',
    timeZone: 'Asia/Shanghai',
    operator: { name: 'bench', contact: 'bench', maintainer: 'bench' },
    store: { directory: storeDirectory, keysDirectory: join(folder, 'keys') },
    runtime: { directory: runtimeDirectory },
    clock: { trust: 'always' },
    door: { driver: 'simulated', pulseMs: PULSE_MS, exitButton: true, contact: true, fire: true },
    face: { pack: 'auto', modelsDirectory },
  }
  const write = (name: string, sides: object): string => {
    const file = join(folder, name)
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ ...common, sides }))
    return file
  }
  const cameras = busyCameras.map((id) => ({ id, driver: 'folder', framesPerSecond: BUSY_FRAMES_PER_SECOND }))
  const there = hasFfmpeg()
  const camera = there ? { driver: 'ffmpeg', ...makeCamera(folder, picture) } : { driver: 'folder' }
  return {
    ...{ storeDirectory, runtimeDirectory, modelsDirectory, picture, hasFfmpeg: there },
    tapGate: write('taps.yaml', {
      entry: { card: card('entry'), keypad },
      exit: { card: card('exit'), face: cameras },
    }),
    usualGate: write('usual.yaml', {
      entry: { card: card('entry'), keypad, face: [{ id: 'entry-camera', ...camera }], signal },
      exit: { card: card('exit') },
    }),
    laneGate: write('lane.yaml', {
      entry: { card: card('entry'), keypad },
      // Where the store was filled for a camera: elsewhere the consents of its faces would be stale, and nobody be looked for.
      exit: { card: card('exit'), face: [{ id: 'exit-camera', ...(there ? makeLane(folder) : camera) }] },
    }),
    doorGate: write('door.yaml', { entry: { card: card('entry'), keypad } }),
    signalGate: write('signal.yaml', { entry: { card: card('entry'), keypad, signal } }),
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
      rmSync(runtimeDirectory, { recursive: true, force: true })
    },
  }
}
