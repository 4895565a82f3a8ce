// The card process on a real pcscd that is absent, killed, stopped or slow, and with cards that do not behave. The test acts as the
// supervisor: it starts the part anew when it ends.

import { describe, expect, test } from 'vitest'
import { PCSCD_LOST_EXIT_CODE } from '../../drivers/card/pcsc.ts'
import type { CardReading } from '../../drivers/protocol.ts'
import { needPart } from '../parts.ts'
import { type PlayedMain, playMain } from './play-main.ts'
import { startVirtualReader, type VirtualReader } from './virtual-card.ts'

const UID = '04a1b2c3d4e5f6'
const ENTRY = 'entry-card'
const EXIT = 'exit-card'
/** A process that is frozen, not only slow on a machine with more workers than cores. */
const STUCK_LIMIT_MS = 10_000
const PING_LIMIT_MS = 1000

const isThere = needPart('pcscd') && needPart('vpcd') && needPart('pcsclite') && needPart('unshare')

const isReading = (message: { readonly type: string }): message is CardReading => message.type === 'reading'
const readingsOf = (main: PlayedMain, device: string) =>
  main.messages.filter(isReading).filter((reading) => reading.device === device)
const isLoss = (message: { readonly type: string; readonly code?: string }) =>
  message.type === 'fault' && message.code === 'pcscd_lost'

const playOn = (reader: VirtualReader, devices: readonly string[] = [ENTRY]) =>
  playMain(
    'card',
    {
      devices: devices.map((id, n) => ({
        id,
        side: n === 0 ? 'entry' : 'exit',
        driver: 'pcsc',
        reader: reader.names[n],
      })),
    },
    { env: reader.env },
  )

describe.skipIf(!isThere)('pcscd', () => {
  test('absent at start does not freeze the part, and coming later brings the reader up', async () => {
    await using reader = await startVirtualReader()
    await reader.killPcscd()
    await using main = await playOn(reader)
    expect(await main.deviceIs(ENTRY, 'down')).toMatchObject({ because: 'pcscd_absent' })
    expect((await main.ping(PING_LIMIT_MS)).tookMs).toBeLessThan(PING_LIMIT_MS)
    await reader.restartPcscd()
    await main.deviceIs(ENTRY, 'up')
    await reader.tap(UID)
    expect((await main.next(isReading)).card).toMatchObject({ identifier: UID })
  })

  test('killed is told as a fault and ends the part, and its successor reads again', async () => {
    await using reader = await startVirtualReader()
    await using main = await playOn(reader)
    await main.deviceIs(ENTRY, 'up')
    await reader.killPcscd()
    await main.next(isLoss)
    expect(await main.exited()).toEqual({ code: PCSCD_LOST_EXIT_CODE, signal: null })
    main.respawn()
    expect(await main.deviceIs(ENTRY, 'down')).toMatchObject({ because: 'pcscd_absent' })
    await reader.restartPcscd()
    await main.deviceIs(ENTRY, 'up')
    await reader.tap(UID)
    expect((await main.next(isReading)).card).toMatchObject({ identifier: UID })
  })

  test('killed while a card is asked ends the part all the same', async () => {
    await using reader = await startVirtualReader()
    await using main = await playOn(reader)
    await main.deviceIs(ENTRY, 'up')
    await reader.tap(UID, { answer: 'never' })
    await main.next((m) => m.type === 'touched')
    await reader.killPcscd()
    await main.next(isLoss)
    expect(await main.exited()).toEqual({ code: PCSCD_LOST_EXIT_CODE, signal: null })
  })

  test('stopped, so that it holds its connections and answers nothing, is a loss too, also while a card is asked', async () => {
    await using reader = await startVirtualReader()
    await using main = await playOn(reader)
    await main.deviceIs(ENTRY, 'up')
    await reader.tap(UID, { answer: 'never' })
    await main.next(isReading)
    await reader.killPcscd('SIGSTOP')
    await main.next(isLoss)
    // A thread hangs in the library: no exit code gets past it.
    expect(await main.exited()).toEqual({ code: null, signal: 'SIGKILL' })
  })
})

