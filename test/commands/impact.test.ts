// `report impact` of a running gate: the operator's own words are kept with who wrote them and when, the record holds their hash and none
// of them, and an assessment that is out of date says since when and why.

import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/settings.ts'
import { type Language, languages } from '../../config/words.ts'
import { callControl } from '../../daemon/control.ts'
import { type AssessedGate, basisOf, compareBasis, hashAssessed } from '../../daemon/report/assessed.ts'
import { writeDocument } from '../../daemon/report/document.ts'
import { writeImpact } from '../../daemon/report/impact.ts'
import { impactParts } from '../../daemon/store/assessment.ts'
import { modelIdOf, type Pack, packNamed, packs } from '../../models/packs.ts'
import { runProgram, startGate, until, writeGate } from './start-gate.ts'

const open = async () => {
  const gate = await startGate()
  onTestFinished(gate.stop)
  const page = async () => (await gate.cli('report', 'impact', '--as', 'text')).stdout
  const write = (part: string, words: string, by = 'Wang Li') => {
    const file = join(gate.folder, `${part}.txt`)
    writeFileSync(file, words)
    return gate.cli('report', 'impact', '--write', part, '--text', file, '--by', by)
  }
  return { gate, page, write }
}

const WORDS = 'Parents with prams asked for it.\n\nA wider door was tried first.'

describe('the operator’s own words', () => {
  test('are said to be not written, then stand with who wrote them and when, then are withdrawn', async () => {
    const { gate, page, write } = await open()
    expect((await page()).match(/^Not written\.$/gm)).toHaveLength(impactParts.length)
    expect((await write('necessity', WORDS.replace('\n', '\r\n'))).code).toBe(0)
    const written = await page()
    expect(written).toContain(WORDS)
    expect(written).toMatch(
      /^Written by Wang Li, \d{4}-\d\d-\d\d \d\d:\d\d \(Asia\/Shanghai\) \(recorded by the administrator, user \d+\)\.$/m,
    )
    expect(written.match(/^Not written\.$/gm)).toHaveLength(impactParts.length - 1)
    // The record proves the words by their hash, and says neither them nor the name.
    const log = await gate.cli('log', 'tail', '--count', '1000', '--json')
    expect(log.stdout).toMatch(/"impact_written"/)
    expect(log.stdout + gate.log()).not.toMatch(/Wang|prams/)
    expect((await write('necessity', '  \n', 'Zhao')).code).toBe(0)
    const emptied = await page()
    expect(emptied).not.toContain('prams')
    expect(emptied).toMatch(/^Not written\. What stood here was withdrawn: Zhao, /m)
  })

  test('need an author and a place on the page, and are no auditor’s to write', async () => {
    const { gate, write } = await open()
    const long = await write('risks', 'x'.repeat(4001))
    expect([long.code, long.stderr]).toEqual([1, expect.stringContaining('impact_text_long')])
    const nobody = await write('risks', 'x', '  ')
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('author_missing')])
    expect((await write('feelings', 'x')).code).toBe(2)
    const nowhere = await gate.cli('report', 'impact', '--text', '/nowhere', '--by', 'W')
    expect([nowhere.code, nowhere.stdout, nowhere.stderr]).toEqual([
      1,
      '',
      expect.stringContaining('impact_part_missing'),
    ])
    const lost = await gate.cli('report', 'impact', '--write', 'risks', '--text', '/nowhere', '--by', 'W')
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('impact_text_unreadable')])
    const args = { write: { part: 'risks', author: 'A', body: 'fine' } }
    const socket = join(gate.runtimeDirectory, 'control-auditor.sock')
    const asked = (given: object) => callControl(socket, { command: 'report impact', args: given }, () => undefined)
    expect(await asked(args)).toMatchObject({ ok: false, code: 'role_refused' })
    expect(await asked({})).toMatchObject({ ok: true, value: { texts: [] } })
  })
})

