// A gate's record on a real store with events out, without the gate: what is recorded, what the daemon would announce, how far the
// broker has confirmed. For the tests of events out.

import { onTestFinished } from 'vitest'
import type { Config } from '../../config/settings.ts'
import { type Mode, systemClock } from '../../config/words.ts'
import type { Happening } from '../../daemon/happening.ts'
import { type Mqtt, type MqttWorld, startMqtt } from '../../daemon/mqtt.ts'
import type { DeviceState } from '../../drivers/protocol.ts'
import { configOf, goodGate } from '../config/gate-file.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { makePlace, type Opened, openLedger, openReads, type Place, take } from '../store/place.ts'
import type { Broker, Heard } from './broker.ts'

export type PlayedGate = {
  readonly opened: Opened
  readonly mqtt: Mqtt
  readonly alarms: readonly string[]
  /** Records that many events; gives the place of the last. */
  readonly record: (count: number, kind?: string) => Promise<number>
  readonly happen: (happening: Happening) => void
  /** The store knows that the broker has confirmed up to there. */
  readonly cursorIs: (seq: number) => Promise<void>
  /** Nothing waits any longer; the place of the last event. */
  readonly drained: (limitMs?: number) => Promise<number>
  readonly alarmed: (code: string, limitMs?: number) => Promise<void>
  readonly setMode: (mode: Mode) => void
}

const devices: readonly DeviceState[] = [{ device: 'a', side: 'entry', state: 'up' }]

const openWorld = (
  opened: Opened,
  config: Config,
  settings: MqttWorld['settings'],
): { world: MqttWorld; alarms: string[]; happen: (happening: Happening) => void; setMode: (mode: Mode) => void } => {
  const alarms: string[] = []
  const listeners = new Set<(happening: Happening) => void>()
  let mode: Mode = 'controlled'
  const world: MqttWorld = {
    config,
    settings,
    clock: systemClock,
    facts: openReads(opened),
    ledger: opened.ledger,
    supervisor: { devices: () => devices, isUp: () => true },
    mode: () => mode,
    flaws: () => [],
    watch: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    announce: (happening) => {
      if (happening.kind === 'alarm') alarms.push(happening.code)
    },
  }
  const happen = (happening: Happening) => {
    for (const listener of listeners) listener(happening)
  }
  const setMode = (next: Mode) => {
    mode = next
  }
  return { world, alarms, happen, setMode }
}

const PATIENCE_MS = 20_000

export const playGate = async (
  broker: Broker,
  more: Partial<MqttWorld['settings']> = {},
  place: Place = makePlace(),
): Promise<PlayedGate> => {
  const opened = await openLedger(place)
  // Where events out begin is known before the first event.
  take(await opened.ledger.moveCursor('mqtt'))
  const { world, alarms, happen, setMode } = openWorld(opened, configOf(goodGate), { ...broker.settings, ...more })
  const mqtt = startMqtt(world)
  onTestFinished(() => mqtt.stop())
  const head = () => world.facts.ledgerHead().seq
  const record = async (count: number, kind = 'door') => {
    const payload = { gate: 'south', what: 'exit_button', outcome: 'grant', reason: 'exit_button' }
    const from = head()
    for (let n = 0; n < count; n++) await opened.ledger.record({ kind, payload })
    await waitUntil('the record on the disk', () => head() >= from + count, PATIENCE_MS)
    return head()
  }
  return {
    opened,
    mqtt,
    alarms,
    record,
    happen,
    setMode,
    cursorIs: (seq) =>
      waitUntil(`the cursor at ${seq}`, async () => take(await opened.ledger.moveCursor('mqtt')) === seq, PATIENCE_MS),
    drained: async (limitMs = PATIENCE_MS) => {
      await waitUntil('the broker’s confirmation of every event', () => mqtt.state().waiting === 0, limitMs)
      return head()
    },
    alarmed: (code, limitMs = PATIENCE_MS) => waitUntil(`the alarm ${code}`, () => alarms.includes(code), limitMs),
  }
}

export const seqsOf = (heard: readonly Heard[]): readonly number[] =>
  heard
    .filter(({ topic }) => topic.includes('/event/'))
    .map(({ payload }) => (JSON.parse(payload) as { seq: number }).seq)

/** Each once, where it came first. */
export const withoutRepeats = (seqs: readonly number[]): readonly number[] => [...new Set(seqs)]

export const countTo = (last: number): readonly number[] => Array.from({ length: last }, (_, n) => n + 1)
