// One door process a runtime folder: two would fight over one relay. The lock is a listening Unix socket; the kernel lets go of
// it with the process, so a crash leaves a file behind but never a lock. Knows nothing of doors. Called by part.ts at the start.

import { renameSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'

/** Each round removes one stale socket; more than two only when several processes start at once. */
const ROUNDS_LIMIT = 5

/** True: this process holds the lock until it ends. False: a living process holds it. */
export const takeLock = async (path: string): Promise<boolean> => {
  for (let round = 0; round < ROUNDS_LIMIT; round++) {
    if (await listens(path)) return true
    if (await answers(path)) return false
    // Moved aside before it is removed: when another process took the lock since we asked, we have just moved its living socket.
    const aside = `${path}.${process.pid}`
    if (!move(path, aside)) continue
    if (await answers(aside)) {
      move(aside, path)
      return false
    }
    rmSync(aside, { force: true })
  }
  return false
}

const listens = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    server.listen(path, () => {
      server.unref()
      resolve(true)
    })
  })

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // Whatever else goes wrong (no leave, a full backlog), somebody may live there.
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    )
  })

const move = (from: string, to: string): boolean => {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
