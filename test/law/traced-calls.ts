// A program and all its children watched by strace: every byte that they give to the kernel, kept apart by whether it goes to a local
// socket (another process of the gate, or whoever asks it) or anywhere else: a file, a pipe, the network. Used by p05-egress.test.ts.

import { readFileSync } from 'node:fs'

/** Longer than any message of a part. */
const STRING_LIMIT = 1 << 20
/** By these bytes leave a process; some are of other processors' kernels only. */
const writing = ['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2', 'sendto', 'sendmsg', 'sendmmsg']
/** By these they would leave it unseen: from one descriptor to another, or through a page that is shared with the kernel. */
const unseen = ['splice', 'sendfile', 'vmsplice', 'copy_file_range', 'io_uring_enter']

/**
 * Words before the program. It stays the process that was started; strace ends when the last child has. The kernel is as one without
 * io_uring: Node waits by it, and what is written by it no trace shows.
 */
export const tracedInto = (file: string): readonly string[] => {
  const calls = [...writing, ...unseen, 'io_uring_setup'].map((name) => `?${name}`).join(',')
  const how = ['-D', '-f', '--seccomp-bpf', '-yy', '-xx', '-s', String(STRING_LIMIT)]
  const what = ['-e', `trace=${calls}`, '-e', 'inject=?io_uring_setup:error=ENOSYS']
  return ['strace', ...how, ...what, '-o', file]
}

export type Traced = {
  readonly local: Buffer
  readonly elsewhere: Buffer
  /** Calls that moved bytes which strace does not show. */
  readonly unseen: readonly string[]
}

const gap = Buffer.alloc(1)
const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex')

export const readTraced = (file: string): Traced => {
  const [local, elsewhere]: [Buffer[], Buffer[]] = [[], []]
  const hidden: string[] = []
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const [, name = '', target = '', rest = ''] = /^\d+\s+(\w+)\(\d+<(UNIX)?(.*)$/.exec(line) ?? []
    if (unseen.includes(name)) hidden.push(name)
    const into = target === 'UNIX' ? local : elsewhere
    for (const [, text = ''] of rest.matchAll(/"((?:\\x[0-9a-f]{2})+)"/g)) into.push(unhex(text), gap)
  }
  return { local: Buffer.concat(local), elsewhere: Buffer.concat(elsewhere), unseen: hidden }
}

/** Whether the trace has seen the end of this process. */
export const hasEnded = (file: string, pid: number): boolean =>
  new RegExp(`^${pid} +\\+\\+\\+ (exited|killed)`, 'm').test(readFileSync(file, 'latin1'))
