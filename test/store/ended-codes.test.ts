// The hash of a code that has ended is gone, however it ended; its number still says why it does not open.

import { expect, test } from 'vitest'
import { hide } from '../../config/words.ts'
import { readMigration } from '../../daemon/store/migrate.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { addPerson, ask, makePlace, mirror, office, openLedger, openReads, take } from './place.ts'

const CODE = '471108'
const start = async () => {
  const place = makePlace()
  const opened = await openLedger(place)
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  const residentId = await addPerson(opened.ledger)
  const setCode = async (number: string) => {
    const challenge = facts.newChallenge()
    const hash = await facts.hashCode(hide(CODE), challenge)
    const { credentialId } = take(
      await opened.ledger.write('setPin', { residentId, number, hash, ...challenge }, office),
    )
    return { credentialId, hash: Buffer.from(hash) }
  }
  const keeps = (hash: Buffer) => facts.readErasable(residentId).codeHashes.some((one) => hash.equals(one))
  const type = async (number: string) => {
    const codeHash = await facts.hashCode(hide(CODE), facts.pinChallenge(number))
    return ask(facts, [{ path: 'keypad', number, codeHash }]).proofs[0]
  }
  return { place, ledger: opened.ledger, facts, setCode, keeps, type }
}

test('a code that is revoked leaves its number and not its hash', async () => {
  const { ledger, setCode, keeps, type } = await start()
  const { credentialId, hash } = await setCode('12041')
  expect([keeps(hash), (await type('12041'))?.codeRight]).toEqual([true, true])
  take(await ledger.write('revokeCredential', { credentialId, because: 'lost' }, office))
  expect(keeps(hash)).toBe(false)
  expect(await type('12041')).toMatchObject({ codeRight: false, credential: { id: credentialId, revoked: true } })
})

test('a code under another number leaves nothing of the one before', async () => {
  const { setCode, keeps, type } = await start()
  const before = await setCode('12041')
  const after = await setCode('12042')
  expect([keeps(before.hash), keeps(after.hash)]).toEqual([false, true])
  expect((await type('12042'))?.codeRight).toBe(true)
})

test('what had ended before this rule goes with it', async () => {
  const { place, ledger, setCode, keeps } = await start()
  const { credentialId, hash } = await setCode('12041')
  take(await ledger.write('revokeCredential', { credentialId, because: 'lost' }, office))
  await ledger.stop()
  const { store, close } = take(openWriter({ file: place.file, key: place.key }))
  store.prepare('UPDATE pin SET hash = ? WHERE credential_id = ?').run(hash, credentialId)
  expect(keeps(hash)).toBe(true)
  store.exec(`DROP TRIGGER credential_code_ended; ${readMigration('0005-ended-codes.sql')}`)
  expect(keeps(hash)).toBe(false)
  close()
})
