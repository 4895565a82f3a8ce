// What an evidence folder is made of, for a gate and a person that do not exist: the played month, a register, a key of this very run with
// receipts that openssl proves. Called by `report evidence --sample` and by whoever judges the pages.

import { createHash, generateKeyPairSync } from 'node:crypto'
import type { Config } from '../../config/settings.ts'
import { hide, type Language, type WallMs } from '../../config/words.ts'
import type { OwnFile } from '../commands/own.ts'
import { spellHead } from '../store/head-code.ts'
import { openSignet } from '../store/receipt-text.ts'
import type { GateEvidence, ResidentEvidence } from './evidence-files.ts'
import { sampleImpact } from './sample-gate.ts'
import { playMonth } from './sample-month.ts'
import { samplePrivacy } from './sample-privacy.ts'

const SEED = 7
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** The morning after the month. */
const MADE_AT = Date.UTC(2026, 2, 31, 1)
const at = (day: number, hour = 9): WallMs => (Date.UTC(2026, 2, day) + (hour - 8) * HOUR_MS) as WallMs
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

const EVENTS = 26_118
const head = { seq: EVENTS, hash: hashOf('sample head') }
const proof = () => {
  const signet = openSignet(hide(generateKeyPairSync('ed25519').privateKey))
  return { signet, key: { fingerprint: signet.fingerprint, publicKey: signet.publicKey } }
}
const common = {
  head: { code: spellHead(head), sequence: EVENTS },
  verified: { events: EVENTS },
  at: MADE_AT,
  sample: true,
} as const

export const sampleGateEvidence = (config: Config, language: Language): GateEvidence => ({
  ...common,
  config,
  key: proof().key,
  equality: playMonth(SEED),
  privacy: samplePrivacy,
  impact: sampleImpact(config, language),
  requests: [
    { kind: 'another_way', askedAt: at(4), dueAt: at(14), closedAt: at(6), outcome: 'given', costFen: 0 },
    { kind: 'copy', askedAt: at(20), dueAt: at(20) + 15 * DAY_MS, closedAt: at(23), outcome: 'given', costFen: 0 },
  ],
})

const RESIDENT = 'r_sampleresident'
const receiptsOf = (gate: string, sign: ReturnType<typeof openSignet>['sign']): ResidentEvidence['receipts'] =>
  [
    { number: 21_004, what: 'consent' as const, at: at(3, 9.1) },
    { number: 25_377, what: 'withdrawal' as const, at: at(28, 19) },
  ].map(({ number, what, at }) => ({
    number,
    text: sign({ gate, sequence: number, who: RESIDENT, what, at, head: hashOf(`sample ${number}`).toString('hex') }),
  }))

const attempts: OwnFile['attempts'] = (
  [
    [29, 18, 'entry', 'card', 'grant', 'right'],
    [29, 8, 'exit', 'card', 'grant', 'exit'],
    [28, 19, 'entry', 'card', 'grant', 'right'],
    [27, 22, 'entry', 'face', 'deny', 'face_uncertain'],
    [27, 7, 'exit', 'card', 'grant', 'exit'],
    [26, 18, 'entry', 'face', 'grant', 'right'],
    [25, 18, 'entry', 'keypad', 'deny', 'pin_wrong'],
  ] as const
).map(([day, hour, side, path, outcome, reason], n) => ({
  ...{ seq: EVENTS - n * 190, wall: at(day, hour), side, paths: [path], outcome, reason, notes: [] },
}))

const ownFile = ({ gate, operator, retention }: Config, language: Language): OwnFile => {
  const en = language === 'en'
  const none = { notBefore: null, expiresAt: null, revokedAt: null, revokedBecause: null, number: null, boundTo: null }
  return {
    format: 'evengate-resident-1',
    gate,
    operator: { name: operator.name, contact: operator.contact },
    resident: {
      ...{ id: RESIDENT, name: en ? 'Chen Jing' : '陈静', room: '1204', householdId: 'h_sample', suspended: false },
      ...{ born: null, guardianRequired: false, createdAt: at(1), suspensionReason: null, suspendedUntil: null },
      ...{ belongs: 'household', openingMs: 8000 },
    },
    rights: [{ gate, scheduleId: 'always' }],
    credentials: [
      { id: 'c_card', kind: 'card', createdAt: at(1, 10), ...none },
      { id: 'c_code', kind: 'pin', createdAt: at(1, 11), ...none, number: '12042' },
      {
        id: 'c_face',
        kind: 'face',
        createdAt: at(3, 9.2),
        ...none,
        revokedAt: at(28, 19),
        revokedBecause: 'consent_ended',
      },
    ],
    consents: [
      {
        ...{ id: 'n_sample', gates: gate, noticeHash: hashOf('notice').toString('hex'), model: 'recommended' },
        ...{
          givenBy: 'self',
          formNumber: 'EG-20991-K7QX',
          givenAt: at(3),
          expiresAt: (at(3) + 364 * DAY_MS) as WallMs,
        },
        ...{ confirmedAt: at(3, 9.1), endedAt: at(28, 19), endedBecause: 'withdrawn', templates: 0 },
        ...{ witness: en ? 'Wang Li' : '王莉', language, guardianName: null, guardianBorn: null, guardianOf: null },
      },
    ],
    requests: [
      {
        ...{
          number: 24_120,
          kind: 'copy',
          residentId: RESIDENT,
          askedAt: at(20),
          dueAt: (at(20) + 15 * DAY_MS) as WallMs,
        },
        ...{ closedAt: at(23), outcome: 'given', costFen: 0, because: null },
      },
    ],
    places: [],
    attempts,
    kept: retention,
  }
}

export const sampleResidentEvidence = (config: Config, language: Language): ResidentEvidence => {
  const { signet, key } = proof()
  const receipts = receiptsOf(config.gate, signet.sign)
  return { ...common, key, file: ownFile(config, language), state: 'withdrawn', receipts, timeZone: config.timeZone }
}
