// The commands that need no running gate, and what the others say when there is none.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ran, runProgram, startGate, writeGate } from './start-gate.ts'

const root = resolve(import.meta.dirname, '../..')
const sharedModels = process.env['EVENGATE_MODELS'] ?? resolve(root, '../shared/models')

const folders: string[] = []
const newGate = (changes: Parameters<typeof writeGate>[0] = {}) => {
  const written = writeGate(changes)
  folders.push(written.folder)
  return written
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
const run = (configFile: string, ...args: readonly string[]): Promise<Ran> =>
  runProgram([...args, '--config', configFile])

describe('wrong use', () => {
  test.each([
    [[]],
    [['fly']],
    [['status', '--colour']],
    [['card', 'add']],
  ])('%j shows the usage and ends with 2', async (argv) => {
    const ran = await runProgram(argv)
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(/evengate: .+\n {2}evengate /)
    expect(ran.stdout).toBe('')
  })

  test('help is no wrong use, and lists every command', async () => {
    const ran = await runProgram(['--help'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toContain('evengate credential revoke CREDENTIAL [--because office|lost|stolen|returned]')
  })
})

test('the version is the package’s', async () => {
  expect((await runProgram(['--version'])).stdout).toMatch(/^evengate \d+\.\d+\.\d+\n$/)
})

describe('check', () => {
  test('says first which file it takes when none was named', async () => {
    const here = { EVENGATE_CONFIG: undefined }
    expect((await runProgram(['check', '--language', 'en'], '', here)).stderr).toMatch(
      /^No --config: using the simulated example \(.*simulated\.example\.yaml\)\n/,
    )
    expect((await runProgram(['check', '--json'], '', here)).stderr).toBe('')
  })

  test('ends with its own word on a refused one, and not with the advice to check', async () => {
    const ran = await run(join(root, 'config/face-only.example.yaml'), 'check', '--language', 'en')
    expect(ran.stderr).toMatch(/^# refused: repair the errors above: .*face-only/)
  })

  test('refuses face alone and names side, rule and remedy', async () => {
    const ran = await run(join(root, 'config/face-only.example.yaml'), 'check', '--language', 'en')
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(
      /line 29.*entry side offers face and no other way.*\(P1\).*Add a card reader or a keypad/,
    )
  })

  test('speaks the language of the file, also of a refused one', async () => {
    const ran = await run(join(root, 'config/face-only.example.yaml'), 'check')
    expect(ran.stdout).toContain('人脸不得是唯一通行方式')
  })

  test('tells problems as rows', async () => {
    const ran = await run(join(root, 'config/face-only.example.yaml'), 'check', '--json')
    expect(ran.json).toMatchObject([{ line: 29, path: 'sides.entry.face', code: 'face_alone', severity: 'error' }])
  })

  test('shows what a good one comes to, with secrets masked', async () => {
    const camera = { id: 'c', driver: 'ffmpeg', input: 'rtsp://admin:geheim99@192.0.2.1/stream' }
    const { configFile } = newGate({ sides: { entry: { face: [camera] } } })
    const ran = await run(configFile, 'check')
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('otherWayGraceDays: 7')
    expect(ran.stdout).not.toContain('geheim99')
  })

  test('of a file that is not there is a problem and no crash', async () => {
    const ran = await run('/nowhere/gate.yaml', 'check', '--language', 'en')
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/error.*nowhere|not there|no such/i)
  })
})

describe('restore', () => {
  test.each([
    ['bytes that are no whole pages', randomBytes(5000)],
    ['an empty file', Buffer.alloc(0)],
    ['a store in the clear', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8176)])],
  ])('refuses %s at once, and lays nothing beside the store', async (_, bytes) => {
    const { folder, configFile } = newGate()
    const junk = join(folder, 'junk.db')
    writeFileSync(junk, bytes)
    const ran = await run(configFile, 'restore', junk, '--language', 'en')
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('backup_not_one')
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('restore'))).toEqual([])
  })
})

