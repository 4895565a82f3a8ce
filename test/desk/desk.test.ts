// `desk` on a terminal, against a running gate: one resident after the other, and back.

import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gave, openDesk as openSteps, putOff, readOrder, tookBack } from '../../daemon/cli/desk-steps.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera } from '../line/camera-plan.ts'
import { type GatePlace, makeGatePlace, prepareStore, readLedger, readStore, take } from '../line/gate-place.ts'
import { isGrant, type RunningGate, runGate } from '../line/running-gate.ts'
import { needPart } from '../parts.ts'
import { openDesk, type Terminal } from './desk-terminal.ts'

const LIMIT_MS = 60_000
const people = ['Zhang Wei', 'Li Na', 'Wang Fang'] as const

describe('the turn at the desk', () => {
  const waiting = people.map((name, n) => ({ id: `r_${'abc'[n]}`, room: String(101 + n), name }))
  const [first, second, third] = waiting

  test('counts all who wait, also those behind the queue', () => {
    const desk = openSteps(waiting, 700)
    expect([gave(desk, 'c_x').left, putOff(desk).left, tookBack(gave(desk, 'c_x')).left]).toEqual([699, 700, 700])
  })

  test('puts whoever is not there behind the others, and a card taken back puts its holder in front', () => {
    const desk = gave(putOff(openSteps(waiting)), 'c_x')
    expect(desk.queue).toEqual([third, first])
    expect(tookBack(desk).queue).toEqual([second, third, first])
    expect(tookBack(tookBack(desk)).note).toEqual({ code: 'desk_nothing_back' })
  })

  test('takes letters of either case and nothing else', () => {
    expect(['', 'u', 'U', 'e', 'n', 'next', 'x', ' '].map(readOrder)).toEqual([
      ...['next', 'undo', 'undo', 'end', undefined, undefined, undefined, undefined],
    ])
  })
})

