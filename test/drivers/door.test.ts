// The door's real process with a played main: orders, exit button, fire, main's silence and death, its own death.

import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { MAIN_SILENCE_MS } from '../../drivers/door/machine.ts'
import { ORDER_LIMIT_MS } from '../../drivers/door/order.ts'
import type { SimulatedDoorView } from '../../drivers/door/simulated.ts'
import type { DoorEvent, FromPart } from '../../drivers/protocol.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { type PlayedMain, type PlayOptions, playMain, waitUntil } from './play-main.ts'

const entry = fileURLToPath(new URL('../../drivers/door/part.ts', import.meta.url))
const PULSE_MS = 400
const PULSE_LIMIT_MS = 1200

const configText = (driver = 'driver: simulated, exitButton: true, contact: true, fire: true'): string => `
gate: south
timeZone: Asia/Shanghai
operator: { name: Committee, contact: "1", maintainer: Workshop }
store: { directory: store, keysDirectory: keys }
door: { ${driver}, pulseMs: ${PULSE_MS}, pulseLimitMs: ${PULSE_LIMIT_MS}, heldAfterMs: 1000 }
sides:
  entry: { card: [{ id: card-in, driver: simulated }] }
  exit: { card: [{ id: card-out, driver: simulated }] }
`

let folder = ''
let config = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-'))
  config = join(folder, 'gate.yaml')
  writeFileSync(config, configText())
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A cold start on a loaded machine. */
const START_LIMIT_MS = 15_000
const isReady = (main: PlayedMain) =>
  main
    .next((message) => message.type === 'ready', START_LIMIT_MS)
    .catch(async (error: Error) => {
      await main.stop()
      throw new Error(`${error.message}; stderr: ${main.stderr()}`)
    })

const play = async (options: PlayOptions = {}): Promise<PlayedMain> => {
  const main = await playMain('door', null, { runtimeDirectory: folder, args: ['--config', config], ...options })
  await isReady(main)
  return main
}

const now = () => systemClock.monotonic()
const sim = async (order: object) => (await playDevice(folder, 'door', order)) as unknown as SimulatedDoorView
const relayIs = (on: boolean, limitMs?: number) =>
  waitUntil(`the relay ${on ? 'on' : 'at rest'}`, async () => (await sim({ state: true })).relay === on, limitMs)
const told = (main: PlayedMain, what: DoorEvent['what'], ref?: string) =>
  main.next((m: FromPart): m is DoorEvent => m.type === 'door' && m.what === what && (!ref || m.ref === ref))
const order = (ref: string, pulseMs = PULSE_MS, ageMs = 0) =>
  ({ type: 'open', ref, pulseMs, issuedAt: now() - ageMs }) as const

/** Every move of the relay so far, from the file that outlives its process. */
const relayLog = () =>
  readFileSync(join(folder, 'relay-log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [at, level] = line.split(' ')
      return { at: Number(at), on: level === 'on' }
    })
/** For what must *not* happen: nothing can be awaited but the time in which it would have. */
const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const timesOn = () => relayLog().filter(({ on }) => on).length

describe('an order', () => {
  test('energises the relay for its pulse and is answered with its ref', async () => {
    await using main = await play()
    main.send(order('g1'))
    const on = await told(main, 'relay_on', 'g1')
    const off = await told(main, 'relay_off', 'g1')
    expect(off.at - on.at).toBeGreaterThanOrEqual(PULSE_MS - 1)
    // A stalled machine is late, but the deadline is one of the door's own.
    expect(off.at - on.at).toBeLessThan(PULSE_MS + 5000)
    expect(relayLog().map(({ on }) => on)).toEqual([false, true, false])
  })

  test('that is stale, from the future or too long is refused and moves nothing', async () => {
    await using main = await play()
    main.send(order('old', PULSE_MS, ORDER_LIMIT_MS + 100))
    main.send(order('future', PULSE_MS, -10_000))
    main.send(order('long', PULSE_LIMIT_MS + 1))
    expect((await told(main, 'refused', 'old')).because).toBe('order_stale')
    expect((await told(main, 'refused', 'future')).because).toBe('order_from_future')
    expect((await told(main, 'refused', 'long')).because).toBe('pulse_out_of_range')
    expect(timesOn()).toBe(0)
  })

  test('runs to its end and no further when main dies during it', async () => {
    await using main = await play()
    main.send(order('g1', 1000))
    await told(main, 'relay_on', 'g1')
    await main.goAway()
    expect((await sim({ state: true })).relay).toBe(true)
    await relayIs(false)
    const [, on, off] = relayLog()
    expect((off?.at ?? 0) - (on?.at ?? 0)).toBeLessThan(1500)
  })
})

