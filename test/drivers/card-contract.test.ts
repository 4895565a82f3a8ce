// What every card driver keeps, played on each: a real pcscd with a virtual card, a real serial line, and the simulated twin.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CardReading } from '../../drivers/protocol.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { needPart } from '../parts.ts'
import { type PlayedMain, playMain, waitUntil } from './play-main.ts'
import { openPty } from './pty.ts'
import { ATR_DESFIRE, startVirtualReader, type TapOptions, type VirtualReader } from './virtual-card.ts'

const DEVICE = 'entry-card'
/** Longer than these readers pause while a card lies there. */
const LEAVES_MS = 800
const isReading = (message: { readonly type: string }): message is CardReading => message.type === 'reading'

/** What a card in the field does when its identifier is asked. */
const ofCards = ['removed_too_soon', 'short_answer', 'wrong_length', 'bad_status', 'time_out', 'not_iso14443'] as const
/** And what a line does to a number. */
const troubles = [...ofCards, 'frame_malformed'] as const
type Trouble = (typeof troubles)[number]

type Rig = {
  readonly main: PlayedMain
  /** What it says of a card that only stores; `number`: it can say no more of any. */
  readonly kind: 'iso14443_3' | 'number'
  readonly knows: readonly Trouble[]
  readonly tap: (uid: string, kind?: 'iso14443_4') => Promise<void>
  readonly tapTroubled: (trouble: Trouble) => Promise<void>
  /** Left out where the equipment has no plug. */
  readonly plug?: (plugged: boolean) => Promise<void>
  readonly close: () => Promise<void>
}

const openSimulated = async (): Promise<Rig> => {
  const main = await playMain('card', { devices: [{ id: DEVICE, side: 'entry', driver: 'simulated' }] })
  await main.deviceIs(DEVICE, 'up')
  const play = async (order: object) => {
    const answer = await playDevice(main.runtimeDirectory, DEVICE, order)
    if ('error' in answer) throw new Error(`the simulated reader says ${answer['error']}`)
  }
  return {
    main,
    kind: 'iso14443_3',
    knows: troubles,
    tap: (tap, kind) => play(kind ? { tap, kind } : { tap }),
    tapTroubled: (because) => play({ tap: 'unreadable', because }),
    plug: (plugged) => play({ unplug: !plugged }),
    close: main.stop,
  }
}

const troublesOfCards: Readonly<Record<(typeof ofCards)[number], TapOptions>> = {
  removed_too_soon: { answer: 'leaves' },
  short_answer: { answer: 'a1b29000' },
  wrong_length: { answer: '04a1b2c3d49000' },
  bad_status: { answer: '6300' },
  time_out: { answer: 'never' },
  // A contact card's ATR.
  not_iso14443: { atr: '3b021450' },
}

const openPcsc = async (): Promise<Rig> => {
  const reader: VirtualReader = await startVirtualReader()
  const main = await playMain(
    'card',
    { devices: [{ id: DEVICE, side: 'entry', driver: 'pcsc', reader: reader.names[0] }] },
    { env: reader.env },
  )
  await main.deviceIs(DEVICE, 'up')
  const readings = () => main.messages.filter(isReading).length
  const tapOnce = async (uid: string, options: TapOptions) => {
    const before = readings()
    await reader.tap(uid, options)
    await waitUntil('the reading of the tap', () => readings() > before)
    await reader.remove()
  }
  return {
    main,
    kind: 'iso14443_3',
    knows: ofCards,
    tap: (uid, kind) => tapOnce(uid, kind ? { atr: ATR_DESFIRE } : {}),
    tapTroubled: (trouble) => tapOnce('04a1b2c3', trouble === 'frame_malformed' ? {} : troublesOfCards[trouble]),
    close: async () => {
      await main.stop()
      await reader.stop()
    },
  }
}

/** As a module on RS-485 sends it; a wrong check where it is to be spoiled. */
const frameOf = (uid: string, spoil = 0): string => {
  const check = Buffer.from(uid, 'hex').reduce((sum, byte) => sum ^ byte, spoil)
  return `\x02${uid}${check.toString(16).padStart(2, '0')}\x03`
}

