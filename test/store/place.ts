// A real encrypted store in a folder of its own, with a gate whose entry offers card, keypad and face, for the store's tests.

import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { hide, type Path, type Result, type Secret, type Side, systemClock, type WallMs } from '../../config/words.ts'
import type { Facts } from '../../daemon/core/types.ts'
import { type FactsQuery, type FactsReader, openFacts, type ProofQuery } from '../../daemon/store/facts.ts'
import { type Ledger, type LedgerAlarm, type LedgerSettings, startLedger } from '../../daemon/store/ledger.ts'

export type Place = {
  readonly directory: string
  readonly file: string
  readonly journalFile: string
  readonly key: Secret<Buffer>
  /** Every start of a test may be the first. */
  readonly create: true
}

export const makePlace = (): Place => {
  const directory = mkdtempSync(join(tmpdir(), 'evengate-store-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return {
    directory,
    file: join(directory, 'store', 'store.db'),
    journalFile: join(directory, 'run', 'journal-count'),
    key: hide(randomBytes(32)),
    create: true,
  }
}

/** The value of a result that must be good; otherwise the test fails with the code. */
export const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`refused: ${result.code} ${result.detail ?? ''}`)
  return result.value
}

export const refusal = (result: Result<unknown>): string => (result.ok ? 'accepted' : result.code)

/** Waits for a condition, at most `limitMs`. */
export const until = async (condition: () => boolean, limitMs = 10_000): Promise<void> => {
  const end = performance.now() + limitMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(`condition not met within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const office = { role: 'office', caller: 'uid 1000' }

export type Opened = Place & { readonly ledger: Ledger; readonly alarms: LedgerAlarm[]; readonly boot: string }

export const openLedger = async (place: Place, more: Partial<LedgerSettings> = {}): Promise<Opened> => {
  const alarms: LedgerAlarm[] = []
  const boot = more.boot ?? randomUUID()
  const settings = {
    ...place,
    clock: systemClock,
    clockSet: () => true,
    boot,
    onAlarm: (alarm: LedgerAlarm) => void alarms.push(alarm),
  }
  const ledger = take(await startLedger({ ...settings, ...more }))
  onTestFinished(async () => void (await ledger.stop()))
  return { ...place, ledger, alarms, boot }
}

export const openReads = (opened: Opened): FactsReader => {
  const facts = take(openFacts({ ...opened, pending: opened.ledger.pending }))
  onTestFinished(() => facts.close())
  return facts
}

export const gate = 'south'
export const notice = 'notice-1'
export const model = 'model-1'

export const mirror = (
  ledger: Pick<Ledger, 'write'>,
  sides: readonly { side: Side; paths: readonly Path[]; twoFactor?: readonly (readonly [Path, Path])[] }[] = [
    { side: 'entry', paths: ['card', 'keypad', 'face'] },
    { side: 'exit', paths: ['card'] },
  ],
  more: { noticeHash?: string; model?: string } = {},
) => {
  const full = sides.map((one) => ({ twoFactor: [], ...one }))
  return ledger.write(
    'mirrorConfiguration',
    { gate, sides: full, noticeHash: notice, model, configHash: 'config-1', ...more },
    { role: 'daemon', caller: 'main' },
  )
}

let people = 0

export const addPerson = async (ledger: Ledger): Promise<string> => {
  people += 1
  const { householdId } = take(await ledger.write('addHousehold', { room: `room ${people}` }, office))
  const resident = { householdId, name: `Resident ${people}`, rights: [{ gate }] }
  return take(await ledger.write('addResident', resident, office)).residentId
}

export const giveCard = async (ledger: Ledger, facts: FactsReader, residentId: string, identifier = randomBytes(7)) => {
  const token = facts.cardKey(hide(identifier))
  const added = take(await ledger.write('addCard', { residentId, token, proof: 'identifier' }, office))
  return { credentialId: added.credentialId, token }
}

const yearMs = 365 * 86_400_000

export const consentOf = (residentId: string, more: { expiresAt?: WallMs; model?: string } = {}) => {
  const givenAt = Date.now() as WallMs
  return {
    residentId,
    gates: [gate],
    noticeHash: notice,
    model,
    givenBy: 'self' as const,
    formNumber: 'F-1',
    witness: 'office',
    language: 'zh-CN' as const,
    givenAt,
    expiresAt: (givenAt + yearMs) as WallMs,
    ...more,
  }
}

/** A person with a card, a confirmed consent and a face of `templates`. */
export const enrolFace = async (
  ledger: Ledger,
  facts: FactsReader,
  templates = [{ sealed: randomBytes(600), wrappedKey: randomBytes(60) }],
) => {
  const residentId = await addPerson(ledger)
  const card = await giveCard(ledger, facts, residentId)
  take(await ledger.write('recordConsent', consentOf(residentId), office))
  take(await ledger.write('confirmConsent', { residentId, credentialId: card.credentialId }, office))
  const face = take(await ledger.write('addTemplates', { residentId, model, templates }, office))
  return { residentId, card, faceId: face.credentialId, consentId: face.consentId }
}

export const ask = (facts: FactsReader, proofs: readonly ProofQuery[], more: Partial<FactsQuery> = {}): Facts =>
  facts.readFacts({
    gate,
    side: 'entry',
    wall: systemClock.wall(),
    monotonic: systemClock.monotonic(),
    clockTrusted: true,
    timeZone: 'Asia/Shanghai',
    mode: 'controlled',
    controllerFault: false,
    proofs,
    graceDays: 7,
    ...more,
  })
