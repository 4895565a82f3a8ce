// What of the broker's bytes may reach the MQTT library: whole packets that answer something we sent, at most one each. To a client
// that subscribes to nothing a broker has nothing else to say, and the library throws on some packets that no honest broker sends.
// Pure but for what it keeps of an unfinished packet. Called by stream.ts for every piece that arrives.

import { done, type Failure, failed, type Result } from '../../config/words.ts'

/** As told to the broker; a welcome with all its properties has a few hundred. */
export const PACKET_LIMIT_BYTES = 4096

/** First byte of CONNACK, PUBACK, PINGRESP, DISCONNECT, and the shortest of each (MQTT 5, 3.2, 3.4, 3.13, 3.14). */
const leastBytes: ReadonlyMap<number, number> = new Map([
  [0x20, 3],
  [0x40, 2],
  [0xd0, 0],
  [0xe0, 0],
])
const DISCONNECT = 0xe0
const PINGRESP = 0xd0
/** A length of four bytes is beyond any limit of ours. */
const LENGTH_LIMIT_BYTES = 3

export type Sieve = {
  /** Something was sent: one answer is owed. */
  readonly expectAnswer: () => void
  /** The whole packets so far; what is unfinished waits. */
  readonly take: (piece: Buffer) => Result<Buffer>
}

type Frame = { readonly type: number; readonly bytes: number; readonly body: number }

/** Undefined: not all of it is here yet. */
const readFrame = (bytes: Buffer): Frame | undefined | Failure => {
  const type = bytes[0]
  if (type === undefined) return undefined
  if (!leastBytes.has(type)) return failed('mqtt_intrusive')
  let body = 0
  for (let place = 0; place < LENGTH_LIMIT_BYTES; place++) {
    const byte = bytes[1 + place]
    if (byte === undefined) return undefined
    body += (byte & 0x7f) << (7 * place)
    if (byte < 0x80) return { type, bytes: 2 + place + body, body }
  }
  return failed('mqtt_malformed')
}

const judgeFrame = ({ type, bytes, body }: Frame): Failure | undefined => {
  if (bytes > PACKET_LIMIT_BYTES) return failed('mqtt_intrusive')
  const isShort = body < (leastBytes.get(type) ?? 0)
  return isShort || (type === PINGRESP && body > 0) ? failed('mqtt_malformed') : undefined
}

export const createSieve = (): Sieve => {
  let owed = 0
  let unfinished: Buffer = Buffer.alloc(0)
  const take = (piece: Buffer): Result<Buffer> => {
    const bytes = unfinished.length === 0 ? piece : Buffer.concat([unfinished, piece])
    let whole = 0
    for (;;) {
      const frame = readFrame(bytes.subarray(whole))
      if (frame === undefined) break
      if ('ok' in frame) return frame
      const wrong = judgeFrame(frame)
      if (wrong) return wrong
      if (whole + frame.bytes > bytes.length) break
      whole += frame.bytes
      if (frame.type === DISCONNECT) continue
      owed -= 1
      if (owed < 0) return failed('mqtt_intrusive')
    }
    unfinished = Buffer.from(bytes.subarray(whole))
    return done(bytes.subarray(0, whole))
  }
  return {
    expectAnswer: () => {
      owed += 1
    },
    take,
  }
}