const openSerial = async (): Promise<Rig> => {
  const line = await openPty()
  const main = await playMain('card', {
    devices: [{ id: DEVICE, side: 'entry', driver: 'serial', device: line.device, baud: 9600 }],
  })
  await main.deviceIs(DEVICE, 'up')
  const send = async (frame: string) => {
    const before = main.messages.filter(isReading).length
    line.type(frame)
    await waitUntil('the reading of the tap', () => main.messages.filter(isReading).length > before)
    // The card leaves: the same one again is another tap.
    await new Promise((resolve) => setTimeout(resolve, LEAVES_MS))
  }
  return {
    main,
    kind: 'number',
    knows: ['frame_malformed'],
    tap: (uid) => send(frameOf(uid)),
    tapTroubled: () => send(frameOf('04a1b2c3', 1)),
    close: async () => {
      await main.stop()
      await line.close()
    },
  }
}

const drivers = [
  { name: 'a simulated reader', open: openSimulated, isThere: true },
  { name: 'a reader on a serial line', open: openSerial, isThere: needPart('socat') },
  {
    name: 'a pcsc reader',
    open: openPcsc,
    isThere: needPart('pcscd') && needPart('vpcd') && needPart('pcsclite') && needPart('unshare'),
  },
]

describe.each(drivers)('$name', ({ open, isThere }) => {
  describe.skipIf(!isThere)('keeps the contract', () => {
    let rig: Rig
    beforeAll(async () => {
      rig = await open()
    })
    afterAll(() => rig.close())

    test('a tap gives exactly one reading', async () => {
      const before = rig.main.messages.filter(isReading).length
      await rig.tap('04a1b2c3d4e5f6')
      const reading = await rig.main.next(isReading)
      await rig.main.ping()
      expect(reading.card).toEqual({ kind: rig.kind, identifier: '04a1b2c3d4e5f6', random: false })
      expect(rig.main.messages.filter(isReading)).toHaveLength(before + 1)
    })

    test('a card that can compute is told apart from one that only stores', async (context) => {
      if (rig.kind === 'number') return context.skip('a line says nothing of a card but its number')
      await rig.tap('04112233445566', 'iso14443_4')
      expect((await rig.main.next(isReading)).card).toMatchObject({ kind: 'iso14443_4', identifier: '04112233445566' })
    })

    test('touched is told before the reading', async () => {
      await rig.tap('04a1b2c3d4e5f6')
      const reading = await rig.main.next(isReading)
      const touched = rig.main.messages.findLast((m) => m.type === 'touched')
      expect(touched?.at).toBeLessThanOrEqual(reading.at)
      const order = rig.main.messages.filter((m) => m.type === 'touched' || m.type === 'reading').map((m) => m.type)
      expect(order.slice(-2)).toEqual(['touched', 'reading'])
    })

    test('a random identifier is marked', async (context) => {
      if (rig.kind === 'number') return context.skip('a line says nothing of a card but its number')
      await rig.tap('08a1b2c3', 'iso14443_4')
      expect((await rig.main.next(isReading)).card).toMatchObject({ identifier: '08a1b2c3', random: true })
    })

    test.for(troubles)('a card in trouble is unreadable: %s', async (trouble, context) => {
      if (!rig.knows.includes(trouble)) return context.skip('not with this reader')
      await rig.tapTroubled(trouble)
      expect((await rig.main.next(isReading)).card).toEqual({ kind: 'unreadable', because: trouble })
      await rig.tap('04a1b2c3d4e5f6')
      expect((await rig.main.next(isReading)).card.kind, 'the next card').toBe(rig.kind)
    })

    test('an unplugged reader is down and comes up by itself', async (context) => {
      if (!rig.plug) return context.skip('this equipment has no plug')
      await rig.plug(false)
      expect((await rig.main.deviceIs(DEVICE, 'down')).because).toBe('reader_absent')
      await rig.plug(true)
      await rig.main.deviceIs(DEVICE, 'up')
    })

    test('a card in trouble is no fault of the reader', () => {
      expect(rig.main.messages.filter((m) => m.type === 'fault')).toEqual([])
    })

    test('no identifier is written to stderr', () => {
      expect(rig.main.stderr()).not.toMatch(/04a1b2c3|08a1b2c3|04112233/i)
    })
  })
})
