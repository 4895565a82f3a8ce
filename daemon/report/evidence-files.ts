// The files of an evidence folder, from what was asked of the gate or simulated: pages in both languages, the same as figures, the key, the
// head of the record, and how to prove it without this program. Writes nothing and asks nobody. Called by the command line.

import { hashNotice } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import { type Language, languages } from '../../config/words.ts'
import type { OwnFile } from '../commands/own.ts'
import type { ConsentState } from '../store/proof-reads.ts'
import { hasForm, writeForm } from './consent-form.ts'
import { spellMinute } from './deadlines.ts'
import { type Document, saySample, writeDocument } from './document.ts'
import type { EqualityReport } from './equality.ts'
import { writeEqualityPage } from './equality-page.ts'
import { type EvidenceCover, type IndexedFile, writeCover } from './evidence-cover.ts'
import { type ImpactStanding, writeImpact } from './impact.ts'
import { writeRules, writeSign } from './notices.ts'
import { writeOwnPage } from './own-page.ts'
import { type PrivacyReport, writePrivacy } from './privacy.ts'
import { writeReceiptPage } from './receipt-page.ts'
import { type RegisterLine, writeRegister } from './register-page.ts'

export type Files = Readonly<Record<string, string>>
type Proof = {
  readonly key: { readonly fingerprint: string; readonly publicKey: string }
  readonly head: { readonly code: string; readonly sequence: number }
  /** Over how many events the record was proved whole just now. */
  readonly verified: { readonly events: number }
  /** When the folder is made. */
  readonly at: number
  readonly sample?: true
}
export type GateEvidence = Proof & {
  readonly config: Config
  readonly equality: EqualityReport
  readonly privacy: PrivacyReport
  readonly impact: ImpactStanding
  readonly requests: readonly RegisterLine[]
}
export type ResidentEvidence = Proof & {
  readonly file: OwnFile
  readonly state: ConsentState
  readonly receipts: readonly { readonly number: number; readonly text: string }[]
  readonly timeZone: string
}

const howTo = `How to prove what lies here, without this program
如何不用本程序验证

1. A receipt is signed with the gate's key, gate.pub. Its fingerprint stands on the sign at the gate; compare it.
   回执由本门密钥 gate.pub 签署；其指纹应与门口告示一致。

   sed '/^signature: /,$d' receipt.txt > body
   sed -n 's/^signature: //p' receipt.txt | base64 -d > sig
   openssl pkeyutl -verify -pubin -inkey gate.pub -rawin -in body -sigfile sig

2. The fingerprint of gate.pub, as it stands on the sign:
   gate.pub 的指纹（与告示一致）：

   openssl pkey -pubin -in gate.pub -outform DER | sha256sum

3. head.json is the record's head on the day of this folder. "evengate log verify --head CODE" at the gate proves later that nothing
   before it was rewritten; "log verify --receipt FILE" the same for a receipt.
   head.json 为当日链首。以后可在门禁上用 log verify --head 或 --receipt 验证此前记录未被改写。
`

const toJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

/** A page in each language, as NAME.LANGUAGE.html. */
const inBoth = (name: string, write: (language: Language) => string): Files =>
  Object.fromEntries(languages.map((language) => [`${name}.${language}.html`, write(language)]))
const pagesOf = (name: string, write: (language: Language) => Document): Files =>
  inBoth(name, (language) => writeDocument(write(language), 'page'))

const proofFiles = ({ key, head, verified }: Proof): Files => ({
  'README.txt': howTo,
  'gate.pub': key.publicKey.endsWith('\n') ? key.publicKey : `${key.publicKey}\n`,
  'head.json': toJson({ ...head, verified: verified.events }),
})

const proofIndex: readonly IndexedFile[] = [
  {
    name: 'README.txt',
    says: ['how to prove a receipt and the record, also without this program', '如何核验回执和记录，包括不用本程序'],
  },
  { name: 'gate.pub', says: ['the gate’s public key, with which receipts are checked', '本门公钥，用于核验回执'] },
  { name: 'head.json', says: ['the head of the record on the day of this folder', '制作当日的链首'] },
]

const indexPages = (index: Omit<EvidenceCover, 'files'>, files: readonly IndexedFile[]): Files => {
  return inBoth('index', (language) => writeCover({ ...index, files }, language))
}

const both = (name: string, says: IndexedFile['says']): readonly IndexedFile[] =>
  languages.map((language) => ({ name: `${name}.${language}.html`, says }))