describe('the exit button', () => {
  test('opens with no main at all, and main hears of it when it comes', async () => {
    await using main = await play()
    await main.goAway()
    expect((await sim({ press: true })).relay).toBe(true)
    await relayIs(false)
    await main.comeBack()
    await told(main, 'exit_button')
    expect((await told(main, 'relay_on')).because).toBe('exit_button')
  })

  test('opens before any main was ever there', async () => {
    const child = spawn(process.execPath, [entry, '--config', config], {
      env: { ...process.env, EVENGATE_RUNTIME: folder },
      stdio: 'ignore',
    })
    try {
      await waitUntil('the simulated door', () => existsSync(join(folder, 'sim-door.sock')), START_LIMIT_MS)
      expect((await sim({ button: true })).relay).toBe(true)
    } finally {
      child.kill('SIGKILL')
    }
  })

  test('opens in its own turn while main floods', async () => {
    await using main = await play()
    const flood = setInterval(() => {
      for (let n = 0; n < 50; n++) main.send({ type: 'mode', mode: 'controlled' })
    }, 5)
    try {
      for (let n = 0; n < 30; n++) {
        expect((await sim({ button: true })).relay).toBe(true)
        await sim({ button: false })
      }
    } finally {
      clearInterval(flood)
    }
  })

  test('that is wedged ends at the limit, is reported, and opens again after its release', async () => {
    await using main = await play()
    await sim({ button: true })
    await main.next((message) => message.type === 'fault' && message.code === 'button_stuck')
    expect((await sim({ state: true })).relay).toBe(false)
    await sim({ button: false })
    expect((await sim({ button: true })).relay).toBe(true)
  })
})

describe('fire', () => {
  test('releases the door for as long as it lasts', async () => {
    await using main = await play()
    expect((await sim({ fire: true })).relay).toBe(true)
    main.send({ type: 'mode', mode: 'lockdown' })
    await main.ping()
    await told(main, 'fire_on')
    main.send(order('g1'))
    await told(main, 'relay_on', 'g1')
    await pass(PULSE_LIMIT_MS + 200)
    expect((await sim({ state: true })).relay).toBe(true)
    expect((await sim({ fire: false })).relay).toBe(false)
  })
})

describe('a held-open mode', () => {
  test('stands while main pings and falls two seconds after it fell silent', async () => {
    await using main = await play()
    main.send({ type: 'mode', mode: 'open' })
    expect((await told(main, 'relay_on')).because).toBe('open_mode')
    const until = now() + MAIN_SILENCE_MS + 500
    let heardAt = now()
    while (now() < until) {
      heardAt = now()
      await main.ping()
      await pass(200)
    }
    expect((await sim({ state: true })).relay).toBe(true)
    const dropped = await told(main, 'mode_dropped')
    expect(dropped.at - heardAt).toBeGreaterThanOrEqual(MAIN_SILENCE_MS - 1)
    expect(dropped.at - heardAt).toBeLessThan(MAIN_SILENCE_MS + 1000)
    expect((await sim({ state: true })).relay).toBe(false)
  })

  test('falls when main dies, and the next main must say it again', async () => {
    await using main = await play()
    main.send({ type: 'mode', mode: 'evacuation' })
    await told(main, 'relay_on')
    await main.goAway()
    await relayIs(false, MAIN_SILENCE_MS + 1500)
    await main.comeBack()
    await told(main, 'mode_dropped')
    await main.ping()
    expect((await sim({ state: true })).relay).toBe(false)
  })
})

describe('the contact', () => {
  test('tells who went through, and that the door stayed open', async () => {
    await using main = await play()
    main.send(order('g9'))
    await told(main, 'relay_on', 'g9')
    await sim({ contact: 'open' })
    await told(main, 'opened', 'g9')
    await told(main, 'held', 'g9')
    await sim({ contact: 'closed' })
    await told(main, 'closed')
    await told(main, 'held_over')
  })

  test('that opens without an unlock is forced', async () => {
    await using main = await play()
    await sim({ contact: 'open' })
    await told(main, 'forced')
  })
})

