// A camera behind a child process: ffmpeg decodes a V4L2 device, a file or a stream into raw RGB on a pipe. Owns that child: starts
// it, watches that frames come, ends it, starts it again. Must never log what ffmpeg says (its text quotes addresses with passwords)
// and never pass an input through a shell. Created by the face part.

import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../../config/words.ts'
import type { Camera, CameraState, FrameShape, OnFrame } from './contract.ts'
import { createFrameRing, type FrameRing } from './frame-ring.ts'
import { findPlug } from './plug.ts'

/** A camera that gave frames and gives none for so long is down. */
const SILENCE_LIMIT_MS = 2500
/** A stream may begin between two key frames, and a camera needs a while to wake. */
const FIRST_FRAME_LIMIT_MS = 10_000
const WATCH_MS = 250
/** ffmpeg that waits for its input ignores SIGTERM. */
const TERMINATE_LIMIT_MS = 500
const LEAST_PAUSE_MS = 250
/** A camera that is back must be seen to be within 3 s, and an attempt takes up to half a second. */
const MOST_PAUSE_MS = 2000
/** After so long up, the next failure counts as the first. */
const SETTLED_MS = 10_000
const STREAM_TIMEOUT_MICROSECONDS = 5_000_000

export type FfmpegSettings = FrameShape & {
  /** Device, file, or address; never seen by a shell. */
  readonly input: string
  /** ffmpeg's name of the input's format: `v4l2`, `lavfi` … */
  readonly format?: string
  /** A file begins again when it ends. */
  readonly loop?: boolean
}

const inputArguments = ({ input, format, loop, width, height, framesPerSecond }: FfmpegSettings): string[] => {
  if (format === 'v4l2') return ['-framerate', String(framesPerSecond), '-video_size', `${width}x${height}`]
  if (input.startsWith('rtsp:')) {
    return ['-fflags', 'nobuffer', '-rtsp_transport', 'tcp', '-timeout', String(STREAM_TIMEOUT_MICROSECONDS)]
  }
  if (/^https?:/.test(input)) return ['-fflags', 'nobuffer', '-rw_timeout', String(STREAM_TIMEOUT_MICROSECONDS)]
  return ['-re', ...(loop ? ['-stream_loop', '-1'] : [])]
}

/** The picture is filled and cropped to the frame's size, so that a face keeps its proportions whatever the input is. */
export const ffmpegArguments = (settings: FfmpegSettings): string[] => {
  const { input, format, width, height, framesPerSecond } = settings
  const fit = `scale=${width}:${height}:force_original_aspect_ratio=increase,crop=${width}:${height}`
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'quiet', '-threads', '1'],
    ...inputArguments(settings),
    ...(format === undefined ? [] : ['-f', format]),
    ...['-i', input, '-an', '-sn', '-dn', '-vf', `fps=${framesPerSecond},${fit}`],
    ...['-pix_fmt', 'rgb24', '-flush_packets', '1', '-f', 'rawvideo', 'pipe:1'],
  ]
}

const down = (because: string): CameraState => Object.freeze({ state: 'down', because })

type RunPlan = {
  readonly command: string
  readonly settings: FfmpegSettings
  readonly clock: Clock
  readonly ring: FrameRing
  /** What was found where the input is; another or none there is the cable. */
  readonly plug: string
  /** At every frame. */
  readonly onFrames: () => void
  /** Once, with a code, when the child is gone. */
  readonly onEnd: (because: string) => void
}

const startRun = ({ command, settings, clock, ring, plug, onFrames, onEnd }: RunPlan): { readonly end: () => void } => {
  const { PATH } = process.env
  const child: ChildProcess = spawn(command, ffmpegArguments(settings), {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: PATH === undefined ? {} : { PATH },
  })
  let because = 'camera_absent'
  let gone = false
  let lastAt = clock.monotonic()
  let limitMs = FIRST_FRAME_LIMIT_MS
  let killing: NodeJS.Timeout | undefined

  const end = (): void => {
    clearInterval(watch)
    if (gone || killing !== undefined) return
    child.kill('SIGTERM')
    killing = setTimeout(() => child.kill('SIGKILL'), TERMINATE_LIMIT_MS)
  }
  const watch = setInterval(() => {
    const here = findPlug(settings) === plug
    if (here && clock.monotonic() - lastAt < limitMs) return
    because = here ? 'camera_silent' : 'camera_absent'
    end()
  }, WATCH_MS)
  const close = (): void => {
    if (gone) return
    gone = true
    clearInterval(watch)
    clearTimeout(killing)
    ring.cut()
    onEnd(because)
  }
  child.stdout?.on('data', (bytes: Buffer) => {
    const frames = ring.fill(bytes)
    bytes.fill(0)
    if (frames === 0) return
    lastAt = clock.monotonic()
    limitMs = SILENCE_LIMIT_MS
    if (killing === undefined) onFrames()
  })
  child.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') because = 'ffmpeg_missing'
    if (child.pid === undefined) close()
  })
  child.once('close', close)
  return { end }
}

/** `command`: the program that gives the frames; a test puts a misbehaving one there. */
export const createFfmpegCamera = (settings: FfmpegSettings, clock: Clock, command = 'ffmpeg'): Camera => {
  let state = down('camera_starting')
  let run: { readonly end: () => void } | undefined
  let ring: FrameRing | undefined
  let pause: NodeJS.Timeout | undefined
  let pauseMs = LEAST_PAUSE_MS
  let upSince = clock.monotonic()
  let onStopped: (() => void) | undefined
  let stopping = false

  const takeUp = (): void => {
    if (state.state === 'up') return
    state = Object.freeze({ state: 'up' })
    upSince = clock.monotonic()
  }
  const takeEnd = (because: string): void => {
    if (state.state === 'up' && clock.monotonic() - upSince > SETTLED_MS) pauseMs = LEAST_PAUSE_MS
    state = down(because)
    run = undefined
    if (stopping) {
      onStopped?.()
      return
    }
    pause = setTimeout(launch, pauseMs)
    pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS)
  }
  const launch = (): void => {
    const plug = findPlug(settings)
    if (!ring) return
    if (plug !== undefined) run = startRun({ command, settings, clock, ring, plug, onFrames: takeUp, onEnd: takeEnd })
    else {
      state = down('camera_absent')
      // What is plugged in then is new: its first attempt is soon.
      pauseMs = LEAST_PAUSE_MS
      pause = setTimeout(launch, WATCH_MS)
    }
  }

  return {
    start: (onFrame: OnFrame) => {
      ring = createFrameRing(settings, clock, onFrame)
      launch()
    },
    stop: () => {
      stopping = true
      clearTimeout(pause)
      ring?.close()
      state = down('camera_stopped')
      if (run === undefined) return Promise.resolve()
      const stopped = new Promise<void>((resolve) => {
        onStopped = resolve
      })
      run.end()
      return stopped
    },
    state: () => state,
  }
}
