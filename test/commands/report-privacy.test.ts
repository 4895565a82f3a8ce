// `report privacy` and `report evidence`, asked of a running gate: what they say is what happened there, and nobody is named.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/settings.ts'
import { languages } from '../../config/words.ts'
import { hashAssessed } from '../../daemon/report/assessed.ts'
import { writeDocument } from '../../daemon/report/document.ts'
import { writeImpact } from '../../daemon/report/impact.ts'
import {
  countNoted,
  FEW,
  isPrivacyKind,
  maskMinds,
  type Noted,
  privacyKinds,
  writePrivacy,
} from '../../daemon/report/privacy.ts'
import { samplePrivacy } from '../../daemon/report/sample-privacy.ts'
import { needPart } from '../parts.ts'
import { runProgram, startGate, writeGate } from './start-gate.ts'

const NAME = 'Zhang Weiwei'

const live = async () => {
  const gate = await startGate()
  onTestFinished(gate.stop)
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  await gate.ask('household add', { room: '1204' })
  const resident = async (name: string) =>
    (await gate.ask('resident add', { room: '1204', name })) as { residentId: string }
  const [one, other] = [await resident(NAME), await resident('Li Na')]
  await gate.ask('consent refuse', { resident: one.residentId })
  await gate.ask('consent ask', { resident: other.residentId })
  return { gate, folder, one: one.residentId, other: other.residentId }
}

test('the figures are those of the record, and the page names nobody', async () => {
  const { gate, one } = await live()
  await gate.ask('resident export', { resident: one })
  const { json } = await gate.cli('report', 'privacy', '--json')
  expect(json).toMatchObject({
    held: { residents: 2, card: 0, pin: 0, face: 0, bound: { fewerThan: FEW } },
    // Neither that it was one, nor who wrote it down.
    done: { consent_refused: { fewerThan: FEW }, consent_withdrawn: { fewerThan: FEW }, resident_read: { root: 1 } },
    requests: { open: 0, overdue: 0 },
    assessment: 'none',
  })
  const { stdout } = await gate.cli('report', 'privacy')
  expect(stdout).toContain(`fewer than ${FEW}`)
  for (const secret of [NAME, one]) expect([stdout, JSON.stringify(json)].join()).not.toContain(secret)
  const before = await gate.cli('report', 'privacy', '--json', '--to', '2020-01-31', '--from', '2020-01-01')
  // A day on which nobody refused looks like one on which one did.
  const { done } = before.json as { done: object }
  expect(done).toEqual({ consent_refused: { fewerThan: FEW }, consent_withdrawn: { fewerThan: FEW } })
})

test.skipIf(!needPart('mosquitto'))(
  'one person’s folder holds his own file and receipts, proved by openssl',
  async () => {
    const { gate, folder, one, other } = await live()
    const place = join(folder, 'mine')
    expect((await gate.cli('report', 'evidence', place, '--resident', one)).code).toBe(0)
    const names = readdirSync(place)
    const receipt = names.find((name) => /^receipt-.*txt$/.test(name)) ?? ''
    const text = readFileSync(join(place, receipt), 'utf8')
    const all = names.map((name) => readFileSync(join(place, name), 'utf8')).join()
    expect(all).toContain(NAME)
    expect(all).not.toContain(other)
    const howTo = readFileSync(join(place, 'README.txt'), 'utf8')
    const lines = howTo.split('\n').filter((line) => /^ {3}(sed|openssl)/.test(line))
    expect(lines).toHaveLength(4)
    const script = lines.join('\n').replaceAll('receipt.txt', receipt)
    const proved = spawnSync('sh', ['-c', script], { cwd: place, encoding: 'utf8' })
    expect(proved.stdout).toMatch(/Verified Successfully/)
    expect(text).toContain(one)
  },
)

