// Events out against a real Mosquitto with TLS, passwords and an ACL on loopback.

import { describe, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { needPart } from '../parts.ts'
import { makePlace } from '../store/place.ts'
import { everything, type Receiver, startBroker } from './broker.ts'
import { countTo, playGate, seqsOf, withoutRepeats } from './world.ts'

const LIMIT_MS = 60_000

const heardUpTo = (receiver: Receiver, seq: number) =>
  waitUntil(`event ${seq} at the receiver`, () => seqsOf(receiver.heard).includes(seq), 20_000)

const stateOf = (receiver: Receiver, topic: string) =>
  receiver.heard.findLast((one) => one.topic === `evengate/south/${topic}`)?.payload

const hears = (receiver: Receiver, topic: string, payload: string) =>
  waitUntil(`${topic} ${payload}`, () => stateOf(receiver, topic) === payload, 20_000)

describe.skipIf(!needPart('mosquitto'))('events out', () => {
  test(
    'arrive in order, once, each with its place and time',
    async () => {
      await using broker = await startBroker()
      const receiver = await broker.listen()
      const gate = await playGate(broker)
      const last = await gate.record(120)
      await gate.drained()
      await heardUpTo(receiver, last)
      expect(seqsOf(receiver.heard)).toEqual(countTo(last))
      const first = receiver.heard.find(({ topic }) => topic.includes('/event/'))
      expect(first).toMatchObject({ topic: 'evengate/south/event/door', retain: false, seq: '1' })
      expect(JSON.parse(first?.payload ?? '')).toMatchObject({
        seq: 1,
        kind: 'door',
        what: 'exit_button',
        outcome: 'grant',
      })
      await gate.cursorIs(last)
      expect(gate.alarms).toEqual([])
    },
    LIMIT_MS,
  )

  test(
    'survive a broker that is killed again and again in the middle of them',
    async () => {
      await using broker = await startBroker()
      const receiver = await broker.listen()
      const gate = await playGate(broker)
      for (let round = 0; round < 3; round++) {
        const last = await gate.record(150)
        await heardUpTo(receiver, last - 120)
        await broker.kill()
        await gate.record(150)
        await broker.start()
      }
      const last = await gate.drained(40_000)
      await gate.cursorIs(last)
      await heardUpTo(receiver, last)
      expect(withoutRepeats(seqsOf(receiver.heard))).toEqual(countTo(last))
    },
    LIMIT_MS * 2,
  )

  test(
    'wait for a broker that comes later, and go on where a killed gate stopped',
    async () => {
      await using broker = await startBroker()
      const receiver = await broker.listen()
      const place = makePlace()
      const before = await playGate(broker, {}, place)
      await before.record(20)
      await before.drained()
      await broker.kill()
      await before.record(30)
      await before.mqtt.stop()
      await before.opened.ledger.stop()
      await broker.start()
      const after = await playGate(broker, {}, place)
      const last = await after.drained()
      await heardUpTo(receiver, last)
      expect(withoutRepeats(seqsOf(receiver.heard))).toEqual(countTo(last))
    },
    LIMIT_MS,
  )

  test(
    'that the broker denies raise an alarm, stay, and go out in order once it allows them',
    async () => {
      await using broker = await startBroker({
        acl: ['topic write evengate/south/+', 'topic write evengate/south/event/door'],
      })
      const receiver = await broker.listen()
      const gate = await playGate(broker)
      const allowed = await gate.record(5)
      await gate.record(1, 'journal_lost')
      const last = await gate.record(5)
      await gate.alarmed('mqtt_denied')
      await heardUpTo(receiver, allowed)
      await gate.cursorIs(allowed)
      expect(gate.mqtt.state()).toMatchObject({ waiting: last - allowed, trouble: 'mqtt_denied' })
      broker.allow(everything)
      await gate.drained()
      await heardUpTo(receiver, last)
      expect(seqsOf(receiver.heard)).toEqual(countTo(last))
      await gate.alarmed('mqtt_answers')
      expect(gate.alarms).toEqual(['mqtt_denied', 'mqtt_answers'])
    },
    LIMIT_MS,
  )

  test(
    'go out though the broker denies the states',
    async () => {
      await using broker = await startBroker({ acl: ['topic write evengate/south/event/#'] })
      const receiver = await broker.listen()
      const gate = await playGate(broker)
      const last = await gate.record(5)
      await heardUpTo(receiver, last)
      await gate.alarmed('mqtt_denied')
    },
    LIMIT_MS,
  )

  test(
    'with a wrong password: an alarm, ever longer waits, and no event lost',
    async () => {
      await using broker = await startBroker()
      const gate = await playGate(broker, { passwordFile: broker.wrongPasswordFile })
      await gate.alarmed('mqtt_login_refused')
      await gate.record(5)
      const dials = () => broker.logText().match(/New client connected|not authorised/g)?.length ?? 0
      await waitUntil('a second dial', () => dials() >= 2, 20_000)
      expect(dials()).toBeLessThan(5)
      expect(gate.mqtt.state()).toMatchObject({ connected: false, waiting: 5, trouble: 'mqtt_login_refused' })
      expect(gate.alarms).toEqual(['mqtt_login_refused'])
    },
    LIMIT_MS,
  )

  test.each([
    ['mqtt_untrusted', { caFile: undefined }],
    ['mqtt_file_unreadable', { caFile: '/nowhere/ca.pem' }],
    ['mqtt_file_unusable', { keyFile: import.meta.filename, certFile: import.meta.filename }],
    ['mqtt_unreachable', { url: 'mqtts://localhost:1' }],
  ])(
    '%s is told when the settings say so',
    async (code, more) => {
      await using broker = await startBroker()
      const { caFile, ...rest } = { ...broker.settings, ...more }
      const gate = await playGate({
        ...broker,
        settings: { ...rest, ...(caFile ? { caFile } : {}) } as typeof broker.settings,
      })
      await gate.alarmed(code)
    },
    LIMIT_MS,
  )

  test(
    'a frozen broker is given up and found again',
    async () => {
      await using broker = await startBroker()
      const receiver = await broker.listen()
      const gate = await playGate(broker)
      await gate.record(3)
      await gate.drained()
      broker.signal('SIGSTOP')
      await gate.record(3)
      await gate.alarmed('mqtt_unanswered', 25_000)
      broker.signal('SIGCONT')
      const last = await gate.drained(40_000)
      await heardUpTo(receiver, last)
      expect(withoutRepeats(seqsOf(receiver.heard))).toEqual(countTo(last))
    },
    LIMIT_MS * 2,
  )
})

describe.skipIf(!needPart('mosquitto'))('states', () => {
  test(
    'stand at the broker for whoever comes later, and follow the gate',
    async () => {
      await using broker = await startBroker()
      const gate = await playGate(broker)
      await waitUntil('a connection', () => gate.mqtt.state().connected)
      const receiver = await broker.listen()
      await hears(receiver, 'availability', 'online')
      await hears(receiver, 'paths', '{"entry":{"card":"up"}}')
      await hears(receiver, 'mode', 'controlled')
      await hears(receiver, 'door', '{"state":"up"}')
      gate.happen({ kind: 'door', event: { type: 'door', what: 'relay_on', at: 1, ref: '9' } })
      await hears(receiver, 'door', '{"state":"up","unlocked":true}')
      gate.happen({
        kind: 'door_stands',
        standing: {
          ...{ type: 'door_stands', at: 2, relay: false, contact: 'open', held: true, forced: false, fire: false },
          mode: 'controlled',
        },
      })
      const standing = '{"state":"up","unlocked":false,"open":true,"held":true,"forced":false,"fire":false}'
      await hears(receiver, 'door', standing)
      gate.setMode('open')
      await hears(receiver, 'mode', 'open')
      const late = await broker.listen()
      await hears(late, 'mode', 'open')
      expect(late.heard.every(({ retain }) => retain)).toBe(true)
    },
    LIMIT_MS,
  )

  test(
    'say offline when the gate stops, and online when it is back',
    async () => {
      await using broker = await startBroker()
      const receiver = await broker.listen()
      const gate = await playGate(broker)
      await hears(receiver, 'availability', 'online')
      await gate.mqtt.stop()
      await hears(receiver, 'availability', 'offline')
      await playGate(broker)
      await hears(receiver, 'availability', 'online')
      expect(broker.logText()).not.toContain('already connected')
    },
    LIMIT_MS,
  )
})