const gateIndex: readonly IndexedFile[] = [
  ...both('equality', [
    'was card or code as quick, as sure and as cheap as face?',
    '刷卡、密码是否与人脸同样快、同样可靠、同样便宜？',
  ]),
  ...both('privacy', ['what is held of people, what was done with it and by whom', '保存了什么、如何处理、由谁处理']),
  ...both('impact', [
    'why faces are offered, the risks and measures; whether that assessment still holds',
    '为何提供人脸、风险和措施；评估是否仍然有效',
  ]),
  ...both('requests', [
    'what people asked for, when it was due and answered, what it cost them',
    '住户的请求、期限、办理结果和费用',
  ]),
  ...both('rules', ['what residents are told before they decide', '住户作出决定前看到的告知']),
  ...both('sign', ['what hangs at the gate', '门口张贴的告示']),
  ...both('form', ['the sheet on which they say yes or no', '同意或拒绝所用的表单']),
  ...['equality', 'privacy', 'impact', 'requests'].map(
    (name): IndexedFile => ({
      name: `${name}.json`,
      says: ['the same as figures', '对应的数据'],
    }),
  ),
  ...proofIndex,
]

/** What hangs at no gate says so. */
type Mark = (document: Document) => Document
const markSample: Mark = (document) => ({ ...document, blocks: [saySample(document.language), ...document.blocks] })

/** In a folder the sheet is a specimen: no number is spent on it. */
const formOf = (config: Config, mark: Mark): Files =>
  hasForm(config)
    ? pagesOf('form', (language) => mark(writeForm(config, language === 'en' ? 'SPECIMEN' : '样张', language)))
    : {}

export const filesOfGate = (evidence: GateEvidence): Files => {
  const { config, key, head, verified, equality, privacy, impact, requests, at, sample } = evidence
  const { gate, timeZone } = config
  const simulated = sample ? { sample } : {}
  const mark: Mark = sample ? markSample : (document) => document
  const files: Files = {
    ...inBoth('equality', (language) => writeEqualityPage(equality, language)),
    ...pagesOf('privacy', (language) => writePrivacy(privacy, language)),
    ...pagesOf('impact', (language) => writeImpact(config, impact, language)),
    ...pagesOf('requests', (language) => writeRegister(requests, { at, timeZone, gate, ...simulated }, language)),
    ...pagesOf('rules', (language) => mark(writeRules(config, language))),
    ...pagesOf('sign', (language) => mark(writeSign(config, key.fingerprint, language))),
    ...formOf(config, mark),
    'equality.json': toJson(equality),
    'privacy.json': toJson(privacy),
    'impact.json': toJson({ ...impact, notice: hashNotice(config) }),
    'requests.json': toJson(requests),
    ...proofFiles(evidence),
  }
  const index = {
    ...{ gate, about: 'gate' as const, of: `${equality.from} – ${equality.to} (${timeZone})` },
    ...{ made: spellMinute(at, timeZone), verified: { events: verified.events, code: head.code }, ...simulated },
  }
  return {
    ...indexPages(
      index,
      gateIndex.filter(({ name }) => name in files),
    ),
    ...files,
  }
}

export const filesOfResident = (evidence: ResidentEvidence): Files => {
  const { file, state, receipts, timeZone, head, verified, at, sample } = evidence
  const simulated = sample ? { sample } : {}
  const files: Files = {
    ...pagesOf('resident', (language) => writeOwnPage(file, { timeZone, state, ...simulated }, language)),
    'resident.json': toJson(file),
    ...Object.fromEntries(receipts.map(({ number, text }) => [`receipt-${number}.txt`, text])),
    ...Object.assign(
      {},
      ...receipts.map(({ number, text }) =>
        pagesOf(`receipt-${number}`, (language) => writeReceiptPage(text, timeZone, language)),
      ),
    ),
    ...proofFiles(evidence),
  }
  const listed: readonly IndexedFile[] = [
    ...both('resident', ['what the gate holds of this person, in words', '本门保存的此人信息']),
    { name: 'resident.json', says: ['the same for a machine, to take along', '同上，机器可读，可带走'] },
    ...receipts.flatMap(({ number }) => [
      ...both(`receipt-${number}`, ['a receipt, with what it means', '回执及说明']),
      { name: `receipt-${number}.txt`, says: ['the same as it was signed', '签名原文'] } as const,
    ]),
    ...proofIndex,
  ]
  const index = {
    ...{ gate: file.gate, about: 'resident' as const, of: file.resident.id, made: spellMinute(at, timeZone) },
    ...{ verified: { events: verified.events, code: head.code }, ...simulated },
  }
  return { ...indexPages(index, listed), ...files }
}
