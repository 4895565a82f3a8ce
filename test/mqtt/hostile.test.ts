// Brokers that flood, talk nonsense, answer what was not asked or stop in the middle: each ends its connection with a code, none
// throws, and no more than a few kilobytes of any of them are ever looked at.

import { createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failed, systemClock } from '../../config/words.ts'
import { type Connection, connectBroker, type MqttSettings } from '../../daemon/mqtt/connection.ts'
import { backOffMs, createRetry } from '../../daemon/mqtt/retry.ts'
import { createSieve } from '../../daemon/mqtt/sieve.ts'
import { hasWording } from '../../daemon/wording.ts'
import { waitUntil } from '../drivers/play-main.ts'

const welcome = Buffer.from([0x20, 0x03, 0x00, 0x00, 0x00])
const pong = Buffer.from([0xd0, 0x00])
/** QoS 1, topic `a`, id 1, no properties, payload `x`. */
const message = Buffer.from([0x32, 0x07, 0x00, 0x01, 0x61, 0x00, 0x01, 0x00, 0x78])
const identity = { clientId: 'gate', will: { topic: 'evengate/south/availability', payload: 'offline' } }

/** Answers each connection in its own way. */
const playBroker = async (answer: (socket: Socket) => void): Promise<MqttSettings> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    answer(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `mqtt://127.0.0.1:${port}`, allowPlain: false, keepaliveSeconds: 5 }
}

const dial = (settings: MqttSettings, stopped = new AbortController().signal) =>
  connectBroker(settings, identity, stopped)

const opened = async (settings: MqttSettings): Promise<Connection> => {
  const connected = await dial(settings)
  if (!connected.ok) throw new Error(connected.code)
  onTestFinished(() => connected.value.drop())
  return connected.value
}

/** Why the connection did not come about, or ended. */
const endOf = async (settings: MqttSettings): Promise<string | undefined> => {
  const connected = await dial(settings)
  if (!connected.ok) return connected.code
  const { ended, drop } = connected.value
  onTestFinished(drop)
  await waitUntil('the end of the connection', () => ended() !== undefined)
  return ended()?.code
}

describe('a broker', () => {
  test('that sends a message to a gate that subscribed to nothing is cut off', async () => {
    const settings = await playBroker((socket) =>
      socket.once('data', () => socket.write(Buffer.concat([welcome, message]))),
    )
    expect(await endOf(settings)).toBe('mqtt_intrusive')
  })

  test('that answers more often than it was asked is cut off', async () => {
    const settings = await playBroker((socket) =>
      socket.once('data', () => socket.write(Buffer.concat([welcome, pong]))),
    )
    expect(await endOf(settings)).toBe('mqtt_intrusive')
  })

  test.each([
    ['answers', pong],
    ['messages', message],
    ['one endless packet', Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f])],
    ['zeros', Buffer.alloc(1)],
  ])('that floods with %s is cut off, and its flood is not read', async (_, piece) => {
    let sent = 0
    const settings = await playBroker((socket) => {
      const flood = Buffer.concat(Array.from({ length: 20_000 }, () => piece))
      const pour = () => {
        while (!socket.destroyed && socket.write(flood)) sent += flood.length
      }
      socket.on('drain', pour)
      socket.once('data', () => {
        socket.write(welcome)
        pour()
      })
    })
    expect(await endOf(settings)).toBe('mqtt_intrusive')
    expect(sent).toBeLessThan(64 << 20)
  })

  test('that hangs up after each event leaves it unconfirmed', async () => {
    const settings = await playBroker((socket) => {
      socket.once('data', () => {
        socket.write(welcome)
        socket.once('data', () => socket.destroy())
      })
    })
    const connection = await opened(settings)
    expect(await connection.publish({ topic: 'a', payload: 'x' })).toMatchObject({ ok: false, code: 'mqtt_lost' })
    expect(await connection.publish({ topic: 'a', payload: 'x' })).toMatchObject({ ok: false, code: 'mqtt_lost' })
  })

  test('that never says welcome holds up no end of the daemon', async () => {
    const settings = await playBroker(() => undefined)
    const stopping = new AbortController()
    const dialled = dial(settings, stopping.signal)
    setImmediate(() => stopping.abort())
    expect(await dialled).toEqual(failed('mqtt_left'))
  })

  test('that says anything at all neither throws nor is believed', async () => {
    const settings: { bytes: Uint8Array } = { bytes: new Uint8Array() }
    const broker = await playBroker((socket) => socket.once('data', () => socket.end(settings.bytes)))
    const known = (code: string | undefined) => code !== undefined && hasWording(code)
    const bytes = fc.uint8Array({ maxLength: 300 })
    const likely = fc
      .tuple(
        fc.constantFrom(welcome, Buffer.from([]), Buffer.from([0x20])),
        fc.constantFrom(0x20, 0x40, 0xd0, 0x30, 0xe0, 0x62),
        bytes,
      )
      .map(([head, type, rest]) => Buffer.concat([head, Buffer.from([type, rest.length % 128]), rest]))
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, likely), async (given) => {
        settings.bytes = given
        const connected = await dial(broker)
        const published = connected.ok ? await connected.value.publish({ topic: 'a', payload: 'x' }) : connected
        expect(published.ok ? 'taken' : known(published.code)).toBe(true)
        if (connected.ok) connected.value.drop()
      }),
      { numRuns: 500 },
    )
  })
})

