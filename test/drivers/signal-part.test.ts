// The signal process with its simulated outputs, and with the real aplay, whose samples ALSA writes to a file.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtempDisposable, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import type { ToPart } from '../../drivers/protocol.ts'
import type { Sign } from '../../drivers/signal/contract.ts'
import { RATE } from '../../drivers/signal/synth.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { needPart } from '../parts.ts'
import { type PlayedMain, playMain, waitUntil } from './play-main.ts'

const simulated = { driver: 'simulated' }
const entry = { side: 'entry', signal: simulated }
const exit = { side: 'exit', signal: simulated }

const start = async (settings: object, env: Readonly<Record<string, string>> = {}) => {
  const main = await playMain('signal', { language: 'en', sides: [entry], ...settings }, { env })
  await main.next((m) => m.type === 'ready')
  return main
}

const now = () => systemClock.monotonic()
const sign = (name: Sign, side: 'entry' | 'exit' = 'entry'): ToPart => ({ type: 'sign', side, sign: name, at: now() })
const click = (): ToPart => ({ type: 'click', side: 'entry', at: now() })

/** What the outputs did, without the instants. */
const movesOf = ({ runtimeDirectory }: PlayedMain): readonly string[] =>
  readFileSync(join(runtimeDirectory, 'signal-log'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(line.indexOf(' ') + 1))
const moves = async (main: PlayedMain, ...wanted: readonly string[]) => {
  await waitUntil(`moves ${wanted.join(', ')}`, () => wanted.every((one) => movesOf(main).includes(one)))
  return movesOf(main)
}

describe('simulated outputs', () => {
  test('granted is green with two rising tones and a sentence, then dark', async () => {
    await using main = await start({})
    main.send(sign('granted'))
    expect(await moves(main, 'entry green off')).toEqual([
      'entry green on',
      'entry tone 880',
      'entry tone off',
      'entry tone 1320',
      'entry tone off',
      'entry say granted',
      'entry green off',
    ])
  })

  test('each side is told for itself', async () => {
    await using main = await start({ sides: [entry, exit] })
    main.send(sign('denied', 'exit'))
    expect((await moves(main, 'exit red on')).some((move) => move.startsWith('entry'))).toBe(false)
  })

  test('a sign that waited somewhere is not shown to whoever stands there now', async () => {
    await using main = await start({})
    main.send({ type: 'sign', side: 'entry', sign: 'denied', at: now() - 1500 })
    main.send(sign('granted'))
    expect((await moves(main, 'entry green on')).includes('entry red on')).toBe(false)
  })

  test('a key clicks', async () => {
    await using main = await start({})
    main.send(click())
    expect(await moves(main, 'entry tone off')).toEqual(['entry amber on', 'entry tone 2000', 'entry tone off'])
  })

  test('an open door ticks until it locks', async () => {
    await using main = await start({})
    main.send({ type: 'unlocked', unlocked: true })
    await waitUntil('three ticks', () => movesOf(main).filter((move) => move === 'entry tone 1000').length >= 3)
    main.send({ type: 'unlocked', unlocked: false })
    await waitUntil('dark and silent', () => {
      const [last, before] = movesOf(main).toReversed()
      return last === 'entry green off' || before === 'entry green off'
    })
  })

  test('the devices are up', async () => {
    await using main = await start({ sides: [entry, exit], alarm: simulated })
    const { alive } = await main.ping()
    expect(alive.devices.map(({ device, state }) => `${device} ${state}`)).toEqual([
      'signal-entry up',
      'signal-exit up',
      'alarm up',
    ])
  })
})

describe('the outlet for alarms', () => {
  const press = async ({ runtimeDirectory }: PlayedMain) => {
    await playDevice(runtimeDirectory, 'alarm', { press: true })
    await playDevice(runtimeDirectory, 'alarm', { press: false })
  }
  const startAlarm = async () => {
    const main = await start({ sides: [], alarm: simulated })
    main.send({ type: 'alarm', standing: true, sounding: true })
    await moves(main, 'alarm buzzer on', 'alarm lamp off')
    return main
  }

  test('blinks and sounds until somebody acknowledges, who is told to main once', async () => {
    await using main = await startAlarm()
    await playDevice(main.runtimeDirectory, 'alarm', { press: true })
    await main.next((m) => m.type === 'acknowledged')
    expect(movesOf(main).findLast((move) => move.startsWith('alarm lamp'))).toBe('alarm lamp on')
    const { length } = movesOf(main)
    await playDevice(main.runtimeDirectory, 'alarm', { press: false })
    await press(main)
    await main.ping()
    expect(
      movesOf(main)
        .slice(length)
        .filter((move) => move.includes('buzzer on')),
    ).toEqual([])
    expect(main.messages.filter((m) => m.type === 'acknowledged')).toHaveLength(1)
  })

  test('is dark when the cause is over', async () => {
    await using main = await startAlarm()
    main.send({ type: 'alarm', standing: false, sounding: false })
    await waitUntil(
      'dark',
      () => movesOf(main).at(-1) === 'alarm lamp off' || movesOf(main).at(-2) === 'alarm lamp off',
    )
  })
})

test('lamps on a chip that is not there are down with a code, and the process lives', async () => {
  const lamp = { line: 1, active: 'high' }
  const wired = {
    driver: 'gpiochip',
    chip: 'no such chip',
    green: lamp,
    red: { ...lamp, line: 2 },
    buzzer: { ...lamp, line: 3 },
  }
  const acknowledge = { ...lamp, line: 4, debounceMs: 30 }
  const alarm = { driver: 'gpiochip', chip: 'no such chip', lamp: { ...lamp, line: 5 }, acknowledge }
  await using main = await start({ sides: [{ side: 'entry', signal: wired }], alarm })
  main.send(sign('granted'))
  main.send({ type: 'alarm', standing: true, sounding: true })
  for (const device of ['signal-entry', 'alarm'])
    expect((await main.deviceIs(device, 'down')).because).toBe('chip_missing')
  expect(main.child.exitCode).toBeNull()
})

/** ALSA with one device, `gate`, that writes what it is given to a file. */
const makeAlsa = () => {
  const folder = mkdtempSync(join(tmpdir(), 'eg-alsa-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'played.raw')
  const config = join(folder, 'asound.conf')
  writeFileSync(
    config,
    `</usr/share/alsa/alsa.conf>\npcm.gate { type file slave.pcm "gatenull" file "${file}" format raw }\npcm.gatenull { type null }\n`,
  )
  return {
    folder,
    env: { ALSA_CONFIG_PATH: config },
    samples: () => {
      const bytes = readFileSync(file)
      return Int16Array.from({ length: bytes.length >> 1 }, (_, n) => bytes.readInt16LE(n * 2))
    },
  }
}

/** How strongly a frequency is heard in a piece, 0 … 1 (Goertzel). */
const strengthOf = (piece: Int16Array, hz: number): number => {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / RATE)
  let [last, before] = [0, 0]
  let energy = 0
  for (const sample of piece) {
    ;[last, before] = [sample + coefficient * last - before, last]
    energy += sample * sample
  }
  const power = last * last + before * before - coefficient * last * before
  return energy === 0 ? 0 : (2 * power) / (piece.length * energy)
}

/** A WAV file of one tone, in the form that espeak-ng writes. */
const makeWav = (hz: number, ms: number): Buffer => {
  const samples = (RATE * ms) / 1000
  const file = Buffer.alloc(44 + 2 * samples)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + 2 * samples, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(RATE, 24)
  file.writeUInt32LE(RATE * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(2 * samples, 40)
  for (let n = 0; n < samples; n++)
    file.writeInt16LE(Math.round(20_000 * Math.sin((2 * Math.PI * hz * n) / RATE)), 44 + 2 * n)
  return file
}

const PIECE_SAMPLES = RATE / 50
/** The frequency of each 20 ms, one after the other without repetition; of silence none. */
const melodyOf = (samples: Int16Array, known: readonly number[]): readonly number[] => {
  const melody: number[] = []
  for (let from = 0; from + PIECE_SAMPLES <= samples.length; from += PIECE_SAMPLES) {
    const piece = samples.subarray(from, from + PIECE_SAMPLES)
    const heard = known.find((hz) => strengthOf(piece, hz) > 0.8)
    if (heard !== undefined && heard !== melody.at(-1)) melody.push(heard)
  }
  return melody
}

describe.skipIf(!needPart('aplay'))('aplay', () => {
  const startSound = async (alsa: ReturnType<typeof makeAlsa>, voice?: string) => {
    const main = await start({ sound: { device: 'gate', ...(voice === undefined ? {} : { voice }) } }, alsa.env)
    await main.deviceIs('sound', 'up')
    return main
  }
  const known = [220, 660, 880, 1320, 2000]

  test.each([
    ['granted', [880, 1320]],
    ['denied', [220]],
    ['use_card_or_code', [660]],
    ['done', [880, 1320]],
  ] as const)('%s is heard as it is written', async (name, melody) => {
    const alsa = makeAlsa()
    const main = await startSound(alsa)
    main.send(sign(name))
    await moves(main, `entry say ${name}`)
    await main.stop()
    expect(melodyOf(alsa.samples(), known)).toEqual(melody)
  })

  test('the sentence follows the tones', async () => {
    const alsa = makeAlsa()
    writeFileSync(join(alsa.folder, 'granted.en.wav'), makeWav(500, 400))
    const main = await startSound(alsa, alsa.folder)
    main.send(sign('granted'))
    await moves(main, 'entry green off')
    await main.stop()
    expect(melodyOf(alsa.samples(), [...known, 500])).toEqual([880, 1320, 500])
  })

  test('a folder without sentences is told, and tones go on', async () => {
    const alsa = makeAlsa()
    await using main = await startSound(alsa, join(alsa.folder, 'nothing'))
    await main.next((m) => m.type === 'fault' && m.code === 'voice_missing')
  })

  test('a click is heard within the tones of a sign', async () => {
    const alsa = makeAlsa()
    const main = await startSound(alsa)
    main.send(sign('denied'))
    await moves(main, 'entry tone 220')
    main.send(click())
    await moves(main, 'entry say denied')
    await main.stop()
    expect(melodyOf(alsa.samples(), known)).toEqual([220, 2000, 220])
  })

  test('a tone begins and ends without a crackle', async () => {
    const alsa = makeAlsa()
    const main = await startSound(alsa)
    main.send(sign('denied'))
    await moves(main, 'entry say denied')
    await main.stop()
    const samples = alsa.samples()
    const steps = samples.slice(1).map((sample, n) => Math.abs(sample - (samples[n] ?? 0)))
    // The steepest of a tone of 220 Hz at this strength is 620.
    expect(Math.max(...steps)).toBeLessThan(900)
  })

  test('a device that is not there is down with a code, and lights go on', async () => {
    await using main = await start({ sound: { device: 'nowhere' } }, makeAlsa().env)
    expect((await main.deviceIs('sound', 'down')).because).toMatch(/^sound_(starting|absent)$/)
    await waitUntil('the reason', async () => (await main.deviceIs('sound', 'down')).because === 'sound_absent')
    main.send(sign('granted'))
    await moves(main, 'entry green on')
  })

  test('without aplay the device is down with a code', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'eg-'))
    await using main = await start({ sound: { device: 'gate' } }, { PATH: folder.path })
    expect((await main.deviceIs('sound', 'down')).because).toBe('aplay_missing')
  })
})
