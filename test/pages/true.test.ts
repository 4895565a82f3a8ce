// The pages are true for the configuration: no way, no keypad and no consent that the gate does not have; and they are fit to be read aloud.

import { describe, expect, test } from 'vitest'
import { hashNotice, listNotice } from '../../config/notice.ts'
import type { Config, SideSettings } from '../../config/settings.ts'
import { type Language, languages } from '../../config/words.ts'
import { hasForm, writeForm } from '../../daemon/report/consent-form.ts'
import { type Document, writeDocument } from '../../daemon/report/document.ts'
import { writeImpact } from '../../daemon/report/impact.ts'
import { spellKey, writeRules, writeSign } from '../../daemon/report/notices.ts'
import { writeReceiptPage } from '../../daemon/report/receipt-page.ts'
import { receiptKinds } from '../../daemon/store/receipts.ts'
import { config, receipt } from './pages.ts'

const { entry } = config.sides
const { card = [], keypad = [], face = [] } = entry ?? {}
const gateWith = (side: SideSettings): Config => ({ ...config, sides: { entry: side } })
const [full, noKeypad, noCard, noFace] = [
  gateWith({ card, keypad, face }),
  gateWith({ card, face }),
  gateWith({ keypad, face }),
  gateWith({ card, keypad }),
]
const fingerprint = 'f'.repeat(64)
const text = (document: Document): string => writeDocument(document, 'text')
const waysOf = ({ blocks }: Document) => blocks.flatMap((block) => (block.kind === 'choices' ? [block.items] : []))[0]

