// The signal part in a unit of its own while main does not come: the outlet for alarms sounds by itself, with the settings that main left
// when it last ran.

import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { type PlayedMain, playMain, waitUntil } from '../drivers/play-main.ts'
import { type GatePlace, makeGatePlace } from './gate-place.ts'
import { runGate } from './running-gate.ts'

const AWAY_MS = 1000
const simulated = { driver: 'simulated' }

/** Longer than a blink. */
const STEADY_MS = 1200

const movesOf = ({ runtimeDirectory }: PlayedMain): readonly string[] => {
  const file = join(runtimeDirectory, 'signal-log')
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.slice(line.indexOf(' ') + 1))
}

/** The lamp has been so for longer than a blink. */
const lampIs = (part: PlayedMain, state: 'on' | 'off', asks: () => Promise<unknown> = async () => undefined) => {
  const isSteady = async () => {
    await asks()
    const lines = readFileSync(join(part.runtimeDirectory, 'signal-log'), 'utf8').split('\n')
    const last = lines.findLast((line) => line.includes('alarm lamp')) ?? ''
    return last.endsWith(state) && systemClock.monotonic() - Number.parseFloat(last) > STEADY_MS
  }
  return waitUntil(`the lamp ${state}`, isSteady)
}

describe('a signal part whose main does not come', () => {
  let place: GatePlace
  let keptFile: string
  beforeAll(async () => {
    place = await makeGatePlace((plan) => {
      Object.assign(plan.sides.entry, { signal: simulated })
      Object.assign(plan, { alarm: simulated })
    })
    keptFile = join(place.folder, 'signal-settings.json')
    // A main that once ran; the file is all that is left of it.
    const gate = await runGate(place, { env: { EVENGATE_SIGNAL_KEPT: keptFile } })
    await gate.stop()
  }, 40_000)
  afterAll(() => place[Symbol.asyncDispose]())

  /** As its unit runs it; `socket` is where it looks for main. */
  const start = (kept: string, socket: string, settings: unknown = null) =>
    playMain('signal', settings, {
      asChild: false,
      env: { EVENGATE_KEPT: kept, EVENGATE_SOCKET: socket, EVENGATE_AWAY_MS: String(AWAY_MS) },
    })
  const nowhere = () => join(place.folder, 'nowhere.sock')

  test('knows of the configuration what is its own, and its group alone can read it', () => {
    expect(JSON.parse(readFileSync(keptFile, 'utf8'))).toEqual({
      language: expect.any(String),
      sides: [{ side: 'entry', signal: simulated }],
      alarm: simulated,
    })
    expect(statSync(keptFile).mode & 0o777).toBe(0o640)
  })

  test('sounds the outlet by itself, until somebody silences it', async () => {
    await using part = await start(keptFile, nowhere())
    await waitUntil('the buzzer', () => movesOf(part).includes('alarm buzzer on'), 10_000)
    expect(part.messages).toEqual([])
    await playDevice(part.runtimeDirectory, 'alarm', { press: true })
    await lampIs(part, 'on')
    expect(movesOf(part).findLast((move) => move.startsWith('alarm buzzer'))).toBe('alarm buzzer off')
  })

  test('goes on with a main that comes at last and means the same', async () => {
    const socket = join(place.folder, 'same.sock')
    await using part = await start(keptFile, socket, JSON.parse(readFileSync(keptFile, 'utf8')))
    await waitUntil('the buzzer', () => movesOf(part).includes('alarm buzzer on'), 10_000)
    symlinkSync(join(part.runtimeDirectory, 'signal.sock'), socket)
    await part.deviceIs('alarm', 'up')
    await lampIs(part, 'off', part.ping)
    expect(part.child.exitCode).toBeNull()
  })

  test('makes room for the settings of a main that comes at last and means others', async () => {
    const socket = join(place.folder, 'other.sock')
    await using part = await start(keptFile, socket, { language: 'en', sides: [{ side: 'exit', signal: simulated }] })
    await waitUntil('the buzzer', () => movesOf(part).includes('alarm buzzer on'), 10_000)
    symlinkSync(join(part.runtimeDirectory, 'signal.sock'), socket)
    expect((await part.exited()).code).toBe(0)
  })

  test.each([
    ['that are damaged', '{"language":'],
    ['of another form', '{"language":"en","sides":[{"side":"roof"}]}'],
  ])('starts with no settings %s, and says so without a word of them', async (_, text) => {
    const damaged = join(place.folder, 'damaged.json')
    writeFileSync(damaged, text)
    await using part = await start(damaged, nowhere())
    await waitUntil('the fault', () => part.stderr().includes('kept_settings_unusable'), 10_000)
    expect(part.stderr()).not.toMatch(/roof|language/)
    expect(part.child.exitCode).toBeNull()
  })

  test('starts nothing alone while main is there and gives it nothing', async () => {
    await using part = await playMain('signal', null, {
      asChild: false,
      env: { EVENGATE_KEPT: keptFile, EVENGATE_AWAY_MS: '200' },
    })
    await part.next((m) => m.type === 'ready')
    await waitUntil('the time it had', async () => (await part.ping()).alive.turn > 20)
    expect(movesOf(part)).toEqual([])
  })
})

test('a disk that takes no settings for it keeps no gate from running', { timeout: 40_000 }, async () => {
  await using place = await makeGatePlace((plan) => {
    Object.assign(plan, { alarm: simulated })
  })
  await using gate = await runGate(place, { env: { EVENGATE_SIGNAL_KEPT: join(place.folder, 'nowhere', 'kept.json') } })
  expect(gate.stderr()).toContain('"signal_settings_unkept"')
  expect((await gate.ask('status')).ok).toBe(true)
})
