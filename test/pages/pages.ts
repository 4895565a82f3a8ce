// Every page that people read, as the tests beside this file show it: from the example of a gate, or from a simulated month.

import { generateKeyPairSync } from 'node:crypto'
import { resolve } from 'node:path'
import { loadConfig } from '../../config/load.ts'
import { hide, type Language, type WallMs } from '../../config/words.ts'
import { writeCodeLetter } from '../../daemon/report/code-letter.ts'
import { writeForm } from '../../daemon/report/consent-form.ts'
import { writeDocument } from '../../daemon/report/document.ts'
import { writeEqualityPage } from '../../daemon/report/equality-page.ts'
import { type IndexedFile, writeCover } from '../../daemon/report/evidence-cover.ts'
import { filesOfGate } from '../../daemon/report/evidence-files.ts'
import { writeImpact } from '../../daemon/report/impact.ts'
import { writeIncident } from '../../daemon/report/incident.ts'
import { writeRules, writeSign } from '../../daemon/report/notices.ts'
import { writeOwnPage } from '../../daemon/report/own-page.ts'
import { writePassPage } from '../../daemon/report/pass-page.ts'
import { writePrivacy } from '../../daemon/report/privacy.ts'
import { writeReceiptPage } from '../../daemon/report/receipt-page.ts'
import { writeRegister } from '../../daemon/report/register-page.ts'
import { sampleGateEvidence, sampleResidentEvidence } from '../../daemon/report/sample-evidence.ts'
import { sampleImpact } from '../../daemon/report/sample-gate.ts'
import { playMonth } from '../../daemon/report/sample-month.ts'
import { samplePrivacy } from '../../daemon/report/sample-privacy.ts'
import { openSignet } from '../../daemon/store/receipt-text.ts'
import { drawQr } from '../../drivers/pass/draw.ts'
import { spellPass } from '../../drivers/pass/text.ts'

const loaded = loadConfig(resolve(import.meta.dirname, '../../config/pi.example.yaml'))
if (!loaded.ok) throw new Error('the example of a gate is refused')
export const config = loaded.value

/** As `key show` prints one. */
export const fingerprint = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'.repeat(2)

const signet = openSignet(hide(generateKeyPairSync('ed25519').privateKey))
/** Signed by a key of this run. */
export const receipt = signet.sign({
  ...{ gate: config.gate, sequence: 1042, who: 'r_abcdefghijklmnop', what: 'withdrawal' },
  ...{ at: Date.UTC(2026, 0, 5, 16, 30) as WallMs, head: 'ab'.repeat(32) },
})
export const readSigned = (text: string) => signet.read(text)

/** With everything that a pass may be bounded by. */
const pass = {
  ...{ gate: config.gate, number: '0417', code: '739214', qr: await drawQr(spellPass(Buffer.alloc(16, 0xa5))) },
  ...{
    notBefore: Date.UTC(2026, 0, 5),
    expiresAt: Date.UTC(2026, 1, 5),
    uses: 12,
    side: 'entry' as const,
    validForHours: 8,
  },
  ...{ weekdays: [1, 3], dates: ['2026-01-10'] },
} as const

const gateEvidence = sampleGateEvidence(config, 'en')
const register = { at: gateEvidence.at, timeZone: config.timeZone, gate: config.gate }
const listed = (files: Readonly<Record<string, string>>): readonly IndexedFile[] =>
  Object.keys(files).map((name) => ({ name, says: ['what stands in it', '文件内容'] }))

export type PageLook = 'page' | 'large'
export type PageKind = {
  readonly name: string
  readonly write: (language: Language, look: PageLook) => string
  /** Sheets of A4 that it may take. A sign is one, whatever it is printed in. */
  readonly sheets: Readonly<Record<PageLook, number>>
}

export const pages: readonly PageKind[] = [
  {
    name: 'notice sign',
    write: (language, look) => writeDocument(writeSign(config, fingerprint, language), look),
    sheets: { page: 1, large: 1 },
  },
  {
    name: 'notice rules',
    write: (language, look) => writeDocument(writeRules(config, language), look),
    sheets: { page: 2, large: 4 },
  },
  {
    name: 'notice form',
    write: (language, look) => writeDocument(writeForm(config, 'EG-1042', language), look),
    sheets: { page: 1, large: 2 },
  },
  {
    name: 'desk letter',
    write: (language, look) =>
      writeDocument(
        writeCodeLetter(
          { room: '1204', name: language === 'en' ? 'Zhang Wei' : '张伟', number: '12042', code: '48391726' },
          language,
        ),
        look,
      ),
    sheets: { page: 1, large: 2 },
  },
  {
    name: 'receipt show',
    write: (language, look) => writeDocument(writeReceiptPage(receipt, config.timeZone, language), look),
    sheets: { page: 1, large: 2 },
  },
  {
    name: 'pass issue',
    write: (language, look) => writePassPage(pass, config.timeZone, language, look),
    sheets: { page: 1, large: 2 },
  },
  {
    name: 'report impact',
    write: (language, look) => writeDocument(writeImpact(config, sampleImpact(config, language), language), look),
    sheets: { page: 4, large: 8 },
  },
  {
    name: 'report privacy',
    write: (language, look) => writeDocument(writePrivacy(samplePrivacy, language), look),
    sheets: { page: 2, large: 4 },
  },
  {
    name: 'report incident',
    write: (language, look) => writeDocument(writeIncident(config, samplePrivacy, language), look),
    sheets: { page: 2, large: 5 },
  },
  {
    name: 'evidence index',
    write: (language, look) =>
      writeCover(
        {
          ...{
            gate: config.gate,
            about: 'gate',
            of: '2026-03-01 – 2026-03-30',
            made: '2026-03-31 09:00',
            sample: true,
          },
          ...{ files: listed(filesOfGate(sampleGateEvidence(config, language))) },
          verified: { events: 26_118, code: '26118-7K3M-Q2WX-9ABC-D4EF-J' },
        },
        language,
        look,
      ),
    sheets: { page: 1, large: 3 },
  },
  {
    name: 'evidence register',
    write: (language, look) =>
      writeDocument(writeRegister(gateEvidence.requests, { ...register, sample: true }, language), look),
    sheets: { page: 1, large: 2 },
  },
  {
    name: 'evidence resident',
    write: (language, look) => {
      const { file, timeZone } = sampleResidentEvidence(config, language)
      return writeDocument(writeOwnPage(file, { timeZone, state: 'withdrawn', sample: true }, language), look)
    },
    sheets: { page: 3, large: 6 },
  },
  {
    name: 'report equality',
    write: (language, look) => writeEqualityPage(playMonth(7), language, look),
    sheets: { page: 5, large: 7 },
  },
]
