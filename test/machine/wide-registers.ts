// What a processor with AMX needs before user-mode Linux can run on it: xstate.c, compiled once. Elsewhere nothing. Called by boot.ts.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

const source = join(import.meta.dirname, 'xstate.c')

const isNewer = (made: string): boolean => {
  try {
    return statSync(made).mtimeMs >= statSync(source).mtimeMs
  } catch {
    return false // not made yet
  }
}

/** Environment of the kernel's program. */
export const forWideRegisters = (folder: string): Readonly<Record<string, string>> => {
  if (!/^flags\s*:.*\bamx_tile\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'))) return {}
  const made = join(folder, 'xstate.so')
  if (!isNewer(made)) {
    mkdirSync(folder, { recursive: true })
    const own = `${made}.${process.pid}`
    const { status, stderr, error } = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', own, source], {
      encoding: 'utf8',
    })
    if (status !== 0)
      throw new Error(`the machine tests need a C compiler on a processor with AMX: ${error?.message ?? stderr}`)
    renameSync(own, made)
  }
  return { LD_PRELOAD: made }
}
