// Card numbers over a serial line: frames as EM4100 modules send them, hostile bytes, and the driver on a real pseudo-terminal.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { createFrameReader, type Heard } from '../../drivers/card/serial-card.ts'
import type { CardReading } from '../../drivers/protocol.ts'
import { needPart } from '../parts.ts'
import { playMain } from './play-main.ts'
import { openPty } from './pty.ts'

const EXIT_READER_LOST = 75

/** STX, digits, check, ETX, as the module's data sheet has it. */
const frameOf = (identifier: string, ends = ''): Buffer => {
  const check = Buffer.from(identifier, 'hex').reduce((sum, byte) => sum ^ byte, 0)
  return Buffer.from(`\x02${identifier}${check.toString(16).padStart(2, '0')}${ends}\x03`.toUpperCase(), 'latin1')
}
const readAll = (bytes: Uint8Array, at: (place: number) => number = () => 0): readonly Heard[] => {
  const reader = createFrameReader()
  return [...bytes].flatMap((byte, place) => reader.read(byte, at(place) as MonotonicMs) ?? [])
}
const cardsIn = (heard: readonly Heard[]): readonly string[] =>
  heard.flatMap((one) => (one.kind === 'card' ? [one.identifier] : []))

describe('a frame', () => {
  test('of an EM4100 module gives its five bytes', () => {
    // RDM6300's data sheet: 62E3086CED with the check 08.
    expect(cardsIn(readAll(Buffer.from('\x0262E3086CED08\x03', 'latin1')))).toEqual(['62e3086ced'])
  })

  test.each([
    '04a1b2c3',
    '04a1b2c3d4',
    '04a1b2c3d4e5f6',
    '04a1b2c3d4e5f6a7b8c9',
  ])('%s is read, also with a line end', (identifier) => {
    expect(cardsIn(readAll(frameOf(identifier)))).toEqual([identifier])
    expect(cardsIn(readAll(frameOf(identifier, '\r\n')))).toEqual([identifier])
  })

  test('with one digit turned is no card', () => {
    const right = frameOf('62e3086ced')
    for (let at = 1; at < right.length - 1; at++) {
      const wrong = Buffer.from(right)
      wrong[at] = wrong[at] === 0x30 ? 0x31 : 0x30
      if (wrong.equals(right)) continue
      expect(cardsIn(readAll(wrong)), `digit ${at}`).toEqual([])
    }
  })

  test('that is cut off spoils itself and not the next', () => {
    const torn = Buffer.concat([frameOf('62e3086ced').subarray(0, 6), frameOf('0102030405')])
    expect(cardsIn(readAll(torn))).toEqual(['0102030405'])
    const slow = Buffer.concat([frameOf('62e3086ced').subarray(0, 6), frameOf('62e3086ced').subarray(6)])
    expect(cardsIn(readAll(slow, (place) => (place < 6 ? 0 : 600)))).toEqual([])
  })

  test('that is sent again and again while the card lies there is one tap, until it has left', () => {
    const frame = frameOf('62e3086ced')
    const many = Buffer.concat(Array.from({ length: 12 }, () => frame))
    const every = (ms: number) => (place: number) => Math.floor(place / frame.length) * ms
    expect(cardsIn(readAll(many, every(100)))).toHaveLength(1)
    expect(cardsIn(readAll(many, every(700)))).toHaveLength(12)
  })
})