describe('an assessment that is out of date', () => {
  test('says since when the gate runs otherwise, and which settings, operator and words changed', async () => {
    const { gate, page, write } = await open()
    await write('purpose', 'To open the gate.')
    expect((await gate.cli('report', 'impact', '--record')).code).toBe(0)
    expect(await page()).toMatch(/Nothing on which it rests has changed since/)
    const changed = parse(readFileSync(gate.configFile, 'utf8'))
    changed.operator = { ...changed.operator, name: 'Another Property Co.' }
    changed.inequality = { ...changed.inequality, graceHours: 12 }
    writeFileSync(gate.configFile, stringify(changed))
    gate.child.kill('SIGHUP')
    const stale = await until('the reload', async () => {
      const text = await page()
      return /OUT OF DATE since/.test(text) ? text : undefined
    })
    expect(stale).toMatch(/OUT OF DATE since \d{4}-\d\d-\d\d \d\d:\d\d \(Asia\/Shanghai\)\. Signed, and recorded on/)
    expect(stale).toMatch(/^Operator \(operator\.name\): Then .+; Now Another Property Co\.$/m)
    expect(stale).toMatch(/^Setting inequality\.graceHours: Then 24; Now 12$/m)
    expect(stale).toMatch(/^The notice that residents read: Then check value /m)
    expect(stale).not.toMatch(/^The operator’s words on/m)
    await write('purpose', 'To open the gate, for other people.')
    expect(await page()).toMatch(
      /^The operator’s words on whether the purpose is lawful: Then written; Now rewritten$/m,
    )
    expect((await gate.cli('report', 'privacy', '--as', 'text')).stdout).toMatch(/out of date/)
    expect((await gate.cli('report', 'impact', '--record')).code).toBe(0)
    expect(await page()).toMatch(/Nothing on which it rests has changed since/)
  })
})

const loaded = loadConfig(resolve(import.meta.dirname, '../../config/pi.example.yaml'))
if (!loaded.ok) throw new Error('the example is refused')
const config: Config = loaded.value
const gate: AssessedGate = { model: 'm', faces: 100, texts: [{ part: 'risks', body: 'some' }] }
const changesOf = (after: Config, now: AssessedGate = gate) => compareBasis(basisOf(config, gate), basisOf(after, now))

/** Each changes the setting that it names, and may change what the notice says. */
const edits: Readonly<Record<string, (one: Config) => Config>> = {
  'operator.contact': (one) => ({ ...one, operator: { ...one.operator, contact: 'elsewhere' } }),
  'retention.namedEventsDays': (one) => ({ ...one, retention: { ...one.retention, namedEventsDays: 7 } }),
  'inequality.graceHours': (one) => ({ ...one, inequality: { ...one.inequality, graceHours: 1 } }),
  'face.plannedFaces': (one) => ({ ...one, face: { ...one.face, plannedFaces: 3000 } }),
  'otherWay.firstCardPrice': (one) => ({ ...one, otherWay: { ...one.otherWay, firstCardPrice: 20 } }),
}

describe('what has changed', () => {
  test('is exactly the settings that were changed, whichever they are', () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(edits)), (names) => {
        const after = names.reduce((one, name) => edits[name]?.(one) ?? one, config)
        const found = changesOf(after).filter(({ kind }) => kind === 'setting' || kind === 'operator')
        expect(found.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
        expect(hashAssessed(after) === hashAssessed(config)).toBe(names.length === 0)
      }),
    )
  })

  test('is the model, the words, and so many faces that other people are touched', () => {
    expect(changesOf(config, { ...gate, model: 'n' })).toEqual([{ kind: 'model', name: '', before: 'm', after: 'n' }])
    expect(changesOf(config, { ...gate, texts: [] })).toMatchObject([{ kind: 'text', name: 'risks', after: '' }])
    const grown = (before: number, after: number) =>
      compareBasis(basisOf(config, { ...gate, faces: before }), basisOf(config, { ...gate, faces: after })).length
    expect([grown(100, 150), grown(100, 151), grown(4, 23), grown(4, 24), grown(100, 10)]).toEqual([0, 1, 0, 1, 0])
  })

  test('is no camera’s password, which is kept nowhere', () => {
    const { entry } = config.sides
    const [camera] = entry.face ?? []
    if (!camera) throw new Error('the example has no camera')
    const withPassword = (password: string): Config => {
      const face = [{ ...camera, driver: 'ffmpeg', input: `rtsps://user:${password}@10.0.0.9/door` } as typeof camera]
      return { ...config, sides: { ...config.sides, entry: { ...entry, face } } }
    }
    const [one, other] = [withPassword('Tr0ub4dor'), withPassword('horse-staple')]
    expect(JSON.stringify(basisOf(one, gate))).not.toContain('Tr0ub4dor')
    expect(compareBasis(basisOf(one, gate), basisOf(other, gate))).toEqual([])
    expect(changesOf(one).map(({ name }) => name)).toContain('sides.entry.face.0.input')
  })
})

