// What a program says to its service manager, heard by a real datagram socket; and what a part's watchdog lives on.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type MonotonicMs, systemClock } from '../../config/words.ts'
import { startLife } from '../../drivers/life.ts'
import { openNotifier } from '../../drivers/notify.ts'
import { playMain, waitUntil } from '../drivers/play-main.ts'
import { needPart } from '../parts.ts'

const LISTENER = `
import socket, sys
name = sys.argv[1]
heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
heard.bind('\\0' + name[1:] if name[0] == '@' else name)
print('listening', flush=True)
while True: print(heard.recv(4096).decode().replace('\\n', ' '), flush=True)
`

const listen = async (name?: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'eg-notify-'))
  const path = name ?? join(folder, 'notify')
  const child: ChildProcess = spawn('python3', ['-c', LISTENER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => void lines.push(line))
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  await waitUntil('the listener', () => lines.length > 0)
  return { path, lines, count: (word: string) => lines.filter((line) => line.split(' ').includes(word)).length }
}

describe.skipIf(!needPart('python3'))('a program', () => {
  test('says all its lines in one datagram', async () => {
    const { path, lines } = await listen()
    const { say } = await openNotifier({ NOTIFY_SOCKET: path })
    expect(say('READY=1', 'STATUS=here')).toBe(true)
    await waitUntil('the word', () => lines.includes('READY=1 STATUS=here'))
  })

  test('finds a socket that has no file', async () => {
    const { path, lines } = await listen(`@evengate-test-${process.pid}`)
    const { say } = await openNotifier({ NOTIFY_SOCKET: path })
    say('WATCHDOG=1')
    await waitUntil('the word', () => lines.includes('WATCHDOG=1'))
  })

  test('leaves what it starts nothing to speak with', async () => {
    const environment = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '4000000', WATCHDOG_PID: String(process.pid) }
    const notifier = await openNotifier(environment)
    expect(notifier.watchdogMs).toBe(4000)
    expect(notifier.say('READY=1')).toBe(false)
    expect(environment).toEqual({})
  })

  test('is not watched when the watch is meant for another', async () => {
    const notifier = await openNotifier({ NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '4000000', WATCHDOG_PID: '1' })
    expect(notifier.watchdogMs).toBeUndefined()
  })

  test('without a manager says nothing', async () => {
    const notifier = await openNotifier({})
    expect([notifier.isListening, notifier.say('READY=1')]).toEqual([false, false])
  })
})

describe('a part’s life', () => {
  const openLife = async (isWorking: () => boolean) => {
    const said: string[] = []
    let at = systemClock.monotonic()
    const say = (...lines: readonly string[]) => said.push(...lines) > 0
    const clock = { ...systemClock, monotonic: () => at }
    const life = startLife({ isWorking, clock, notifier: Promise.resolve({ isListening: true, say }) })
    await Promise.resolve()
    const pass = (ms: number) => {
      at = (at + ms) as MonotonicMs
    }
    return { life, said, pass, fed: () => said.filter((line) => line === 'WATCHDOG=1').length }
  }

  test('asks for patience until its devices have started, and then says so', async () => {
    const { life, said } = await openLife(() => true)
    await waitUntil('the request', () => said.includes('STATUS=waiting for main'))
    expect(said).not.toContain('READY=1')
    life.begin('devices started')
    expect(said).toContain('READY=1')
  })

  test('is fed by answers while main asks, and by nothing else', async () => {
    const { life, fed } = await openLife(() => true)
    life.begin('devices started')
    life.answer()
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(fed()).toBe(1)
  })

  test('is fed by its own work when main has fallen silent', async () => {
    const { life, pass, fed } = await openLife(() => true)
    life.begin('devices started')
    life.answer()
    pass(2000)
    await waitUntil('food', () => fed() > 1)
  })

  test('starves when its own work stands still, whoever asks', async () => {
    const { life, pass, fed } = await openLife(() => false)
    life.begin('devices started')
    life.answer()
    pass(2000)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(fed()).toBe(0)
  })
})

describe.skipIf(!needPart('python3'))('a part in its unit', () => {
  test('is ready when main has brought its settings, is fed, and says that it ends', async () => {
    const { path, count } = await listen()
    const main = await playMain(
      'keypad',
      { devices: [{ id: 'k', side: 'entry', driver: 'simulated', silenceMs: 10_000 }] },
      { env: { NOTIFY_SOCKET: path }, asChild: false },
    )
    onTestFinished(() => main.stop())
    await waitUntil('ready', () => count('READY=1') === 1)
    await main.ping()
    await waitUntil('food', () => count('WATCHDOG=1') > 0)
    const before = count('WATCHDOG=1')
    await main.goAway()
    await waitUntil('food without main', () => count('WATCHDOG=1') > before + 2)
    main.child.kill('SIGTERM')
    await waitUntil('the farewell', () => count('STOPPING=1') === 1)
  })

  test('that has no device is ready all the same, and makes room for one that gets a device', async () => {
    const { path, lines, count } = await listen()
    const main = await playMain('keypad', null, { env: { NOTIFY_SOCKET: path }, asChild: false })
    onTestFinished(() => main.stop())
    await waitUntil('ready', () => count('READY=1') === 1)
    expect(lines.some((line) => line.includes('no device'))).toBe(true)
    main.send({
      type: 'welcome',
      settings: { devices: [{ id: 'k', side: 'entry', driver: 'simulated', silenceMs: 10_000 }] },
    })
    expect(await main.exited()).toEqual({ code: 0, signal: null })
  })
})
