// `models evaluate --attacks` and `models add --pack liveness` as a technician types them, on one living face, one print and one screen.

import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runProgram, writeGate } from './start-gate.ts'

const root = resolve(import.meta.dirname, '../..')
const models = process.env['EVENGATE_MODELS'] ?? resolve(root, '../shared/models')
const spoof = join(process.env['EVENGATE_FACES'] ?? resolve(root, '../shared/faces'), 'spoof')
const isHere = existsSync(join(models, 'minifas_v2.onnx')) && existsSync(join(spoof, 'image_T1.jpg'))
if (!isHere) console.log('no models or no pictures of attacks: they are not evaluated')

const gate = writeGate({ face: { pack: 'recommended' } })
const own = join(gate.folder, 'models')
afterAll(() => rmSync(gate.folder, { recursive: true, force: true }))

const run = (...words: readonly string[]) =>
  runProgram(['models', ...words, '--config', gate.configFile, '--language', 'en'])

describe('models evaluate --attacks', () => {
  test('of no folder, or one without living faces, says what it wants', async () => {
    const empty = join(gate.folder, 'empty')
    mkdirSync(join(empty, 'print'), { recursive: true })
    for (const folder of [join(gate.folder, 'nowhere'), empty]) {
      const ran = await run('evaluate', '--attacks', folder)
      expect([ran.code, ran.stdout]).toEqual([1, ''])
      expect(ran.stderr).toContain('attacks_missing')
    }
  })

  test.runIf(isHere)(
    'tells each species and each cue apart, and that nobody has measured it',
    { timeout: 60_000 },
    async () => {
      const attacks = join(gate.folder, 'attacks')
      for (const [species, name] of [
        ['live', 'T1'],
        ['print', 'F1'],
        ['screen/first', 'F2'],
      ] as const) {
        mkdirSync(join(attacks, species), { recursive: true })
        copyFileSync(join(spoof, `image_${name}.jpg`), join(attacks, species, `${name}.jpg`))
      }
      mkdirSync(own, { recursive: true })
      for (const name of ['yunet_n_dynamic.onnx', 'mobilefacenet.onnx'])
        symlinkSync(join(models, name), join(own, name))
      const alone = (await run('evaluate', '--attacks', attacks, '--json')).json
      expect(alone).toMatchObject({ networks: false, measured_against_real_attacks: false })

      const added = await run('add', models, '--pack', 'liveness', '--json')
      expect([added.code, added.json]).toMatchObject([0, { liveness: true }])
      expect((await run('list')).stdout).toContain('liveness: installed; unmeasured against real attacks')
      const ran = await run('evaluate', '--attacks', attacks, '--json')
      expect(ran.json).toMatchObject({
        ...{ pack: 'recommended', networks: true, measured_against_real_attacks: false },
        bpcer: { presentations: 1, no_face: 0, errors: 0, rate: 0, low: 0, high: 1 },
        apcer: { print: { errors: 0, high: 1 }, screen: { presentations: 1, errors: 0, high: 1 } },
        by_cue: { surface: { apcer: { print: { errors: 0 } } }, stripes: { apcer: { print: { errors: 1 } } } },
      })
      const told = await run('evaluate', '--attacks', attacks)
      expect(told.stdout).toMatch(/^unmeasured against real attacks/)
      expect(told.stdout).toContain('accepted of screen (APCER): 0.0 % (0.0 % – 100.0 %), n = 1')
    },
  )

  test.runIf(isHere)('takes no half pair of networks', async () => {
    const half = join(gate.folder, 'half')
    mkdirSync(half)
    cpSync(join(models, 'minifas_v2.onnx'), join(half, 'minifas_v2.onnx'))
    const ran = await run('add', half, '--pack', 'liveness')
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('liveness_incomplete: minifas_v1se.onnx')])
  })
})
