// The page of an incident: what the law wants told by when, counted from when it was noticed.

import { resolve } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import type { WallMs } from '../../config/words.ts'
import { writeDocument } from '../../daemon/report/document.ts'
import { writeIncident } from '../../daemon/report/incident.ts'
import { samplePrivacy } from '../../daemon/report/sample-privacy.ts'
import { startGate } from './start-gate.ts'

const HOUR_MS = 3_600_000
const loaded = loadConfig(resolve(import.meta.dirname, '../../config/pi.example.yaml'))
if (!loaded.ok) throw new Error('the example is refused')
const { value: config } = loaded

const tell = (at: number, now: number, language: 'en' | 'zh-CN' = 'en'): string =>
  writeDocument(writeIncident(config, samplePrivacy, language, { at: at as WallMs, now: now as WallMs }), 'text')

test('what is due within hours of the noticing is told by the gate’s own clock, and the rest at once', () => {
  const at = Date.parse('2026-03-02T09:30:00+08:00')
  const text = tell(at, at)
  expect(text).toContain('Noticed: 2026-03-02 09:30 (Asia/Shanghai)')
  expect(text).toContain('by 2026-03-05 09:30 (Asia/Shanghai)')
  expect(text).toMatch(/at once/)
  expect(tell(at, at, 'zh-CN')).toContain('2026-03-05 09:30 (Asia/Shanghai) 前')
})

test('a deadline is over from the first millisecond after 72 hours, and not before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 200 * HOUR_MS }), (at, later) => {
      expect(tell(at, at + later).includes('OVER since')).toBe(later > 72 * HOUR_MS)
    }),
    { numRuns: 200 },
  )
  const at = Date.parse('2026-03-02T09:30:00+08:00')
  expect(tell(at, at + 72 * HOUR_MS)).not.toContain('OVER')
  expect(tell(at, at + 72 * HOUR_MS + 1)).toContain('OVER since 2026-03-05 09:30')
  expect(tell(at, at + 72 * HOUR_MS + 1, 'zh-CN')).toContain('已过期限')
})

test('without a time of noticing the page says the rule and leaves the time to be filled in', () => {
  const text = writeDocument(writeIncident(config, samplePrivacy, 'en'), 'text')
  expect(text).toContain('within 72 hours of noticing')
  expect(text).toContain('When it was noticed')
  expect(text).not.toContain('OVER')
})

test('a simulated month says that it is one, and a real one does not', () => {
  expect(writeDocument(writeIncident(config, samplePrivacy, 'en'), 'text')).toContain('This is a simulated month')
  const { sample: _, ...real } = samplePrivacy
  expect(writeDocument(writeIncident(config, real, 'en'), 'text')).not.toContain('This is a simulated month')
})

test('the running gate’s page names what is over, and a noticing still to come is refused', async () => {
  const gate = await startGate()
  onTestFinished(gate.stop)
  const ask = (...words: string[]) => gate.cli('report', 'incident', '--language', 'en', '--as', 'text', ...words)
  const told = await ask('--from', '2026-01-01', '--noticed', '2026-01-02T09:00')
  expect(told.code).toBe(0)
  expect(told.stdout).toContain('OVER since 2026-01-05 09:00')
  expect(told.stdout).not.toContain('This is a simulated month')
  const ahead = await ask('--from', '2026-01-01', '--noticed', '9998-01-02T09:00')
  expect(ahead.code).toBe(1)
  expect(ahead.stderr).toContain('noticed_not_past')
  const never = await ask('--from', '2026-01-01', '--noticed', '2026-02-30T09:00')
  expect(never.stderr).toContain('noticed_not_past')
  const endless = await ask()
  expect(endless.stderr).toContain('period_missing')
})
