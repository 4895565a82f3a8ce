// Where a gate of a test lives: its folder, its configuration, its store and the people in it, and what can be read there from
// outside while the gate runs and after it was killed. Starts no gate (running-gate.ts). Used by the tests of line, law and faults.

import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashNotice } from '../../config/notice.ts'
import { reviewConfig } from '../../config/review.ts'
import type { Config } from '../../config/settings.ts'
import { renderProblem } from '../../config/wording.ts'
import { type Clock, hide, type Result, type Secret, systemClock, type WallMs } from '../../config/words.ts'
import { installedPack } from '../../daemon/cli/judge.ts'
import { modelOf } from '../../daemon/cli/run.ts'
import { adoptConfiguration, openStore } from '../../daemon/opening.ts'
import { prepareRuntimeFolder } from '../../daemon/runtime-folder.ts'
import { type ChainHead, type ChainVerdict, chainStart } from '../../daemon/store/chain.ts'
import { type FactsReader, openFacts } from '../../daemon/store/facts.ts'
import { makeId } from '../../daemon/store/ids.ts'
import { openKeys } from '../../daemon/store/keys.ts'
import type { Ledger } from '../../daemon/store/ledger.ts'
import type { LedgerLine } from '../../daemon/store/reads.ts'

type Device = Readonly<Record<string, unknown>>
type SidePlan = { card?: Device[]; keypad?: Device[]; face?: Device[]; twoFactor?: [string, string][] }
/** As it stands in the file. */
export type GatePlan = {
  gate: string
  language: string
  timeZone: string
  operator: Record<string, string>
  store: { directory: string; keysDirectory: string }
  runtime: { directory: string }
  clock: { trust: string }
  door: Record<string, unknown>
  sides: { entry: SidePlan; exit?: SidePlan }
  face?: Record<string, unknown>
  inequality?: Record<string, unknown>
}

