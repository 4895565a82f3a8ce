// The byte stream to the broker, encrypted unless the address says otherwise. What arrives passes the sieve before it is parsed; what
// does not pass ends the stream. Called by connection.ts.

import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectEncrypted } from 'node:tls'
import type { Broker } from '../../config/settings-mqtt.ts'
import type { Failure } from '../../config/words.ts'
import { createSieve, type Sieve } from './sieve.ts'

/** PEM, as read from the files that the settings name. */
export type Credentials = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer }

export type BrokerStream = Pick<Sieve, 'expectAnswer'> & {
  readonly stream: Duplex
  /** The broker said what no broker should. */
  readonly breach: () => Failure | undefined
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
  const { take, expectAnswer } = createSieve()
  let breach: Failure | undefined
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
  socket.on('data', (piece) => {
    if (stream.destroyed) return
    const taken = take(piece)
    if (!taken.ok) {
      breach = taken
      stream.destroy()
    } else if (taken.value.length > 0 && !stream.push(taken.value)) socket.pause()
  })
  socket.on('error', (error) => stream.destroy(error))
  socket.on('close', () => stream.destroy())
  return { stream, expectAnswer, breach: () => breach }
}