test('a configuration that is not there is said not to be there', async () => {
  const ran = await run('/nowhere/gate.yaml', 'status', '--language', 'en')
  expect(ran.code).toBe(1)
  expect(ran.stderr).toContain('config_absent')
})

describe('run', () => {
  test('refuses a refused configuration before anything starts', async () => {
    const ran = await run(join(root, 'config/face-only.example.yaml'), 'run', '--language', 'en')
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('config_refused')
    expect(existsSync(join(root, '.cache/face-only'))).toBe(false)
  })

  test('refuses a store on which another gate runs, and leaves that one alone', async () => {
    const gate = await startGate()
    try {
      const second = await gate.cli('run')
      expect(second.code).toBe(1)
      expect(second.stderr).toMatch(/Another evengate already runs on this store.*store_in_use/)
      expect((await gate.cli('status')).code).toBe(0)
    } finally {
      await gate.stop()
    }
  })
})

describe('without a gate', () => {
  test.each([
    [['status']],
    [['resident', 'list']],
    [['card', 'add', 'r_abc']],
    [['log', 'verify']],
  ])('%j says that none is running', async (argv) => {
    const ran = await run(newGate().configFile, ...argv)
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toMatch(/^The gate is not running: start it.*daemon_absent\)\n$/)
  })

  test('says it as JSON where JSON was asked for', async () => {
    const ran = await run(newGate({ language: 'zh-CN' }).configFile, 'open', '--json')
    expect(ran).toMatchObject({
      code: 1,
      stderr: '',
      json: { failed: true, code: 'daemon_absent', text: /门禁未运行/ },
    })
  })
})

describe('doctor', () => {
  test('passes a simulated gate before anything was stored, and stores nothing', async () => {
    const { configFile, folder } = newGate()
    const before = readdirSync(folder)
    const ran = await run(configFile, 'doctor', '--json')
    expect(ran.stdout).toContain('"part":"entry-card"')
    expect(ran.code).toBe(0)
    expect(readdirSync(folder)).toEqual(before)
  })

  test('names the keypad that is not plugged in, and what to do', async () => {
    const keypad = { id: 'pad', driver: 'serial', device: '/dev/serial/by-id/nobody' }
    const ran = await run(newGate({ sides: { entry: { keypad: [keypad] } } }).configFile, 'doctor')
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/✗ pad .*nobody is not there: plug it in/)
  })

  test('finds keys that others can read', async () => {
    const { configFile, folder } = newGate()
    mkdirSync(join(folder, 'keys'))
    for (const name of ['store.key', 'template.key', 'gate.key']) copyFileSync(configFile, join(folder, 'keys', name))
    const ran = await run(configFile, 'doctor')
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/✗ keys .*store\.key.*chmod 600/)
  })

  test('never repeats a camera’s password', async () => {
    const camera = { id: 'cam', driver: 'ffmpeg', input: 'rtsp://admin:geheim99@127.0.0.1:9/stream' }
    const ran = await run(newGate({ sides: { entry: { face: [camera] } } }).configFile, 'doctor')
    expect(ran.stdout).toMatch(/✗ cam /)
    expect(ran.stdout + ran.stderr).not.toContain('geheim99')
  })
})

describe('models', () => {
  test('list shows the pack that npm brought and the one that is missing', async () => {
    const ran = await run(newGate().configFile, 'models', 'list', '--json')
    expect(ran.json).toMatchObject([
      { name: 'recommended', installed: false },
      { name: 'builtin', installed: true, assistsOnly: true },
      { name: 'sface', installed: false, assistsOnly: true, measured: [] },
    ])
  })

  test('add says that a folder is not there', async () => {
    const ran = await run(newGate().configFile, 'models', 'add', '/nowhere')
    expect(ran).toMatchObject({
      code: 1,
      stderr: 'There is no such folder; nothing was taken. (folder_missing: /nowhere)\n',
    })
  })

  test('add refuses a folder that has not every file, and takes nothing', async () => {
    const { configFile, folder } = newGate()
    const ran = await run(configFile, 'models', 'add', root)
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(/nothing was taken.*pack_incomplete: .*missing/)
    expect(existsSync(join(folder, 'models'))).toBe(false)
  })

  test.skipIf(!existsSync(sharedModels))('add takes a whole folder, after which check has no warning', async () => {
    const { configFile, folder } = newGate({ face: { pack: 'recommended' } })
    expect((await run(configFile, 'check')).stdout).toContain('not installed')
    expect((await run(configFile, 'models', 'add', sharedModels)).code).toBe(0)
    expect(statSync(join(folder, 'models')).isDirectory()).toBe(true)
    expect((await run(configFile, 'check')).stdout).not.toContain('not installed')
  })
})

