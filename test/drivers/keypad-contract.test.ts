// What every keypad driver keeps, played on each: a real pseudo-terminal, real input events, and the simulated twin.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KeypadReading } from '../../drivers/protocol.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { needPart } from '../parts.ts'
import { openFifo, typed } from './input-events.ts'
import { type PlayedMain, playMain } from './play-main.ts'
import { openPty } from './pty.ts'

const DEVICE = 'entry-keys'
const common = { id: DEVICE, side: 'entry', silenceMs: 10_000 }

type Rig = { readonly main: PlayedMain; readonly type: (keys: string) => unknown; readonly close: () => Promise<void> }

const startOn = async (settings: object): Promise<PlayedMain> => {
  const main = await playMain('keypad', { devices: [{ ...common, ...settings }] })
  await main.deviceIs(DEVICE, 'up')
  return main
}
const openSimulated = async (): Promise<Rig> => {
  const main = await startOn({ driver: 'simulated' })
  return { main, type: (keys) => playDevice(main.runtimeDirectory, DEVICE, { keys }), close: main.stop }
}
const openSerial = async (): Promise<Rig> => {
  const line = await openPty()
  const main = await startOn({ driver: 'serial', device: line.device, baud: 9600 })
  const close = async () => {
    await main.stop()
    await line.close()
  }
  return { main, type: line.type, close }
}
const openEvdev = async (): Promise<Rig> => {
  const fifo = await openFifo()
  const main = await startOn({ driver: 'evdev', device: fifo.device })
  const close = async () => {
    await main.stop()
    await fifo[Symbol.asyncDispose]()
  }
  return { main, type: (keys) => fifo.write(typed(keys)), close }
}

const drivers = [
  { name: 'a simulated keypad', open: openSimulated, isThere: true },
  { name: 'a keypad on a serial line', open: openSerial, isThere: needPart('socat') },
  { name: 'a USB keypad', open: openEvdev, isThere: true },
]

describe.each(drivers)('$name', ({ open, isThere }) => {
  describe.skipIf(!isThere)('keeps the contract', () => {
    let rig: Rig
    beforeAll(async () => {
      rig = await open()
    })
    afterAll(() => rig.close())

    const nextReading = async () =>
      (await rig.main.next((m): m is KeypadReading => m.type === 'reading' && m.path === 'keypad')).keys
    const count = (type: string) => rig.main.messages.filter((m) => m.type === type).length

    test('what is typed is one frame, touched at its first key, each key told', async () => {
      const [keys, touched] = [count('key'), count('touched')]
      await rig.type('12042*471100#')
      expect(await nextReading()).toEqual({ frame: 'open', number: '12042', code: '471100' })
      expect([count('key') - keys, count('touched') - touched]).toEqual([13, 1])
    })

    test('two stars clear, and what comes after them is a frame of its own', async () => {
      await rig.type('12042*47**9#')
      expect(await nextReading()).toEqual({ frame: 'choice', digits: '9' })
    })

    test('`#` alone asks to be looked at and is no reading', async () => {
      const before = count('reading')
      await rig.type('#')
      await rig.main.next((m) => m.type === 'asked')
      await rig.main.ping()
      expect(count('reading')).toBe(before)
    })

    test('nothing that was typed is said on stderr, and nothing of it is a fault', () => {
      expect(rig.main.stderr()).not.toMatch(/12042|4711/)
      expect(count('fault')).toBe(0)
    })
  })
})
