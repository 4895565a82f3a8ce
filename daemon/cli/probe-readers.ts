// Which card readers pcscd knows, asked over one connection of our own as pcscd.ts does: the native library freezes a process whose
// pcscd is away. Touches no card. Called by doctor.ts.

import { connect } from 'node:net'

const ANSWER_LIMIT_MS = 3000
/** pcscd writes its whole answer at once; its length differs between versions (180 or 184 bytes a reader). */
const QUIET_MS = 100

// winscard_msg.h and eventhandler.h of pcsc-lite, protocol 4. Commands are {length, command}, then the body.
const CMD_VERSION = 0x11
const CMD_GET_READERS_STATE = 0x12
const VERSION_BYTES = 12
const VERSION = { major: 4, minor: 4 } as const
const READERS = 16
const NAME_BYTES = 128

const request = (command: number, body: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(body.length, 0)
  head.writeUInt32LE(command, 4)
  return Buffer.concat([head, body])
}

const askVersion = (): Buffer => {
  const body = Buffer.alloc(VERSION_BYTES)
  body.writeInt32LE(VERSION.major, 0)
  body.writeInt32LE(VERSION.minor, 4)
  return request(CMD_VERSION, body)
}

const readNames = (states: Buffer): readonly string[] =>
  Array.from({ length: READERS }, (_, n) => (n * states.length) / READERS)
    .map((at) => states.subarray(at, at + NAME_BYTES))
    .map((name) => name.subarray(0, Math.max(0, name.indexOf(0))).toString('utf8'))
    .filter((name) => name !== '')

/** The readers' names; undefined when pcscd does not answer, or in another way than expected. */
export const listReaders = (path: string): Promise<readonly string[] | undefined> =>
  new Promise((resolve) => {
    const socket = connect(path)
    let answer: Buffer = Buffer.alloc(0)
    let asked = false
    let quiet: NodeJS.Timeout | undefined
    const finish = (names: readonly string[] | undefined) => {
      clearTimeout(limit)
      clearTimeout(quiet)
      socket.destroy()
      resolve(names)
    }
    const limit = setTimeout(() => finish(undefined), ANSWER_LIMIT_MS)
    socket.on('connect', () => socket.write(askVersion()))
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      if (!asked && answer.length >= VERSION_BYTES) {
        asked = true
        answer = answer.subarray(VERSION_BYTES)
        socket.write(request(CMD_GET_READERS_STATE))
      }
      if (!asked || answer.length < READERS * NAME_BYTES || answer.length % READERS !== 0) return
      clearTimeout(quiet)
      quiet = setTimeout(() => finish(readNames(answer)), QUIET_MS)
    })
    socket.on('error', () => finish(undefined))
    socket.on('close', () => finish(undefined))
  })
