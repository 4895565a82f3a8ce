// main on sockets that were handed over, as its unit starts it: by systemd-socket-activate, with its keys as credentials. It starts no part,
// lets the sockets stand when it ends, and refuses what is no socket of its own.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { callControl } from '../../daemon/control.ts'
import { keepAccepted } from '../../daemon/runtime-folder.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { type GatePlace, makeGatePlace } from '../line/gate-place.ts'
import { findProgram, needPart } from '../parts.ts'

const root = resolve(import.meta.dirname, '../..')
const program = join(root, 'daemon/main.ts')
const START_LIMIT_MS = 20_000
const cache = { NODE_COMPILE_CACHE: join(root, '.cache/node') }

/** As systemd/make-keys.ts leaves them. */
const giveKeys = (place: GatePlace): string => {
  const credentials = join(place.folder, 'credentials')
  mkdirSync(credentials)
  mkdirSync(place.keysDirectory, { recursive: true, mode: 0o700 })
  writeFileSync(join(place.keysDirectory, 'first-start'), '')
  writeFileSync(join(credentials, 'store.key'), randomBytes(32).toString('hex'))
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(join(credentials, 'gate.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return credentials
}

const activate = (place: GatePlace, names: readonly string[], env: Record<string, string> = {}) => {
  mkdirSync(place.runtimeDirectory, { mode: 0o700 })
  const listens = names.flatMap((name) => ['-l', join(place.runtimeDirectory, `${name}.sock`)])
  const passed = Object.entries({ ...cache, ...env }).flatMap(([name, value]) => ['-E', `${name}=${value}`])
  const words = [
    ...listens,
    `--fdname=${names.join(':')}`,
    ...passed,
    process.execPath,
    program,
    'run',
    '--config',
    place.configFile,
  ]
  const child: ChildProcess = spawn('systemd-socket-activate', words, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, said: () => said }
}

const statusOf = async (place: GatePlace, limitMs = START_LIMIT_MS): Promise<unknown> => {
  let status: unknown
  const ask = async () => {
    const answer = await callControl(
      join(place.runtimeDirectory, 'control.sock'),
      { command: 'status', args: {} },
      () => undefined,
    )
    status = answer.ok ? answer.value : undefined
    return answer.ok
  }
  await waitUntil('the status', ask, limitMs)
  return status
}

describe.skipIf(!needPart('systemd'))('main with sockets that were handed over', () => {
  test('answers on them, starts no part that has its own, and takes the part that comes', async () => {
    await using place = await makeGatePlace()
    const accepted = join(place.folder, 'accepted.json')
    const { child } = activate(place, ['door', 'card', 'keypad', 'face', 'signal', 'control'], {
      CREDENTIALS_DIRECTORY: giveKeys(place),
      EVENGATE_ACCEPTED: accepted,
    })
    await waitUntil('the sockets', () => existsSync(join(place.runtimeDirectory, 'control.sock')))
    expect(await statusOf(place)).toMatchObject({ door: 'down' })
    expect(existsSync(join(place.keysDirectory, 'first-start'))).toBe(false)
    expect(existsSync(join(place.keysDirectory, 'store.key'))).toBe(false)

    const own = join(place.folder, 'own')
    mkdirSync(own)
    const socket = join(place.runtimeDirectory, 'door.sock')
    const env = { ...process.env, ...cache, EVENGATE_RUNTIME: own, EVENGATE_SOCKET: socket }
    const words = [
      join(root, 'drivers/door/part.ts'),
      '--config',
      join(place.folder, 'missing.json'),
      '--config',
      accepted,
    ]
    const door = spawn(process.execPath, words, { env, stdio: 'ignore' })
    onTestFinished(() => void door.kill('SIGKILL'))
    await waitUntil('the door', async () => ((await statusOf(place)) as { door: string }).door === 'up', START_LIMIT_MS)

    child.kill('SIGTERM')
    await waitUntil('the end', () => child.exitCode !== null)
    expect(child.exitCode).toBe(0)
    expect(door.exitCode).toBe(null)
    expect(existsSync(socket)).toBe(true)
  })

  test('makes no keys there, and says which one is missing', async () => {
    await using place = await makeGatePlace()
    const { child, said } = activate(place, ['control'])
    await waitUntil('the sockets', () => existsSync(join(place.runtimeDirectory, 'control.sock')))
    void callControl(join(place.runtimeDirectory, 'control.sock'), { command: 'status', args: {} }, () => undefined)
    await waitUntil('the refusal', () => child.exitCode !== null, START_LIMIT_MS)
    expect(child.exitCode).toBe(1)
    expect(said()).toMatch(/make-keys.*credential_missing: store\.key/)
    expect(existsSync(place.keysDirectory)).toBe(false)
  })

  test.each([
    ['a file', 'door', '/dev/null'],
    ['a name that is none of its own', 'window', '/dev/null'],
  ])('refuses %s in one line', async (_, name, file) => {
    await using place = await makeGatePlace()
    const script = `exec 3< ${file}; export LISTEN_PID=$$; exec "$@"`
    const env = { ...process.env, ...cache, LISTEN_FDS: '1', LISTEN_FDNAMES: name }
    const ran = spawnSync('sh', ['-c', script, 'sh', process.execPath, program, 'run', '--config', place.configFile], {
      env,
      encoding: 'utf8',
    })
    expect(ran.status).toBe(1)
    expect(ran.stderr.trim()).toMatch(new RegExp(`socket_unusable: ${name}\\)?$`))
    expect(ran.stderr.trim().split('\n')).toHaveLength(1)
  })

  test('refuses a socket that listens to the network', async () => {
    await using place = await makeGatePlace()
    const python = `import socket, os, sys
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); os.dup2(s.fileno(), 3)
os.environ['LISTEN_PID'] = str(os.getpid())
os.execv(sys.argv[1], sys.argv[1:])`
    const env = { ...process.env, ...cache, LISTEN_FDS: '1', LISTEN_FDNAMES: 'control' }
    const words = ['-c', python, process.execPath, program, 'run', '--config', place.configFile]
    const ran = spawnSync(findProgram('python3') ?? 'python3', words, { env, encoding: 'utf8' })
    expect([ran.status, ran.stderr.trim()]).toEqual([1, expect.stringContaining('socket_unusable: control')])
  })
})

test('the accepted configuration can be read by the group of its folder, installed, and by nobody else', async () => {
  await using place = await makeGatePlace()
  const file = join(place.folder, 'kept.json')
  const config = { gate: 'south' } as Parameters<typeof keepAccepted>[1]
  expect(keepAccepted(place.runtimeDirectory, config, file)).toEqual({ ok: true, value: file })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(config)
  expect(statSync(file).mode & 0o777).toBe(0o640)
})

test('the accepted configuration is kept in each place that is named, and written only where it is another', async () => {
  await using place = await makeGatePlace()
  const files = ['boot.json', 'ever.json'].map((name) => join(place.folder, name))
  const config = { gate: 'south' } as Parameters<typeof keepAccepted>[1]
  const keep = (gate: typeof config) => keepAccepted(place.runtimeDirectory, gate, files.join(':'))
  expect(keep(config)).toEqual({ ok: true, value: files[0] })
  const inodes = () => files.map((file) => statSync(file).ino)
  const before = inodes()
  keep(config)
  expect(inodes()).toEqual(before)
  keep({ ...config, gate: 'north' })
  expect(files.map((file) => JSON.parse(readFileSync(file, 'utf8')).gate)).toEqual(['north', 'north'])
})
