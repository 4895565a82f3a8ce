// The outside of a simulated device: a Unix socket in the runtime folder on which a demo, `evengate sim` or a test plays the person
// at the gate. One JSON object a line in, one a line out. Stands in no real device: the simulated drivers alone call it.

import { chmodSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { codedError } from './log.ts'

const LINE_LIMIT_BYTES = 1 << 16
const ANSWER_LIMIT_MS = 10_000

const simulationSocket = (runtimeDirectory: string, device: string): string =>
  join(runtimeDirectory, `sim-${device}.sock`)

/** Answers each line with what `act` returns or resolves to; a throw in `act` is answered as `{"error": …}` and opens nothing. */
export const openSimulation = (
  runtimeDirectory: string,
  device: string,
  act: (order: Readonly<Record<string, unknown>>) => unknown,
): { readonly close: () => Promise<void> } => {
  const path = simulationSocket(runtimeDirectory, device)
  rmSync(path, { force: true })
  const players = new Set<Socket>()
  const server = createServer((socket) => {
    players.add(socket)
    socket.on('close', () => players.delete(socket))
    socket.on('error', () => socket.destroy())
    const lines = createInterface({ input: socket })
    lines.on('line', async (line) => {
      const answer = line.length > LINE_LIMIT_BYTES ? { error: 'line_too_long' } : await answerLine(line, act)
      if (socket.writable) socket.write(`${JSON.stringify(answer ?? {})}\n`)
    })
    lines.on('error', () => socket.destroy())
  })
  server.listen(path, () => chmodSync(path, 0o600))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      // A player who stays connected must not keep the part from ending.
      for (const player of players) player.destroy()
    })
  return { close }
}

const answerLine = async (
  line: string,
  act: (order: Readonly<Record<string, unknown>>) => unknown,
): Promise<unknown> => {
  try {
    const order: unknown = JSON.parse(line)
    if (typeof order !== 'object' || order === null || Array.isArray(order)) return { error: 'not_an_object' }
    return await act(order as Readonly<Record<string, unknown>>)
  } catch (error) {
    return { error: error instanceof SyntaxError ? 'not_json' : String(error instanceof Error ? error.message : error) }
  }
}

const isNobodyThere = (error: Error): boolean =>
  'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')

/**
 * The player's end: sends one order, gives the answer. Rejects with a coded error (log.ts): `device_absent` nobody is there,
 * `device_gone` it ended before it answered, `device_silent` it did not answer in time.
 */
export const playDevice = (
  runtimeDirectory: string,
  device: string,
  order: object,
  limitMs = ANSWER_LIMIT_MS,
): Promise<Record<string, unknown>> => {
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>()
  const socket = connect(simulationSocket(runtimeDirectory, device))
  const fail = (because: string) => {
    reject(codedError(because, device))
    socket.destroy()
  }
  const limit = setTimeout(() => fail('device_silent'), limitMs)
  socket.on('error', (error) => fail(isNobodyThere(error) ? 'device_absent' : 'device_gone'))
  // A process that was killed ends the connection without an error.
  socket.on('close', () => fail('device_gone'))
  socket.on('connect', () => socket.write(`${JSON.stringify(order)}\n`))
  createInterface({ input: socket })
    .on('line', (line) => {
      resolve(JSON.parse(line))
      socket.end()
    })
    .on('error', () => fail('device_gone'))
  return promise.finally(() => clearTimeout(limit))
}