describe('hostile input', () => {
  test('in frames from main energises nothing and ends nothing', async () => {
    await using main = await play()
    const send = main.send as (message: unknown) => boolean
    for (const message of [
      null,
      [],
      'open',
      { type: 'open' },
      { type: 'open', ref: 'x', pulseMs: '400', issuedAt: now() },
      { type: 'open', ref: 'x', pulseMs: -1, issuedAt: now() },
      { type: 'open', ref: 'x', pulseMs: 1e308, issuedAt: now() },
      { type: 'open', ref: 'x', pulseMs: 400, issuedAt: null },
      { type: 'mode', mode: 'wide-open' },
      { type: 'fire', on: true },
      { kind: 'open', ref: 'x', pulseMs: 400, issuedAt: now() },
    ])
      send(message)
    await main.ping()
    expect(timesOn()).toBe(0)
    main.send(order('good'))
    await told(main, 'relay_on', 'good')
  })

  test('in bytes that are no frames energises nothing and keeps the door running', async () => {
    const listener = createServer()
    await new Promise<void>((resolve) => listener.listen(join(folder, 'door.sock'), resolve))
    const child = spawn(process.execPath, [entry, '--config', config], {
      env: { ...process.env, EVENGATE_RUNTIME: folder },
      stdio: 'ignore',
    })
    try {
      let connections = 0
      listener.on('connection', (socket) => {
        connections++
        socket.on('error', () => socket.destroy())
        socket.write(connections % 2 ? Buffer.from('ffffffff', 'hex') : Buffer.from('00000004{"a]', 'latin1'))
        socket.write(Buffer.from('\u0000\u0000\u0000\u0004{"a]', 'latin1'))
      })
      await waitUntil('four broken connections', () => connections >= 4, START_LIMIT_MS)
      expect(timesOn()).toBe(0)
      expect((await sim({ press: true })).relay).toBe(true)
    } finally {
      child.kill('SIGKILL')
      listener.close()
    }
  })

  test('on the simulation socket is answered as an error and moves nothing', async () => {
    await using main = await play()
    for (const wrong of [{}, { button: 'yes' }, { relay: true }, { press: true, fire: true }, { fault: 'fire' }])
      expect(await playDevice(folder, 'door', wrong)).toEqual({ error: 'order_unknown' })
    await main.ping()
    expect(timesOn()).toBe(0)
  })
})

describe('the relay that does not obey', () => {
  test('is a fault and a device down, is tried again, and is told only when it moved', async () => {
    await using main = await play()
    await sim({ fault: 'relay_stuck' })
    main.send(order('g1', PULSE_LIMIT_MS))
    await main.next((message) => message.type === 'fault' && message.code === 'relay_stuck')
    expect((await main.deviceIs('door', 'down')).because).toBe('relay_stuck')
    expect(main.messages.some((message) => message.type === 'door' && message.what === 'relay_on')).toBe(false)
    await sim({ fault: null })
    await told(main, 'relay_on', 'g1')
    await told(main, 'relay_off', 'g1')
    await main.deviceIs('door', 'up')
  })

  test('at the end of its pulse falls as soon as it can', async () => {
    await using main = await play()
    main.send(order('g1'))
    await told(main, 'relay_on', 'g1')
    await sim({ fault: 'relay_stuck' })
    await main.next((message) => message.type === 'fault' && message.code === 'relay_stuck')
    expect((await sim({ state: true })).relay).toBe(true)
    await sim({ fault: null })
    await relayIs(false)
  })
})