describe.skipIf(!needPart('socat'))('the desk', () => {
  let place: GatePlace
  let gate: RunningGate
  beforeEach(async () => {
    place = await makeGatePlace()
    await prepareStore(place, async ({ config, ledger }) => {
      const by = { role: 'root', caller: 'uid:0' }
      for (const [n, name] of people.entries()) {
        const { householdId } = take(await ledger.write('addHousehold', { room: String(101 + n) }, by))
        take(await ledger.write('addResident', { householdId, name, rights: [{ gate: config.gate }] }, by))
      }
    })
    gate = await runGate(place)
  }, LIMIT_MS)
  afterEach(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
  })

  const cards = ['04aaaaaaaaaaaa', '04bbbbbbbbbbbb', '04cccccccccccc'] as const
  /** Taps that follow too closely are one: until the next one's name stands there. */
  const tapUntil = (terminal: Terminal, card: string, next: string) =>
    waitUntil(`a page with ${next}`, async () => {
      await gate.play('entry-card', { tap: card })
      return terminal.page().includes(next)
    })
  const held = () =>
    readStore(place, (facts) => facts.listResidents(undefined, 10).map(({ name, card, pin }) => [name, card, pin]))

  test(
    'gives each his card, takes one back, and goes on where it was when the line was cut',
    async () => {
      await using terminal = openDesk(place.configFile, '--language', 'en')
      await terminal.shows('Room 101    Zhang Wei')
      await terminal.shows('then: 102 Li Na')
      await tapUntil(terminal, cards[0], 'Card given:  101 Zhang Wei')
      await terminal.shows('Room 102    Li Na')
      await gate.play('entry-card', { tap: cards[0] })
      await gate.next(isGrant)
      terminal.type('u')
      await terminal.shows('The card is taken back:  101 Zhang Wei')
      await terminal.shows('Room 101    Zhang Wei')
      await tapUntil(terminal, cards[1], 'Room 102    Li Na')
      await terminal.cut()
      await using again = openDesk(place.configFile, '--language', 'en')
      await again.shows('Room 102    Li Na')
      again.type('')
      await again.shows('Will be called again after the others:  102 Li Na')
      await again.shows('Room 103    Wang Fang')
      again.type('e')
      await again.ended
      await using third = openDesk(place.configFile, '--language', 'zh-CN')
      await third.shows('房号 103    Wang Fang')
      await third.shows('接着：102 Li Na')
      expect(held()).toEqual([
        ['Zhang Wei', 1, 0],
        ['Li Na', 0, 0],
        ['Wang Fang', 0, 0],
      ])
      expect(JSON.stringify(readLedger(place)) + gate.stderr()).not.toMatch(/Zhang|Li Na|04aaaa|04bbbb/)
    },
    LIMIT_MS,
  )

  test(
    'that is paused takes no card',
    async () => {
      await using terminal = openDesk(place.configFile, '--language', 'en')
      await terminal.shows('>>> Tap the new card')
      terminal.type('p')
      await terminal.shows('>>> Paused')
      await gate.play('entry-card', { tap: cards[0] })
      await gate.attempt('card')
      expect(held().every(([, card]) => card === 0)).toBe(true)
      terminal.type('p')
      await terminal.shows('>>> Tap the new card')
      await tapUntil(terminal, cards[0], 'Room 102    Li Na')
    },
    LIMIT_MS,
  )

  test(
    'lets a resident type a code that nobody sees, and the code opens',
    async () => {
      await using terminal = openDesk(place.configFile, '--language', 'en')
      await terminal.shows('Room 101    Zhang Wei')
      terminal.type('c')
      await terminal.shows('Your code, 6 to 12 digits: ')
      terminal.type('483926')
      await terminal.shows('Once more: ')
      terminal.type('483926')
      await terminal.shows('Code set:  101 Zhang Wei  1011*')
      await terminal.shows('Room 102    Li Na')
      expect(terminal.written()).not.toContain('483926')
      await gate.type('entry-keypad', '1011*483926#')
      await gate.next(isGrant)
      terminal.type('e')
      await terminal.ended
      expect(JSON.stringify(readLedger(place)) + gate.stderr()).not.toContain('483926')
    },
    LIMIT_MS,
  )

  test(
    'takes a code that the resident types at the gate’s keypad, and goes on when nobody does',
    async () => {
      await using terminal = openDesk(place.configFile, '--language', 'en')
      await terminal.shows('Room 101    Zhang Wei')
      terminal.type('k')
      await terminal.shows('>>> Type the new code at the keypad now')
      terminal.type('')
      await terminal.shows('Will be called again after the others:  101 Zhang Wei')
      terminal.type('k')
      await terminal.shows('>>> Type the new code at the keypad now')
      await gate.type('entry-keypad', '483926#')
      await terminal.shows('>>> Once more at the keypad')
      await gate.type('entry-keypad', '483926#')
      await terminal.shows('Code set:  102 Li Na  1021*')
      expect(terminal.written()).not.toContain('483926')
      await gate.type('entry-keypad', '1021*483926#')
      await gate.next(isGrant)
      terminal.type('e')
      await terminal.ended
    },
    LIMIT_MS,
  )

  test(
    'writes a letter with a code that opens, for its owner alone, and shows the code nowhere else',
    async () => {
      const pages = join(place.folder, 'pages')
      mkdirSync(pages)
      await using terminal = openDesk(place.configFile, '--language', 'en', '--pages', pages)
      await terminal.shows('Room 101    Zhang Wei')
      terminal.type('l')
      await terminal.shows('Letter written')
      await terminal.shows('Room 102    Li Na')
      const [name = ''] = readdirSync(pages)
      const file = join(pages, name)
      expect(statSync(file).mode & 0o777).toBe(0o600)
      const page = readFileSync(file, 'utf8')
      const [, number, code] = /type (\d+) \* (\d{8}) #/.exec(page) ?? []
      expect(page).toContain('Zhang Wei')
      expect(terminal.written()).not.toContain(code)
      await gate.type('entry-keypad', `${number}*${code}#`)
      await gate.next(isGrant)
      expect(JSON.stringify(readLedger(place)) + gate.stderr()).not.toContain(code)
    },
    LIMIT_MS,
  )

  test(
    'prints a consent form with a number of the gate’s, and whoever stands there still stands there',
    async () => {
      await using facePlace = await makeGatePlace(addCamera)
      const pages = join(facePlace.folder, 'pages')
      mkdirSync(pages)
      await prepareStore(facePlace, async ({ config, ledger }) => {
        const by = { role: 'root', caller: 'uid:0' }
        const { householdId } = take(await ledger.write('addHousehold', { room: '101' }, by))
        take(await ledger.write('addResident', { householdId, name: people[0], rights: [{ gate: config.gate }] }, by))
      })
      await using _gate = await runGate(facePlace, { waitFor: ['door', 'card'] })
      await using terminal = openDesk(facePlace.configFile, '--language', 'en', '--pages', pages)
      await terminal.shows('Room 101    Zhang Wei')
      terminal.type('f')
      await terminal.shows('Form written')
      await terminal.shows('Room 101    Zhang Wei')
      const [form] = readLedger(facePlace, 'form_issued')
      const [name = ''] = readdirSync(pages)
      expect(readFileSync(join(pages, name), 'utf8')).toContain(`EG-${form?.seq}-`)
    },
    LIMIT_MS,
  )

  test(
    'gives nobody a second card who was served at another desk meanwhile',
    async () => {
      await using terminal = openDesk(place.configFile, '--language', 'en')
      await terminal.shows('Room 101    Zhang Wei')
      await using other = openDesk(place.configFile, '--language', 'en', '--from', '102')
      await other.shows('Room 102    Li Na')
      other.type('p')
      await other.shows('>>> Paused')
      await tapUntil(terminal, cards[0], 'Room 102    Li Na')
      terminal.type('p')
      await terminal.shows('>>> Paused')
      other.type('p')
      await other.shows('>>> Tap the new card')
      await tapUntil(other, cards[1], 'Card given:  102 Li Na')
      other.type('p')
      await other.shows('>>> Paused')
      terminal.type('p')
      await terminal.shows('Has a card or a code already:  102 Li Na')
      await terminal.shows('Room 103    Wang Fang')
    },
    LIMIT_MS,
  )
})
