// Whether pcscd, the system's card reader service, answers. Asks it over one connection of its own, without the native library: that
// one freezes the loop when it is opened while pcscd is away, and never comes back after pcscd was lost. Called by pcsc.ts.

import { connect, type Socket } from 'node:net'

const RETRY_MS = 250
const ASK_EVERY_MS = 1000
/** pcscd answers in under 1 ms from a thread of its own; a loaded small board is given time. */
const SILENCE_LIMIT_MS = 3000

/** winscard_msg.h: command CMD_VERSION with {major, minor, rv}; the answer has the same body and no header. */
const CMD_VERSION = 0x11
const BODY_BYTES = 12
const VERSION_MAJOR = 4
const FIRST_VERSION_MINOR = 4

export const pcscdSocket = (environment: NodeJS.ProcessEnv): string =>
  environment['PCSCLITE_CSOCK_NAME'] ?? '/run/pcscd/pcscd.comm'

const askVersion = (minor: number): Buffer => {
  const question = Buffer.alloc(8 + BODY_BYTES)
  question.writeUInt32LE(BODY_BYTES, 0)
  question.writeUInt32LE(CMD_VERSION, 4)
  question.writeInt32LE(VERSION_MAJOR, 8)
  question.writeInt32LE(minor, 12)
  return question
}

export type PcscdEvents = {
  /** Once: pcscd has answered. */
  readonly onFound: () => void
  /** Once, after `onFound`: the connection fell or pcscd fell silent. Nothing is watched any more. */
  readonly onLost: () => void
}

export const watchPcscd = (path: string, events: PcscdEvents): { readonly stop: () => void } => {
  let found = false
  let stopped = false
  let current: { readonly close: () => void } | undefined
  let retry: NodeJS.Timeout | undefined

  const attempt = () => {
    current = askRepeatedly(path, {
      onAnswer: () => {
        if (found) return
        found = true
        events.onFound()
      },
      onEnd: () => {
        if (stopped) return
        if (!found) {
          retry = setTimeout(attempt, RETRY_MS)
          return
        }
        stopped = true
        events.onLost()
      },
    })
  }
  attempt()

  return {
    stop: () => {
      stopped = true
      clearTimeout(retry)
      current?.close()
    },
  }
}

/** One connection: asks at once and then every second, ends when pcscd closes it or does not answer in time. */
const askRepeatedly = (path: string, events: { onAnswer: () => void; onEnd: () => void }): { close: () => void } => {
  const socket: Socket = connect(path)
  // pcscd logs a complaint about every question in another version than its own: from the second on it is asked in that.
  let minor = FIRST_VERSION_MINOR
  let pending: Buffer = Buffer.alloc(0)

  const silence = setTimeout(() => socket.destroy(), SILENCE_LIMIT_MS)
  const asking = setInterval(() => socket.write(askVersion(minor)), ASK_EVERY_MS)
  socket.on('connect', () => socket.write(askVersion(minor)))
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk])
    const answered = pending.length - (pending.length % BODY_BYTES)
    if (answered === 0) return
    minor = pending.readInt32LE(answered - BODY_BYTES + 4)
    pending = pending.subarray(answered)
    silence.refresh()
    events.onAnswer()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    clearTimeout(silence)
    clearInterval(asking)
    events.onEnd()
  })
  return { close: () => socket.destroy() }
}
