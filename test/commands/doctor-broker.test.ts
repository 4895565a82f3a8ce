// Doctor before a real broker: what the gate's settings come to there, within 3 s, and without throwing the running gate off.

import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BROKER_LIMIT_MS, probeBroker } from '../../daemon/cli/probe-broker.ts'
import { type Broker, everything, startBroker } from '../mqtt/broker.ts'
import { needPart } from '../parts.ts'

const codeOf = (answer: Awaited<ReturnType<typeof probeBroker>>) => (answer.ok ? 'good' : answer.code)

describe.skipIf(!needPart('mosquitto'))('a broker', () => {
  let broker: Broker
  beforeAll(async () => {
    broker = await startBroker({ careful: false })
  })
  afterAll(() => broker[Symbol.asyncDispose]())
  const probe = async (changes: object = {}) => codeOf(await probeBroker('south', { ...broker.settings, ...changes }))

  test('that takes events is good, and keeps nothing of the probe', async () => {
    expect(await probe()).toBe('good')
    const receiver = await broker.listen()
    expect(receiver.heard.filter(({ retain }) => retain)).toEqual([])
  })

  test('whose rules deny the gate’s topics is noticed', async () => {
    broker.allow(['topic write somewhere/else/#'])
    expect(await probe()).toBe('mqtt_denied')
    broker.allow(everything)
  })

  test('that refuses the password, or is vouched for by nobody, is told as such', async () => {
    expect(await probe({ passwordFile: broker.wrongPasswordFile })).toBe('mqtt_login_refused')
    expect(await probe({ caFile: undefined })).toBe('mqtt_untrusted')
  })

  test('is asked under another name than the running gate’s: that one stays connected', async () => {
    await probe()
    expect(broker.logText()).toContain('evengate-south-doctor')
    expect(broker.logText()).not.toMatch(/ as evengate-south \(/)
  })

  test('that is away is unreachable', async () => {
    await broker.kill()
    expect(await probe()).toBe('mqtt_unreachable')
    await broker.start()
  })
})

test('one that accepts and never answers is given up in time', async () => {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)))
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    }),
  )
  const settings = { url: `mqtt://127.0.0.1:${port}`, allowPlain: true, keepaliveSeconds: 30 }
  const since = performance.now()
  expect(codeOf(await probeBroker('south', settings))).toBe('mqtt_unanswered')
  expect(performance.now() - since).toBeLessThan(BROKER_LIMIT_MS + 1000)
  for (const socket of sockets) socket.destroy()
  server.close()
})
