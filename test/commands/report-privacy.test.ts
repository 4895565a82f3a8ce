// `report privacy` and `report evidence`, asked of a running gate: what they say is what happened there, and nobody is named.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/settings.ts'
import { languages } from '../../config/words.ts'
import { writeDocument } from '../../daemon/report/document.ts'
import { hashAssessed, writeImpact } from '../../daemon/report/impact.ts'
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
import { startGate } from './start-gate.ts'

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
    const receipt = names.find((name) => name.startsWith('receipt-')) ?? ''
    const text = readFileSync(join(place, receipt), 'utf8')
    const all = names.map((name) => readFileSync(join(place, name), 'utf8')).join()
    expect(all).toContain(NAME)
    expect(all).not.toContain(other)
    const howTo = readFileSync(join(place, 'README.txt'), 'utf8')
    const lines = howTo.split('\n').filter((line) => /^ {3}(sed|openssl)/.test(line))
    expect(lines).toHaveLength(3)
    const script = lines.join('\n').replaceAll('receipt.txt', receipt)
    const proved = spawnSync('sh', ['-c', script], { cwd: place, encoding: 'utf8' })
    expect(proved.stdout).toMatch(/Verified Successfully/)
    expect(text).toContain(one)
  },
)

test('the gate’s folder names nobody, and nothing is written over', async () => {
  const { gate, folder, one } = await live()
  const place = join(folder, 'court')
  const { code } = await gate.cli('report', 'evidence', place)
  expect(code).toBe(0)
  const names = readdirSync(place).toSorted()
  expect(names).toEqual([
    ...['README.txt', 'equality.en.html', 'equality.json', 'equality.zh-CN.html', 'gate.pub', 'head.json'],
    ...['privacy.en.html', 'privacy.json', 'privacy.zh-CN.html'],
  ])
  const all = names.map((name) => readFileSync(join(place, name), 'utf8')).join()
  for (const secret of [NAME, one]) expect(all).not.toContain(secret)
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
  expect(later.stdout).toMatch(/Besides, 1 people were removed or erased/)
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
  expect(text(loaded.value)).toMatch(/searched among all, and not/)
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
