// A list on its way into the store: nothing before it is accepted, all of it afterwards, whenever the power goes.

import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hide } from '../../config/words.ts'
import type { FactsReader } from '../../daemon/store/facts.ts'
import type { Ledger } from '../../daemon/store/ledger.ts'
import { autocheckpointPages, pageBytes } from '../../daemon/store/open.ts'
import type { StagedRow } from '../../daemon/store/roster.ts'
import { openRaw, run } from './law.ts'
import {
  addPerson,
  ask,
  gate,
  giveCard,
  makePlace,
  mirror,
  office,
  openLedger,
  openReads,
  refusal,
  take,
} from './place.ts'

const open = async (place = makePlace()) => {
  const opened = await openLedger(place)
  take(await mirror(opened.ledger))
  return { place, ledger: opened.ledger, facts: openReads(opened) }
}
type Open = Awaited<ReturnType<typeof open>>

const makeRows = (facts: FactsReader, count: number, identifiers: Buffer[] = []): StagedRow[] =>
  Array.from({ length: count }, (_, n) => {
    const identifier = randomBytes(7)
    identifiers.push(identifier)
    const [newest] = facts.cardKey(hide(identifier))
    if (!newest) throw new Error('unreachable: a token has a key')
    return { room: `list ${Math.floor(n / 3)}`, name: `Person ${n}`, schedule: 'always', cards: [newest] }
  })

const begin = async (ledger: Ledger): Promise<number> =>
  take(await ledger.write('beginRoster', { gate }, office)).import
const stage = (ledger: Ledger, number: number, rows: readonly StagedRow[]) =>
  ledger.write('stageRoster', { import: number, rows }, office)
const accept = (ledger: Ledger, number: number, rows: number, cards = rows) =>
  ledger.write('acceptRoster', { import: number, rows, cards }, office)
const moveAll = async (ledger: Ledger, rows = 10): Promise<void> => {
  for (let finished = false; !finished; ) ({ finished } = take(await ledger.write('moveRoster', { rows }, office)))
}

const peopleOf = (facts: FactsReader) => facts.listResidents(undefined, 1000)
const opens = (facts: FactsReader, identifier: Buffer): boolean =>
  ask(facts, [{ path: 'card', token: facts.cardKey(hide(identifier)) }]).proofs[0]?.credential !== undefined

test('a list that stays in the middle leaves the log of the store as short as ever', async () => {
  const { place, ledger, facts } = await open()
  const number = await begin(ledger)
  take(await stage(ledger, number, makeRows(facts, 12)))
  take(await accept(ledger, number, 12))
  expect(take(await ledger.write('moveRoster', { rows: 6 }, office)).finished).toBe(false)
  for (let n = 0; n < 600; n++) await ledger.record({ kind: 'attempt', payload: { n } })
  // Twice what is written back at a time; all of these would be three times as much.
  expect(statSync(`${place.file}-wal`).size).toBeLessThan(2 * autocheckpointPages * pageBytes)
})