test('the gate’s folder names nobody, and nothing is written over', async () => {
  const { gate, folder, one } = await live()
  await gate.ask('request add', { kind: 'complaint', resident: one })
  const place = join(folder, 'court')
  const { code } = await gate.cli('report', 'evidence', place)
  expect(code).toBe(0)
  const names = readdirSync(place).toSorted()
  expect(names).toEqual([
    ...['README.txt', 'equality.en.html', 'equality.json', 'equality.zh-CN.html', 'form.en.html', 'form.zh-CN.html'],
    ...['gate.pub', 'head.json', 'impact.en.html', 'impact.json', 'impact.zh-CN.html', 'index.en.html'],
    ...['index.zh-CN.html', 'privacy.en.html', 'privacy.json', 'privacy.zh-CN.html', 'requests.en.html'],
    ...['requests.json', 'requests.zh-CN.html', 'rules.en.html', 'rules.zh-CN.html', 'sign.en.html', 'sign.zh-CN.html'],
  ])
  const index = readFileSync(join(place, 'index.en.html'), 'utf8')
  const linked = [...index.matchAll(/href="([^"]+)"/g)].map(([, name]) => name ?? '')
  // Whoever begins there finds every file of his language, and no link leads nowhere.
  const own = names.filter((name) => !/zh-CN|^index/.test(name))
  expect(linked.toSorted()).toEqual(own)
  expect(index).toMatch(/the record was proved whole over \d+ events/)
  expect(readFileSync(join(place, 'requests.en.html'), 'utf8')).toMatch(/a complaint/)
  const all = names.map((name) => readFileSync(join(place, name), 'utf8')).join()
  for (const secret of [NAME, one]) expect(all).not.toContain(secret)
  // Of another period, what was asked today is no part; and its cover says which days it is of.
  const past = join(folder, 'january')
  const period = ['--from', '2020-01-01', '--to', '2020-01-31']
  expect((await gate.cli('report', 'evidence', past, ...period)).code).toBe(0)
  const requestsIn = (name: string) => JSON.parse(readFileSync(join(name, 'requests.json'), 'utf8'))
  expect([requestsIn(past), requestsIn(place)]).toEqual([[], [expect.objectContaining({ kind: 'complaint' })]])
  expect(readFileSync(join(past, 'index.en.html'), 'utf8')).toContain('2020-01-01 – 2020-01-31')
  const mixed = await gate.cli('report', 'evidence', join(folder, 'part'), '--resident', one, '--from', '2026-01-01')
  expect([mixed.code, mixed.stderr]).toEqual([1, expect.stringContaining('period_not_for_resident')])
  const again = await gate.cli('report', 'evidence', place)
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('folder_exists')])
})

test('an incident is told with the kinds and people of this very gate', async () => {
  const { gate, other } = await live()
  const { code, stdout } = await gate.cli('report', 'incident', '--from', '2026-01-01', '--as', 'text')
  expect(code).toBe(0)
  expect(stdout).toMatch(/names and rooms: Today 2;/)
  expect(stdout).toMatch(/pictures: Today 0;/)
  expect(stdout).toMatch(/Besides, 0 people were removed or erased/)
  await gate.ask('resident remove', { resident: other })
  const later = await gate.cli('report', 'incident', '--from', '2026-01-01', '--as', 'text')
  expect(later.stdout).toMatch(/names and rooms: Today 1;/)
  expect(later.stdout).toMatch(/Besides, 1 person was removed or erased/)
})

test('an assessment says what this gate does: its network camera, and a face compared with its owner alone', () => {
  const text = (config: Config) => writeDocument(writeImpact(config, undefined, 'en'), 'text')
  const loaded = loadConfig(resolve(import.meta.dirname, '../../config/pi.example.yaml'))
  if (!loaded.ok) throw new Error('the example is refused')
  const { entry } = loaded.value.sides
  const [camera] = entry?.face ?? []
  if (!entry || !camera) throw new Error('the example has no camera at its entry')
  const away = { ...camera, driver: 'ffmpeg', input: 'rtsps://10.0.0.9/door' } as typeof camera
  const twoFactor: [['card', 'face']] = [['card', 'face']]
  const other: Config = { ...loaded.value, sides: { entry: { ...entry, face: [away], twoFactor } } }
  expect(text(loaded.value)).toMatch(/has no network/)
  expect(text(loaded.value)).toMatch(/searched among all \(1:N\), and not/)
  expect(text(other)).toMatch(/its pictures cross it/)
  expect(text(other)).not.toMatch(/has no network|Why is a face searched/)
  expect(hashAssessed(other)).not.toBe(hashAssessed(loaded.value))
})

