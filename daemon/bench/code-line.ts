// The gate's line over a real encrypted store and without parts, for what the bench measures of codes: people with a code each, a record,
// a door that is always there. Measures nothing. Called by guesses.ts and codes.ts.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Clock, hide, type Result } from '../../config/words.ts'
import type { Reading } from '../../drivers/protocol.ts'
import { attemptEffects, attemptEvent } from '../events.ts'
import type { GateWorld } from '../gate-world.ts'
import { type FactsReader, openFacts } from '../store/facts.ts'
import { type Ledger, startLedger } from '../store/ledger.ts'
import type { CodeParameters } from '../store/lookups.ts'

const gate = 'bench'
const by = { role: 'bench', caller: 'bench' }
export const RIGHT_CODE = '483920'
/** Where the slow hash is not what is measured. */
export const smallHash: CodeParameters = { memoryKib: 8, passes: 1, parallelism: 1 }

const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`the bench’s store refused: ${result.code} ${result.detail ?? ''}`)
  return result.value
}

export type Place = { readonly folder: string; readonly key: Buffer }
export type BenchStore = { readonly ledger: Ledger; readonly facts: FactsReader; readonly close: () => Promise<void> }

export const openBenchStore = async (
  { folder, key }: Place,
  clock: Clock,
  boot: string,
  create = false,
): Promise<BenchStore> => {
  const file = join(folder, 'store', 'gate.db')
  const journalFile = join(folder, 'run', 'journal-count')
  const settings = { file, key: hide(key), create, clock, clockSet: () => true, boot, journalFile }
  const ledger = take(await startLedger({ ...settings, onAlarm: () => undefined }))
  const facts = take(openFacts({ file, key: hide(key), boot, pending: ledger.pending }))
  const close = async () => {
    facts.close()
    await ledger.stop()
  }
  return { ledger, facts, close }
}

/** Somebody with a code, and a card if he has one. */
export const addHolder = async (
  { ledger, facts }: BenchStore,
  number: string,
  parameters: CodeParameters,
  card?: Buffer,
): Promise<void> => {
  const { householdId } = take(await ledger.write('addHousehold', { room: `room ${number}` }, by))
  const resident = { householdId, name: number, rights: [{ gate }] }
  const { residentId } = take(await ledger.write('addResident', resident, by))
  const challenge = { salt: randomBytes(16), parameters }
  const hash = await facts.hashCode(hide(RIGHT_CODE), challenge)
  take(await ledger.write('setPin', { residentId, number, ...challenge, hash }, by))
  if (card)
    take(await ledger.write('addCard', { residentId, token: facts.cardKey(hide(card)), proof: 'identifier' }, by))
}

export const codeReading = (number: string, code: string, at: number): Reading => ({
  ...{ type: 'reading', path: 'keypad', device: 'keypad', at },
  keys: { frame: 'open', number, code },
})

/** `parameters`: of the hash of every code, whoever it belongs to. */
export const quietWorld = ({ ledger, facts }: BenchStore, clock: Clock, parameters: CodeParameters): GateWorld => ({
  gate,
  clock,
  facts: { ...facts, pinChallenge: (number) => ({ ...facts.pinChallenge(number), parameters }) },
  record: async (kind, attempt, known, decision) => {
    const event = { ...attemptEvent(attempt, decision), kind }
    const recorded = await ledger.record(event, attemptEffects(attempt, known, decision, kind))
    if (recorded.flag === undefined) return { ref: String(recorded.seq), kept: 'stored' }
    return { ref: 'j', kept: recorded.flag }
  },
  door: { open: () => true },
  signal: { show: () => undefined },
  menus: {
    open: () => undefined,
    isOpen: () => false,
    choose: async () => undefined,
    close: () => undefined,
    closeUntouched: () => undefined,
  },
  askFace: () => undefined,
  claimFace: () => undefined,
  twoFactor: () => [],
  sideOf: () => 'entry',
  circumstances: () => {
    const now = { wall: clock.wall(), monotonic: clock.monotonic() }
    return { ...now, mode: 'controlled', clockTrusted: true, timeZone: 'Asia/Shanghai', graceDays: 7 }
  },
  onAttempt: () => undefined,
  onFlood: () => undefined,
  onFault: (code) => {
    throw new Error(`the line failed: ${code}`)
  },
})
