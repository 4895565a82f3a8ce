// The desk on a pseudo-terminal, as it is over ssh: what stands on the page now, what is typed, a line that is cut. Needs socat. Test equipment.

import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { waitUntil } from '../drivers/play-main.ts'

const program = join(resolve(import.meta.dirname, '../..'), 'daemon/main.ts')
const PAGE_LIMIT_MS = 15_000

export type Terminal = {
  /** The page as it was drawn last, without the terminal's own signs. */
  readonly page: () => string
  /** Everything that was ever written to the terminal. */
  readonly written: () => string
  readonly shows: (what: string | RegExp, limitMs?: number) => Promise<void>
  /** A line with its Enter. */
  readonly type: (line: string) => void
  /** The line is cut, as by a lost connection. */
  readonly cut: () => Promise<void>
  readonly ended: Promise<number | null>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own signs
const SIGNS = /\x1b(?:\[[0-9;?]*[A-Za-z]|[78])/g
const lastPage = (written: string): string => (written.split('\x1b[H').at(-1) ?? '').replaceAll(SIGNS, '')

export const openDesk = (configFile: string, ...more: readonly string[]): Terminal => {
  const words = [program, 'desk', '--config', configFile, ...more].join(' ')
  const command = `stty rows 24 cols 100; exec ${process.execPath} ${words}`
  const child = spawn('socat', ['-', `SYSTEM:${command},pty,setsid,ctty,stderr`])
  let written = ''
  child.stdout.on('data', (chunk: Buffer) => {
    written += chunk.toString()
  })
  child.stdin.on('error', () => undefined) // the line was cut while something was typed
  const ended = new Promise<number | null>((end) => child.once('close', end))
  const isThere = (what: string | RegExp) => {
    const page = lastPage(written)
    return typeof what === 'string' ? page.includes(what) : what.test(page)
  }
  const cut = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return {
    page: () => lastPage(written),
    written: () => written,
    shows: async (what, limitMs = PAGE_LIMIT_MS) => {
      await waitUntil(`a page with ${what}`, () => isThere(what), limitMs).catch((error: Error) => {
        throw new Error(`${error.message}\n${lastPage(written)}`)
      })
    },
    type: (line) => void child.stdin.write(`${line}\r`),
    cut,
    ended,
    [Symbol.asyncDispose]: cut,
  }
}
