// Events out of a whole gate: what a morning at it leaves at the broker, that no person is in it, that a dead gate is known to be
// dead, and that a broker that refuses changes nothing at the door.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Status } from '../../daemon/commands/status.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore, readLedger } from '../line/gate-place.ts'
import { type RunningGate, runGate } from '../line/running-gate.ts'
import { needPart } from '../parts.ts'
import { type Broker, type Heard, type Receiver, startBroker } from './broker.ts'

const LIMIT_MS = 60_000
const HEARD_LIMIT_MS = 15_000

const makePlace = (broker: Broker, more: object = {}): Promise<GatePlace> =>
  makeGatePlace((plan) => Object.assign(plan, { mqtt: { ...broker.settings, ...more } }))

const people = (place: GatePlace): Promise<Person> =>
  prepareStore(place, (open) => addPerson(open, { name: 'Wáng Xiǎomíng', code: '719385' }))

const events = ({ heard }: Receiver) =>
  heard
    .filter(({ topic }) => topic.includes('/event/'))
    .map(({ payload }) => JSON.parse(payload) as { seq: number; kind: string; reason?: string })

const hears = (receiver: Receiver, fits: (heard: Heard) => boolean) =>
  waitUntil('the message at the receiver', () => receiver.heard.some(fits), HEARD_LIMIT_MS)

const hearsReason = (receiver: Receiver, reason: string) =>
  waitUntil(
    `${reason} at the receiver`,
    () => events(receiver).some((event) => event.reason === reason),
    HEARD_LIMIT_MS,
  )

/** A grant, two denials and an exit. */
const playMorning = async (gate: RunningGate, person: Person): Promise<void> => {
  await gate.play('entry-card', { tap: person.card })
  await gate.relayOn(await gate.attempt('card'))
  await gate.play('entry-card', { tap: '04deadbeef0001' })
  await gate.attempt('card')
  await gate.type('entry-keypad', `${person.number}*000111#`)
  await gate.attempt('keypad')
  await gate.play('exit-card', { tap: person.card })
  await gate.attempt('card')
}

describe.skipIf(!needPart('mosquitto'))('a gate with a broker', () => {
  test(
    'tells what happened in the order of the record, and of nobody',
    async () => {
      await using broker = await startBroker()
      const receiver = await broker.listen()
      await using place = await makePlace(broker)
      const person = await people(place)
      await using gate = await runGate(place)
      await playMorning(gate, person)
      for (const reason of ['right', 'credential_unknown', 'pin_wrong', 'exit']) await hearsReason(receiver, reason)
      const seqs = events(receiver).map(({ seq }) => seq)
      const from = seqs[0] ?? 0
      expect(seqs).toEqual(seqs.map((_, n) => from + n))
      const recorded = new Map(readLedger(place).map(({ seq, kind }) => [seq, kind]))
      for (const { seq, kind } of events(receiver)) expect(['other', recorded.get(seq)]).toContain(kind)
      const told = receiver.heard.map(({ topic, payload }) => `${topic} ${payload}`).join('\n')
      const canaries = [person.residentId, person.cardId, person.pinId, person.card, person.number, person.code]
      for (const canary of [...canaries, person.name, '000111', '04deadbeef0001']) expect(told).not.toContain(canary)
      const password = readFileSync(broker.settings.passwordFile, 'utf8').trim()
      expect(gate.stderr() + told).not.toContain(password)
      const status = await gate.ask('status')
      expect(status.ok && (status.value as Status).mqtt).toMatchObject({ connected: true })
    },
    LIMIT_MS,
  )

  test(
    'is known to be gone when it was killed',
    async () => {
      await using broker = await startBroker()
      const receiver = await broker.listen()
      await using place = await makePlace(broker)
      await using gate = await runGate(place)
      await hears(receiver, ({ topic, payload }) => topic === 'evengate/south/availability' && payload === 'online')
      await hears(receiver, ({ topic, payload }) => topic === 'evengate/south/door' && payload.includes('"state":"up"'))
      gate.kill('SIGKILL')
      await hears(receiver, ({ topic, payload }) => topic === 'evengate/south/availability' && payload === 'offline')
    },
    LIMIT_MS,
  )

  test(
    'opens as ever when the broker refuses it, and says so',
    async () => {
      await using broker = await startBroker()
      await using place = await makePlace(broker, { passwordFile: broker.wrongPasswordFile })
      const person = await people(place)
      await using gate = await runGate(place)
      await gate.alarm('mqtt_login_refused')
      await gate.play('entry-card', { tap: person.card })
      await gate.relayOn(await gate.attempt('card'))
      const status = await gate.ask('status')
      expect(status.ok && (status.value as Status).mqtt).toMatchObject({
        connected: false,
        trouble: 'mqtt_login_refused',
      })
      expect(gate.stderr()).not.toContain('not the password')
    },
    LIMIT_MS,
  )

  test(
    'stops soon though the broker is frozen',
    async () => {
      await using broker = await startBroker()
      const receiver = await broker.listen()
      await using place = await makePlace(broker)
      await using gate = await runGate(place)
      await hears(receiver, ({ payload }) => payload === 'online')
      broker.signal('SIGSTOP')
      gate.kill('SIGTERM')
      expect(await gate.exited(5000)).toEqual({ code: 0, signal: null })
    },
    LIMIT_MS,
  )
})
