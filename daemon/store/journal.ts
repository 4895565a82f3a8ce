// The number of events that are promised but not yet on the disk, kept in a small file so that it survives the process: what
// a crash took with it is at least counted. The file lies in the runtime directory (memory), so writing it never waits for
// the disk that is failing. Called by ledger.ts alone.

import { closeSync, constants, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const digits = 10

export type JournalCount = {
  /** What the process before left behind. */
  readonly left: number
  readonly write: (count: number) => void
  readonly close: () => void
}

export const openJournalCount = (file: string): JournalCount => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const handle = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600)
  const bytes = Buffer.alloc(digits)
  const length = readSync(handle, bytes, 0, digits, 0)
  const left = Number(bytes.subarray(0, length).toString('latin1'))
  let written: number | undefined
  return {
    // A file that says nothing readable says at least that something was being written: one.
    left: Number.isSafeInteger(left) && left >= 0 ? left : 1,
    write: (count) => {
      if (count === written) return
      writeSync(handle, String(count).padStart(digits, '0'), 0)
      written = count
    },
    close: () => closeSync(handle),
  }
}
