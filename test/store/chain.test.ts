// The chain: any change of any byte of any row is found at that row; a purge is not a change.

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ChainedRow, chainStart, hashPayload, hashRow, verifyChain } from '../../daemon/store/chain.ts'

const makeChain = (length: number): ChainedRow[] => {
  const rows: ChainedRow[] = []
  for (let seq = 1; seq <= length; seq += 1) {
    const salt = randomBytes(16)
    const payload = Buffer.from(JSON.stringify({ seq }))
    const row = {
      seq,
      at_wall: 1_700_000_000_000 + seq,
      at_monotonic: seq * 1.5,
      boot: 'boot',
      clock_set: 1,
      latest_wall: 1_700_000_000_000 + seq,
      kind: 'decision',
      flags: '',
      payload_hash: hashPayload(salt, payload),
      previous: rows.at(-1)?.hash ?? chainStart,
    }
    rows.push({ ...row, salt, payload, hash: hashRow(row) })
  }
  return rows
}

const chain = makeChain(12)
const purge = (row: ChainedRow): ChainedRow => ({ ...row, salt: null, payload: null })

/** The row with one bit of one field changed. */
const disturb = (row: ChainedRow, field: keyof ChainedRow, place: number, bit: number): ChainedRow => {
  const value = row[field]
  if (typeof value === 'number') return { ...row, [field]: value + 1 + bit }
  const bytes = Buffer.from(typeof value === 'string' ? Buffer.from(value, 'latin1') : (value ?? []))
  if (bytes.length === 0) return { ...row, [field]: 'x' }
  const at = place % bytes.length
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
  return { ...row, [field]: typeof value === 'string' ? bytes.toString('latin1') : bytes }
}

test('a whole chain verifies and gives its head', () => {
  expect(verifyChain(chain)).toEqual({ ok: true, head: { seq: 12, hash: chain.at(-1)?.hash } })
  expect(verifyChain([])).toEqual({ ok: true, head: { seq: 0, hash: chainStart } })
})

test('any single change in any field is found at its row', () => {
  const fields = Object.keys(chain[0] ?? {}) as (keyof ChainedRow)[]
  const change = [fc.nat(chain.length - 1), fc.constantFrom(...fields), fc.nat(200), fc.nat(6)] as const
  fc.assert(
    fc.property(...change, (at, field, place, bit) => {
      const rows = chain.map((row, index) => (index === at ? disturb(row, field, place, bit) : row))
      expect(verifyChain(rows)).toMatchObject({ ok: false, badSeq: at + 1 })
    }),
    { numRuns: 2000 },
  )
})

test('a row taken out, doubled or moved is found', () => {
  fc.assert(
    fc.property(fc.nat(chain.length - 2), (at) => {
      expect(verifyChain(chain.toSpliced(at, 1)).ok).toBe(false)
      expect(verifyChain(chain.toSpliced(at, 0, ...chain.slice(at, at + 1))).ok).toBe(false)
      expect(
        verifyChain([...chain.slice(0, at), ...chain.slice(at, at + 2).reverse(), ...chain.slice(at + 2)]).ok,
      ).toBe(false)
    }),
  )
})

test('purged rows verify, and cannot be forged afterwards', () => {
  expect(verifyChain(chain.map(purge)).ok).toBe(true)
  expect(verifyChain(chain.map((row) => ({ ...row, salt: null })))).toMatchObject({ because: 'half_purged' })
  const purged = chain.map(purge)
  expect(verifyChain(purged.map((row) => (row.seq === 5 ? disturb(row, 'payload_hash', 3, 1) : row)))).toMatchObject({
    badSeq: 5,
  })
})

test('a slice verifies from the head before it', () => {
  const before = chain[4]
  if (before === undefined) throw new Error('the chain is too short')
  expect(verifyChain(chain.slice(5), before)).toMatchObject({ ok: true })
  expect(verifyChain(chain.slice(6), before)).toMatchObject({ ok: false, badSeq: 6, because: 'seq_gap' })
})
