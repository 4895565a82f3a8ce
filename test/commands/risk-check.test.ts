// What `check` says of a door and its faces before anybody is enrolled: how many residents it would turn away, and when it refuses.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { checkMisses } from '../../config/checks-face.ts'
import type { Config } from '../../config/settings.ts'
import { packNamed } from '../../models/packs.ts'
import { deriveThreshold, MOST_FNIR } from '../../models/thresholds.ts'
import { allPeople } from '../drivers/face-people.ts'
import { runProgram } from './start-gate.ts'

const [people] = allPeople
const folder = mkdtempSync(join(tmpdir(), 'eg-check-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Gate = { door: object; face: object; sides: { entry: Record<string, unknown>; exit?: Record<string, unknown> } }

/** The Pi's example with as many faces; `change` may make another gate of it. */
const writeGate = (face: object, change: (gate: Gate) => void = () => undefined): string => {
  const file = join(folder, `gate-${Math.random()}.yaml`)
  const gate = parse(readFileSync(resolve(import.meta.dirname, '../../config/pi.example.yaml'), 'utf8')) as Gate
  gate.face = { ...gate.face, pack: 'recommended', modelsDirectory: people?.modelsDirectory, ...face }
  change(gate)
  writeFileSync(file, stringify(gate))
  return file
}
const check = async (file: string) => {
  const ran = await runProgram(['check', '--config', file, '--json'])
  return { ...ran, problems: ran.json as { code: string; severity: string; path: string; text: string }[] }
}
/** Whatever this pack's curve was measured to be. */
const fnirFor = (faces: number): number | undefined =>
  deriveThreshold({ pack: packNamed('recommended'), templates: 3 * faces, targetFpir: 0.01 }).fnir?.value
const numbers = Array.from({ length: 10_000 }, (_, n) => n + 1)
const few = numbers.findLast((faces) => (fnirFor(faces) ?? 1) <= MOST_FNIR) ?? 1
const tooMany = numbers.find((faces) => (fnirFor(faces) ?? 0) > MOST_FNIR)
const unmeasured = numbers.find((faces) => fnirFor(faces) === undefined)

describe.skipIf(people?.pack !== 'recommended')('check, with the recommended models', () => {
  test('takes a door with as many faces as the models can tell apart, and says what it costs', async () => {
    const file = writeGate({ plannedFaces: few })
    expect((await check(file)).problems.filter(({ severity }) => severity === 'error')).toEqual([])
    const { stdout } = await runProgram(['check', '--config', file, '--language', 'en'])
    expect(stdout).toMatch(/# faces: threshold 0\.\d{3} for \d+ templates at a target of 1 % .*one stranger in \d+/)
    expect(stdout).toMatch(/of residents turned away \([\d.]+ %–[\d.]+ %, from /)
  })

  test.skipIf(tooMany === undefined)(
    'refuses a real door with more, names the figure and says what to do',
    async () => {
      const { code, problems } = await check(writeGate({ plannedFaces: tooMany }))
      expect(code).toBe(1)
      const [refused] = problems.filter((one) => one.code === 'fnir_high')
      expect(refused).toMatchObject({ severity: 'error', path: 'face.plannedFaces' })
      expect(refused?.text).toMatch(/\d %/)
    },
  )

  test.skipIf(tooMany === undefined)(
    'refuses no door that asks for card and face, where one is compared with one',
    async () => {
      const file = writeGate({ plannedFaces: 10_000 }, ({ sides }) => {
        for (const side of [sides.entry, sides.exit])
          if (side?.['face'])
            side['twoFactor'] = [
              ['card', 'face'],
              ['card', 'keypad'],
            ]
      })
      expect((await check(file)).problems.map(({ code }) => code)).not.toContain('fnir_high')
    },
  )
})

describe.skipIf(people?.pack !== 'recommended' || unmeasured === undefined)('beyond what was measured', () => {
  test('a door is taken, and it is said that nobody knows how many it turns away', async () => {
    const { code, problems } = await check(writeGate({ plannedFaces: unmeasured }))
    expect(code).toBe(0)
    expect(problems.filter((one) => one.code === 'fnir_unknown')).toMatchObject([{ severity: 'warning' }])
  })
})

describe('too many residents turned away', () => {
  const gate = (driver: string) =>
    ({ door: { driver }, face: { plannedFaces: 50, targetFpir: 0.01 } }) as unknown as Config
  const expected = (value: number) => ({ value, low: value / 2, high: Math.min(1, value * 1.5), group: 'lfw' })

  test('are those over the limit, not those at it', () => {
    expect(checkMisses(gate('gpiochip'), expected(0.2), 0.2)).toEqual([])
    expect(checkMisses(gate('gpiochip'), expected(0.2001), 0.2)).toMatchObject([{ severity: 'error' }])
  })

  test('are unknown where nobody has measured them, and that is said', () => {
    expect(checkMisses(gate('gpiochip'), undefined, 0.2)).toMatchObject([{ severity: 'warning', code: 'fnir_unknown' }])
  })

  test('refuse a real door, and are only told at a simulated one', () => {
    expect(checkMisses(gate('simulated'), expected(0.5), 0.2)).toMatchObject([
      { severity: 'warning', code: 'fnir_high' },
    ])
  })
})