describe('the process', () => {
  test('reports the door once a side', async () => {
    await using main = await play()
    expect((await main.ping()).alive.devices).toEqual([
      { device: 'door', side: 'entry', state: 'up' },
      { device: 'door', side: 'exit', state: 'up' },
    ])
  })

  test('ended by SIGTERM puts the relay at rest first, whoever is still connected', async () => {
    const main = await play()
    const player = connect(join(folder, 'sim-door.sock'))
    await new Promise((resolve) => player.once('connect', resolve))
    await sim({ fire: true })
    main.child.kill('SIGTERM')
    expect((await main.exited()).code).toBe(0)
    expect(relayLog().map(({ on }) => on)).toEqual([false, true, false])
    expect(existsSync(join(folder, 'door.pid'))).toBe(false)
    player.destroy()
    await main.stop()
  })

  test('ended by a closing terminal puts the relay at rest first', async () => {
    const main = await play()
    await sim({ fire: true })
    main.child.kill('SIGHUP')
    await main.exited()
    expect(relayLog().at(-1)?.on).toBe(false)
    await main.stop()
  })

  test('that meets a bug puts the relay at rest first', async () => {
    const bug = encodeURIComponent('process.on("SIGUSR2", () => { throw new TypeError("a bug") })')
    const main = await play({ env: { NODE_OPTIONS: `--import=data:text/javascript,${bug}` } })
    await sim({ fire: true })
    main.child.kill('SIGUSR2')
    expect((await main.exited()).code).toBe(70)
    expect(relayLog().at(-1)?.on).toBe(false)
    await main.stop()
  })

  test('frozen over the end of a pulse puts the relay at rest when it runs again', async () => {
    await using main = await play()
    main.send(order('g1'))
    await told(main, 'relay_on', 'g1')
    main.child.kill('SIGSTOP')
    await pass(PULSE_MS)
    expect(relayLog().at(-1)?.on).toBe(true)
    main.child.kill('SIGCONT')
    await told(main, 'relay_off', 'g1')
  })

  // The simulated line lives in the process and falls with it, as a line of the character device does: its log just ends.
  test('killed starts again with the relay at rest, whatever the log said last', async () => {
    await using main = await play()
    main.send(order('g1', PULSE_LIMIT_MS))
    await told(main, 'relay_on', 'g1')
    main.child.kill('SIGKILL')
    await main.exited()
    expect(relayLog().at(-1)?.on).toBe(true)
    main.respawn()
    await isReady(main)
    expect(relayLog().at(-1)?.on).toBe(false)
    expect((await sim({ state: true })).relay).toBe(false)
  })

  test('that is the second on a folder ends with 3 and leaves the first alone', async () => {
    await using main = await play()
    main.send(order('g1', PULSE_LIMIT_MS))
    await told(main, 'relay_on', 'g1')
    const second = spawn(process.execPath, [entry, '--config', config], {
      env: { ...process.env, EVENGATE_RUNTIME: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    second.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    expect(await new Promise((resolve) => second.once('close', resolve))).toBe(3)
    expect(said).toContain('another door process')
    await told(main, 'relay_off', 'g1')
    expect(relayLog().map(({ on }) => on)).toEqual([false, true, false])
    expect(readFileSync(join(folder, 'door.pid'), 'utf8').trim()).toBe(String(main.child.pid))
  })

  test('of a checkout ends by itself when main stays away and nothing is energised', async () => {
    const main = await play({ env: { EVENGATE_LINGER_MS: '300' } })
    await sim({ fire: true })
    await main.goAway()
    await pass(1500)
    expect(main.child.exitCode).toBeNull()
    await sim({ fire: false })
    expect((await main.exited()).code).toBe(0)
  })

  test('of a checkout stays when main comes back in time', async () => {
    await using main = await play({ env: { EVENGATE_LINGER_MS: '600' } })
    await main.goAway()
    await main.comeBack()
    await isReady(main)
    await pass(800)
    expect(main.child.exitCode).toBeNull()
  })

  test('lives on when the reader of its stderr is gone', async () => {
    await using main = await play()
    main.child.stderr?.destroy()
    for (let n = 0; n < 20; n++) (main.send as (message: unknown) => boolean)({ type: 'nonsense' })
    await main.ping()
    expect((await sim({ press: true })).relay).toBe(true)
  })

  test.each([
    ['no configuration named', [], 2, '--config'],
    ['a configuration that is not there', ['--config', '/nowhere/gate.yaml'], 1, 'no such file'],
  ])('refuses %s with one clear line', async (_, args, code, words) => {
    const child = spawn(process.execPath, [entry, ...args], {
      env: { ...process.env, EVENGATE_RUNTIME: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(code)
    expect(said.trim().split('\n')).toHaveLength(1)
    expect(said).toContain(words)
    expect(existsSync(join(folder, 'relay-log'))).toBe(false)
  })
})
