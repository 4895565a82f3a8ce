// Doctor's live look at real parts: a serial line, a card, a camera, the door's inputs; the test pulse; and that nothing stays behind.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { widthOf } from '../../daemon/text.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { openPty } from '../drivers/pty.ts'
import { ATR_DESFIRE, ATR_STORAGE, startVirtualReader } from '../drivers/virtual-card.ts'
import { needPart } from '../parts.ts'
import { runProgram, startGate, until, writeGate } from './start-gate.ts'

const root = resolve(import.meta.dirname, '../..')
const program = join(root, 'daemon/main.ts')
/** Starting every part takes a second; a machine that others load takes far longer. */
const LOOK_LIMIT_MS = 30_000
vi.setConfig({ testTimeout: 90_000 })

type Changes = Parameters<typeof writeGate>[0]
type Looked = {
  readonly devices: readonly {
    readonly device: string
    readonly state: string
    readonly because?: string
    readonly key?: { readonly key: string; readonly keys: number }
    readonly card?: object
    readonly picture?: { readonly brightness: number; readonly faces?: number }
  }[]
  readonly door: { readonly state: string; readonly relay: boolean; readonly contact: string; readonly fire: boolean }
  readonly asked?: string
}

const environment = (folder: string, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_COMPILE_CACHE: join(root, '.cache/node'),
  TMPDIR: folder,
  ...more,
})

const endOf = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((end) => child.once('close', end))

