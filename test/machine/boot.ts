// Boots the kernel of the machine tests (user-mode Linux, an ordinary program) with the host's files as its root, runs one program
// there and hears what it says; ends it in order or by a power cut. Called by gpio.test.ts and storm.test.ts.

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { forWideRegisters } from './wide-registers.ts'

const root = resolve(import.meta.dirname, '../..')
const SAID_CHARACTERS = 4000

/** Ours, the one that lies beside the checkout, or the one that `systemd/build-uml.sh` made. */
export const kernel: string | undefined = [
  process.env['EVENGATE_UML'],
  join(root, '../shared/uml/linux'),
  join(root, '.cache/uml/linux'),
].find((path) => path !== undefined && existsSync(path))

export const kernelMissing =
  process.arch === 'x64'
    ? 'no kernel for the machine tests: `bash systemd/build-uml.sh` makes one (x86-64, about 10 minutes, once), or name one in EVENGATE_UML'
    : 'the machine tests need x86-64: user-mode Linux has no ARM port'

/** Where its absence is a failure. Elsewhere the tests are left out, and say so. */
export const mustHaveKernel = process.env['CI'] === 'true' && process.arch === 'x64'

export type Program = {
  /** A file of this folder. */
  readonly file: string
  /** Of its environment; no value may hold a space. */
  readonly env: Readonly<Record<string, string>>
}

export type Machine = {
  /** When it has ended, however it ended: the last of what it said. */
  readonly ended: Promise<string>
  /** At once, as when the power fails. */
  readonly cutPower: () => void
}

const startKernel = (path: string, { file, env }: Program) => {
  // What a program compiled is kept for the next boot: Node takes seconds for it there.
  const cache = join(root, '.cache/uml/node')
  mkdirSync(cache, { recursive: true })
  const settings = ['mem=512M', 'rootfstype=hostfs', 'rootflags=/', 'ro', 'con=null', 'con0=null,fd:1', 'ssl=null']
  const init = `init=${join(root, 'test/machine/init.sh')}`
  // What the kernel does not know and has a `=` becomes a variable of init's environment.
  const variables = Object.entries({ ...env, EVENGATE_CACHE: cache }).map(([name, value]) => `${name}=${value}`)
  const program = [join(root, 'node_modules/.bin/node'), join(root, 'test/machine', file)]
  return spawn(path, [...settings, init, ...variables, '--', ...program], {
    // A group of its own: the kernel is many processes, and all end with it.
    detached: true,
    env: { ...process.env, ...forWideRegisters(join(root, '.cache/uml')) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export const bootMachine = (
  path: string,
  program: Program,
  limitMs: number,
  onLine: (line: string) => void,
): Machine => {
  const machine = startKernel(path, program)
  let said = ''
  for (const stream of [machine.stdout, machine.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      said = `${said}${line}\n`.slice(-SAID_CHARACTERS)
      onLine(line)
    })
  const cutPower = () => {
    if (machine.pid !== undefined && machine.exitCode === null) process.kill(-machine.pid, 'SIGKILL')
  }
  process.once('exit', cutPower)
  const timer = setTimeout(cutPower, limitMs)
  const ended = new Promise<string>((resolve) => {
    machine.once('close', () => {
      clearTimeout(timer)
      process.off('exit', cutPower)
      resolve(said)
    })
  })
  return { ended, cutPower }
}
