// The decoder's thread as its camera sees it: one picture at a time, an answer within a limit, an end when nothing is asked for. A decoder
// that fails or hangs is ended and started anew, a few times; faces never wait for it. Called by eye.ts.

import { Worker } from 'node:worker_threads'
import type { Picture } from '../../models/picture.ts'
import type { GreyPicture } from './decode.ts'
import { lumaAt } from './likeness.ts'

/** A frame of a camera takes 5 to 30 ms; the first waits for the decoder to be compiled. */
const ANSWER_LIMIT_MS = 3000
/** Nobody has held anything before the camera for so long: the thread ends, with all it has seen. */
const IDLE_MS = 10_000
/** A decoder that fails more often is broken. */
const FAILURES_LIMIT = 3

export type PassReader = {
  /** The text of a QR in it; undefined for none. The picture may be overwritten when this returns. */
  readonly read: (picture: Picture) => Promise<string | undefined>
  readonly isBusy: () => boolean
  /** It failed too often. */
  readonly isBroken: () => boolean
  readonly stop: () => Promise<void>
}

const grey = ({ width, height, rgb }: Picture): GreyPicture => {
  const luma = new Uint8Array(width * height)
  for (let n = 0; n < luma.length; n++) luma[n] = lumaAt(rgb, n)
  return { width, height, luma }
}

const decoder = new URL('./decode.ts', import.meta.url)

/** `entry`: the decoder; a test has one that fails. */
export const createPassReader = (entry: URL = decoder): PassReader => {
  let thread: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let busy = false
  let failures = 0

  const end = async (): Promise<void> => {
    clearTimeout(idle)
    const ending = thread
    thread = undefined
    await ending?.terminate()
  }
  const start = (): Worker => {
    const started = new Worker(entry, { execArgv: [], name: 'pass-decoder' })
    // Whoever asks it learns that it failed; between two questions it is enough that the next starts another.
    started.on('error', () => undefined)
    started.once('exit', () => {
      if (thread === started) thread = undefined
    })
    started.unref()
    return started
  }
  const ask = (asked: Worker, picture: GreyPicture): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(limit)
        asked.off('message', hear).off('error', reject).off('exit', lose)
        act()
      }
      const hear = ({ text }: { readonly text?: string }) => settle(() => resolve(text))
      const lose = () => settle(() => reject(new Error('the decoder ended')))
      const limit = setTimeout(() => settle(() => reject(new Error('the decoder hangs'))), ANSWER_LIMIT_MS)
      asked.on('message', hear).once('error', reject).once('exit', lose)
      asked.postMessage(picture, [picture.luma.buffer as ArrayBuffer])
    })

  return {
    isBusy: () => busy,
    isBroken: () => failures >= FAILURES_LIMIT,
    read: async (picture) => {
      if (busy) return undefined
      busy = true
      clearTimeout(idle)
      thread ??= start()
      try {
        const text = await ask(thread, grey(picture))
        failures = 0
        return text
      } catch {
        // What it says of itself could quote the picture: that it failed is all that counts.
        failures++
        await end()
        return undefined
      } finally {
        busy = false
        idle = setTimeout(() => void end(), IDLE_MS).unref()
      }
    },
    stop: end,
  }
}
