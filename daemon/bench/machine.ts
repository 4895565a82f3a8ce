// What a figure was measured on: processor, memory, kernel, and the file system under the store. Reads /proc; names no host and no
// user. Called by bench.ts.

import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { resolve, sep } from 'node:path'

export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memory_mb: number
  readonly kernel: string
  readonly node: string
  /** Under the store. */
  readonly filesystem: { readonly type: string; readonly device: string }
  /** Runnable tasks a minute before: above half the cores, the figures are not the machine's own. */
  readonly load_before: number
  readonly date: string
}

/** One line of mountinfo: … mount point … - type device … */
const readMount = (line: string) => {
  const [before = '', after = ''] = line.split(' - ')
  const point = (before.split(' ')[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
  const [type = 'unknown', device = 'unknown'] = after.split(' ')
  return { point, type, device }
}

export const findFilesystem = (folder: string, mountinfo: string): Machine['filesystem'] => {
  const path = resolve(folder) + sep
  const over = mountinfo
    .split('\n')
    .map(readMount)
    .filter(({ point }) => point !== '' && path.startsWith(point.endsWith(sep) ? point : point + sep))
  // The longest mount point holds the folder; of equal ones the later hides the earlier.
  const holder = over.reduce((best, one) => (one.point.length >= best.point.length ? one : best), readMount(''))
  return { type: holder.type, device: holder.device }
}

export const describeMachine = (storeFolder: string): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory_mb: Math.round(totalmem() / 2 ** 20),
  kernel: release(),
  node: process.version,
  filesystem: findFilesystem(storeFolder, readFileSync('/proc/self/mountinfo', 'utf8')),
  load_before: loadavg()[0] ?? 0,
  date: new Date().toISOString(),
})