describe('the sieve', () => {
  test('lets every owed answer through whole, however it was cut on the way', () => {
    const answer = fc.constantFrom(welcome, pong, Buffer.from([0x40, 4, 0, 1, 0, 0]), Buffer.from([0xe0, 1, 0x8e]))
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 12 }), fc.array(fc.nat(8), { maxLength: 20 }), (answers, cuts) => {
        const sieve = createSieve()
        for (const _ of answers) sieve.expectAnswer()
        const sent = Buffer.concat(answers)
        const passed: Buffer[] = []
        let from = 0
        for (const cut of [...cuts, sent.length]) {
          const taken = sieve.take(sent.subarray(from, from + cut))
          if (!taken.ok) throw new Error(taken.code)
          if (taken.value.length > 0) passed.push(taken.value)
          from += cut
        }
        expect(Buffer.concat(passed)).toEqual(sent)
      }),
    )
  })

  test.each([
    ['an answer that nobody waits for', pong, 'mqtt_intrusive'],
    ['a packet longer than was agreed', Buffer.from([0xe0, 0xff, 0x7f]), 'mqtt_intrusive'],
    ['a length without an end', Buffer.from([0xe0, 0xff, 0xff, 0xff]), 'mqtt_malformed'],
    ['a welcome cut short', Buffer.from([0x20, 0]), 'mqtt_malformed'],
    ['a message', message, 'mqtt_intrusive'],
  ])('stops %s', (_, bytes, code) => {
    expect(createSieve().take(bytes)).toEqual(failed(code))
  })
})

describe('patience', () => {
  test('grows from a second to a minute and is never twice the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, random) => {
          const waitMs = backOffMs(failures, random)
          expect(waitMs).toBeGreaterThanOrEqual(500)
          expect(waitMs).toBeLessThanOrEqual(60_000)
        },
      ),
    )
    expect([1, 2, 3, 7].map((failures) => backOffMs(failures, 1))).toEqual([1000, 2000, 4000, 60_000])
    expect(backOffMs(3, 0)).toBe(2000)
  })

  test('lets nothing through while it rests, and does not count a connection that went', async () => {
    let at = 0
    const retry = createRetry({ ...systemClock, monotonic: () => at as ReturnType<typeof systemClock.monotonic> })
    let tries = 0
    const refuse = (code: string) => () => {
      tries += 1
      return Promise.resolve(failed(code))
    }
    await retry.attempt(refuse('mqtt_lost'))
    expect(retry.refusal()).toBeUndefined()
    await retry.attempt(refuse('mqtt_denied'))
    await retry.attempt(refuse('mqtt_denied'))
    expect(tries).toBe(2)
    at = 1001
    await retry.attempt(() => Promise.resolve({ ok: true, value: 1 }))
    expect(retry.refusal()).toBeUndefined()
  })
})
