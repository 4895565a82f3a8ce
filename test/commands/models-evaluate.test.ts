// `models evaluate` as a technician types it: with the pack that npm brings on face-api's demo pictures everywhere, with the recommended
// pack on a part of the shared pictures where both lie beside the checkout.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { manifestSchema } from '../../models/manifest.ts'
import { livenessFiles, packNamed, pipelineOf } from '../../models/packs.ts'
import { demoPicture, modelsDirectory, peopleOf } from '../models/pictures.ts'
import { type Ran, runProgram } from './start-gate.ts'

const folder = mkdtempSync(join(tmpdir(), 'evengate-evaluate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const makeFolder = (...path: readonly string[]): string => {
  const made = join(folder, ...path)
  mkdirSync(made, { recursive: true })
  return made
}

const evaluate = (...words: readonly string[]): Promise<Ran> =>
  runProgram(['models', 'evaluate', '--language', 'en', ...words])

/** TensorFlow.js on a loaded machine. */
const RUN_LIMIT_MS = 90_000

describe('models evaluate refuses', () => {
  test('a folder that is not there, one without pictures, none at all, and a pack that nobody knows', async () => {
    const builtin = ['--pack', 'builtin', '--json', '--pictures']
    expect((await evaluate(...builtin, join(folder, 'nowhere'))).json).toMatchObject({
      code: 'pictures_folder_missing',
    })
    writeFileSync(join(makeFolder('empty', 'somebody'), 'letter.txt'), 'no picture')
    expect(await evaluate(...builtin, join(folder, 'empty'))).toMatchObject({
      code: 1,
      json: { code: 'pictures_missing' },
    })
    expect((await evaluate('--pack', 'builtin', '--json')).json).toMatchObject({ code: 'pictures_unnamed' })
    const ran = await evaluate('--pack', 'best', '--json', '--pictures', makeFolder('none'))
    expect(ran.json).toMatchObject({ failed: true })
  })

  test('a pack whose files are not in the folder named', async () => {
    copyFileSync(demoPicture(1), join(makeFolder('one', 'somebody'), '1.jpg'))
    const words = ['--pack', 'recommended', '--models', makeFolder('no-models'), '--pictures', join(folder, 'one')]
    expect((await evaluate(...words, '--json')).json).toMatchObject({ code: 'model_file_missing' })
  })
})

test('of one person alone it says what cannot be known, counts what it cannot read or finds no face in, and names nobody', {
  timeout: RUN_LIMIT_MS,
}, async () => {
  const person = makeFolder('alone', 'li-ming')
  for (const number of [2, 3]) copyFileSync(demoPicture(number), join(person, `a${number}.jpg`))
  copyFileSync(demoPicture(4), join(person, 'cut-off.jpg'))
  truncateSync(join(person, 'cut-off.jpg'), 9000)
  writeFileSync(join(person, 'false.png'), 'not a picture')
  await sharp({ create: { width: 200, height: 200, channels: 3, background: '#808080' } }).toFile(
    join(person, 'wall.png'),
  )
  const ran = await evaluate('--pack', 'builtin', '--pictures', join(folder, 'alone'), '--json')
  expect(ran.code).toBe(0)
  expect(ran.json).toMatchObject({
    pack: 'builtin',
    pictures: 3,
    identities: 1,
    detection_failures: 1,
    unreadable: 2,
    eer: null,
    pairs: { genuine: 1, impostor: 0 },
    fnmr_at_fmr: { '1e-2': { fnmr: null, threshold: null, low: null, high: null, why: 'too_few', needed: 100 } },
    fnir_at_fpir: { '1e-2': { fnir: null, why: 'too_few' } },
  })
  expect(ran.stderr).toContain('2 pictures cannot be read; the first is picture 3 of person 1')
  for (const name of ['li-ming', 'cut-off', 'false.png']) expect(`${ran.stdout}${ran.stderr}`).not.toContain(name)
})

const pack = packNamed('recommended')
const known = peopleOf('lfw', 5).slice(0, 12)
const asian = peopleOf('east-asian', 4).slice(0, 6)
const isHere = pack.files.every(({ name }) => existsSync(join(modelsDirectory, name))) && known.length === 12
if (!isHere) console.log('no recommended pack or no pictures: models evaluate is tried on the demo pictures only')

describe.runIf(isHere)('models evaluate on two groups of people', { timeout: RUN_LIMIT_MS }, () => {
  let ran: Ran
  const report = join(folder, 'report')
  const names = [...known, ...asian].map(({ name }) => name)
  beforeAll(async () => {
    const groups = makeFolder('groups')
    for (const [group, people] of [
      ['press & others', known],
      ['east-asian', asian],
    ] as const)
      for (const { name, files } of people)
        symlinkSync(dirname(files[0] ?? ''), join(makeFolder('groups', group), name))
    copyFileSync(demoPicture(1), join(makeFolder('groups', 'nobody’s'), '1.jpg'))
    const words = ['--pack', 'recommended', '--models', modelsDirectory, '--pictures', groups, '--report', report]
    ran = await evaluate(...words, '--json')
  }, RUN_LIMIT_MS)

  test('answers with one line of JSON in which every rate has its threshold and its bounds', () => {
    expect(ran.code).toBe(0)
    const answer = ran.json as Readonly<Record<string, Readonly<Record<string, unknown>>>>
    expect(answer).toMatchObject({ pack: 'recommended', pictures: 84, identities: 18, detection_failures: 0 })
    expect(answer['pipeline']).toBe(pipelineOf(pack))
    expect(answer).toMatchObject({ folders_left_out: 1, pairs: { genuine: 156 } })
    expect(Object.keys(answer['fnmr_at_fmr'] ?? {})).toEqual(['1e-1', '1e-2', '1e-3', '1e-4', '1e-5'])
    const at = answer['fnmr_at_fmr']?.['1e-2'] as { fnmr: number; threshold: number; low: number; high: number }
    expect(at.low <= at.fnmr && at.fnmr <= at.high && at.fnmr < 0.1 && at.threshold < 0.5).toBe(true)
    expect(answer['fnmr_at_fmr']?.['1e-5']).toMatchObject({ fnmr: null, why: 'too_few' })
    expect(Object.keys(answer['groups'] ?? {})).toEqual(['east-asian', 'press & others'])
    const common = (answer['fnmr_at_fmr']?.['1e-3'] as { threshold: number }).threshold
    expect(answer['groups']?.['east-asian']).toMatchObject({
      identities: 6,
      pairs: { genuine: 36 },
      at_common_thresholds: [{ threshold: at.threshold }, { threshold: common }],
    })
  })

  test('tells how far it is beside the answer', () => {
    expect(ran.stderr).toContain('84 / 84 pictures')
    expect(ran.stdout.trim().split('\n')).toHaveLength(1)
  })

  test('leaves a page, a plot, the figures and the curves in the folder of the report, and nobody’s name', () => {
    expect(readdirSync(report).toSorted()).toEqual(['det.svg', 'figures.json', 'measured.json', 'report.html'])
    const read = (name: string): string => readFileSync(join(report, name), 'utf8')
    expect(JSON.parse(read('figures.json'))).toEqual(ran.json)
    const plot = read('det.svg')
    expect(plot.match(/<polyline/g)).toHaveLength(2)
    expect(plot).not.toContain('NaN')
    expect(read('report.html')).toContain(plot.trimEnd())
    expect(read('report.html')).toContain('press &#38; others')
    for (const name of readdirSync(report))
      for (const person of names.filter(({ length }) => length > 4)) expect(read(name)).not.toContain(person)
  })

  test('gives a curve that the manifest takes as it is, of the twelve people but not of the six', () => {
    const measured: unknown = JSON.parse(readFileSync(join(report, 'measured.json'), 'utf8'))
    expect(measured).toMatchObject([{ group: 'press & others', people: 12, genuinePairs: 120 }])
    expect(v.safeParse(manifestSchema, { packs: [{ ...pack, measured }], liveness: livenessFiles }).success).toBe(true)
  })

  test('says the same for people to read, in Chinese too', async () => {
    const words = ['--pack', 'recommended', '--models', modelsDirectory, '--pictures', join(folder, 'groups')]
    const shown = await runProgram(['models', 'evaluate', ...words, '--language', 'zh-CN'])
    expect(shown.code).toBe(0)
    for (const part of ['── east-asian', '两图比对', 'GA/T 1093-2023', '数量太少', '请在现场校准'])
      expect(shown.stdout).toContain(part)
  })

  test('says so when the folder of the report cannot be written', async () => {
    const file = join(folder, 'taken')
    writeFileSync(file, '')
    const words = ['--pack', 'builtin', '--pictures', join(folder, 'one'), '--report', join(file, 'report'), '--json']
    expect(await evaluate(...words)).toMatchObject({ code: 1, json: { code: 'report_not_writable' } })
  })
})
