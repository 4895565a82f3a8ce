// The number of events that are promised but not yet on the disk, kept in a small file so that it survives the process: what
// a crash took with it is at least counted. The file lies in the runtime directory (memory), so writing it never waits for
// the disk that is failing. A file that cannot be written costs that count and nothing else. Called by ledger.ts alone.

import { closeSync, constants, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { readErrno } from './handles.ts'

const digits = 10

export type JournalCount = {
  /** What the process before left behind. */
  readonly left: number
  readonly write: (count: number) => void
  readonly close: () => void
}

const readCount = (handle: number): number => {
  const bytes = Buffer.alloc(digits)
  const count = Number(bytes.subarray(0, readSync(handle, bytes, 0, digits, 0)).toString('latin1'))
  // A file that says nothing readable says at least that something was being written: one.
  return Number.isSafeInteger(count) && count >= 0 ? count : 1
}

/** `onFault`: called when the count cannot be kept, and not again until it could be. */
export const openJournalCount = (file: string, onFault: () => void): JournalCount => {
  let handle: number | undefined
  let written: number | undefined
  let failing = false
  const open = (): number => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    handle ??= openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600)
    return handle
  }
  const readLeft = (): number => {
    try {
      return readCount(open())
    } catch (error) {
      if (readErrno(error) === undefined) throw error
      return 0 // the first write tries again, and says so
    }
  }
  const write = (count: number): void => {
    if (count === written) return
    try {
      writeSync(open(), String(count).padStart(digits, '0'), 0)
      written = count
      failing = false
    } catch (error) {
      if (readErrno(error) === undefined) throw error
      if (!failing) onFault()
      failing = true
    }
  }
  const close = (): void => {
    if (handle !== undefined) closeSync(handle)
  }
  return { left: readLeft(), write, close }
}
