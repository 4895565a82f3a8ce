// A card that is left on a reader, on a real pcscd with a virtual card: told once after five seconds, with the instant of its reading; one that
// was taken away is not.

import { describe, expect, test } from 'vitest'
import { STAY_MS } from '../../drivers/card/stay.ts'
import type { CardReading, FromPart } from '../../drivers/protocol.ts'
import { needPart } from '../parts.ts'
import { playMain } from './play-main.ts'
import { startVirtualReader } from './virtual-card.ts'

const isThere = needPart('pcscd') && needPart('vpcd') && needPart('pcsclite') && needPart('unshare')
const UID = '04a1b2c3d4e5f6'
const isReading = (message: FromPart): message is CardReading => message.type === 'reading'
const isStay = (message: FromPart): message is Extract<FromPart, { type: 'stays' }> => message.type === 'stays'

describe.skipIf(!isThere)('a card on a real reader', () => {
  test('that is left there is told once, after five seconds; one that is tapped is not', {
    timeout: 40_000,
  }, async () => {
    await using reader = await startVirtualReader()
    const device = { id: 'entry-card', side: 'entry', driver: 'pcsc', reader: reader.names[0] }
    await using main = await playMain('card', { devices: [device] }, { env: reader.env })
    await main.deviceIs('entry-card', 'up')
    await reader.tap(UID)
    await main.next(isReading)
    await reader.remove()
    await reader.tap(UID)
    const { at } = await main.next(isReading)
    const stays = await main.next(isStay, 3 * STAY_MS)
    expect(stays).toMatchObject({ device: 'entry-card', at })
    expect(main.messages.filter(isStay)).toHaveLength(1)
    await reader.remove()
  })
})