const watchDoctor = (changes: Changes, more: NodeJS.ProcessEnv = {}, args: readonly string[] = ['--json']) => {
  const { folder, configFile } = writeGate(changes)
  const child = spawn(process.execPath, [program, 'doctor', '--watch', ...args, '--config', configFile], {
    cwd: root,
    env: environment(folder, more),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let shown = ''
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const leftBehind = () => readdirSync(folder).filter((name) => name.startsWith('evengate-look-'))
  const stop = async (signal: NodeJS.Signals = 'SIGINT') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return endOf(child)
  }
  onTestFinished(async () => {
    await stop('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })
  const last = (): Looked | undefined => {
    const line = shown.split('\n').at(-2)
    return line === undefined || line === '' ? undefined : (JSON.parse(line) as Looked)
  }
  const looks = async (what: string, fits: (look: Looked) => unknown): Promise<Looked> => {
    const fitting = () => {
      const look = last()
      return look && fits(look) ? look : undefined
    }
    return until(what, fitting, LOOK_LIMIT_MS).catch((error: Error) => {
      throw new Error(`${error.message}; the last look was ${shown.split('\n').at(-2) ?? 'none'} ${said}`)
    })
  }
  const runtime = (): string => join(folder, leftBehind()[0] ?? 'none')
  return { folder, configFile, child, stop, looks, leftBehind, runtime, shown: () => shown, said: () => said }
}

const device = (look: Looked, id: string) => look.devices.find((one) => one.device === id)
const doorUp = (look: Looked) => look.door.state === 'up'

describe('the parts as they are', () => {
  test.skipIf(!needPart('socat'))('a key of a serial keypad is shown by name, the last one alone', async () => {
    await using line = await openPty()
    const keypad = [{ id: 'pad', driver: 'serial', device: line.device }]
    const { looks } = watchDoctor({ sides: { entry: { card: null, face: null, keypad }, exit: null } })
    await looks('the keypad up', (look) => device(look, 'pad')?.state === 'up')
    // Looked for from the moment when the part was asked: a key typed before is nobody's.
    await until('a key', async () => {
      line.type('7')
      return looks('a key', (look) => device(look, 'pad')?.key).then(() => true)
    })
    line.type('12042*4711#')
    const { key } = device(await looks('the last key', (look) => device(look, 'pad')?.key?.key === '#'), 'pad') ?? {}
    expect(key).toMatchObject({ key: '#', keys: expect.any(Number) })
  })

  const hasReader = needPart('pcscd') && needPart('vpcd') && needPart('unshare') && needPart('pcsclite')

  test.skipIf(!hasReader)('a card is shown by its kind and whether its identifier is random, never by it', async () => {
    await using readers = await startVirtualReader()
    const card = [{ id: 'reader', driver: 'pcsc', reader: readers.names[0] }]
    const sides = { entry: { card, face: null, keypad: null }, exit: null }
    const { looks, shown, said } = watchDoctor({ sides }, readers.env)
    await looks('the reader up', (look) => device(look, 'reader')?.state === 'up')
    await readers.tap('04a1b2c3d4e5f6', { atr: ATR_STORAGE })
    const fixed = await looks('a card', (look) => device(look, 'reader')?.card)
    expect(device(fixed, 'reader')?.card).toMatchObject({ kind: 'iso14443_3', random: false })
    await readers.remove()
    await readers.tap('08a1b2c3', { atr: ATR_DESFIRE })
    await looks('a random one', (look) => JSON.stringify(device(look, 'reader')?.card).includes('"random":true'))
    expect((shown() + said()).toLowerCase()).not.toMatch(/a1b2c3/)
  })

  test.skipIf(!needPart('ffmpeg'))('a camera shows how bright its picture is', async () => {
    const camera = (id: string, colour: string) => ({
      ...{ id, driver: 'ffmpeg', format: 'lavfi' },
      input: `color=${colour}:size=320x240:rate=5`,
    })
    const face = [camera('light', 'white'), camera('dark', 'black')]
    const { looks } = watchDoctor({ sides: { entry: { face } } })
    const both = await looks('two pictures', (look) => device(look, 'light')?.picture && device(look, 'dark')?.picture)
    expect(device(both, 'light')?.picture?.brightness).toBeGreaterThan(0.85)
    expect(device(both, 'dark')?.picture?.brightness).toBeLessThan(0.15)
  })

  test('the door’s contact, fire input and exit button are shown as they move', async () => {
    const { looks, runtime } = watchDoctor({ door: { contact: true, fire: true, exitButton: true } })
    await looks('the door up', doorUp)
    await playDevice(runtime(), 'door', { contact: 'open' })
    await looks('open', ({ door }) => door.contact === 'open')
    await playDevice(runtime(), 'door', { fire: true })
    await looks('fire and its release', ({ door }) => door.fire && door.relay)
    await playDevice(runtime(), 'door', { fire: false })
    await playDevice(runtime(), 'door', { press: true })
    await looks('a press', ({ door }) => JSON.stringify(door).includes('"presses":1'))
  })

  test('what cannot be used is down and says why', async () => {
    const keypad = [{ id: 'pad', driver: 'serial', device: '/nowhere/pad' }]
    const { looks } = watchDoctor({ sides: { entry: { face: null, keypad } } })
    const look = await looks('the reason', (one) => device(one, 'pad')?.because === 'device_absent')
    expect(device(look, 'pad')?.state).toBe('down')
  })
})

describe('the test pulse', () => {
  test('is given once for the gate’s own name and for nothing else', async () => {
    const { child, looks, runtime } = watchDoctor({})
    await looks('the door up', doorUp)
    child.stdin?.write('north\n')
    await looks('a refusal', ({ asked }) => asked === 'not_the_name')
    child.stdin?.write('south\n')
    await looks('the pulse', ({ asked }) => asked === 'pulsed')
    const relayLog = () => readFileSync(join(runtime(), 'relay-log'), 'utf8')
    await until('the relay at rest again', () => /on\n.* off\n$/.test(relayLog()))
    expect(relayLog().match(/ on\n/g)).toHaveLength(1)
  })
})

describe('what it leaves', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('after %s: no process, no folder, no store', async (signal) => {
    const { folder, looks, stop, leftBehind, runtime } = watchDoctor({})
    await looks('the door up', doorUp)
    const door = Number(readFileSync(join(runtime(), 'door.pid'), 'utf8'))
    expect(await stop(signal)).toBe(0)
    expect(leftBehind()).toEqual([])
    expect(existsSync(`/proc/${door}`)).toBe(false)
    expect(['store', 'keys', 'run'].filter((name) => existsSync(join(folder, name)))).toEqual([])
  })

  test('after SIGKILL: no folder at once, and no process when the door has waited for its main', async () => {
    const { looks, stop, leftBehind, runtime } = watchDoctor({})
    await looks('the door up', doorUp)
    const door = Number(readFileSync(join(runtime(), 'door.pid'), 'utf8'))
    await stop('SIGKILL')
    await until('no folder', () => leftBehind().length === 0)
    await until('no door', () => !existsSync(`/proc/${door}`), LOOK_LIMIT_MS)
    expect(leftBehind()).toEqual([])
  })

  test('what a look that was killed with everything has left is removed by the next, and nothing else', async () => {
    const { folder, configFile } = writeGate()
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const plant = (name: string) => {
      mkdirSync(join(folder, name))
      writeFileSync(join(folder, name, 'accepted.json'), '{}')
      return name
    }
    const dead = plant(`evengate-look-${spawnSync('true').pid}-abcdef`)
    const others = [`evengate-look-${process.pid}-abcdef`, 'evengate-look-abcdef', 'evengate-0-abcdef'].map(plant)
    const child = spawn(process.execPath, [program, 'doctor', '--watch', '--json', '--config', configFile], {
      env: environment(folder, {}),
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    onTestFinished(() => void child.kill('SIGTERM'))
    // Listened to until the end: a pipe that nobody reads never closes.
    await new Promise((seen) => child.stdout.on('data', seen))
    expect(existsSync(join(folder, dead))).toBe(false)
    expect(others.filter((name) => !existsSync(join(folder, name)))).toEqual([])
    child.kill('SIGTERM')
    await endOf(child)
  })

  test('a gate that runs keeps its devices: it is refused, in a sentence', async () => {
    const gate = await startGate()
    onTestFinished(gate.stop)
    const { code, stderr } = await gate.cli('doctor', '--watch', '--language', 'en')
    expect(code).toBe(1)
    expect(stderr).toMatch(/The gate runs, .*status --watch.*parts_in_use/)
  })

  test('a door that lives on in its own unit’s folder keeps its lines, though no gate runs', async () => {
    const { folder, configFile } = writeGate()
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const home = join(folder, 'run-door')
    mkdirSync(home)
    const door = createServer().listen(join(home, 'door.lock.sock'))
    onTestFinished(() => void door.close())
    const { code, stderr } = await runProgram(['doctor', '--watch', '--config', configFile])
    expect(code).toBe(1)
    expect(stderr).toContain('parts_in_use')
  })

  test('a gate that starts meanwhile ends it', async () => {
    const { child, looks, folder, configFile } = watchDoctor({})
    await looks('the door up', doorUp)
    const gate = await startGate({ folder: { folder, configFile, runtimeDirectory: join(folder, 'run') } })
    onTestFinished(gate.stop)
    expect(await endOf(child)).toBe(1)
  })
})

test('without a terminal a line is printed when something changed, in words', async () => {
  const { child, runtime, shown } = watchDoctor({ door: { contact: true } }, {}, ['--language', 'zh-CN'])
  await until('the door up, which is played', () => /门 +● 继电器释放（模拟）/.test(shown()), LOOK_LIMIT_MS)
  await playDevice(runtime(), 'door', { contact: 'open' })
  await until('the contact', () => /门磁 +开/.test(shown()))
  expect(shown().match(/门磁 +关/g)).toHaveLength(1)
  expect(child.exitCode).toBeNull()
})

describe.skipIf(!needPart('socat'))('on a terminal', () => {
  const ENTER = '\x1b[?1049h'
  const LEAVE = '\x1b[?1049l'

  const openTerminal = (size: string) => {
    const { configFile, folder } = writeGate({ door: { contact: true, fire: true, exitButton: true } })
    const command = `stty ${size}; exec ${process.execPath} ${program} doctor --watch --config ${configFile}`
    const terminal = spawn('socat', ['-', `SYSTEM:${command},pty,setsid,ctty,stderr,echo=1`], {
      env: environment(folder, {}),
    })
    let shown = ''
    terminal.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString()
    })
    const ended = new Promise((end) => terminal.once('close', end))
    onTestFinished(async () => {
      terminal.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    })
    return { terminal, shown: () => shown }
  }

  test.each([
    'rows 24 cols 80',
    'rows 8 cols 40',
  ])('of %s the picture fits, takes a name, and gives the page back', async (size) => {
    const [, rows, columns] = /rows (\d+) cols (\d+)/.exec(size) ?? []
    const { terminal, shown } = openTerminal(size)
    await until('the door', () => shown().includes('relay at rest'), LOOK_LIMIT_MS)
    terminal.stdin.write('south\r')
    await until('the pulse', () => shown().includes('RELAY ON'), LOOK_LIMIT_MS)
    terminal.stdin.write('\x03')
    await until('the page given back', () => shown().endsWith(LEAVE), LOOK_LIMIT_MS)
    expect(shown().split(ENTER)).toHaveLength(2)
    const picture = shown().split('\x1b7\x1b[H').at(-1)?.split('\x1b8')[0] ?? ''
    const drawn = picture.split(/\r+\n/).map((row) => row.replaceAll('\x1b[K', ''))
    expect(drawn.length).toBe(Number(rows) - 2)
    expect(Math.max(...drawn.map(widthOf))).toBeLessThan(Number(columns))
  })
})
