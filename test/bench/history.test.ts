// The store that the bench measures on: as many cards and events as were asked for, in a record that verifies.

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLab } from '../../daemon/bench/lab.ts'
import { fillStore } from '../../daemon/bench/people.ts'
import { chainStart } from '../../daemon/store/chain.ts'
import { openFacts } from '../../daemon/store/facts.ts'
import { openKeys } from '../../daemon/store/keys.ts'

const EVENTS = 700

test('a bench’s store has the people, the cards and the passages that it says, in one whole chain', {
  timeout: 60_000,
}, async () => {
  const lab = await openLab()
  try {
    await fillStore(lab, { residents: 9, cards: 3, events: EVENTS }, () => undefined)
    const keysDirectory = join(lab.storeDirectory, '../keys')
    const keys = openKeys({ keysDirectory, credentialsDirectory: undefined, mayMake: false, storeExists: true })
    if (!keys.ok) throw new Error(keys.code)
    const facts = openFacts({ file: join(lab.storeDirectory, 'gate.db'), key: keys.value.store, boot: 'bench' })
    if (!facts.ok) throw new Error(facts.code)
    try {
      const verdict = facts.value.verifySlice({ seq: 0, hash: chainStart }, 10_000)
      expect(verdict.ok).toBe(true)
      const passages = facts.value.readLedger(0, 10_000).filter(({ kind }) => kind === 'attempt')
      expect(passages).toHaveLength(EVENTS)
      expect(new Set(passages.map(({ payload }) => payload?.['resident'])).size).toBe(9)
      expect(facts.value.countActive().card).toBe(9 * 3)
    } finally {
      facts.value.close()
    }
  } finally {
    lab.remove()
  }
})
