// `import` against a running gate: the office's list, three real cards of it at the reader, all or nothing, whoever is killed when.

import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import { addPerson, type GatePlace, makeGatePlace, prepareStore, readLedger, readStore, take } from './gate-place.ts'
import { isGrant, type RunningGate, runGate } from './running-gate.ts'

const program = join(resolve(import.meta.dirname, '../..'), 'daemon/main.ts')
const START_LIMIT_MS = 40_000
const IMPORT_LIMIT_MS = 60_000

let place: GatePlace
let gate: RunningGate
beforeEach(async () => {
  place = await makeGatePlace()
  await prepareStore(place, async () => undefined)
  gate = await runGate(place)
}, START_LIMIT_MS)
afterEach(async () => {
  await gate?.stop()
  await place?.[Symbol.asyncDispose]()
})

/** Four bytes, as the reader gives them. */
const cardOf = (n: number): Buffer => createHash('sha256').update(`listed ${n}`).digest().subarray(0, 4)
const decimalReversed = (card: Buffer): string => String(card.readUInt32LE()).padStart(10, '0')

const writeList = (count: number, write: (card: Buffer) => string): string => {
  const file = join(place.folder, 'list.csv')
  const rows = Array.from(
    { length: count },
    (_, n) => `${1000 + Math.floor(n / 3)},住户${n},${write(cardOf(n))},130${n}`,
  )
  writeFileSync(file, `\ufeff房号,姓名,卡号,电话\r\n${rows.join('\r\n')}\r\n`)
  return file
}

type Running = { readonly child: ChildProcess; readonly said: () => string; readonly ended: Promise<number | null> }

const startImport = (file: string, ...more: readonly string[]): Running => {
  const child = spawn(process.execPath, [program, 'import', file, '--config', place.configFile, ...more])
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  return { child, said: () => said, ended: new Promise((end) => child.once('close', end)) }
}

const tap = (card: Buffer) => gate.play('entry-card', { tap: card.toString('hex') })
const asked = ({ said }: Running) => said().split('Tap a card of the list').length - 1

const tapListed = async (running: Running, cards: readonly number[]): Promise<void> => {
  for (const [n, card] of cards.entries()) {
    await waitUntil('the question for a card', () => asked(running) > n, IMPORT_LIMIT_MS)
    await tap(cardOf(card))
  }
}

const people = () => readStore(place, (facts) => facts.listResidents(undefined, 5000).length)
const standing = () => readStore(place, (facts) => facts.rosterStanding())

describe('a list', () => {
  test('is shown and not written without --yes, and nobody’s telephone leaves the command', async () => {
    const before = readLedger(place).length
    const running = startImport(writeList(7, decimalReversed), '--preview')
    expect(await running.ended, running.said()).toBe(0)
    expect(running.said()).toContain('3 rooms (3 new), 7 residents, 7 cards')
    expect(running.said()).toContain('not read: 电话')
    expect(running.said()).toContain('Nothing was written')
    expect(people()).toBe(0)
    expect(readLedger(place)).toHaveLength(before)
  })

  test('is in the form that three taps say: its cards open, read the other way they would not', async () => {
    const running = startImport(writeList(20, decimalReversed), '--yes')
    await waitUntil('the question for a card', () => asked(running) > 0, IMPORT_LIMIT_MS)
    await tap(Buffer.from('deadbeef', 'hex'))
    await waitUntil('that this card is a stranger’s', () => running.said().includes('not in the list'))
    await tapListed(running, [3, 11, 19])
    expect(await running.ended, running.said()).toBe(0)
    expect(people()).toBe(20)
    await tap(cardOf(5))
    await gate.next(isGrant)
    const log = JSON.stringify(readLedger(place)) + gate.stderr()
    expect(log).not.toMatch(/住户|1302/)
    expect(log).not.toContain(cardOf(5).toString('hex'))
  })

  test('with one wrong line is not written at all, and the line is named', async () => {
    await prepareLater(1, 1)
    const running = startImport(
      writeList(4, (card) => (card.equals(cardOf(2)) ? '1.2E+10' : decimalReversed(card))),
      '--yes',
    )
    expect(await running.ended).toBe(1)
    expect(running.said()).toMatch(/line 4: A spreadsheet has rounded/)
    expect(people()).toBe(1)
    expect(standing()).toBe('none')
  })

  test('that was imported is not imported twice: each line says who is there already', async () => {
    const file = writeList(3, decimalReversed)
    const first = startImport(file, '--yes')
    await tapListed(first, [0, 1, 2])
    expect(await first.ended).toBe(0)
    const again = startImport(file, '--yes', '--json')
    expect(await again.ended).toBe(1)
    const { flaws } = JSON.parse(again.said()) as { flaws: { line: number; code: string }[] }
    expect(flaws.filter(({ code }) => code === 'resident_exists').map(({ line }) => line)).toEqual([2, 3, 4])
    expect(flaws.filter(({ code }) => code === 'card_taken').map(({ line }) => line)).toEqual([2, 3, 4])
  })

  test('brings no lost card back: its finder would come in by an old list', async () => {
    const file = writeList(3, decimalReversed)
    const first = startImport(file, '--yes')
    await tapListed(first, [0, 1, 2])
    expect(await first.ended).toBe(0)
    const held = readStore(place, (facts) => facts.listResidents(undefined, 10).map(({ id }) => facts.showResident(id)))
    const [lost, returned] = held.flatMap((page) => page?.credentials.map(({ id }) => id) ?? [])
    take(await gate.ask('credential revoke', { credential: lost, because: 'lost' }))
    take(await gate.ask('credential revoke', { credential: returned, because: 'returned' }))
    const again = startImport(file, '--yes', '--json')
    expect(await again.ended).toBe(1)
    const { flaws } = JSON.parse(again.said()) as { flaws: { line: number; code: string }[] }
    const told = flaws.map(({ code }) => code).filter((code) => code !== 'resident_exists')
    expect(told.toSorted()).toEqual(['card_lost', 'card_taken'])
  })
})

