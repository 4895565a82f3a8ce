// Which bytes stand in the memory of a running process, as root may read it. Test equipment.

import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const CHUNK_BYTES = 4 << 20

/** Pieces of at most 64 bytes. */
export type Traces = ReadonlyMap<string, Buffer>

const writableRanges = (pid: number): (readonly [number, number])[] =>
  readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const found = /^([0-9a-f]+)-([0-9a-f]+) rw\S+ /.exec(line)
      return found ? [[Number.parseInt(found[1] ?? '', 16), Number.parseInt(found[2] ?? '', 16)] as const] : []
    })

/** Which of these stand in the memory of a process. */
export const findInMemory = (pid: number, wanted: Traces): readonly string[] => {
  const file = openSync(`/proc/${pid}/mem`, 'r')
  const chunk = Buffer.alloc(CHUNK_BYTES)
  const found = new Set<string>()
  const look = (from: number, to: number) => {
    const seen = chunk.subarray(0, readSync(file, chunk, 0, Math.min(CHUNK_BYTES, to - from), from))
    for (const [name, bytes] of wanted) if (seen.includes(bytes)) found.add(name)
  }
  for (const [first, last] of writableRanges(pid)) {
    for (let from = first; from < last; from += CHUNK_BYTES - 64) {
      try {
        look(from, last)
      } catch {
        break // let go of meanwhile
      }
    }
  }
  closeSync(file)
  return [...found].sort()
}
