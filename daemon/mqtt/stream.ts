// The byte stream to the broker, encrypted unless the address says otherwise, with a purse: a broker may send little more than the
// answers to what it was sent. One that floods is cut off before a single byte of the flood is parsed. Called by connection.ts.

import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectEncrypted } from 'node:tls'
import type { Broker } from '../../config/settings-mqtt.ts'

/** The welcome with all its properties; never more is saved up. */
const PURSE_LIMIT_BYTES = 4096
/** An answer is 4 to 6 bytes; some brokers add a reason in words. */
const ANSWER_LIMIT_BYTES = 256

/** PEM, as read from the files that the settings name. */
export type Credentials = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer }

export type BrokerStream = {
  readonly stream: Duplex
  /** Something was sent: the broker owes an answer. */
  readonly expectAnswer: () => void
}

/** A broker that says more than it was asked. */
export class FloodError extends Error {
  override readonly name = 'FloodError'
}

/** Throws when a file holds no certificate or key. */
const openSocket = ({ host, port, encrypted }: Broker, { ca, cert, key }: Credentials): Socket => {
  if (!encrypted) return connectPlain({ host, port })
  // A name for the certificate to hold; an address is compared without one (RFC 6066).
  const servername = isIP(host) === 0 ? { servername: host } : {}
  return connectEncrypted({ host, port, ...servername, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) })
}

export const openStream = (broker: Broker, credentials: Credentials): BrokerStream => {
  const socket = openSocket(broker, credentials)
  let purse = PURSE_LIMIT_BYTES
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _, written) => void socket.write(chunk, written),
    // One packet is written in many pieces; the network gets it in one.
    writev: (pieces, written) => void socket.write(Buffer.concat(pieces.map(({ chunk }) => chunk as Buffer)), written),
    final: (ended) => void socket.end(ended),
    destroy: (error, destroyed) => {
      socket.destroy()
      destroyed(error)
    },
  })
  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    purse -= chunk.length
    if (purse < 0) stream.destroy(new FloodError('more than was asked for'))
    else if (!stream.push(chunk)) socket.pause()
  })
  socket.on('error', (error) => stream.destroy(error))
  socket.on('close', () => stream.destroy())
  return {
    stream,
    expectAnswer: () => {
      purse = Math.min(PURSE_LIMIT_BYTES, purse + ANSWER_LIMIT_BYTES)
    },
  }
}
