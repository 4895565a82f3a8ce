// Readers that come and go while the card process runs, on a played pcscd: the real one with virtual readers cannot unplug them.

import { describe, expect, test } from 'vitest'
import { needPart } from '../parts.ts'
import { playMain } from './play-main.ts'
import { playPcscd } from './played-pcscd.ts'

const UID = '04a1b2c3d4e5f6'
const NAME = 'ACS ACR122U PICC Interface 00 00'
const OTHER_NAME = 'ACS ACR1252 Dual Reader 01 00'
const devices = [
  { id: 'entry-card', side: 'entry', driver: 'pcsc', reader: 'ACR122U' },
  { id: 'exit-card', side: 'exit', driver: 'pcsc', reader: 'ACR1252' },
]

describe.skipIf(!needPart('pcsclite'))('a reader', () => {
  test('unplugged is down, plugged in again is up and reads, and the part lives on', async () => {
    await using pcscd = await playPcscd(UID)
    await using main = await playMain('card', { devices }, { env: pcscd.env })
    await main.deviceIs('entry-card', 'down')
    pcscd.plug(NAME)
    await main.deviceIs('entry-card', 'up')
    for (let times = 1; times <= 3; times++) {
      pcscd.unplug(NAME)
      expect(await main.deviceIs('entry-card', 'down')).toMatchObject({ because: 'reader_absent' })
      pcscd.plug(NAME)
      await main.deviceIs('entry-card', 'up')
    }
    await main.ping()
    pcscd.setCard(NAME, true)
    expect(await main.next((m) => m.type === 'reading')).toMatchObject({
      device: 'entry-card',
      card: { kind: 'iso14443_3', identifier: UID },
    })
    expect(main.messages.filter((m) => m.type === 'hello')).toHaveLength(1)
    expect(main.messages.some((m) => m.type === 'fault')).toBe(false)
  })

  test('in another USB port is found again, whatever its new number, and without taking another’s place', async () => {
    const [entry, exit] = ['ACS ACR122U PICC Interface 00 00', 'ACS ACR122U PICC Interface 01 00']
    const named = [
      { ...devices[0], reader: entry },
      { ...devices[1], reader: exit },
    ]
    await using pcscd = await playPcscd(UID)
    await using main = await playMain('card', { devices: named }, { env: pcscd.env })
    pcscd.plug(exit)
    await main.deviceIs('exit-card', 'up')
    await main.deviceIs('entry-card', 'down')
    pcscd.plug(entry)
    await main.deviceIs('entry-card', 'up')
    pcscd.unplug(entry)
    await main.deviceIs('entry-card', 'down')
    pcscd.plug('ACS ACR122U PICC Interface 02 00')
    await main.deviceIs('entry-card', 'up')
  })

  test('unplugged leaves the other one up', async () => {
    await using pcscd = await playPcscd(UID)
    await using main = await playMain('card', { devices }, { env: pcscd.env })
    pcscd.plug(NAME)
    pcscd.plug(OTHER_NAME)
    await main.deviceIs('entry-card', 'up')
    await main.deviceIs('exit-card', 'up')
    pcscd.unplug(NAME)
    await main.deviceIs('entry-card', 'down')
    await main.deviceIs('exit-card', 'up')
    pcscd.setCard(OTHER_NAME, true)
    expect(await main.next((m) => m.type === 'reading')).toMatchObject({ device: 'exit-card' })
  })
})
