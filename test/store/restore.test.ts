// Backup and restore on real encrypted files: people and the record come back, no face does, and what had ended stays ended.

import { randomBytes, randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hide, systemClock, type WallMs } from '../../config/words.ts'
import { makeBackup } from '../../daemon/store/backup.ts'
import { chainStart } from '../../daemon/store/chain.ts'
import { neverCopied, peopleTables, recordTables } from '../../daemon/store/copies.ts'
import { openFacts } from '../../daemon/store/facts.ts'
import { makeFingerprints } from '../../daemon/store/fingerprints.ts'
import { findRemains } from '../../daemon/store/remains.ts'
import { applyRestore, stagedRestore } from '../../daemon/store/restore.ts'
import { openRaw } from './law.ts'
import { decryptStore } from './pages.ts'
import {
  addPerson,
  ask,
  consentOf,
  enrolFace,
  giveCard,
  makePlace,
  mirror,
  model,
  type Opened,
  office,
  openLedger,
  openReads,
  type Place,
  refusal,
  take,
  until,
} from './place.ts'

const start = async (place = makePlace()) => {
  const opened = await openLedger(place)
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  return { ...opened, facts, backup: join(place.directory, 'backup.db') }
}

const restore = (place: Place, backup: string) => {
  copyFileSync(backup, stagedRestore(place.file))
  const at = { wall: systemClock.wall(), monotonic: systemClock.monotonic(), boot: randomUUID(), clockSet: true }
  return applyRestore(place, at)
}

const reopen = async (place: Place) => {
  const opened = await openLedger(place)
  return { ...opened, facts: openReads(opened) }
}
const lastOf = (facts: Awaited<ReturnType<typeof start>>['facts'], kind: string) =>
  facts.tailLedger(200).findLast((line) => line.kind === kind)?.payload
const isWhole = (facts: Awaited<ReturnType<typeof start>>['facts']) =>
  facts.verifySlice({ seq: 0, hash: chainStart }, 1000).ok
const holderOf = (facts: Awaited<ReturnType<typeof start>>['facts'], token: ReturnType<typeof facts.cardKey>) => {
  const found = ask(facts, [{ path: 'card', token }]).proofs[0]?.credential
  return found && !found.revoked ? found.residentId : undefined
}
const backUp = async (opened: Opened & { backup: string }) => take(await makeBackup(opened, opened.backup))

