// `models pull` as a technician types it: over a server of this machine that has the recommended pack, where it lies beside the
// checkout.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram, writeGate } from './start-gate.ts'

const root = resolve(import.meta.dirname, '../..')
const sharedModels = process.env['EVENGATE_MODELS'] ?? resolve(root, '../shared/models')
const isHere = existsSync(join(sharedModels, 'mobilefacenet.onnx'))
if (!isHere) console.log(`no recommended pack in ${sharedModels}: it is not pulled`)

const server = createServer((request, response) => {
  const path = join(sharedModels, (request.url ?? '').split('/').at(-1) ?? '')
  if (existsSync(path)) response.end(readFileSync(path))
  else response.writeHead(404).end()
})
const gate = writeGate({ face: { pack: 'recommended' } })
const models = join(gate.folder, 'models')
let from = ''
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  from = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(() => {
  server.close()
  rmSync(gate.folder, { recursive: true, force: true })
})

const pull = (...words: readonly string[]) =>
  runProgram(['models', 'pull', ...words, '--config', gate.configFile, '--language', 'en'])

describe('models pull', () => {
  test('of a pack that nobody knows names those that there are', async () => {
    const ran = await pull('best', '--from', from)
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('recommended, builtin, sface')])
  })

  test('of the pack that npm brings says so', async () => {
    expect(await pull('builtin')).toMatchObject({ code: 1, stderr: expect.stringContaining('comes with the program') })
  })

  test('from a plain address of another machine is refused, and nothing is written', async () => {
    const ran = await pull('recommended', '--from', 'http://192.0.2.1/models', '--json')
    expect([ran.code, ran.json]).toMatchObject([1, { failed: true, code: 'url_refused' }])
    expect(existsSync(models) ? readdirSync(models) : []).toEqual([])
  })

  test('of a file that the server has not says which one', async () => {
    const ran = await pull('sface', '--from', `${from}nowhere`, '--json')
    expect(ran.json).toMatchObject({ code: 'upstream_refused', detail: expect.stringContaining('.onnx: 404') })
  })

  test.runIf(isHere)('fetches the files and says how far it is, in quarters where there is no terminal', async () => {
    const ran = await pull('recommended', '--from', from)
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('installed: recommended-')])
    for (const quarter of [25, 50, 75, 100]) expect(ran.stderr).toContain(`mobilefacenet.onnx ${quarter} %`)
    const again = await pull('recommended', '--from', from, '--json')
    expect(again).toMatchObject({ code: 0, stderr: '', json: { fetched: [] } })
  })

  test.runIf(isHere)('draws one bar over itself on a terminal', async () => {
    rmSync(models, { recursive: true, force: true })
    const words = ['daemon/main.ts', 'models', 'pull', 'recommended', '--from', from, '--config', gate.configFile]
    // script(1) gives the program a terminal.
    const child = spawn('script', ['-qec', [process.execPath, ...words].join(' '), '/dev/null'], { cwd: root })
    let shown = ''
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString()
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(0)
    expect(shown).toMatch(/\r[█░]{30} \d\.\d \/ 4\.0 MB mobilefacenet\.onnx/)
    expect(shown).toMatch(/\r█{30} 4\.0 \/ 4\.0 MB mobilefacenet\.onnx\r?\n/)
  })
})
