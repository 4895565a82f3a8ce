// A USB keypad by the kernel's input events: real struct input_event through a FIFO, and through a real input device where the kernel lets us
// make one (uinput).

import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVENT_BYTES, readEvents } from '../../drivers/keypad/evdev.ts'
import type { FromPart, KeypadReading } from '../../drivers/protocol.ts'
import { eventOf, KEY, openFifo, rowCodes, SYN, typed } from './input-events.ts'
import { type PlayedMain, playMain, waitUntil } from './play-main.ts'

const EXIT_KEYPAD_LOST = 75
const [SYN_DROPPED, KEY_LEFTSHIFT, KEY_A] = [3, 42, 30] as const

const keysIn = (bytes: Buffer) => {
  const pressed: number[] = []
  let dropped = 0
  const used = readEvents(bytes, {
    press: (byte) => void pressed.push(byte),
    dropped: () => void dropped++,
    hold: () => undefined,
  })
  return { text: String.fromCharCode(...pressed), dropped, used }
}

describe('input events', () => {
  test('are keys when pressed, by the number pad, the row above the letters, and a telephone’s pad', () => {
    expect(keysIn(typed('0123456789*#')).text).toBe('0123456789*#')
    expect(keysIn(typed('0123456789*#', rowCodes)).text).toBe('0123456789*#')
    const telephone = Buffer.concat([...Array(12)].map((_, at) => eventOf(KEY, 0x200 + at, 1)))
    expect(keysIn(telephone).text).toBe('0123456789*#')
  })

  test('repeated by the kernel while a key is held, released, or of Shift, are none', () => {
    const held = Buffer.concat([eventOf(KEY, 80, 1), eventOf(KEY, 80, 2), eventOf(KEY, 80, 2), eventOf(KEY, 80, 0)])
    expect(keysIn(held).text).toBe('2')
    expect(keysIn(eventOf(KEY, KEY_LEFTSHIFT, 1)).text).toBe('')
    expect(keysIn(eventOf(KEY, KEY_A, 1)).text).toBe('\xff')
  })

  test('of any bytes never throw, and whole ones only are taken', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const { used } = keysIn(Buffer.from(bytes))
        expect(used).toBe(bytes.length - (bytes.length % EVENT_BYTES))
      }),
    )
  })
})

const settings = (device: string) => ({
  devices: [{ id: 'entry-keys', side: 'entry', driver: 'evdev', device, silenceMs: 10_000 }],
})
const startOn = async (device: string): Promise<PlayedMain> => {
  const main = await playMain('keypad', settings(device))
  await main.deviceIs('entry-keys', 'up')
  return main
}
const nextReading = (main: PlayedMain) =>
  main.next((m): m is KeypadReading => m.type === 'reading' && m.path === 'keypad')
const isKey = (m: FromPart) => m.type === 'key'

describe('the keypad process on input events', () => {
  test('gives what was typed as a frame, touched at its first key', async () => {
    await using fifo = await openFifo()
    await using main = await startOn(fifo.device)
    fifo.write(typed('12042*4711#'))
    expect((await nextReading(main)).keys).toEqual({ frame: 'open', number: '12042', code: '4711' })
    expect(main.messages.filter((m) => m.type === 'touched')).toHaveLength(1)
    expect(main.messages.filter(isKey)).toHaveLength(11)
  })

  test('takes events that come in pieces', async () => {
    await using fifo = await openFifo()
    await using main = await startOn(fifo.device)
    const bytes = typed('9#')
    fifo.write(bytes.subarray(0, 7))
    await main.ping()
    fifo.write(bytes.subarray(7))
    expect((await nextReading(main)).keys).toEqual({ frame: 'choice', digits: '9' })
  })

  test('forgets what was typed when the kernel threw events away', async () => {
    await using fifo = await openFifo()
    await using main = await startOn(fifo.device)
    fifo.write(Buffer.concat([typed('77'), eventOf(SYN, SYN_DROPPED, 0), typed('9#')]))
    expect((await nextReading(main)).keys).toEqual({ frame: 'choice', digits: '9' })
  })

  test('that is pulled out tells it, ends, and is absent until it is back', async () => {
    await using fifo = await openFifo()
    await using main = await startOn(fifo.device)
    fifo.write(typed('12042*47'))
    await main.next(isKey)
    fifo.hangUp()
    expect(await main.exited(2000)).toEqual({ code: EXIT_KEYPAD_LOST, signal: null })
    await main.next((m) => m.type === 'fault' && m.code === 'keypad_lost')
    expect(main.stderr()).not.toMatch(/12042|4711/)
  })

  test.each([
    ['/nowhere/event0', 'device_absent'],
    ['/etc/hostname', 'device_not_input'],
    ['/dev/null', 'device_not_input'],
  ])('whose path leads to %s is down: %s', async (device, because) => {
    await using main = await playMain('keypad', settings(device))
    await main.next((m) => m.type === 'ready')
    await waitUntil('the reason', async () => (await main.deviceIs('entry-keys', 'down')).because === because)
  })

  test('ends when it is told to, with nothing typed and a thread that waits', async () => {
    await using fifo = await openFifo()
    await using main = await startOn(fifo.device)
    main.child.kill('SIGTERM')
    expect(await main.exited(2000)).toEqual({ code: 0, signal: null })
  })
})

// A device of the kernel's own needs its module: not in containers, in the machine tests' kernel neither.
test.skipIf(!existsSync('/dev/uinput'))('a real input device is grabbed: nobody else reads what is typed', async () => {
  const { openUinput } = await import('./uinput.ts')
  await using device = await openUinput()
  await using main = await startOn(device.path)
  await using second = await playMain('keypad', settings(device.path))
  await second.next((m) => m.type === 'ready')
  expect(await second.deviceIs('entry-keys', 'down')).toMatchObject({ because: 'device_locked' })
  device.write(typed('9#'))
  expect((await nextReading(main)).keys).toEqual({ frame: 'choice', digits: '9' })
})
