// What every card driver keeps, played on each: a real pcscd with a virtual card, and the simulated twin.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CardReading } from '../../drivers/protocol.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { needPart } from '../parts.ts'
import { type PlayedMain, playMain, waitUntil } from './play-main.ts'
import { ATR_DESFIRE, startVirtualReader, type TapOptions, type VirtualReader } from './virtual-card.ts'

const DEVICE = 'entry-card'
const isReading = (message: { readonly type: string }): message is CardReading => message.type === 'reading'

/** What a card in the field does when its identifier is asked. */
type Trouble = 'removed_too_soon' | 'short_answer' | 'wrong_length' | 'bad_status' | 'time_out' | 'not_iso14443'

type Rig = {
  readonly main: PlayedMain
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
    tap: (tap, kind) => play(kind ? { tap, kind } : { tap }),
    tapTroubled: (because) => play({ tap: 'unreadable', because }),
    plug: (plugged) => play({ unplug: !plugged }),
    close: main.stop,
  }
}

const troubles: Readonly<Record<Trouble, TapOptions>> = {
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
    tap: (uid, kind) => tapOnce(uid, kind ? { atr: ATR_DESFIRE } : {}),
    tapTroubled: (trouble) => tapOnce('04a1b2c3', troubles[trouble]),
    close: async () => {
      await main.stop()
      await reader.stop()
    },
  }
}

const drivers = [
  { name: 'a simulated reader', open: openSimulated, isThere: true },
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
      expect(reading.card).toEqual({ kind: 'iso14443_3', identifier: '04a1b2c3d4e5f6', random: false })
      expect(rig.main.messages.filter(isReading)).toHaveLength(before + 1)
    })

    test('a card that can compute is told apart from one that only stores', async () => {
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

    test('a random identifier is marked', async () => {
      await rig.tap('08a1b2c3', 'iso14443_4')
      expect((await rig.main.next(isReading)).card).toMatchObject({ identifier: '08a1b2c3', random: true })
    })

    test.each(Object.keys(troubles) as Trouble[])('a card in trouble is unreadable: %s', async (trouble) => {
      await rig.tapTroubled(trouble)
      expect((await rig.main.next(isReading)).card).toEqual({ kind: 'unreadable', because: trouble })
      await rig.tap('04a1b2c3d4e5f6')
      expect((await rig.main.next(isReading)).card.kind, 'the next card').toBe('iso14443_3')
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
