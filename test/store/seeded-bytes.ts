// Bytes that look like a sealed template's and that one seed makes again, byte for byte. Used by the tests and figures of erasure.

import { createCipheriv, createHash } from 'node:crypto'

export const seededBytes = (seed: number): ((length: number) => NonSharedBuffer) => {
  const key = createHash('sha256').update(`evengate test ${seed}`).digest()
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  return (length) => Buffer.from(stream.update(Buffer.alloc(length)))
}
