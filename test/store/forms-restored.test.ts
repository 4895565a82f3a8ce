// Numbered forms across a backup and a restore: sheets that lie printed in a drawer stay good, and one that was spent after the backup stays
// spent, where the store that is replaced can still be read.

import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { makeBackup } from '../../daemon/store/backup.ts'
import { applyRestore, stagedRestore } from '../../daemon/store/restore.ts'
import {
  addPerson,
  consentOf,
  giveCard,
  makePlace,
  mirror,
  type Opened,
  office,
  openLedger,
  openReads,
  refusal,
  take,
} from './place.ts'

/** As long as a real one: a form names its notice by its whole hash. */
const notice = 'a'.repeat(64)

const print = async ({ ledger }: Opened) =>
  take(await ledger.write('issueForm', { noticeHash: notice, language: 'en' as const }, office)).form
const record = ({ ledger }: Opened, residentId: string, formNumber: string) =>
  ledger.write('recordConsent', { ...consentOf(residentId), noticeHash: notice, formNumber }, office)

const start = async () => {
  const place = makePlace()
  const opened = await openLedger(place)
  take(await mirror(opened.ledger, undefined, { noticeHash: notice }))
  const [one, other] = [await addPerson(opened.ledger), await addPerson(opened.ledger)]
  const { credentialId } = await giveCard(opened.ledger, openReads(opened), one)
  return { place, opened, one, other, credentialId }
}

const restored = async (place: ReturnType<typeof makePlace>, opened: Opened, backup: string, isLost = false) => {
  await opened.ledger.stop()
  if (isLost) for (const end of ['', '-wal', '-shm']) rmSync(`${place.file}${end}`, { force: true })
  copyFileSync(backup, stagedRestore(place.file))
  const at = { wall: systemClock.wall(), monotonic: systemClock.monotonic(), boot: 'boot', clockSet: true }
  take(applyRestore(place, at))
  return openLedger(place)
}

test('a sheet printed before the backup is good after the restore, also where the store itself is lost', async () => {
  const { place, opened, one } = await start()
  const sheet = await print(opened)
  const backup = join(place.directory, 'backup.db')
  take(await makeBackup(opened, backup))
  const again = await restored(place, opened, backup, true)
  expect(refusal(await record(again, one, 'EG-1-AAAA'))).toBe('form_unknown')
  expect((await record(again, one, sheet)).ok).toBe(true)
})

test('a sheet spent after the backup is spent after the restore', async () => {
  const { place, opened, one, other, credentialId } = await start()
  const sheet = await print(opened)
  const backup = join(place.directory, 'backup.db')
  take(await makeBackup(opened, backup))
  take(await record(opened, one, sheet))
  take(await opened.ledger.write('confirmConsent', { residentId: one, credentialId }, office))
  const again = await restored(place, opened, backup)
  for (const resident of [one, other]) expect(refusal(await record(again, resident, sheet))).toBe('form_used')
})
