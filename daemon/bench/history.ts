// A ledger that is long before the gate starts: so many passages, spread evenly over the last four weeks, none of them old enough to be
// purged. Each goes through the ledger's own append and its triggers, many to a transaction. Called by people.ts, when the store is
// filled and no gate runs on it.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { loadConfig } from '../../config/load.ts'
import type { MonotonicMs, WallMs } from '../../config/words.ts'
import { attemptEvent } from '../events.ts'
import { readBootId } from '../opening.ts'
import { appendEvent } from '../store/append.ts'
import type { WritableStore } from '../store/handles.ts'
import { openKeys } from '../store/keys.ts'
import { openWriter } from '../store/open.ts'
import type { Lab } from './lab.ts'

const SPAN_MS = 28 * 86_400_000
const CHUNK_EVENTS = 10_000
/** One in so many is somebody without a right at this hour. */
const DENIED_EVERY = 40

type Holder = { readonly credential: string; readonly resident: string }

const openLabStore = (lab: Lab): { store: WritableStore; gate: string; close: () => void } => {
  const loaded = loadConfig(lab.tapGate)
  if (!loaded.ok) throw new Error('the bench’s configuration is refused')
  const { gate, store: place } = loaded.value
  const keys = openKeys({
    ...{ keysDirectory: place.keysDirectory, credentialsDirectory: undefined, mayMake: false, storeExists: true },
  })
  if (!keys.ok) throw new Error(`the bench’s keys: ${keys.code}`)
  const opened = openWriter({ file: join(place.directory, 'gate.db'), key: keys.value.store })
  if (!opened.ok) throw new Error(`the bench’s store refused: ${opened.code}`)
  return { ...opened.value, gate }
}

const passage = (gate: string, n: number, { credential, resident }: Holder) => {
  const path = n % 3 === 0 ? 'keypad' : 'card'
  const told = { notes: [], residentId: resident, credentialIds: [credential] }
  return attemptEvent(
    { gate, side: n % 2 === 0 ? 'entry' : 'exit', at: 0 as MonotonicMs, proofs: [{ path }] },
    n % DENIED_EVERY === 0
      ? { outcome: 'deny', reason: 'outside_schedule', ...told }
      : { outcome: 'grant', reason: 'right', ...told },
  )
}

export const fillHistory = (lab: Lab, events: number, say: (line: string) => void): void => {
  const { store, gate, close } = openLabStore(lab)
  try {
    const holders = store
      .prepare<[], Holder>('SELECT id AS credential, resident_id AS resident FROM credential ORDER BY id')
      .all()
    const begin = Date.now() - SPAN_MS
    const boot = readBootId()
    const append = (n: number): void => {
      const holder = holders[(n * 7919) % holders.length]
      if (!holder) return
      const wall = (begin + (SPAN_MS * n) / events) as WallMs
      const at = { wall, monotonic: n as MonotonicMs, boot, clockSet: true }
      appendEvent(store, { ...passage(gate, n, holder), at, flags: '', salt: randomBytes(16) })
    }
    for (let first = 0; first < events; first += CHUNK_EVENTS) {
      store.transaction(() => {
        for (let n = first; n < Math.min(events, first + CHUNK_EVENTS); n++) append(n)
      })()
      if (first % (20 * CHUNK_EVENTS) === 0 && first > 0) say(`${first} of ${events} events`)
    }
  } finally {
    close()
  }
}