test('counts are those of a literal count, whatever was recorded', () => {
  const kind = fc.constantFrom(...privacyKinds, 'attempt', 'door')
  const noted = fc.record({ kind, role: fc.constantFrom('office', 'resident', 'auditor') })
  fc.assert(
    fc.property(fc.array(noted, { maxLength: 60 }), (events: Noted[]) => {
      const counted = countNoted(events)
      for (const one of privacyKinds)
        for (const role of ['office', 'resident', 'auditor'])
          expect(counted[one]?.[role] ?? 0).toBe(
            events.filter((event) => event.kind === one && event.role === role).length,
          )
      expect(Object.keys(counted).every(isPrivacyKind)).toBe(true)
    }),
  )
})

test.each(languages)('fewer than a handful of refusals or withdrawals is not counted out, in %s', (language) => {
  const counted = { consent_refused: { office: FEW - 1 }, consent_withdrawn: { resident: FEW } }
  const few = { ...samplePrivacy, done: maskMinds(counted) }
  const text = writeDocument(writePrivacy(few, language), 'text')
  expect(text).toMatch(language === 'en' ? /refusals: Times fewer than 5/ : /拒绝：次数 少于 5/)
  expect(text).toMatch(language === 'en' ? /withdrawals: Times 5/ : /撤回：次数 5/)
})

test('the gate’s folder shows the gate that runs, and none of a file that is still to be reloaded', async () => {
  const { gate, folder } = await live()
  const changed = parse(readFileSync(gate.configFile, 'utf8'))
  changed.retention = { ...changed.retention, namedEventsDays: 29 }
  writeFileSync(gate.configFile, stringify(changed))
  const refused = await gate.cli('report', 'evidence', join(folder, 'early'))
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('evidence_config_other')])
  expect(readdirSync(folder)).toEqual([])
})

test('one person’s page says in words what the file holds: requests, who was present, why he was not let in', async () => {
  const { gate, folder, one } = await live()
  await gate.ask('request add', { kind: 'copy', resident: one })
  const place = join(folder, 'mine')
  expect((await gate.cli('report', 'evidence', place, '--resident', one)).code).toBe(0)
  const page = readFileSync(join(place, 'resident.en.html'), 'utf8')
  for (const said of [NAME, '1204', one, 'a copy', 'you declined; nobody may ask you again', 'For you alone'])
    expect(page).toContain(said)
  const receipt = readdirSync(place).find((name) => /^receipt-\d+\.zh-CN\.html$/.test(name)) ?? ''
  expect(readFileSync(join(place, receipt), 'utf8')).toContain('您已拒绝使用人脸')
})

test.each(
  languages,
)('simulated folders need no gate, say that they are simulated, and prove themselves, in %s', async (language) => {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { configFile } = writeGate()
  const make = (name: string, ...more: string[]) =>
    runProgram([
      'report',
      'evidence',
      join(folder, name),
      '--sample',
      '--language',
      language,
      '--config',
      configFile,
      ...more,
    ])
  const [ofGate, ofOne] = [await make('gate'), await make('one', '--resident', 'any')]
  expect([ofGate.code, ofOne.code]).toEqual([0, 0])
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  for (const page of [
    'gate/index',
    'gate/equality',
    'gate/privacy',
    'gate/impact',
    'gate/requests',
    'gate/sign',
    'gate/rules',
    'gate/form',
    'one/index',
    'one/resident',
  ])
    expect([page, read(`${page}.${language}.html`)]).toEqual([page, expect.stringMatching(/simulated|模拟/)])
  const receipts = readdirSync(join(folder, 'one')).filter((name) => /^receipt.*txt$/.test(name))
  expect(receipts).toHaveLength(2)
  const lines = read('one/README.txt')
    .split('\n')
    .filter((line) => /^ {3}(sed|openssl)/.test(line))
  for (const receipt of receipts) {
    const script = lines.join('\n').replaceAll('receipt.txt', receipt)
    const proved = spawnSync('sh', ['-c', script], { cwd: join(folder, 'one'), encoding: 'utf8' })
    expect(proved.stdout).toMatch(/Verified Successfully/)
    // The last line prints the fingerprint that stands on the sign.
    const printed = /^([0-9a-f]{64}) /m.exec(proved.stdout)?.[1]
    expect(read(`one/${receipt}`)).toContain(`key: ${printed}`)
  }
})