test(
  'whoever comes while a list moves in is let in as always',
  async () => {
    await gate.stop()
    const resident = await prepareStore(place, (open) => addPerson(open))
    gate = await runGate(place)
    const running = startImport(writeList(900, decimalReversed), '--yes')
    await tapListed(running, [0, 400, 899])
    await waitUntil('a list that moves in', () => standing() === 'accepted', IMPORT_LIMIT_MS)
    let beside = 0
    while (standing() === 'accepted') {
      await gate.play('entry-card', { tap: resident.card })
      const { decision, record } = await gate.next(isGrant)
      expect([decision.reason, record.kept === 'lost']).toEqual(['right', false])
      if (standing() === 'accepted') beside += 1
    }
    expect(beside).toBeGreaterThan(0)
    expect(await running.ended).toBe(0)
    expect(people()).toBe(901)
  },
  IMPORT_LIMIT_MS,
)

/** Somebody who was there before. */
const prepareLater = async (first: number, count: number): Promise<void> => {
  for (let n = 0; n < count; n++) {
    await gate.ask('household add', { room: `old ${first + n}` })
    await gate.ask('resident add', { room: `old ${first + n}`, name: `Old ${first + n}` })
  }
}

describe('killed without warning', () => {
  const PEOPLE = 900

  const killAt = async (wanted: 'laid' | 'accepted', whom: 'gate' | 'command'): Promise<void> => {
    const running = startImport(writeList(PEOPLE, decimalReversed), '--yes')
    await tapListed(running, [0, 400, 899])
    await waitUntil(`a list that is ${wanted}`, () => standing() === wanted, IMPORT_LIMIT_MS)
    if (whom === 'gate') {
      gate.kill('SIGKILL')
      await gate.exited()
      await running.ended
      await gate.stop()
      gate = await runGate(place)
    } else {
      running.child.kill('SIGKILL')
      await running.ended
    }
    await waitUntil('an end of the list', () => standing() === 'none', IMPORT_LIMIT_MS)
  }

  test(
    'while rows are laid down, the gate has none of them after its next start',
    async () => {
      await killAt('laid', 'gate')
      expect(people()).toBe(0)
    },
    IMPORT_LIMIT_MS,
  )

  test(
    'while they move in, the gate has all of them soon after its next start',
    async () => {
      await killAt('accepted', 'gate')
      expect(people()).toBe(PEOPLE)
      await tap(cardOf(PEOPLE - 1))
      await gate.next(isGrant)
    },
    IMPORT_LIMIT_MS,
  )

  test(
    'the command leaves nothing when it had not said the last word',
    async () => {
      await killAt('laid', 'command')
      expect(people()).toBe(0)
      expect(await gate.ask('import begin', { forms: [], cards: 0 })).toMatchObject({ ok: true })
    },
    IMPORT_LIMIT_MS,
  )

  test(
    'the command takes nothing back when it had',
    async () => {
      await killAt('accepted', 'command')
      expect(people()).toBe(PEOPLE)
    },
    IMPORT_LIMIT_MS,
  )
})