describe.skipIf(!isThere)('a card', () => {
  test('that never answers holds up neither the pings nor the other reader', async () => {
    await using reader = await startVirtualReader()
    await using main = await playOn(reader, [ENTRY, EXIT])
    await main.deviceIs(ENTRY, 'up')
    await main.deviceIs(EXIT, 'up')
    await reader.tap(UID, { answer: 'never' })
    expect((await main.next(isReading)).card).toMatchObject({ because: 'time_out' })
    for (let n = 0; n < 20; n++) expect((await main.ping()).tookMs).toBeLessThan(PING_LIMIT_MS)
    await reader.tap('08000001', { slot: 1 })
    expect(await main.next(isReading)).toMatchObject({ device: EXIT, card: { identifier: '08000001' } })
  })

  test('that never answers has its reader down until it leaves, and the other one stays up', {
    timeout: 30_000,
  }, async () => {
    await using reader = await startVirtualReader()
    await using main = await playOn(reader, [ENTRY, EXIT])
    await main.deviceIs(ENTRY, 'up')
    await main.deviceIs(EXIT, 'up')
    await reader.tap(UID, { answer: 'never' })
    expect(await main.deviceIs(ENTRY, 'down', STUCK_LIMIT_MS)).toMatchObject({ because: 'reader_stuck' })
    await main.deviceIs(EXIT, 'up')
    await reader.remove()
    await main.deviceIs(ENTRY, 'up', STUCK_LIMIT_MS)
    await reader.tap(UID)
    expect(await main.next((m) => isReading(m) && m.card.kind !== 'unreadable')).toMatchObject({ device: ENTRY })
  })

  test('that never answers does not keep the part from ending', async () => {
    await using reader = await startVirtualReader()
    await using main = await playOn(reader)
    await main.deviceIs(ENTRY, 'up')
    await reader.tap(UID, { answer: 'never' })
    await main.next(isReading)
    main.child.kill('SIGTERM')
    await main.exited(1000)
  })

  test('held on the reader gives one reading, however long', async () => {
    await using reader = await startVirtualReader()
    await using main = await playOn(reader, [ENTRY, EXIT])
    await main.deviceIs(ENTRY, 'up')
    await main.deviceIs(EXIT, 'up')
    await reader.tap(UID)
    await main.next(isReading)
    for (let taps = 1; taps <= 3; taps++) {
      await reader.tap('08000001', { slot: 1 })
      await main.next((m) => isReading(m) && m.device === EXIT)
      await reader.remove(1)
    }
    expect(readingsOf(main, ENTRY)).toHaveLength(1)
    expect(readingsOf(main, EXIT)).toHaveLength(3)
  })

  test('that lies on the reader when the part starts is read only after it has left', async () => {
    await using reader = await startVirtualReader()
    await using main = await playOn(reader, [ENTRY, EXIT])
    await main.deviceIs(ENTRY, 'up')
    await reader.tap(UID)
    await main.next(isReading)
    main.child.kill('SIGKILL')
    await main.exited()
    main.respawn()
    await main.deviceIs(EXIT, 'up')
    await reader.tap('08000001', { slot: 1 })
    expect(await main.next(isReading)).toMatchObject({ device: EXIT })
    await reader.remove()
    await reader.tap(UID)
    expect(await main.next(isReading)).toMatchObject({ device: ENTRY })
  })

  test('that the reader cannot power reaches main as unreadable', async () => {
    await using reader = await startVirtualReader()
    await using main = await playOn(reader)
    await main.deviceIs(ENTRY, 'up')
    await reader.tap(UID, { atr: '00' })
    expect((await main.next(isReading)).card).toEqual({ kind: 'unreadable', because: 'connect_failed' })
  })
})

describe.skipIf(!isThere)('a reader', () => {
  test('that is not plugged in is down, and the other one is up', async () => {
    await using reader = await startVirtualReader()
    await using main = await playMain(
      'card',
      {
        devices: [
          { id: ENTRY, side: 'entry', driver: 'pcsc', reader: reader.names[0] },
          { id: EXIT, side: 'exit', driver: 'pcsc', reader: 'Not Plugged In' },
        ],
      },
      { env: reader.env },
    )
    await main.deviceIs(ENTRY, 'up')
    expect(await main.deviceIs(EXIT, 'down')).toMatchObject({ because: 'reader_absent' })
  })
})