describe('hostile bytes', () => {
  test('never throw, and give no card that was not framed whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(300), { maxLength: 20 }), (bytes, gaps) => {
        const times = [...bytes].map((_, place) => place * (gaps[place % (gaps.length || 1)] ?? 1))
        for (const { length } of cardsIn(readAll(bytes, (place) => times[place] ?? 0)))
          expect([8, 10, 14, 20]).toContain(length)
      }),
      { numRuns: 500 },
    )
  })

  test('of the frame’s own alphabet give only cards whose check is right', () => {
    const alphabet = fc.constantFrom(...'0123456789ABCDEFabcdef\x02\x03\r\n'.split(''))
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 300 }), (characters) => {
        const text = characters.join('')
        for (const identifier of cardsIn(readAll(Buffer.from(text, 'latin1')))) {
          const plain = text.replaceAll(/[\r\n]/g, '').toLowerCase()
          expect(plain).toContain(frameOf(identifier).toString('latin1').toLowerCase())
        }
      }),
      { numRuns: 500 },
    )
  })

  test('between frames cost no card, and in a flood are told once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 40 }), (noise) => {
        const quiet = noise.filter((byte) => byte !== 0x02)
        expect(cardsIn(readAll(Buffer.concat([quiet, frameOf('62e3086ced')])))).toEqual(['62e3086ced'])
      }),
    )
    const flood = readAll(Buffer.alloc(5000, 0xff))
    expect(flood).toEqual([{ kind: 'burst', because: 'line_noise' }])
  })

  test('of a machine that guesses numbers are cut to a few a second', () => {
    const guesses = Buffer.concat(Array.from({ length: 200 }, (_, n) => frameOf(n.toString(16).padStart(10, '0'))))
    const heard = readAll(guesses)
    expect(cardsIn(heard).length).toBeLessThanOrEqual(5)
    expect(heard.at(-1)).toEqual({ kind: 'burst', because: 'card_flood' })
    const later = createFrameReader()
    for (const byte of guesses) later.read(byte, 0 as MonotonicMs)
    const after = [...frameOf('0a0b0c0d0e')].flatMap((byte) => later.read(byte, 3000 as MonotonicMs) ?? [])
    expect(cardsIn(after)).toEqual(['0a0b0c0d0e'])
  })
})

const isReading = (message: { readonly type: string }): message is CardReading => message.type === 'reading'
const onLine = (device: string) => ({
  devices: [{ id: 'entry-line', side: 'entry', driver: 'serial', device, baud: 9600 }],
})

describe.skipIf(!needPart('socat'))('a card reader on a serial line', () => {
  test('gives one reading a tap, touched before it, and marks it as a number', async () => {
    await using line = await openPty()
    await using main = await playMain('card', onLine(line.device))
    await main.deviceIs('entry-line', 'up')
    for (let sent = 0; sent < 5; sent++) line.type(frameOf('62e3086ced'))
    const reading = await main.next(isReading)
    expect(reading).toMatchObject({
      device: 'entry-line',
      card: { kind: 'number', identifier: '62e3086ced', random: false },
    })
    await main.ping()
    const order = main.messages.filter((m) => m.type === 'touched' || m.type === 'reading').map((m) => m.type)
    expect(order).toEqual(['touched', 'reading'])
  })

  test('says of a telephone’s number, which is another one at each tap, that it is by chance', async () => {
    await using line = await openPty()
    await using main = await playMain('card', onLine(line.device))
    await main.deviceIs('entry-line', 'up')
    line.type(frameOf('08a1b2c3'))
    expect((await main.next(isReading)).card).toMatchObject({ kind: 'number', random: true })
  })

  test('tells a spoiled frame as unreadable, and reads the next card', async () => {
    await using line = await openPty()
    await using main = await playMain('card', onLine(line.device))
    await main.deviceIs('entry-line', 'up')
    line.type('\x0262E3086CED09\x03')
    expect((await main.next(isReading)).card).toEqual({ kind: 'unreadable', because: 'frame_malformed' })
    line.type(frameOf('0102030405'))
    expect((await main.next(isReading)).card).toMatchObject({ identifier: '0102030405' })
  })

  test('whose adapter is pulled out tells it and ends, and its successor waits and reads again', async () => {
    await using line = await openPty()
    await using main = await playMain('card', onLine(line.device))
    await main.deviceIs('entry-line', 'up')
    await line.vanish()
    expect(await main.exited(2000)).toEqual({ code: EXIT_READER_LOST, signal: null })
    await main.next((m) => m.type === 'fault' && m.code === 'reader_lost')
    main.respawn()
    expect(await main.deviceIs('entry-line', 'down')).toMatchObject({ because: 'device_absent' })
    await line.comeBack()
    await main.deviceIs('entry-line', 'up', 1000)
    line.type(frameOf('0102030405'))
    expect((await main.next(isReading)).card).toMatchObject({ identifier: '0102030405' })
    expect(main.stderr()).not.toMatch(/0102030405/)
  })
})