export type GatePlace = {
  readonly folder: string
  readonly configFile: string
  readonly runtimeDirectory: string
  readonly storeDirectory: string
  readonly keysDirectory: string
  readonly storeFile: string
  /** Writes the configuration anew, with changes to what it was at first. */
  readonly rewrite: (change: (plan: GatePlan) => void) => void
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** Short enough that a storm closes the door many times. */
export const PULSE_MS = 400

const planIn = (folder: string): GatePlan => ({
  gate: 'south',
  language: 'en',
  timeZone: 'Asia/Shanghai',
  operator: { name: 'Committee', contact: 'Office 1', maintainer: 'Maintainer' },
  store: { directory: join(folder, 'store'), keysDirectory: join(folder, 'keys') },
  runtime: { directory: join(folder, 'run') },
  clock: { trust: 'always' },
  door: { driver: 'simulated', pulseMs: PULSE_MS, exitButton: true, contact: true, fire: true },
  sides: {
    entry: {
      card: [{ id: 'entry-card', driver: 'simulated' }],
      keypad: [{ id: 'entry-keypad', driver: 'simulated' }],
    },
    exit: { card: [{ id: 'exit-card', driver: 'simulated' }] },
  },
})

/** A gate of simulated parts with card and keypad at the entry, unless `change` wants it otherwise. */
export const makeGatePlace = async (change: (plan: GatePlan) => void = () => undefined): Promise<GatePlace> => {
  const folder = await mkdtemp(join(tmpdir(), 'eg-'))
  const configFile = join(folder, 'gate.yaml')
  const plan = planIn(folder)
  change(plan)
  // JSON is YAML.
  const write = (written: GatePlan) => writeFileSync(configFile, JSON.stringify(written, undefined, 1))
  write(plan)
  return {
    folder,
    configFile,
    runtimeDirectory: plan.runtime.directory,
    storeDirectory: plan.store.directory,
    keysDirectory: plan.store.keysDirectory,
    storeFile: join(plan.store.directory, 'gate.db'),
    rewrite: (again) => {
      const next = structuredClone(plan)
      again(next)
      write(next)
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The value of a result that must be good. */
export const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`refused: ${result.code} ${result.detail ?? ''}`)
  return result.value
}

const configOf = async (place: GatePlace): Promise<Config> => {
  const { config, problems } = await reviewConfig(place.configFile, installedPack)
  if (!config) throw new Error(problems.map((problem) => renderProblem(problem, 'en')).join('\n'))
  return config
}

export type OpenPlace = {
  readonly config: Config
  readonly model: string
  readonly ledger: Ledger
  readonly facts: FactsReader
}

/** Opens the store as the daemon would, while none runs, and closes it after the work. */
export const prepareStore = async <T>(
  place: GatePlace,
  work: (open: OpenPlace) => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> => {
  const config = await configOf(place)
  const model = await modelOf(config)
  await mkdir(place.runtimeDirectory, { recursive: true, mode: 0o700 })
  take(prepareRuntimeFolder(place.runtimeDirectory))
  const store = take(await openStore(config, clock, place.runtimeDirectory, () => undefined))
  try {
    take(await adoptConfiguration(config, model, store))
    return await work({ config, model, ledger: store.ledger, facts: store.facts })
  } finally {
    await store.close()
  }
}

export const byOffice = { role: 'root', caller: 'uid:0' }

export type Person = {
  readonly residentId: string
  readonly name: string
  /** Identifier of the card, as the reader gives it. */
  readonly card: string
  readonly cardId: string
  readonly number: string
  readonly code: string
  readonly pinId: string
}

let people = 0

/** A resident with a card and a code. */
export const addPerson = async (
  { config, ledger, facts }: Pick<OpenPlace, 'config' | 'ledger' | 'facts'>,
  more: { readonly scheduleId?: string; readonly card?: string; readonly code?: string; readonly name?: string } = {},
): Promise<Person> => {
  const place = ++people
  const { name = `Resident ${place}`, card = `04${randomBytes(6).toString('hex')}`, code = '483920' } = more
  const { householdId } = take(await ledger.write('addHousehold', { room: `room ${place}` }, byOffice))
  const schedule = more.scheduleId === undefined ? {} : { scheduleId: more.scheduleId }
  const resident = { householdId, name, rights: [{ gate: config.gate, ...schedule }] }
  const { residentId } = take(await ledger.write('addResident', resident, byOffice))
  const token = facts.cardKey(hide(Buffer.from(card, 'hex')))
  const added = take(await ledger.write('addCard', { residentId, token, proof: 'identifier' }, byOffice))
  const number = String(10_000 + place)
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide(code), challenge)
  const pin = take(await ledger.write('setPin', { residentId, number, hash, ...challenge }, byOffice))
  return { residentId, name, card, cardId: added.credentialId, number, code, pinId: pin.credentialId }
}

const YEAR_MS = 365 * 86_400_000

/** A yes to face, confirmed by the person's card just now. */
export const giveConsent = async (
  { config, model, ledger }: OpenPlace,
  person: Person,
  lastingMs = YEAR_MS,
): Promise<void> => {
  const givenAt = Date.now() as WallMs
  const consent = {
    residentId: person.residentId,
    gates: [config.gate],
    noticeHash: hashNotice(config),
    model,
    givenBy: 'self' as const,
    formNumber: 'F-1',
    witness: 'office',
    language: config.language,
    givenAt,
    expiresAt: (givenAt + lastingMs) as WallMs,
  }
  take(await ledger.write('recordConsent', consent, byOffice))
  const own = { residentId: person.residentId, credentialId: person.cardId }
  take(await ledger.write('confirmConsent', own, { role: 'resident', caller: 'keypad' }))
}

/** A face as the store knows it; nobody can be recognised by it. */
export const addFace = async (open: OpenPlace, { residentId }: Person): Promise<string> => {
  const templates = [{ sealed: randomBytes(600), wrappedKey: randomBytes(60) }]
  const face = { residentId, credentialId: makeId('c'), model: open.model, templates }
  return take(await open.ledger.write('addTemplates', face, byOffice)).credentialId
}

export const storeKeyOf = (place: GatePlace): Secret<Buffer> =>
  take(openKeys({ keysDirectory: place.keysDirectory, storeExists: true })).store

/** Reads the store beside a running gate, or after it. */
export const readStore = <T>(place: GatePlace, look: (facts: FactsReader) => T): T => {
  const facts = take(openFacts({ file: place.storeFile, key: storeKeyOf(place), boot: 'test' }))
  try {
    return look(facts)
  } finally {
    facts.close()
  }
}

const TAIL_LIMIT = 10_000

/** Everything recorded, oldest first. */
export const readLedger = (place: GatePlace, kind?: string): readonly LedgerLine[] =>
  readStore(place, (facts) => facts.tailLedger(TAIL_LIMIT)).filter((line) => kind === undefined || line.kind === kind)

export const verifyLedger = (place: GatePlace): ChainVerdict =>
  readStore(place, (facts) => facts.verifySlice({ seq: 0, hash: chainStart } satisfies ChainHead, TAIL_LIMIT))

export type RelayMove = { readonly at: number; readonly on: boolean }

/** Every move of the relay, as the simulated door wrote it. */
export const readRelayLog = (place: GatePlace): readonly RelayMove[] =>
  readFileSync(join(place.runtimeDirectory, 'relay-log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [at, level] = line.split(' ')
      return { at: Number(at), on: level === 'on' }
    })
