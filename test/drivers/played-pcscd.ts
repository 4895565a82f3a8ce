// A pcscd played on its socket, for what the real one with virtual readers cannot do: readers that are unplugged and plugged in again.
// The client, libpcsclite with nfc-pcsc on it, is real. Speaks protocol 4:4 (PCSC, winscard_msg.h). Test equipment; knows one card.

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const READERS_LIMIT = 16
const READER_BYTES = 184
const NAME_BYTES = 128
const READER_EMPTY = 0x02
const READER_WITH_CARD = 0x04 | 0x10 | 0x20
const NO_SMARTCARD = 0x8010000c
const PROTOCOL_T1 = 2

const commands = {
  establish: 0x01,
  release: 0x02,
  connect: 0x04,
  disconnect: 0x06,
  transmit: 0x09,
  version: 0x11,
  readersState: 0x12,
  wait: 0x13,
  stopWaiting: 0x14,
} as const

export type PlayedPcscd = {
  readonly env: { readonly PCSCLITE_CSOCK_NAME: string }
  readonly plug: (reader: string) => void
  readonly unplug: (reader: string) => void
  /** Puts the card into the field of a plugged reader, or takes it away. */
  readonly setCard: (reader: string, present: boolean) => void
  readonly stop: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

type PlayedReader = { present: boolean; changes: number }

const ATR = Buffer.from('3b8f8001804f0ca000000306030001000000006a', 'hex')

/** The table of every reader, as the client reads it: name, count of changes, state, sharing, ATR and its length, protocol. */
const tableOf = (readers: ReadonlyMap<string, PlayedReader>): Buffer => {
  const table = Buffer.alloc(READERS_LIMIT * READER_BYTES)
  for (const [n, [name, { present, changes }]] of [...readers].entries()) {
    const row = table.subarray(n * READER_BYTES)
    row.write(name, 0, 'latin1')
    row.writeUInt32LE(changes, NAME_BYTES)
    row.writeUInt32LE(present ? READER_WITH_CARD : READER_EMPTY, NAME_BYTES + 4)
    if (!present) continue
    ATR.copy(row, NAME_BYTES + 12)
    row.writeUInt32LE(ATR.length, NAME_BYTES + 48)
    row.writeUInt32LE(PROTOCOL_T1, NAME_BYTES + 52)
  }
  return table
}

/** A copy of the question with the number at `offset` replaced: answers have the question's shape. */
const answering = (body: Buffer, ...numbers: readonly (readonly [offset: number, value: number])[]): Buffer => {
  const answer = Buffer.from(body)
  for (const [offset, value] of numbers) answer.writeUInt32LE(value, offset)
  return answer
}

const transmitAnswer = (body: Buffer, uid: Buffer): Buffer => {
  const said = Buffer.concat([uid, Buffer.from([0x90, 0x00])])
  return Buffer.concat([answering(body, [24, said.length]), said])
}

const nameIn = (connectBody: Buffer): string => {
  const field = connectBody.subarray(4, 4 + NAME_BYTES)
  return field.subarray(0, field.indexOf(0)).toString('latin1')
}

export const playPcscd = async (uid: string): Promise<PlayedPcscd> => {
  const folder = await mkdtemp(join(tmpdir(), 'eg-pcscd-'))
  const path = join(folder, 'pcscd.comm')
  const readers = new Map<string, PlayedReader>()
  const waiting = new Set<Socket>()
  const sockets = new Set<Socket>()
  /** The client asks again until it is given a number that it does not have. */
  let contexts = 0

  const connectAnswer = (body: Buffer): Buffer =>
    readers.get(nameIn(body))?.present
      ? answering(body, [140, 1], [144, PROTOCOL_T1])
      : answering(body, [148, NO_SMARTCARD])
  const answer = (socket: Socket, command: number, body: Buffer): Buffer | undefined => {
    switch (command) {
      case commands.wait:
        waiting.add(socket)
        return tableOf(readers)
      case commands.stopWaiting:
        // Already called: the call that is under way is the answer.
        return waiting.delete(socket) ? Buffer.alloc(8) : undefined
      case commands.readersState:
        return tableOf(readers)
      case commands.establish:
        contexts++
        return answering(body, [4, contexts])
      case commands.connect:
        return connectAnswer(body)
      case commands.transmit:
        return transmitAnswer(body, Buffer.from(uid, 'hex'))
      default:
        return body
    }
  }
  const server = createServer((socket) => {
    let pending: Buffer = Buffer.alloc(0)
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      waiting.delete(socket)
    })
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= 8) {
        const end = endOf(pending)
        if (end === undefined || pending.length < end) return
        const said = answer(socket, pending.readUInt32LE(4), pending.subarray(8, 8 + pending.readUInt32LE(0)))
        pending = pending.subarray(end)
        if (said) socket.write(said)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))

  const callWaiting = () => {
    for (const socket of waiting) socket.write(Buffer.alloc(8))
    waiting.clear()
  }
  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }
  return {
    env: { PCSCLITE_CSOCK_NAME: path },
    plug: (name) => {
      readers.set(name, { present: false, changes: 0 })
      callWaiting()
    },
    unplug: (name) => {
      readers.delete(name)
      callWaiting()
    },
    setCard: (name, present) => {
      const reader = readers.get(name)
      if (!reader) throw new Error(`no reader ${name} is plugged in`)
      reader.present = present
      reader.changes++
      callWaiting()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Where the message at the start of these bytes ends; an APDU follows its message's body. */
const endOf = (bytes: Buffer): number | undefined => {
  const bodyEnd = 8 + bytes.readUInt32LE(0)
  if (bytes.readUInt32LE(4) !== commands.transmit) return bodyEnd
  return bytes.length < bodyEnd ? undefined : bodyEnd + bytes.readUInt32LE(8 + 12)
}
