// The card process without a reader: what it loads, what it refuses.

import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { playDevice } from '../../drivers/simulation.ts'
import { playMain } from './play-main.ts'

const DEVICE = 'entry-card'
const simulated = { devices: [{ id: DEVICE, side: 'entry', driver: 'simulated' }] }

test('with simulated readers alone no native module is loaded', async () => {
  await using main = await playMain('card', simulated)
  await main.deviceIs(DEVICE, 'up')
  expect(await readFile(`/proc/${main.child.pid}/maps`, 'utf8')).not.toMatch(/\.node$|pcsclite/m)
})

test('settings that are not its own end the part', async () => {
  await using main = await playMain('card', { devices: [{ id: DEVICE, side: 'entry', driver: 'wiegand' }] })
  expect((await main.exited()).code).toBe(70)
})

test('the simulated reader answers with the instant of the reading', async () => {
  await using main = await playMain('card', simulated)
  await main.deviceIs(DEVICE, 'up')
  const answer = await playDevice(main.runtimeDirectory, DEVICE, { tap: '04A1B2C3' })
  expect(await main.next((m) => m.type === 'reading')).toMatchObject({
    at: answer['at'],
    card: { kind: 'iso14443_3', identifier: '04a1b2c3', random: false },
  })
})

test.each([
  {},
  { tap: '' },
  { tap: '04a1b2' },
  { tap: 'zz' },
  { tap: 4 },
  { tap: 'unreadable' },
  { tap: 'unreadable', because: 'Not A Code' },
  { tap: '04a1b2c3', kind: 'felica' },
  { tap: '04a1b2c3', unplug: true },
  { unplug: 'yes' },
])('the simulated reader refuses %j and reads nothing', async (order) => {
  await using main = await playMain('card', simulated)
  await main.deviceIs(DEVICE, 'up')
  expect(await playDevice(main.runtimeDirectory, DEVICE, order)).toEqual({ error: 'order_malformed' })
  await main.ping()
  expect(main.messages.some((m) => m.type === 'reading' || m.type === 'touched')).toBe(false)
})

test('an unplugged simulated reader reads nothing', async () => {
  await using main = await playMain('card', simulated)
  await main.deviceIs(DEVICE, 'up')
  await playDevice(main.runtimeDirectory, DEVICE, { unplug: true })
  expect(await playDevice(main.runtimeDirectory, DEVICE, { tap: '04a1b2c3' })).toEqual({ error: 'unplugged' })
})
