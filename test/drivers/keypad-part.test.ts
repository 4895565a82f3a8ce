import { readFileSync } from 'node:fs'
import { mkdtempDisposable, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import type { FromPart, KeypadReading } from '../../drivers/protocol.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { needPart } from '../parts.ts'
import { type PlayedMain, playMain, waitUntil } from './play-main.ts'
import { openPty, type Pty } from './pty.ts'

const EXIT_KEYPAD_LOST = 75
const simulated = { devices: [{ id: 'entry-keys', side: 'entry', driver: 'simulated', silenceMs: 10_000 }] }
const serial = (device: string, silenceMs = 10_000) => ({
  devices: [{ id: 'entry-keys', side: 'entry', driver: 'serial', device, baud: 9600, silenceMs }],
})
const opened = { frame: 'open', number: '12042', code: '4711' }

const nextReading = (main: PlayedMain, limitMs?: number) =>
  main.next((m): m is KeypadReading => m.type === 'reading' && m.path === 'keypad', limitMs)
const nextFault = (main: PlayedMain, code: string) => main.next((m) => m.type === 'fault' && m.code === code)
const startedOn = async (device: string) => {
  const main = await playMain('keypad', serial(device))
  await main.deviceIs('entry-keys', 'up')
  return main
}
const isOpen = (m: FromPart) => m.type === 'reading' && m.path === 'keypad' && m.keys.frame === 'open'
/** As a person would: types, waits a moment for the answer, types again; for 10 s at most. */
const typeUntilRead = async (main: PlayedMain, type: () => unknown) => {
  const attempt = async () => {
    await type()
    return main.next(isOpen, 1000).then(
      () => true,
      () => false,
    )
  }
  await waitUntil('a right code to be read', attempt, 10_000)
}
/** More than is taken before the line vanishes; returns when its first key was taken, with a read in flight. */
const typeOnAndOn = async (line: Pty, main: PlayedMain) => {
  line.type('7'.repeat(200_000))
  await main.next((m) => m.type === 'touched')
}
/** Of one core, from the kernel's count of 10 ms ticks. */
const cpuMsOf = (pid: number | undefined): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

describe('the simulated keypad', () => {
  const play = (main: PlayedMain, order: object) => playDevice(main.runtimeDirectory, 'entry-keys', order)
  const start = async () => {
    const main = await playMain('keypad', simulated)
    await main.deviceIs('entry-keys', 'up')
    return main
  }

  test('gives what was typed as a frame, with the instant it answered', async () => {
    await using main = await start()
    const { at } = await play(main, { keys: '12042*4711#' })
    expect(await nextReading(main)).toMatchObject({ device: 'entry-keys', at, keys: opened })
  })

  test('tells a touch at the first key, before the frame', async () => {
    await using main = await start()
    await play(main, { keys: '12042*4711' })
    await main.next((m) => m.type === 'touched' && m.device === 'entry-keys')
    expect(main.messages.some((m) => m.type === 'reading')).toBe(false)
    await play(main, { keys: '#' })
    await nextReading(main)
    expect(main.messages.filter((m) => m.type === 'touched')).toHaveLength(1)
  })

  test('lets the menu frame out when nobody presses again', async () => {
    await using main = await start()
    await play(main, { keys: '12042*4711*' })
    expect((await nextReading(main)).keys).toEqual({ ...opened, frame: 'menu' })
  })

  test('forgets what was typed when nobody presses again', async () => {
    await using main = await playMain('keypad', { devices: [{ ...simulated.devices[0], silenceMs: 1000 }] })
    await main.deviceIs('entry-keys', 'up')
    const { at } = await play(main, { keys: '7' })
    await waitUntil('a second of silence', () => systemClock.monotonic() > Number(at) + 1000)
    await play(main, { keys: '9#' })
    expect((await nextReading(main)).keys).toEqual({ frame: 'choice', digits: '9' })
  })

  test('takes hostile bytes as noise, tells it once, and types again afterwards', async () => {
    await using main = await start()
    await play(main, { bytes: `3132${'ff'.repeat(1000)}3334` })
    await nextFault(main, 'line_noise')
    await play(main, { bytes: 'ff'.repeat(1000) })
    await typeUntilRead(main, () => play(main, { keys: '12042*4711#' }))
    expect(main.messages.filter((m) => m.type === 'fault')).toHaveLength(1)
  })

  test('unplugged is down and takes no key, plugged in is up with nothing typed', async () => {
    await using main = await start()
    await play(main, { keys: '7' })
    await play(main, { unplug: true })
    expect(await main.deviceIs('entry-keys', 'down')).toMatchObject({ because: 'unplugged' })
    expect(await play(main, { keys: '9#' })).toEqual({ error: 'unplugged' })
    await play(main, { unplug: false })
    await main.deviceIs('entry-keys', 'up')
    await play(main, { keys: '9#' })
    expect((await nextReading(main)).keys).toEqual({ frame: 'choice', digits: '9' })
  })

  test('refuses a malformed order without quoting it, and lives on', async () => {
    await using main = await start()
    const orders = [
      {},
      { keys: 'abc' },
      { keys: 12042 },
      { bytes: 'f' },
      { bytes: '' },
      { unplug: 1 },
      { keys: '1', x: 1 },
    ]
    for (const order of orders) expect(await play(main, order)).toEqual({ error: 'order_malformed' })
    await main.deviceIs('entry-keys', 'up')
  })

  test('loads no serial port', async () => {
    await using main = await start()
    expect(readFileSync(`/proc/${main.child.pid}/maps`, 'utf8')).not.toContain('@serialport')
  })
})

describe.skipIf(!needPart('socat'))('the keypad on a serial line', () => {
  test('gives what was typed as a frame', async () => {
    await using line = await openPty()
    await using main = await startedOn(line.device)
    line.type('12042*4711#')
    expect((await nextReading(main)).keys).toEqual(opened)
  })

  test('loads the serial port from its package', async () => {
    await using line = await openPty()
    await using main = await startedOn(line.device)
    expect(readFileSync(`/proc/${main.child.pid}/maps`, 'utf8')).toContain('@serialport')
  })

  test('absent at the start is down, and comes up by itself within a second', async () => {
    await using line = await openPty()
    await line.vanish()
    await using main = await playMain('keypad', serial(line.device))
    await main.next((m) => m.type === 'ready')
    expect(await main.deviceIs('entry-keys', 'down')).toMatchObject({ because: 'device_absent' })
    await line.comeBack()
    await main.deviceIs('entry-keys', 'up', 1000)
    line.type('12042*4711#')
    expect((await nextReading(main)).keys).toEqual(opened)
  })

  test.each([
    ['/dev/null', 'device_not_serial'],
    ['/etc/hostname', 'device_not_serial'],
    ['/etc/hostname/keypad', 'device_absent'],
    ['/nowhere/keypad', 'device_absent'],
  ])('a device path that leads to %s is down: %s', async (device, because) => {
    await using main = await playMain('keypad', serial(device))
    await main.next((m) => m.type === 'ready')
    await waitUntil('the reason', async () => (await main.deviceIs('entry-keys', 'down')).because === because)
  })

  test('a device path that leads to itself is down: device_refused', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'eg-loop-'))
    const device = join(folder.path, 'keypad')
    await symlink(device, device)
    await using main = await playMain('keypad', serial(device))
    await main.next((m) => m.type === 'ready')
    expect(await main.deviceIs('entry-keys', 'down')).toMatchObject({ because: 'device_refused' })
  })

  test('a line that another program holds is down, and comes up when it is let go', async () => {
    await using line = await openPty()
    const holder = await startedOn(line.device)
    await using main = await playMain('keypad', serial(line.device))
    await main.next((m) => m.type === 'ready')
    await waitUntil('the lock', async () => (await main.deviceIs('entry-keys', 'down')).because === 'device_locked')
    await holder.stop()
    await main.deviceIs('entry-keys', 'up', 1000)
  })

  describe.each(['idle', 'in mid-traffic'])('that vanishes %s', (when) => {
    test('tells the fault, ends its process within 2 s, and the next one waits without spinning and reads again', async () => {
      await using line = await openPty()
      await using main = await startedOn(line.device)
      if (when === 'in mid-traffic') await typeOnAndOn(line, main)
      await line.vanish()
      expect(await main.exited(2000)).toEqual({ code: EXIT_KEYPAD_LOST, signal: null })
      await nextFault(main, 'keypad_lost')

      main.respawn()
      expect(await main.deviceIs('entry-keys', 'down')).toMatchObject({ because: 'device_absent' })
      const usedMs = cpuMsOf(main.child.pid)
      const since = systemClock.monotonic()
      await waitUntil('a second', () => systemClock.monotonic() - since > 1000)
      expect(cpuMsOf(main.child.pid) - usedMs).toBeLessThan(300)

      await line.comeBack()
      await main.deviceIs('entry-keys', 'up', 1000)
      line.type('12042*4711#')
      expect((await nextReading(main)).keys).toEqual(opened)
    })
  })

  test('a line that is back under the same name before anybody looked is still found lost', async () => {
    await using line = await openPty()
    await using main = await startedOn(line.device)
    await typeOnAndOn(line, main)
    await line.vanish()
    await line.comeBack()
    expect(await main.exited(2000)).toMatchObject({ code: EXIT_KEYPAD_LOST })
  })

  test('a megabyte of random bytes opens nothing, leaves pings answered in time, and a right code is read after it', async () => {
    await using line = await openPty()
    await using main = await startedOn(line.device)
    line.type(randomBytes(1 << 20, 7))
    const tookMs: number[] = []
    const isTaken = async () => {
      tookMs.push((await main.ping()).tookMs)
      return line.isDrained()
    }
    await waitUntil('the flood to be taken', isTaken, 15_000)
    expect(Math.max(...tookMs)).toBeLessThan(500)
    expect(main.messages.filter(isOpen)).toEqual([])
    await nextFault(main, 'line_noise')
    await typeUntilRead(main, () => line.type('**12042*4711#'))
    expect(main.stderr()).toBe('')
  })

  test('nothing that was typed is said on stderr', async () => {
    await using line = await openPty()
    await using main = await startedOn(line.device)
    line.type('12042*4711#\xff\xfe12042*4711')
    await nextReading(main)
    await line.vanish()
    await main.exited(2000)
    expect(main.stderr()).not.toMatch(/4711|12042/)
  })
})

/** The same bytes for the same seed (mulberry32). */
const randomBytes = (length: number, seed: number): Uint8Array => {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) & 0xff
  })
}
