// Lists of a whole compound, on a real store: complete and in order, read a page at a time with the gate's own work in between.

import { beforeEach, expect, test } from 'vitest'
import { PAGE_LINES } from '../../daemon/commands/command.ts'
import { logTail } from '../../daemon/commands/log.ts'
import { householdList, residentAdd, residentList } from '../../daemon/commands/people.ts'
import type { Daemon } from '../../daemon/daemon.ts'
import type { FactsReader } from '../../daemon/store/facts.ts'
import type { LedgerLine, ResidentLine } from '../../daemon/store/reads.ts'
import { makePlace, mirror, office, openLedger, openReads, refusal, take } from '../store/place.ts'

const ROOMS = 52
/** In some of the rooms. */
const NAMES = ['Li', 'Li', 'Wang']
const INHABITED = 18

let facts: FactsReader
let daemon: Daemon
/** Lines of each page that a command has read. */
let pages: number[]

beforeEach(async () => {
  const opened = await openLedger(makePlace())
  facts = openReads(opened)
  take(await mirror(opened.ledger))
  for (let n = 0; n < ROOMS; n++) {
    const { householdId } = take(await opened.ledger.write('addHousehold', { room: `${n % 7}-${n}` }, office))
    if (n >= INHABITED) continue
    for (const name of NAMES) take(await opened.ledger.write('addResident', { householdId, name, rights: [] }, office))
  }
  pages = []
  const count = <Line>(page: readonly Line[]): readonly Line[] => {
    pages.push(page.length)
    return page
  }
  const counted: Partial<FactsReader> = {
    ...facts,
    listResidents: (...where) => count(facts.listResidents(...where)),
    listHouseholds: (...where) => count(facts.listHouseholds(...where)),
    readLedger: (...where) => count(facts.readLedger(...where)),
  }
  daemon = { facts: counted, ledger: opened.ledger, config: { gate: 'south' } } as unknown as Daemon
})

const ask = async (command: typeof residentList, args: object = {}, tell: (line: unknown) => boolean = () => true) =>
  command(daemon, args, { tell, onLeave: (leave) => leave() })

test('every resident is listed once, by room and name, no more than a page at a time', async () => {
  const listed = take(await ask(residentList)) as readonly ResidentLine[]
  expect(new Set(listed.map(({ id }) => id)).size).toBe(INHABITED * NAMES.length)
  const keys = listed.map(({ room, name, id }) => `${room} ${name} ${id}`)
  expect(keys).toEqual([...keys].sort())
  expect(Math.max(...pages)).toBe(PAGE_LINES)
})

test('pages of any size are together the whole list', () => {
  const whole = facts.listResidents(undefined, 1000)
  for (const limit of [1, 2, 7, 54]) {
    const lines: ResidentLine[] = []
    for (let page = facts.listResidents(undefined, limit); page.length > 0; )
      page = facts.listResidents(lines[lines.push(...page) - 1], limit)
    expect(lines).toEqual(whole)
  }
})

test('every household is listed once, by room, no more than a page at a time', async () => {
  const rooms = (take(await ask(householdList)) as readonly { room: string }[]).map(({ room }) => room)
  expect(rooms).toHaveLength(ROOMS)
  expect(rooms).toEqual([...rooms].sort())
  expect(pages).toEqual([PAGE_LINES, ROOMS - PAGE_LINES])
})

test('a resident is added to a room without a look at any other, and to none that there is not', async () => {
  expect(refusal(await ask(residentAdd, { room: '3-10', name: 'Zhao' }))).toBe('accepted')
  expect(refusal(await ask(residentAdd, { room: '3-1', name: 'Zhao' }))).toBe('household_unknown')
  expect(pages).toEqual([])
})

test('the last events are told oldest first, no more than a page at a time', async () => {
  const last = facts.ledgerHead().seq
  const wanted = Array.from({ length: 100 }, (_, n) => last - 99 + n)
  const events = take(await ask(logTail, { count: 100 })) as readonly LedgerLine[]
  expect(events.map(({ seq }) => seq)).toEqual(wanted)
  const told: number[] = []
  const tell = (line: unknown) => told.push((line as { event: LedgerLine }).event.seq) > 0
  await ask(logTail, { count: 100, follow: true }, tell)
  expect(told).toEqual(wanted)
  expect(Math.max(...pages)).toBe(PAGE_LINES)
})

test('whoever leaves while the last events are told ends the telling', async () => {
  let told = 0
  await ask(logTail, { count: 100, follow: true }, () => ++told < 60)
  expect(told).toBe(60)
})
