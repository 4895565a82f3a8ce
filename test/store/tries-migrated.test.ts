// What was counted before there were instants counts on: whoever was locked out is so after the update.

import { expect, test } from 'vitest'
import { freeTries } from '../../daemon/core/limits.ts'
import { migrations, readMigration } from '../../daemon/store/migrate.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { addPerson, ask, giveCard, makePlace, openLedger, openReads, take } from './place.ts'

const name = migrations.find((one) => one.endsWith('codes.sql') && one !== '0005-ended-codes.sql') ?? ''
const [update = ''] = /UPDATE try_count[\s\S]*?;/.exec(readMigration(name)) ?? []

test('wrong codes of before are instants at the last of them', async () => {
  const place = makePlace()
  const opened = await openLedger(place, { boot: 'same' })
  const reads = openReads(opened)
  const residentId = await addPerson(opened.ledger)
  const [locked, free] = [
    await giveCard(opened.ledger, reads, residentId),
    await giveCard(opened.ledger, reads, residentId),
  ]
  await opened.ledger.stop()
  const { store, close } = take(openWriter({ file: place.file, key: place.key }))
  const insert = store.prepare(
    "INSERT INTO try_count (credential_id, wrong, boot, started_at, last_at) VALUES (?, ?, 'same', 0, ?)",
  )
  const now = Number(process.hrtime.bigint() / 1_000_000n)
  insert.run(locked.credentialId, freeTries + 3, now)
  insert.run(free.credentialId, freeTries - 1, now)
  store.exec(update)
  close()
  const facts = openReads(await openLedger(place, { boot: 'same' }))
  const isLocked = ({ token }: typeof locked) => ask(facts, [{ path: 'card', token }]).proofs[0]?.credential?.lockedOut
  expect([isLocked(locked), isLocked(free)]).toEqual([true, false])
})
