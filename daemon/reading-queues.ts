// One bounded queue a device: a device's readings are worked off in order, one at a time, and a device that floods loses its own
// readings and nobody else's time. Knows nothing of what a reading says. Used by the gate.

import type { Reading } from '../drivers/protocol.ts'
import type { GateWorld } from './gate-world.ts'

/** Readings that wait per device; beyond it a device floods and what it says is dropped and counted. */
const READING_QUEUE_LIMIT = 8

export type ReadingQueues = {
  readonly put: (reading: Reading) => void
  /** Before all that this device has said and nobody has begun with: what was once in the queue and had to wait, in its order. */
  readonly putFirst: (device: string, readings: readonly Reading[]) => void
  readonly settle: () => Promise<void>
}

export const createReadingQueues = (
  take: (reading: Reading) => Promise<void>,
  { onFlood, onFault }: Pick<GateWorld, 'onFlood' | 'onFault'>,
): ReadingQueues => {
  const queues = new Map<string, Reading[]>()
  const working = new Set<Promise<void>>()

  const workOff = async (queue: Reading[]): Promise<void> => {
    for (let reading = queue[0]; reading !== undefined; reading = queue[0]) {
      await take(reading).catch((error: unknown) => onFault('reading_failed', error))
      queue.shift()
    }
  }

  const queueOf = (device: string): Reading[] => {
    const queue = queues.get(device) ?? []
    queues.set(device, queue)
    return queue
  }
  const add = (queue: Reading[], at: number, readings: readonly Reading[]): void => {
    const isAtWork = queue.length > 0
    queue.splice(at, 0, ...readings)
    if (isAtWork || readings.length === 0) return
    const work = workOff(queue).finally(() => working.delete(work))
    working.add(work)
  }

  return {
    put: (reading) => {
      const queue = queueOf(reading.device)
      if (queue.length >= READING_QUEUE_LIMIT) {
        onFlood(reading.device)
        return
      }
      add(queue, queue.length, [reading])
    },
    putFirst: (device, readings) => {
      const queue = queueOf(device)
      add(queue, Math.min(1, queue.length), readings)
    },
    settle: async () => {
      while (working.size > 0) await Promise.all(working)
    },
  }
}