describe('a list', () => {
  test('that is laid down opens nothing and names nobody; accepted and moved, every card of it opens', async () => {
    const { ledger, facts } = await open()
    const identifiers: Buffer[] = []
    const rows = makeRows(facts, 25, identifiers)
    const number = await begin(ledger)
    take(await stage(ledger, number, rows))
    expect(peopleOf(facts)).toEqual([])
    expect(identifiers.some((one) => opens(facts, one))).toBe(false)
    expect(facts.rosterStanding()).toBe('laid')
    take(await accept(ledger, number, 25))
    expect(facts.rosterStanding()).toBe('accepted')
    await moveAll(ledger)
    expect(facts.rosterStanding()).toBe('none')
    expect(peopleOf(facts)).toHaveLength(25)
    expect(facts.listHouseholds('', 100)).toHaveLength(9)
    expect(identifiers.every((one) => opens(facts, one))).toBe(true)
  })

  test('is refused when a row is missing, and can still be completed', async () => {
    const { ledger, facts } = await open()
    const rows = makeRows(facts, 5)
    const number = await begin(ledger)
    take(await stage(ledger, number, rows.slice(1)))
    expect(refusal(await accept(ledger, number, 5))).toBe('import_incomplete')
    take(await stage(ledger, number, rows.slice(0, 1)))
    take(await accept(ledger, number, 5))
  })

  test('is refused when a person without a card is missing, whom no card counts', async () => {
    const { ledger, facts } = await open()
    const number = await begin(ledger)
    take(await stage(ledger, number, makeRows(facts, 5)))
    expect(refusal(await accept(ledger, number, 6, 5))).toBe('import_incomplete')
  })

  test('is the only one, until it has moved', async () => {
    const { ledger, facts } = await open()
    const number = await begin(ledger)
    expect(refusal(await ledger.write('beginRoster', { gate }, office))).toBe('import_open')
    take(await stage(ledger, number, makeRows(facts, 3)))
    take(await accept(ledger, number, 3))
    expect(refusal(await ledger.write('beginRoster', { gate }, office))).toBe('import_open')
    await moveAll(ledger)
    await begin(ledger)
  })

  test('holds its cards: nobody else is given one, and one that somebody holds is refused', async () => {
    const { ledger, facts } = await open()
    const identifiers: Buffer[] = []
    const rows = makeRows(facts, 2, identifiers)
    const number = await begin(ledger)
    take(await stage(ledger, number, rows))
    const residentId = await addPerson(ledger)
    const token = facts.cardKey(hide(identifiers[0] ?? Buffer.alloc(0)))
    const given = () => ledger.write('addCard', { residentId, token, proof: 'identifier' }, office)
    expect(refusal(await given())).toBe('card_taken')
    const taken = randomBytes(7)
    await giveCard(ledger, facts, residentId, taken)
    const again = [...makeRows(facts, 1)].map((row) => ({
      ...row,
      cards: [...facts.cardKey(hide(taken))].slice(0, 1),
    }))
    expect(refusal(await stage(ledger, number, again))).toBe('card_taken')
    expect(refusal(await stage(ledger, number, [{ ...again[0], cards: rows[0]?.cards ?? [] } as StagedRow]))).toBe(
      'card_twice',
    )
    take(await accept(ledger, number, 2))
    expect(refusal(await given())).toBe('card_taken')
    await moveAll(ledger)
    expect(refusal(await given())).toBe('card_taken')
  })

  test('takes a card that was revoked for its new holder', async () => {
    const { ledger, facts } = await open()
    const residentId = await addPerson(ledger)
    const identifier = randomBytes(7)
    const { credentialId } = await giveCard(ledger, facts, residentId, identifier)
    take(await ledger.write('revokeCredential', { credentialId, because: 'office' }, office))
    const number = await begin(ledger)
    const cards = facts.cardKey(hide(identifier)).slice(0, 1)
    take(await stage(ledger, number, [{ room: 'new', name: 'Next', schedule: 'always', cards }]))
    take(await accept(ledger, number, 1))
    await moveAll(ledger)
    const holder = ask(facts, [{ path: 'card', token: facts.cardKey(hide(identifier)) }]).proofs[0]?.credential
    expect(holder).toMatchObject({ revoked: false })
    expect(holder?.residentId).not.toBe(residentId)
  })

  test('joins a room that somebody opened meanwhile', async () => {
    const { ledger, facts } = await open()
    const number = await begin(ledger)
    take(await stage(ledger, number, makeRows(facts, 3)))
    take(await accept(ledger, number, 3))
    const { householdId } = take(await ledger.write('addHousehold', { room: 'list 0' }, office))
    await moveAll(ledger)
    expect(peopleOf(facts).map(({ id }) => facts.showResident(id)?.householdId)).toEqual(Array(3).fill(householdId))
  })

  test('that is dropped leaves nothing, and its cards are free again', async () => {
    const { ledger, facts } = await open()
    const identifiers: Buffer[] = []
    const number = await begin(ledger)
    take(await stage(ledger, number, makeRows(facts, 7, identifiers)))
    const dropped = take(await ledger.write('dropRoster', { rows: 3 }, office))
    expect(dropped).toEqual({ rows: 3, finished: false })
    expect(refusal(await accept(ledger, number, 4))).toBe('import_missing')
    expect(refusal(await ledger.write('beginRoster', { gate }, office))).toBe('import_open')
    take(await ledger.write('dropRoster', { rows: 9 }, office))
    expect(facts.rosterStanding()).toBe('none')
    await giveCard(ledger, facts, await addPerson(ledger), Buffer.from(identifiers[0] ?? []))
  })

  test('that was accepted cannot be dropped', async () => {
    const { ledger, facts } = await open()
    const number = await begin(ledger)
    take(await stage(ledger, number, makeRows(facts, 3)))
    take(await accept(ledger, number, 3))
    expect(refusal(await ledger.write('dropRoster', { rows: 9 }, office))).toBe('import_open')
  })

  test('leaves events with ids and counts, each within what an event may say, and no name', async () => {
    const { ledger, facts } = await open()
    const eight = Array.from({ length: 60 }, (_, n) => {
      const cards = Array.from({ length: 8 }, () => facts.cardKey(hide(randomBytes(7)))[0]).flatMap((one) => one ?? [])
      return { room: `list ${n}`, name: `Zhang Wei ${n}`, schedule: 'always', cards }
    })
    const number = await begin(ledger)
    for (const row of eight) take(await stage(ledger, number, [row]))
    take(await accept(ledger, number, 60, 480))
    await moveAll(ledger, 60)
    expect(peopleOf(facts)).toHaveLength(60)
    const told = facts.readLedger(0, 1000).filter(({ kind }) => kind.startsWith('import_'))
    expect(JSON.stringify(told)).not.toMatch(/Zhang|list \d/)
    const moved = told.filter(({ kind }) => kind === 'import_moved')
    expect(moved.length).toBeGreaterThan(1)
    expect(moved.flatMap(({ payload }) => (payload?.['residents'] as string[]) ?? [])).toHaveLength(60)
    expect(moved.flatMap(({ payload }) => (payload?.['credentials'] as string[]) ?? [])).toHaveLength(480)
    expect(moved[0]?.payload).toMatchObject({ import: number, by: office })
  })
})

