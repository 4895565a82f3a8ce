// Whether the configured broker takes the gate's events: connects under a name of its own beside the running gate's, logs in, writes one
// word below the gate's prefix that nobody keeps, and leaves. Never longer than its limit. Called by doctor.ts and doctor-watch.ts.

import type { Config } from '../../config/settings.ts'
import { failed, type Result } from '../../config/words.ts'
import { type Connection, connectBroker } from '../mqtt/connection.ts'
import { awaitWithin } from '../store/within.ts'

/** Connection, login and the answer to the write, together. */
export const BROKER_LIMIT_MS = 3000

const write = async (connected: Result<Connection>, topic: string): Promise<Result<void>> => {
  if (!connected.ok) return connected
  const connection = connected.value
  try {
    return await connection.publish({ topic, payload: 'probe' })
  } finally {
    connection.drop()
  }
}

/** Its codes are those of the running gate's own connection. */
export const probeBroker = async (gate: string, settings: NonNullable<Config['mqtt']>): Promise<Result<void>> => {
  const topic = `${settings.topicPrefix ?? `evengate/${gate}`}/doctor`
  // The gate's own name would throw the running gate off.
  const clientId = `${settings.clientId ?? `evengate-${gate}`}-doctor`
  const over = new AbortController()
  const dialled = connectBroker(settings, { clientId, will: { topic, payload: '' } }, over.signal)
  const asked = dialled.then((connected) => write(connected, topic))
  const late = failed('mqtt_unanswered')
  const answer = await awaitWithin<Result<void>>(asked, BROKER_LIMIT_MS, late)
  if (answer !== late) return answer
  over.abort()
  void dialled.then((connected) => connected.ok && connected.value.drop())
  return late
}
