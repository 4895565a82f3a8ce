import { describe, expect, test } from 'vitest'
import { checkCards } from '../../config/checks-cards.ts'
import { listWays, offers } from '../../config/mounted.ts'
import { reviewConfig } from '../../config/review.ts'
import { checksOf, configOf, head, realDoor, simulatedDoor, summaryOf, writeGate } from './gate-file.ts'

const pcsc = 'card: [{ id: a, driver: pcsc, reader: ACS }]'
const pad = 'keypad: [{ id: b, driver: serial, device: /dev/pad }]'
const gateWith = (entry: string, door = realDoor) => `${head}${door}sides: { entry: { ${entry} } }\n`
const cardChecks = (entry: string, door?: string) =>
  checkCards(configOf(gateWith(entry, door))).map(({ severity, path, code }) => `${severity} ${path} ${code}`)
const times = (...hours: readonly string[]) => `cardProofTimes: [${hours.join(', ')}]`
const bare = 'warning sides.entry.card identifier_at_night'

describe('at night', () => {
  test('a number alone is warned of, with an hour at which it opens, also by `check`', async () => {
    expect(cardChecks(pcsc)).toEqual([bare])
    const { problems, config } = await reviewConfig(writeGate(gateWith(pcsc)), () => 'builtin')
    const told = problems.filter(({ code }) => code === 'identifier_at_night')
    expect(told).toMatchObject([{ severity: 'warning', line: 11, values: { time: '00:00' } }])
    expect(config).toBeDefined()
  })

  test.each([
    ['cardProof: authenticated'],
    ['cardProof: sdm'],
    [times('{ proof: authenticated, from: "22:00", to: "06:00" }')],
    [
      times(
        '{ proof: authenticated, days: "1-5", from: "21:00", to: "07:00" }',
        '{ proof: sdm, days: "6-7", from: "21:00", to: "07:00" }',
      ),
    ],
    ['twoFactor: [[card, keypad]]'],
  ])('%s is enough', (policy) => {
    expect(cardChecks(`${pcsc}, ${pad}, ${policy}`)).toEqual([])
  })

  test.each([
    ['one night of the week is left out', times('{ proof: authenticated, days: "1-6", from: "22:00", to: "06:00" }')],
    ['it begins a minute late', times('{ proof: authenticated, from: "22:01", to: "06:00" }')],
    ['it ends a minute early', times('{ proof: authenticated, from: "22:00", to: "05:59" }')],
    [
      'an earlier entry takes an hour back',
      times(
        '{ proof: identifier, from: "03:00", to: "04:00" }',
        '{ proof: authenticated, from: "22:00", to: "06:00" }',
      ),
    ],
    ['the second proof is asked for by a schedule', `${pad}, twoFactor: [[card, keypad]], twoFactorDuring: office`],
    [
      'the key is asked for by day only',
      `cardProof: authenticated, ${times('{ proof: identifier, from: "22:00", to: "06:00" }')}`,
    ],
  ])('a policy by hours that leaves a gap is warned of: %s', (_, policy) => {
    expect(cardChecks(`${pcsc}, ${policy}`)).toEqual([bare])
  })

  test('nothing is said of a side without a card, of a simulated door, or of the exit', () => {
    expect(cardChecks(pad)).toEqual([])
    expect(cardChecks(pcsc, simulatedDoor)).toEqual([])
    const exit = `${head}${realDoor}sides: { entry: { ${pad} }, exit: { card: [{ id: c, driver: pcsc, reader: ACR }] } }\n`
    expect(checkCards(configOf(exit))).toEqual([])
  })
})

describe('a reader at the desk', () => {
  const desk = '{ id: d, driver: pcsc, reader: Desk, use: desk }'

  test('is no way in: a side that has nothing else is empty, and face beside it is alone', () => {
    expect(checksOf(gateWith(`card: [${desk}]`))).toContain('error sides.entry side_empty')
    const face = 'face: [{ id: c, driver: ffmpeg, input: /dev/v4l/by-path/camera }]'
    expect(checksOf(gateWith(`card: [${desk}], ${face}`))).toContain('error sides.entry.face face_alone')
  })

  test('stands beside the readers of the gate and is none of them', () => {
    const config = configOf(gateWith(`card: [{ id: a, driver: pcsc, reader: ACS }, ${desk}], ${pad}`))
    expect(listWays(config.sides.entry, 'card').map(({ id }) => id)).toEqual(['a'])
    expect(offers(config.sides.entry, 'card')).toBe(true)
  })

  test('that gives numbers only cannot issue, and is warned of', () => {
    expect(cardChecks(`${pad}, card: [{ id: d, driver: serial, device: /dev/line, use: desk }]`)).toEqual([
      'warning sides.entry.card.0.driver desk_cannot_issue',
    ])
  })

  test('with any other use is refused', () => {
    expect(summaryOf(gateWith('card: [{ id: d, driver: pcsc, reader: Desk, use: office }]')).join()).toMatch(/use/)
  })
})

test('two devices on one serial line are refused, whichever they are', () => {
  const line = '{ id: x, driver: serial, device: /dev/line }'
  expect(checksOf(gateWith(`card: [${line}, { id: y, driver: serial, device: /dev/line }], ${pad}`))).toContain(
    'error sides.entry.card.1.device card_device_twice',
  )
  expect(checksOf(gateWith(`card: [{ id: x, driver: serial, device: /dev/pad }], ${pad}`))).toContain(
    'error sides.entry.card.0.device card_device_twice',
  )
})

test('a name that the kernel gives in its own order is warned of', () => {
  expect(checksOf(gateWith('card: [{ id: x, driver: serial, device: /dev/ttyUSB0 }]'))).toContain(
    'warning sides.entry.card.0.device name_may_change',
  )
  expect(checksOf(gateWith('keypad: [{ id: x, driver: evdev, device: /dev/input/event3 }]'))).toContain(
    'warning sides.entry.keypad.0.device name_may_change',
  )
})

describe('how far apart readers are', () => {
  const apart = (sides: string, rules: string) =>
    checkCards(configOf(`${head}${simulatedDoor}${rules}sides: ${sides}\n`)).map(({ path, code }) => `${path} ${code}`)
  const reader = (id: string, more = '') => `card: [{ id: ${id}, driver: simulated${more} }]`
  const both = 'cardsApart: { sidesSeconds: 5, deskSeconds: 60 }\n'

  test('says nothing where there is no second reader, and is warned of', () => {
    expect(apart(`{ entry: { ${reader('a')} } }`, both)).toEqual([
      'cardsApart.sidesSeconds cards_apart_nothing',
      'cardsApart.deskSeconds cards_apart_nothing',
    ])
    const desk = `{ entry: { card: [{ id: a, driver: simulated }, { id: d, driver: simulated, use: desk }] }, exit: { ${reader('b')} } }`
    expect(apart(desk, both)).toEqual([])
  })
})
