// A backup put back takes no proof back: what a card has proved since, which counters were seen, how often a code was guessed at, which right
// was revoked, and which keys the site's cards have now.

import { randomUUID } from 'node:crypto'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hide, type MonotonicMs, reveal, systemClock } from '../../config/words.ts'
import { makeBackup } from '../../daemon/store/backup.ts'
import { applyRestore, stagedRestore } from '../../daemon/store/restore.ts'
import { addPerson, ask, gate, giveCard, makePlace, mirror, office, openLedger, openReads, take } from './place.ts'

const by = office

/** Three residents with a card each and a code; all that is asked for below happens after the backup. */
const liveOnAndRestore = async () => {
  const place = makePlace()
  const opened = await openLedger(place)
  const { ledger } = opened
  const facts = openReads(opened)
  take(await mirror(ledger))
  take(await ledger.write('makeSiteCardKey', { renew: false }, by))
  const [proves, mirrors, leaves] = [await addPerson(ledger), await addPerson(ledger), await addPerson(ledger)]
  const [keyed, tag, plain] = [
    await giveCard(ledger, facts, proves),
    await giveCard(ledger, facts, mirrors),
    await giveCard(ledger, facts, leaves),
  ]
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide('730164'), challenge)
  const pin = take(await ledger.write('setPin', { residentId: leaves, number: '12042', hash, ...challenge }, by))
  const right = take(await ledger.write('grantRight', { residentId: leaves, gate, scheduleId: 'always' }, by))
  const backup = join(place.directory, 'backup.db')
  take(await makeBackup(opened, backup))

  take(await ledger.write('makeSiteCardKey', { renew: true }, by))
  take(await ledger.write('raiseCardProof', { credentialId: keyed.credentialId, generation: 2 }, by))
  await ledger.record({ kind: 'attempt', payload: {} }, { cardCounters: [{ id: tag.credentialId, counter: 77 }] })
  for (let n = 0; n < 10; n++) await ledger.record({ kind: 'attempt', payload: {} }, { wrongCode: [pin.credentialId] })
  take(await ledger.write('revokeRight', { rightId: right.rightId }, by))
  const keys = reveal(facts.readSiteCardKeys()).map(({ generation, bytes }) => [generation, bytes.toString('hex')])
  const rightsBefore = facts.showResident(leaves)?.rights.length
  facts.close()
  await ledger.stop()

  copyFileSync(backup, stagedRestore(place.file))
  const at = { wall: systemClock.wall(), monotonic: systemClock.monotonic(), boot: randomUUID(), clockSet: true }
  take(applyRestore(place, at))
  return { facts: openReads(await openLedger(place)), keyed, tag, plain, keys, leaves, rightsBefore }
}

type Restored = Awaited<ReturnType<typeof liveOnAndRestore>>
const known = ({ facts }: Restored, { token }: Restored['tag']) =>
  ask(facts, [{ path: 'card', token }]).proofs[0]?.credential

test('a card that has proved its key since is held to it', async () => {
  const restored = await liveOnAndRestore()
  expect(known(restored, restored.keyed)).toMatchObject({ cardProof: 'authenticated', cardGeneration: 2 })
  expect(known(restored, restored.plain)).toMatchObject({ cardProof: 'identifier' })
})

test('a message that was shown since opens no second time', async () => {
  const restored = await liveOnAndRestore()
  expect(known(restored, restored.tag)).toMatchObject({ cardCounter: 77 })
})

test('a code that is guessed at stays slow', async () => {
  const { facts } = await liveOnAndRestore()
  // In another boot what was typed before it counts as typed at its beginning.
  const soon = { monotonic: 60_000 as MonotonicMs }
  const [typed] = ask(facts, [{ path: 'keypad', number: '12042', codeHash: Buffer.alloc(32) }], soon).proofs
  expect(typed?.credential).toMatchObject({ lockedOut: true })
})

test('a right that was revoked stays revoked', async () => {
  const { facts, leaves, rightsBefore } = await liveOnAndRestore()
  expect(rightsBefore).toBe(1)
  expect(facts.showResident(leaves)?.rights).toHaveLength(1)
})

test('the keys of the site are those that its cards have by now', async () => {
  const { facts, keys } = await liveOnAndRestore()
  expect(keys.map(([generation]) => generation)).toEqual([2, 1])
  const now = reveal(facts.readSiteCardKeys()).map(({ generation, bytes }) => [generation, bytes.toString('hex')])
  expect(now).toEqual(keys)
})