test('each table of the schema is copied, kept or left out by name', () => {
  const tables = openRaw()
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`)
    .all()
    .map(({ name }) => name)
  expect([...peopleTables, ...recordTables, ...neverCopied].toSorted()).toEqual(tables.toSorted())
})

test('a backup holds people and no face: no byte of a template or its key, no current consent', async () => {
  const opened = await start()
  const view = { sealed: randomBytes(2500), wrappedKey: randomBytes(61) }
  const { residentId } = await enrolFace(opened.ledger, opened.facts, [view])
  const name = opened.facts.showResident(residentId)?.name ?? 'nobody'
  const made = await backUp(opened)
  expect(made).toMatchObject({ seq: opened.facts.ledgerHead().seq })
  const clear = decryptStore(opened.backup, opened.key)
  expect(clear.includes(name)).toBe(true)
  for (const part of [view.wrappedKey, view.sealed.subarray(0, 32), view.sealed.subarray(1200, 1232)])
    expect(clear.includes(part)).toBe(false)
  expect(readFileSync(opened.backup).includes(name)).toBe(false)
  expect(opened.facts.showResident(residentId)?.face).toBe(1)
  expect(refusal(await makeBackup(opened, opened.backup))).toBe('backup_exists')
  expect(refusal(await makeBackup(opened, join(opened.directory, 'none', 'b.db')))).toBe('backup_unwritable')
})

test('a backup does not say who passed when: what is kept thirty days in the store is not kept for years beside it', async () => {
  const opened = await start()
  const residentId = await addPerson(opened.ledger)
  for (const kind of ['attempt', 'menu', 'door'])
    await opened.ledger.record({ kind, payload: { resident: `${residentId} by ${kind}` } })
  await backUp(opened)
  const told = (file: string) =>
    ['attempt', 'menu', 'door'].filter((kind) => decryptStore(file, opened.key).includes(`${residentId} by ${kind}`))
  expect(told(opened.file)).toEqual(['attempt', 'menu', 'door'])
  expect(told(opened.backup)).toEqual(['door'])
  const copied = take(openFacts({ file: opened.backup, key: opened.key, boot: 'test' }))
  expect(isWhole(copied)).toBe(true)
  copied.close()
})

test('where the disk is gone, cards work again, the record says what is lost, and a face is enrolled anew', async () => {
  const opened = await start()
  const { residentId, card } = await enrolFace(opened.ledger, opened.facts)
  const { seq } = await backUp(opened)
  await addPerson(opened.ledger)
  opened.facts.close()
  await opened.ledger.stop()
  for (const tail of ['', '-wal', '-shm']) rmSync(opened.file + tail, { force: true })
  expect(take(restore(opened, opened.backup))).toMatchObject({ record: 'lost', backupSeq: seq, consentsEnded: 0 })
  const { ledger, facts } = await reopen(opened)
  expect(holderOf(facts, card.token)).toBe(residentId)
  expect([isWhole(facts), facts.ledgerHead().seq]).toEqual([true, seq + 1])
  expect(lastOf(facts, 'store_restored')).toMatchObject({ record: 'lost', backupSeq: seq })
  const page = facts.showResident(residentId)
  expect([page?.face, page?.consents.map(({ endedBecause }) => endedBecause)]).toEqual([0, ['restored']])
  // Nobody knows whether a court stopped all faces since: the office looks first.
  expect(facts.readFaceStop()).toContain('restored without its record')
  take(await ledger.write('allowFaces', { because: 'no order stands' }, office))
  const views = [{ sealed: randomBytes(600), wrappedKey: randomBytes(60) }]
  expect(refusal(await ledger.write('addTemplates', { residentId, model, templates: views }, office))).toBe(
    'consent_missing',
  )
  take(await ledger.write('recordConsent', consentOf(residentId), office))
  take(await ledger.write('confirmConsent', { residentId, credentialId: card.credentialId }, office))
  take(await ledger.write('addTemplates', { residentId, model, templates: views }, office))
  expect(facts.showResident(residentId)?.face).toBe(1)
})

test('what happened since a backup is not taken back: a withdrawal, an erasure, a lost card, a court’s order, the record', async () => {
  const opened = await start()
  const { ledger, facts } = opened
  const withdrawn = await enrolFace(ledger, facts)
  const erased = await enrolFace(ledger, facts)
  const lost = await enrolFace(ledger, facts)
  const suspended = await enrolFace(ledger, facts)
  await backUp(opened)
  take(await ledger.write('withdrawConsent', { residentId: withdrawn.residentId }, office))
  const templateIds = facts.readErasable(erased.residentId).templates.map(({ id }) => id)
  const erasure = { residentId: erased.residentId, templateIds, fingerprints: 'hash' }
  take(await ledger.write('eraseResident', erasure, office))
  await until(() => !facts.isErasureOwed([erased.residentId]))
  take(await ledger.write('revokeCredential', { credentialId: lost.card.credentialId, because: 'lost' }, office))
  take(await ledger.write('suspendResident', { residentId: suspended.residentId, because: 'danger' }, office))
  take(await ledger.write('stopFaces', { because: 'order 7' }, office))
  const { seq } = facts.ledgerHead()
  facts.close()
  await ledger.stop()
  expect(take(restore(opened, opened.backup))).toMatchObject({ record: 'kept', endedAgain: 2, consentsEnded: 2 })
  const again = await reopen(opened)
  expect(again.facts.showResident(withdrawn.residentId)?.consents).toMatchObject([{ endedBecause: 'withdrawn' }])
  expect(again.facts.listMatchable('south', '', 10)).toEqual([])
  expect(again.facts.showResident(erased.residentId)).toBeUndefined()
  expect(holderOf(again.facts, erased.card.token)).toBeUndefined()
  expect(holderOf(again.facts, lost.card.token)).toBeUndefined()
  expect(holderOf(again.facts, withdrawn.card.token)).toBe(withdrawn.residentId)
  expect(again.facts.showResident(suspended.residentId)?.suspended).toBe(true)
  expect(again.facts.readFaceStop()).toBe('order 7')
  expect(isWhole(again.facts)).toBe(true)
  expect(lastOf(again.facts, 'store_restored')).toMatchObject({ record: 'kept' })
  expect(again.facts.ledgerHead().seq).toBeGreaterThan(seq)
})

test('a damaged store gives way to the backup', async () => {
  const opened = await start()
  const residentId = await addPerson(opened.ledger)
  const card = await giveCard(opened.ledger, opened.facts, residentId)
  await backUp(opened)
  opened.facts.close()
  await opened.ledger.stop()
  const bytes = readFileSync(opened.file)
  bytes.fill(0xaa, 3 * 4096, 6 * 4096)
  writeFileSync(opened.file, bytes)
  expect(take(restore(opened, opened.backup))).toMatchObject({ record: 'lost' })
  const { facts } = await reopen(opened)
  expect(holderOf(facts, card.token)).toBe(residentId)
})

test.each([
  ['of another gate', 'backup_foreign'],
  ['of another key', 'backup_refused'],
  ['cut short', 'backup_refused'],
  ['that is plain', 'backup_refused'],
])('a backup %s is laid aside, and the store stays as it is', async (what, code) => {
  const opened = await start()
  const residentId = await addPerson(opened.ledger)
  const place = makePlace()
  const other = await start(what === 'of another gate' ? { ...place, key: opened.key } : place)
  await addPerson(other.ledger)
  await backUp(other)
  if (what === 'cut short') writeFileSync(other.backup, readFileSync(other.backup).subarray(0, 3000))
  if (what === 'that is plain') writeFileSync(other.backup, Buffer.from(`SQLite format 3\0${'x'.repeat(8192)}`))
  opened.facts.close()
  await opened.ledger.stop()
  expect(refusal(restore(opened, other.backup))).toBe(code)
  expect([existsSync(stagedRestore(opened.file)), existsSync(`${stagedRestore(opened.file)}.refused`)]).toEqual([
    false,
    true,
  ])
  expect((await reopen(opened)).facts.showResident(residentId)?.id).toBe(residentId)
})

test('a household that has ended since the backup stays ended, and one that is to leave still leaves', async () => {
  const opened = await start()
  const { ledger, facts } = opened
  const [ended, leaving] = [await addPerson(ledger), await addPerson(ledger)]
  const cards = [await giveCard(ledger, facts, ended), await giveCard(ledger, facts, leaving)]
  const [first = '', second = ''] = [ended, leaving].map((id) => facts.showResident(id)?.householdId ?? '')
  await backUp(opened)
  const leave = (householdId: string, dueAt: number) => {
    const away = { householdId, room: `was ${householdId}`, name: `${householdId} →`, dueAt: dueAt as WallMs }
    return ledger.write('leaveHousehold', away, office)
  }
  take(await leave(first, 1))
  take(await ledger.write('endHousehold', { householdId: first }, office))
  const dueAt = Date.now() + 86_400_000
  take(await leave(second, dueAt))
  await ledger.stop()
  take(restore(opened, opened.backup))
  const again = await reopen(opened)
  expect(cards.map(({ token }) => holderOf(again.facts, token))).toEqual([undefined, leaving])
  expect(again.facts.listDueHouseholds(dueAt as WallMs, 10).map(({ householdId }) => householdId)).toEqual([
    first,
    second,
  ])
})

test('a running gate’s store is not replaced under it', async () => {
  const opened = await start()
  await backUp(opened)
  expect(refusal(restore(opened, opened.backup))).toBe('store_in_use')
  expect(existsSync(stagedRestore(opened.file))).toBe(true)
})

test('remains are looked for in every backup that the record knows, and in one that waits to be restored or was refused', async () => {
  const opened = await start()
  const { ledger, facts } = opened
  const residentId = await addPerson(ledger)
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide('481516'), challenge)
  take(await ledger.write('setPin', { residentId, number: '12042', ...challenge, hash }, office))
  await backUp(opened)
  await ledger.record({ kind: 'backup_made', payload: { file: opened.backup } })
  const beside = [stagedRestore(opened.file), `${stagedRestore(opened.file)}.refused`]
  for (const copy of beside) copyFileSync(opened.backup, copy)
  const codeHash = facts.readErasable(residentId).codeHashes
  const fingerprints = makeFingerprints({ sealed: [], wrappedKey: [], codeHash })
  take(await ledger.write('eraseResident', { residentId, templateIds: [], fingerprints: 'hash' }, office))
  await until(() => !facts.isErasureOwed([residentId]))
  const found = take(await findRemains(opened, fingerprints)).map(({ file, found: { codeHash } }) => [file, codeHash])
  expect(found).toEqual([[opened.file, 0], ...[...beside, opened.backup].map((file) => [file, 1])])
})
