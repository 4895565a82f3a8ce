import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFrameReader, encodeFrame, FRAME_LIMIT_BYTES, openLink } from '../../drivers/link.ts'
import { waitUntil } from './play-main.ts'

const openPair = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'link-'))
  const path = join(folder, 's.sock')
  const accepted = Promise.withResolvers<Socket>()
  const server = createServer((socket) => accepted.resolve(socket))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const client = connect(path)
  const far = await accepted.promise
  const close = () => {
    client.destroy()
    far.destroy()
    server.close()
    rmSync(folder, { recursive: true })
  }
  return { client, far, close }
}

test('messages come out as they went in, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(encodeFrame))
        const reader = createFrameReader()
        const seen: unknown[] = []
        for (let from = 0, n = 0; from < bytes.length; n++) {
          const to = from + (cuts[n % Math.max(cuts.length, 1)] ?? bytes.length)
          reader.push(bytes.subarray(from, to))
          for (let parsed = reader.take(); parsed.kind === 'message'; parsed = reader.take()) seen.push(parsed.message)
          from = to
        }
        expect(seen).toEqual(messages.map((message) => JSON.parse(JSON.stringify(message))))
      },
    ),
  )
})

test('arbitrary bytes are a message, wait for more, or are broken, and never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const reader = createFrameReader()
      reader.push(Buffer.from(bytes))
      expect(['message', 'more', 'broken']).toContain(reader.take().kind)
    }),
    { numRuns: 2000 },
  )
})

test('a frame longer than the limit breaks the link before its body is read', async () => {
  const { client, far, close } = await openPair()
  const closed = Promise.withResolvers<string>()
  openLink(far, { onMessage: () => undefined, onClose: closed.resolve })
  const head = Buffer.alloc(4)
  head.writeUInt32BE(FRAME_LIMIT_BYTES + 1)
  client.write(head)
  expect(await closed.promise).toBe('frame_too_large')
  close()
})

test('a frame that is no JSON breaks the link and its bytes are not repeated', async () => {
  const { client, far, close } = await openPair()
  const closed = Promise.withResolvers<string>()
  openLink(far, { onMessage: () => undefined, onClose: closed.resolve })
  client.write(Buffer.concat([Buffer.from([0, 0, 0, 6]), Buffer.from('4711*#')]))
  expect(await closed.promise).toBe('frame_malformed')
  close()
})

test('another connection is served between the frames of one that floods', async () => {
  const flood = await openPair()
  const quiet = await openPair()
  const order: string[] = []
  const done = Promise.withResolvers<void>()
  openLink(flood.far, { onMessage: () => order.push('flood'), onClose: () => undefined })
  openLink(quiet.far, {
    onMessage: () => {
      order.push('quiet')
      done.resolve()
    },
    onClose: () => undefined,
  })
  const burst = Buffer.concat(Array.from({ length: 20_000 }, () => encodeFrame({ n: 1 })))
  flood.client.write(burst)
  quiet.client.write(encodeFrame({ n: 2 }))
  await done.promise
  // A link that emptied its buffer in one go would be through thousands of frames first.
  expect(order.indexOf('quiet')).toBeLessThan(2000)
  flood.close()
  quiet.close()
})

test('a peer that does not read is written no further than the limit', async () => {
  const { client, far, close } = await openPair()
  client.pause()
  const link = openLink(far, { onMessage: () => undefined, onClose: () => undefined })
  const message = { filler: 'x'.repeat(500_000) }
  let sent = 0
  while (link.send(message) && sent < 1000) sent++
  expect(sent).toBeLessThan(100)
  close()
})

test('whoever waits for a peer that reads again goes on then, and everything has arrived in order', async () => {
  const { client, far, close } = await openPair()
  const seen: number[] = []
  client.pause()
  openLink(client, {
    onMessage: (message) => seen.push((message as { n: number }).n),
    onClose: () => undefined,
  })
  const link = openLink(far, { onMessage: () => undefined, onClose: () => undefined })
  const filler = 'x'.repeat(500_000)
  let n = 0
  while (await link.drain(20)) link.send({ n: n++, filler })
  client.resume()
  for (; n < 100; n++) {
    expect(await link.drain(5000)).toBe(true)
    expect(link.send({ n, filler })).toBe(true)
  }
  await waitUntil('the last', () => seen.length === 100)
  expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n))
  close()
})

test('whoever waits for a peer that never reads is let go at the limit, and at once when it is gone', async () => {
  const { client, far, close } = await openPair()
  client.pause()
  const link = openLink(far, { onMessage: () => undefined, onClose: () => undefined })
  while (await link.drain(20)) link.send({ filler: 'x'.repeat(500_000) })
  const waiting = link.drain(60_000)
  client.destroy()
  expect(await waiting).toBe(false)
  expect(await link.drain(60_000)).toBe(false)
  close()
})