describe('sim', () => {
  let ran: Ran
  beforeAll(async () => {
    const script = ['tap 04a1b2c3d4e5f6', 'button', 'door open', 'door closed', 'unplug exit-card', 'dance', 'quit']
    ran = await runProgram(['sim', '--config', newGate().configFile], script.join('\n'))
  })

  test('plays a script and prints what happens, in order', () => {
    expect(ran.stdout).toMatch(
      /entry {2}card {2}✗ denied: Nobody.*[\s\S]*exit button[\s\S]*relay on[\s\S]*door opened[\s\S]*door closed/,
    )
  })

  test('ends with 1 when a line of the script was not understood', () => {
    expect(ran.stdout).toContain('not understood: dance')
    expect(ran.code).toBe(1)
  })

  test('paces keys like fingers, words what was not played, and ends with 0 all the same', async () => {
    // The sixth wrong code would wait for its keypad longer than the script lasts.
    const script = [...Array<string>(5).fill('pin 12042*471108#'), 'unplug exit-card', 'tap 04a1b2c3d4e5f6 exit']
    const played = await runProgram(
      ['sim', '--config', newGate({ language: 'zh-CN' }).configFile],
      [...script, 'show', 'show nobody.jpg', 'quit'].join('\n'),
    )
    expect(played.stdout.match(/入口 {2}键盘 {2}✗/g)).toHaveLength(5)
    expect(played.stdout).toMatch(/未执行：已拔出/)
    expect(played.stdout).toMatch(/未执行：没有可读取的图片/)
    expect(played.stdout + played.stderr).not.toMatch(/key_flood|order_|部件.*down/)
    // That its parts end with it is no fault.
    expect(played.stdout).not.toMatch(/门 {2}故障/)
    expect(played.code).toBe(0)
  })

  test('refuses a configuration with a real part', async () => {
    const keypad = { id: 'pad', driver: 'serial', device: '/dev/null' }
    const refused = await run(newGate({ sides: { entry: { keypad: [keypad] } } }).configFile, 'sim')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toContain('sim_real_driver: pad')
  })

  test('refuses real lines of the outlet for alarms: they may hang on a gate that runs', async () => {
    const line = (name: string) => ({ line: name, active: 'high' })
    const alarm = {
      ...{ driver: 'gpiochip', chip: 'pinctrl-rp1', lamp: line('GPIO9'), buzzer: line('GPIO20') },
      acknowledge: { line: 'GPIO6', active: 'low', bias: 'pull-up' },
    }
    const refused = await run(newGate({ alarm }).configFile, 'sim')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toContain('sim_real_driver: alarm')
  })

  test('plays the call button, and says of what is not wired that it is not', async () => {
    const script = ['call on', 'call off', 'barrier on', 'guard on', 'quit'].join('\n')
    const called = await runProgram(['sim', '--config', newGate({ call: { driver: 'simulated' } }).configFile], script)
    expect(called.stdout).toMatch(/the guard is called|Somebody calls at the gate/)
    expect(called.stdout.match(/not played: the configuration does not wire this input/g)).toHaveLength(2)
    const silent = await runProgram(['sim', '--config', newGate().configFile], 'call on\nquit')
    expect(silent.stdout).toContain('not played: the configuration does not wire this input')
  })
})

test('npm runs the program with its own Node', () => {
  const ran = spawnSync('npm', ['run', '-s', 'evengate', '--', 'check', '--config', 'config/face-only.example.yaml'], {
    cwd: root,
  })
  expect(ran.status).toBe(1)
})
