// The door's lines on a GPIO chip of the kernel (`driver: gpiochip`): polarity, bias and debounce are the kernel's, and the lines
// go when this process ends, however it ends; the relay then rests, where the kernel does not keep outputs (on a Pi:
// dtparam=strict_gpiod). Opened by part.ts and rest.ts.

import { done } from '../../config/words.ts'
import { drainEdges, flagsOf, type KernelLine, lineFlags, requestLine, waitForEdges } from '../gpio/kernel.ts'
import type { InputName, LineDriver, OutputName } from './lines.ts'

/** A line opened or closed meanwhile is minded within this; no process ends while the thread waits, so it is short. */
const WAIT_MS = 100
/** After a wake-up: an input that chatters costs 100 looks a second, not one an edge. */
const REST_MS = 10

const consumers: Readonly<Record<InputName | OutputName, string>> = {
  relay: 'evengate-relay',
  exitButton: 'evengate-exit',
  contact: 'evengate-contact',
  guardButton: 'evengate-guard',
  fire: 'evengate-fire',
  obstacle: 'evengate-obstacle',
  stop: 'evengate-stop',
  close: 'evengate-close',
}

/** One thread of the pool waits for all inputs. */
const createWatch = () => {
  const watched = new Map<number, () => void>()
  let turning: Promise<void> | undefined

  const turn = async () => {
    while (watched.size > 0) {
      const moved = await waitForEdges([...watched.keys()], WAIT_MS)
      for (const fd of moved) {
        const wake = watched.get(fd)
        // A lost line would be ready for ever; whoever reads it finds out by itself.
        if (!drainEdges(fd)) watched.delete(fd)
        wake?.()
      }
      if (moved.length > 0) await new Promise((resolve) => setTimeout(resolve, REST_MS))
    }
    turning = undefined
  }
  return {
    add: (fd: number, wake: () => void) => {
      watched.set(fd, wake)
      turning ??= turn()
    },
    remove: (fd: number) => watched.delete(fd),
    /** When the thread has let go of the lines. */
    ended: async () => turning,
  }
}

export const createGpiochip = (chip: string): LineDriver => {
  const watch = createWatch()
  const watchLine = (line: KernelLine, wake: () => void) => {
    watch.add(line.fd, wake)
    return {
      read: line.read,
      close: () => {
        watch.remove(line.fd)
        line.close()
      },
    }
  }
  return {
    openOutput: (name, wire) =>
      requestLine({
        chip,
        line: wire.line,
        consumer: consumers[name],
        flags: lineFlags.output | flagsOf(wire),
        debounceMs: 0,
      }),
    openInput: (name, wire, wake) => {
      const line = requestLine({
        chip,
        line: wire.line,
        consumer: consumers[name],
        flags: lineFlags.input | lineFlags.edgeRising | lineFlags.edgeFalling | flagsOf(wire),
        debounceMs: wire.debounceMs,
      })
      return line.ok ? done(watchLine(line.value, wake)) : line
    },
    close: watch.ended,
  }
}
