// Boots the kernel in which the GPIO tests run (user-mode Linux, an ordinary program) with the host's files as its root, runs
// inside.ts there and gives its results. Called by gpio.test.ts.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as v from 'valibot'

const root = resolve(import.meta.dirname, '../..')
const BOOT_LIMIT_MS = 15 * 60_000

const result = v.variant('ok', [
  v.object({ name: v.string(), ok: v.literal(true), figures: v.record(v.string(), v.number()), tookMs: v.number() }),
  v.object({ name: v.string(), ok: v.literal(false), because: v.string(), tookMs: v.number() }),
])
export type MachineResult = v.InferOutput<typeof result>

/** Ours, the one that lies beside the checkout, or the one that `systemd/build-uml.sh` made. */
export const findKernel = (): string | undefined =>
  [process.env['EVENGATE_UML'], join(root, '../shared/uml/linux'), join(root, '.cache/uml/linux')].find(
    (path) => path !== undefined && existsSync(path),
  )

const startKernel = (kernel: string) => {
  const settings = ['mem=512M', 'rootfstype=hostfs', 'rootflags=/', 'ro', 'con=null', 'con0=null,fd:1', 'ssl=null']
  const program = [join(root, 'node_modules/.bin/node'), join(root, 'test/machine/inside.ts')]
  const init = `init=${join(root, 'test/machine/init.sh')}`
  // What the kernel does not know and has a `=` becomes a variable of init's environment.
  const wanted = `EVENGATE_SCENARIO=${process.env['EVENGATE_SCENARIO'] ?? ''}`
  return spawn(kernel, [...settings, init, wanted, '--', ...program], {
    // A group of its own: the kernel is many processes, and all end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** The results so far of a machine that has ended, however it ended, and the last of what it said. */
export const runMachine = async (
  kernel: string,
): Promise<{ readonly results: readonly MachineResult[]; readonly said: string }> => {
  const machine = startKernel(kernel)
  let said = ''
  for (const stream of [machine.stdout, machine.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  const killAll = () => {
    if (machine.pid !== undefined && machine.exitCode === null) process.kill(-machine.pid, 'SIGKILL')
  }
  process.once('exit', killAll)
  const timer = setTimeout(killAll, BOOT_LIMIT_MS)
  await new Promise((resolve) => machine.once('close', resolve))
  clearTimeout(timer)
  process.off('exit', killAll)
  const results = said
    .split(/\r?\n/)
    .filter((line) => line.startsWith('@result '))
    .map((line) => v.parse(result, JSON.parse(line.slice('@result '.length))))
  return { results, said: said.slice(-4000) }
}
