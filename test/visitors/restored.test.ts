// A backup put back: passes are in it, no use that was spent since comes back, and where nobody knows what was spent every pass ends.

import { randomUUID } from 'node:crypto'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock, type WallMs } from '../../config/words.ts'
import { makeBackup } from '../../daemon/store/backup.ts'
import type { Ledger } from '../../daemon/store/ledger.ts'
import { applyRestore, stagedRestore } from '../../daemon/store/restore.ts'
import { addPerson, gate, makePlace, mirror, office, openLedger, openReads, take } from '../store/place.ts'

const HOUR = 3_600_000
const parameters = { memoryKib: 8, passes: 1, parallelism: 1 }

const issueTo = async (ledger: Ledger, residentId: string, number: string): Promise<string> => {
  const code = { salt: Buffer.alloc(16, 1), hash: Buffer.alloc(32, 2), parameters }
  const bounds = { expiresAt: (Date.now() + 48 * HOUR) as WallMs, uses: 3, validForMs: HOUR }
  const pass = { gate, residentId, issuedBy: 'office', numbers: [number], ...code, ...bounds } as const
  return take(await ledger.write('issuePass', pass, office)).credentialId
}

/** A store with a backup of one pass with three uses, of which two are spent since; and another pass issued since. */
const spendAfterBackup = async () => {
  const place = makePlace()
  const opened = await openLedger(place)
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  const residentId = await addPerson(opened.ledger)
  const pass = await issueTo(opened.ledger, residentId, '0001')
  const backup = join(place.directory, 'backup.db')
  take(await makeBackup(opened, backup))
  for (let n = 0; n < 2; n++) await opened.ledger.record({ kind: 'attempt', payload: {} }, { use: [pass] })
  const since = await issueTo(opened.ledger, residentId, '0002')
  const before = facts.findPass(pass)
  facts.close()
  await opened.ledger.stop()
  return { place, backup, pass, since, before }
}

const restore = async (place: ReturnType<typeof makePlace>, backup: string) => {
  copyFileSync(backup, stagedRestore(place.file))
  const at = { wall: systemClock.wall(), monotonic: systemClock.monotonic(), boot: randomUUID(), clockSet: true }
  take(applyRestore(place, at))
  return openReads(await openLedger(place))
}

test('uses that were spent since the backup stay spent, and a validity that began goes on', async () => {
  const { place, backup, pass, since, before } = await spendAfterBackup()
  expect(before).toMatchObject({ usesLeft: 1, firstUsedAt: expect.any(Number) })
  const facts = await restore(place, backup)
  expect(facts.findPass(pass)).toEqual(before)
  expect(facts.findPass(since)).toBeUndefined()
})

test('where the store is gone every pass of the backup has ended', async () => {
  const { place, backup, pass } = await spendAfterBackup()
  for (const tail of ['', '-wal', '-shm']) rmSync(place.file + tail, { force: true })
  const facts = await restore(place, backup)
  expect(facts.findPass(pass)).toMatchObject({ usesLeft: 3, revokedAt: expect.any(Number) })
})
