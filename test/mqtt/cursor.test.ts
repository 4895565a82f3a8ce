import { expect, test } from 'vitest'
import { makePlace, type Opened, office, openLedger, openReads, take } from '../store/place.ts'

let rooms = 0

/** Each leaves one event, and is there when it has answered. */
const addEvents = async ({ ledger }: Opened, count: number): Promise<void> => {
  for (let n = 0; n < count; n++) take(await ledger.write('addHousehold', { room: `room ${++rooms}` }, office))
}

test('a new reader begins behind what is already recorded', async () => {
  const opened = await openLedger(makePlace())
  await addEvents(opened, 2)
  expect(take(await opened.ledger.moveCursor('mqtt'))).toBe(2)
})

test('a cursor moves forward only, survives a restart and leaves no event', async () => {
  const place = makePlace()
  const first = await openLedger(place)
  expect(take(await first.ledger.moveCursor('mqtt'))).toBe(0)
  await addEvents(first, 3)
  expect(take(await first.ledger.moveCursor('mqtt', 2))).toBe(2)
  expect(take(await first.ledger.moveCursor('mqtt', 1))).toBe(2)
  await first.ledger.stop()
  const again = await openLedger(place)
  expect(take(await again.ledger.moveCursor('mqtt'))).toBe(2)
  expect(openReads(again).ledgerHead().seq).toBe(3)
})

test('two readers do not move each other', async () => {
  const opened = await openLedger(makePlace())
  take(await opened.ledger.moveCursor('mqtt'))
  await addEvents(opened, 1)
  expect(take(await opened.ledger.moveCursor('export'))).toBe(1)
  expect(take(await opened.ledger.moveCursor('mqtt'))).toBe(0)
})