describe.each(languages)('in %s', (language: Language) => {
  test('the form offers the ways that are mounted, in one order, each by one word', () => {
    const names = language === 'en' ? ['Card', 'Code', 'Face'] : ['刷卡', '密码', '人脸']
    expect(waysOf(writeForm(full, 'EG-1', language))).toEqual(names)
    expect(waysOf(writeForm(noKeypad, 'EG-1', language))).toEqual([names[0], names[2]])
    expect(waysOf(writeForm(noCard, 'EG-1', language))).toEqual([names[1], names[2]])
  })

  test('a face that opens only with its card is offered where a face may follow such a card, and nowhere else', () => {
    const pairs = { twoFactor: [['card', 'face'] as const, ['card', 'keypad'] as const] }
    const pcsc = [{ id: 'entry-card', driver: 'pcsc' as const, reader: 'ACR1252' }]
    const choicesOf = (side: SideSettings) =>
      writeForm(gateWith(side), 'EG-1', language).blocks.filter(({ kind }) => kind === 'choices').length
    expect(choicesOf({ card: pcsc, keypad, face, ...pairs })).toBe(3)
    expect(choicesOf({ card: pcsc, keypad, face })).toBe(2)
    expect(choicesOf({ card: [{ id: 'entry-card', driver: 'simulated' }], keypad, face, ...pairs })).toBe(2)
  })

  test('nothing is said of a keypad where there is none', () => {
    const pages = (config: typeof full) => [
      text(writeForm(config, 'EG-1', language)),
      text(writeRules(config, language)),
      text(writeSign(config, fingerprint, language)),
    ]
    const keys = /keypad|键盘|[0-9]#|hash key|井号/i
    expect(pages(noKeypad).filter((page) => keys.test(page))).toEqual([])
    expect(pages(full).every((page) => keys.test(page))).toBe(true)
  })

  test('a gate that takes money for a card says how much wherever it says that face is not needed', () => {
    const otherWay = { firstCardPrice: 0, replacementCardPrice: 20, currency: 'CNY' }
    const priced = { ...full, otherWay }
    const pages = (config: typeof full) => [
      text(writeSign(config, fingerprint, language)),
      text(writeForm(config, 'EG-1', language)),
      listNotice(config, language).join('\n'),
    ]
    const free = language === 'en' ? /at the same hours, at no cost|same door, at no cost/ : /时间相?同?，不收费用/
    for (const page of pages(full)) expect(page).toMatch(free)
    for (const page of pages(priced)) {
      expect(page).not.toMatch(free)
      expect(page).toContain('20 CNY')
    }
    expect(hashNotice(priced)).not.toBe(hashNotice(full))
  })

  test('a gate without a camera has a sign and rules that say so, and no form', () => {
    expect([hasForm(full), hasForm(noFace)]).toEqual([true, false])
    expect(writeSign(noFace, fingerprint, language).title).toMatch(/no faces|不处理人脸/)
    expect(text(writeRules(noFace, language))).not.toMatch(/1#|9#|hash key|井号/)
    const impact = text(writeImpact(noFace, undefined, language))
    expect(impact).toMatch(/looks at no faces|不处理人脸/)
    expect(impact).not.toMatch(/camera|摄像头|\(\)|（）/)
  })

  test('the form asks for what the store wants of a consent, and names number, notice and operator', () => {
    const page = text(writeForm(full, 'EG-1042-K7QX', language))
    for (const wanted of ['EG-1042-K7QX', hashNotice(full), full.operator.name, full.operator.contact, '1#'])
      expect(page).toContain(wanted)
    const asked =
      language === 'en'
        ? ['Guardian’s date of birth', 'Present for the operator', 'Language in which']
        : ['监护人出生日期', '在场人员', '语言']
    for (const wanted of asked) expect(page).toContain(wanted)
  })

  test('the sign says who, why, that face is one of several, how to withdraw, whom to ask, and the key', () => {
    const page = text(writeSign(full, fingerprint, language))
    const { name, contact, maintainer } = full.operator
    for (const wanted of [name, contact, maintainer, spellKey(fingerprint), '9#']) expect(page).toContain(wanted)
    expect(page).toMatch(
      language === 'en'
        ? /Nobody needs a face here\. Card or code \(entry\): at the same hours, at no cost/
        : /不必刷脸。入口：刷卡或密码/,
    )
  })

  test('the rules hold every sentence of the notice to which consents are bound', () => {
    const page = text(writeRules(full, language))
    for (const line of listNotice(full, language)) expect(page).toContain(line)
    expect(page).toContain(hashNotice(full))
  })

  test('the rules name every kind of request that the office keeps a register of, and where to go beyond it', () => {
    const page = text(writeRules(full, language))
    const named =
      language === 'en'
        ? [/see, copy, correct, delete/, /Another way in/, /complaint/, /Near relatives/, /authority/, /court/]
        : [/查阅、复制、更正、删除/, /其他通行方式/, /投诉/, /近亲属/, /履行个人信息保护职责的部门/, /法院/]
    expect(named.filter((kind) => !kind.test(page))).toEqual([])
  })

  test('a receipt says what was done, when by the gate’s clock, and for every kind what it means', () => {
    const page = text(writeReceiptPage(receipt, 'Asia/Shanghai', language))
    for (const wanted of [
      '1042',
      'r_abcdefghijklmnop',
      language === 'en' ? 'January 6, 2026' : '2026年1月6日',
      ':30:00',
    ])
      expect(page).toContain(wanted)
    const meanings = receiptKinds.map((kind) =>
      text(writeReceiptPage(receipt.replace('what: withdrawal', `what: ${kind}`), 'UTC', language)),
    )
    expect(new Set(meanings).size).toBe(receiptKinds.length)
    expect(meanings.filter((one) => receiptKinds.some((kind) => one.split('\n').includes(kind)))).toEqual([])
  })

  test('what is read aloud has no marks of a page, and ends each thing it says', () => {
    const end = language === 'en' ? /[.?:]$/ : /[。？：]$/
    for (const document of [
      writeForm(full, 'EG-1', language),
      writeRules(full, language),
      writeSign(full, fingerprint, language),
    ]) {
      const titles = document.blocks.flatMap((block) => (block.kind === 'heading' ? [block.text] : []))
      const said = text(document)
        .split('\n')
        .slice(1)
        .filter((line) => line !== '' && !titles.includes(line))
      expect(said.filter((line) => /[<>|☐]|9# 9#/.test(line))).toEqual([])
      expect(said.filter((line) => !end.test(line) && !/[0-9a-f]{64}$|^([0-9a-f]{4} ?){16}$/.test(line))).toEqual([])
    }
  })
})