test('wherever it is cut off, a start finds nothing of it or all of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 9 }), fc.boolean(), async (steps, together) => {
      const place = makePlace()
      const first: Open = await open(place)
      const rows = makeRows(first.facts, 12)
      const number = await begin(first.ledger)
      const work: (() => Promise<unknown>)[] = [
        ...[0, 4, 8].map((from) => () => stage(first.ledger, number, rows.slice(from, from + 4))),
        () => accept(first.ledger, number, 12),
        ...[0, 1, 2, 3, 4].map(() => () => first.ledger.write('moveRoster', { rows: 3 }, office)),
      ]
      const done = work.slice(0, steps)
      // Together: the stop comes while the last of them is on its way.
      if (together) void Promise.all(done.map((one) => one()))
      else for (const one of done) await one()
      await first.ledger.stop()
      first.facts.close()
      const again = await openLedger(place)
      const facts = openReads(again)
      const standing = facts.rosterStanding()
      if (standing === 'accepted') await moveAll(again.ledger)
      if (standing === 'laid')
        for (let finished = false; !finished; )
          ({ finished } = take(await again.ledger.write('dropRoster', { rows: 5 }, office)))
      const people = peopleOf(facts).length
      expect([0, 12]).toContain(people)
      if (!together) expect(people).toBe(steps >= 4 ? 12 : 0)
      expect(facts.rosterStanding()).toBe('none')
      await again.ledger.stop()
    }),
    { numRuns: 12 },
  )
}, 60_000)

describe('by raw SQL', () => {
  const begun = () => {
    const store = openRaw()
    expect(run(store, `INSERT INTO roster (number, gate, begun_at) VALUES (1, 'south', 1)`)).toBe('done')
    expect(
      run(
        store,
        `INSERT INTO roster_row (turn, room, name, schedule_id, cards) VALUES (zeroblob(32), 'a', 'b', 'always', x'')`,
      ),
    ).toBe('done')
    return store
  }
  test.each([
    ['a second list', `REPLACE INTO roster (number, gate, begun_at) VALUES (2, 'south', 1)`, 'import_open'],
    [
      'a list accepted from the start',
      `INSERT INTO roster (number, gate, begun_at, accepted_at) VALUES (2, 'x', 1, 1)`,
      'import_open',
    ],
    ['another number', `UPDATE roster SET number = 2`, 'roster_fixed'],
    ['a row changed', `UPDATE roster_row SET room = 'x'`, 'roster_fixed'],
    [
      'a row replaced',
      `REPLACE INTO roster_row (turn, room, schedule_id, cards) VALUES (zeroblob(32), 'x', 'always', x'')`,
      'roster_fixed',
    ],
  ])('%s is refused', (_, sql, code) => {
    expect(run(begun(), sql)).toBe(code)
  })

  test('an accepted list takes no row more, is not taken back, and does not go before its rows', () => {
    const store = begun()
    expect(run(store, 'UPDATE roster SET accepted_at = 5')).toBe('done')
    expect(
      run(store, `INSERT INTO roster_row (turn, room, schedule_id, cards) VALUES (randomblob(32), 'x', 'always', x'')`),
    ).toBe('import_missing')
    expect(run(store, 'UPDATE roster SET accepted_at = NULL')).toBe('roster_fixed')
    expect(run(store, 'DELETE FROM roster')).toBe('import_open')
    expect(run(store, 'DELETE FROM roster_row')).toBe('done')
    expect(run(store, 'DELETE FROM roster')).toBe('done')
  })
})