test.each(languages)('words written for a former operator are not this one’s, in %s', (language) => {
  const text = { part: 'risks', author: 'Wang Li', body: WORDS, at: Date.UTC(2026, 0, 5), proven: true } as const
  const standing = { faces: 1, residents: 2, model: modelIdOf(packNamed('recommended')) }
  const show = (operator: string) =>
    writeDocument(writeImpact(config, { ...standing, texts: [{ ...text, operator }] }, language), 'text')
  expect(show(config.operator.name)).toContain('prams')
  expect(show('Former Co.')).not.toContain('prams')
  expect(show('Former Co.')).toMatch(
    language === 'en' ? /written for another operator, Former Co\./ : /另一运营者“Former Co\.”/,
  )
})

describe('the models in an assessment', () => {
  const textOf = (name: Pack['name'], language: Language) => {
    const standing = { texts: [], faces: 1, residents: 2, model: modelIdOf(packNamed(name)) }
    return writeDocument(writeImpact(config, standing, language), 'text')
  }

  test.each(
    packs.map(({ name, files }) => [name, files] as const),
  )('of the pack %s are named with their terms and from whom they learned', (name, files) => {
    const text = textOf(name, 'en')
    for (const file of files)
      expect(text).toContain(`${file.name}: Terms ${file.licence}; Learned from ${file.trainedOn}`)
  })

  test('that learned from a withdrawn set of pictures say so, and for whom they work worse by how much', () => {
    expect(textOf('recommended', 'en')).toContain('MS-Celeb-1M, a data set withdrawn by its publisher')
    expect(textOf('recommended', 'zh-CN')).toContain('MS-Celeb-1M（发布者已撤回的数据集）')
    expect(textOf('recommended', 'en')).toMatch(
      /It works worse for some: .* it is 4\.\d % of pairs of strangers for East-Asian faces, measured on 15 people\./,
    )
    expect(textOf('sface', 'en')).toContain('How often they are wrong at this gate is not measured.')
  })

  test('that nobody knows are not described', () => {
    const standing = { texts: [], faces: 0, residents: 0, model: 'other-1' }
    expect(writeDocument(writeImpact(config, standing, 'en'), 'text')).toContain(
      'Nothing is known of the model other-1.',
    )
  })
})

test.each([
  'en',
  'zh-CN',
])('a simulated gate shows the page without a gate and says that it is one, in %s', async (language) => {
  const { configFile } = writeGate()
  const asked = ['report', 'impact', '--sample', '--as', 'text', '--language', language, '--config', configFile]
  const { code, stdout } = await runProgram(asked)
  expect(code).toBe(0)
  expect(stdout).toMatch(language === 'en' ? /This is a simulated month/ : /这是模拟的一个月/)
  expect(stdout).toMatch(language === 'en' ? /OUT OF DATE since 2026-03-19/ : /已过期，自 2026-03-19/)
  expect(stdout).toMatch(language === 'en' ? /^Not written\.$/m : /^未填写。$/m)
})
