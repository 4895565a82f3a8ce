// One connection between main and a part: frames of JSON over a Unix stream socket, each after its length (4 bytes, big endian).
// Bounded both ways: a peer that floods is read no faster than its frames are taken, a peer that stalls is written no further
// than OUTGOING_LIMIT_BYTES. Must never log a frame: readings carry identifiers and codes. Used by the harness and the supervisor.

import type { Socket } from 'node:net'

/** A gallery batch is the largest frame: 200 sealed templates of about 1.5 kB. */
export const FRAME_LIMIT_BYTES = 1 << 20
const OUTGOING_LIMIT_BYTES = 8 << 20
/** Frames handed over in one turn of the loop; the rest wait so that other connections are served in between. */
const FRAMES_PER_TURN = 16

export type Link = {
  /** False: the peer does not read or is gone; the frame was not sent. */
  readonly send: (message: unknown) => boolean
  /** Waits until the peer has taken what was sent. False: it is gone, or did not read for `limitMs`. */
  readonly drain: (limitMs: number) => Promise<boolean>
  readonly close: () => void
}

export type LinkEvents = {
  readonly onMessage: (message: unknown) => void
  /** Once; `because` is a code: `closed`, `frame_too_large`, `frame_malformed`, `socket_error`. */
  readonly onClose: (because: string) => void
}

export const encodeFrame = (message: unknown): Buffer => {
  const body = Buffer.from(JSON.stringify(message), 'utf8')
  if (body.length > FRAME_LIMIT_BYTES) throw new Error(`frame of ${body.length} bytes is over the limit`)
  const frame = Buffer.allocUnsafe(4 + body.length)
  frame.writeUInt32BE(body.length, 0)
  body.copy(frame, 4)
  return frame
}

type Parsed =
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'more' }
  | { readonly kind: 'broken'; readonly because: string }

/** Cuts a stream of bytes into messages. Keeps at most one incomplete frame. */
export const createFrameReader = (): { push: (chunk: Buffer) => void; take: () => Parsed } => {
  let pending: Buffer = Buffer.alloc(0)
  return {
    push: (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    },
    take: () => {
      if (pending.length < 4) return { kind: 'more' }
      const length = pending.readUInt32BE(0)
      if (length > FRAME_LIMIT_BYTES) return { kind: 'broken', because: 'frame_too_large' }
      if (pending.length < 4 + length) return { kind: 'more' }
      const body = pending.subarray(4, 4 + length)
      pending = pending.subarray(4 + length)
      try {
        return { kind: 'message', message: JSON.parse(body.toString('utf8')) }
      } catch {
        // The parser's own text would quote the bytes.
        return { kind: 'broken', because: 'frame_malformed' }
      }
    },
  }
}

export const openLink = (socket: Socket, events: LinkEvents): Link => {
  const reader = createFrameReader()
  let open = true
  let turning = false

  const close = (because: string) => {
    if (!open) return
    open = false
    socket.destroy()
    events.onClose(because)
  }

  const turn = () => {
    turning = false
    for (let n = 0; open && n < FRAMES_PER_TURN; n++) {
      const parsed = reader.take()
      if (parsed.kind === 'more') {
        socket.resume()
        return
      }
      if (parsed.kind === 'broken') return close(parsed.because)
      events.onMessage(parsed.message)
    }
    if (open) {
      turning = true
      setImmediate(turn)
    }
  }

  const drain = async (limitMs: number): Promise<boolean> => {
    if (!open || !socket.writableNeedDrain) return open
    const { promise, resolve } = Promise.withResolvers<void>()
    const limit = setTimeout(resolve, limitMs)
    socket.once('drain', resolve).once('close', resolve)
    await promise
    clearTimeout(limit)
    socket.off('drain', resolve).off('close', resolve)
    return open && !socket.writableNeedDrain
  }

  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk)
    if (turning) return
    // Paused until every whole frame of this chunk is taken: the kernel's buffer, not ours, holds a flood.
    socket.pause()
    turn()
  })
  socket.on('error', () => close('socket_error'))
  socket.on('close', () => close('closed'))

  return {
    send: (message) => {
      if (!open || socket.writableLength > OUTGOING_LIMIT_BYTES) return false
      socket.write(encodeFrame(message))
      return true
    },
    drain,
    close: () => close('closed'),
  }
}
