// A serial line without hardware: socat holds a pseudo-terminal whose far end the test types into. Test equipment of the keypad and
// the line tests. Needs socat (needPart('socat')).
//
//   await using line = await openPty()      settings: { driver: 'serial', device: line.device, … }
//   line.type('12042*4711#')

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, existsSync, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from './play-main.ts'

const START_LIMIT_MS = 3000

export type Pty = {
  /** Path of the device for the part under test. */
  readonly device: string
  readonly type: (keys: string | Uint8Array) => void
  /** socat has taken everything typed so far; what it holds itself is one terminal's buffer. */
  readonly isDrained: () => boolean
  /** The adapter is pulled out: the terminal hangs up and its path leads nowhere. */
  readonly vanish: () => Promise<void>
  /** The adapter is back, on the same path, often with the same device numbers. */
  readonly comeBack: () => Promise<void>
  readonly close: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

type Line = { readonly socat: ChildProcess; readonly holder: number }

const start = async (device: string): Promise<Line> => {
  const socat = spawn('socat', ['-', `pty,raw,echo=0,link=${device}`], { stdio: ['pipe', 'ignore', 'inherit'] })
  // Writing on after it vanished is what a test means to do.
  socat.stdin?.on('error', () => undefined)
  await waitUntil('the pseudo-terminal', () => existsSync(device), START_LIMIT_MS)
  // socat ends when the last reader closes; a part that is started anew must find its line.
  return { socat, holder: openSync(device, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK) }
}

const end = async ({ socat, holder }: Line, device: string): Promise<void> => {
  socat.kill('SIGKILL')
  await waitUntil('the end of socat', () => socat.exitCode !== null || socat.signalCode !== null)
  closeSync(holder)
  await rm(device, { force: true })
}

export const openPty = async (): Promise<Pty> => {
  const folder = await mkdtemp(join(tmpdir(), 'eg-pty-'))
  const device = join(folder, 'keypad')
  let line: Line | undefined = await start(device)
  const vanish = async () => {
    if (line) await end(line, device)
    line = undefined
  }
  const close = async () => {
    await vanish()
    await rm(folder, { recursive: true, force: true })
  }
  return {
    device,
    type: (keys) => void line?.socat.stdin?.write(keys),
    isDrained: () => (line?.socat.stdin?.writableLength ?? 0) === 0,
    vanish,
    comeBack: async () => {
      line ??= await start(device)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
