// The notice is true for the configuration: it promises no way, no keypad and no time that the gate does not have.

import { describe, expect, test } from 'vitest'
import { hashNotice, writeNotice } from '../../config/notice.ts'
import { type Language, languages } from '../../config/words.ts'
import { configOf, head, simulatedDoor } from './gate-file.ts'

const models = 'face: { modelsDirectory: models }\n'
const card = 'card: [{ id: a, driver: simulated }]'
const keypad = 'keypad: [{ id: b, driver: simulated }]'
const face = 'face: [{ id: c, driver: folder }]'
const exitKeypad = 'keypad: [{ id: d, driver: simulated }]'

const configWith = (entry: readonly string[], exit: readonly string[] = [], more = '') => {
  const exitSide = exit.length > 0 ? `, exit: { ${exit.join(', ')} }` : ''
  return configOf(`${head}${simulatedDoor}${models}sides: { entry: { ${entry.join(', ')} }${exitSide} }\n${more}`)
}
const noticeOf = (language: Language, ...sides: Parameters<typeof configWith>) =>
  writeNotice(configWith(...sides), language)
const anyWord = /\bcards?\b|\bcode\b|刷卡|密码/

describe('the ways', () => {
  test('of each side are named, and those without face where face is', () => {
    const [entry, exit] = [[card, keypad, face], ['card: [{ id: e, driver: simulated }]']]
    const en = noticeOf('en', entry, exit)
    expect(en).toContain(
      'Ways through this gate: card, code or face (entry); card (exit); out, for everybody: the exit button.',
    )
    expect(en).toContain('Without your face you pass by: card or code (entry);')
    const zh = noticeOf('zh-CN', entry, exit)
    expect(zh).toContain('本门的通行方式：入口：刷卡、密码或人脸；出口：刷卡；外出人人可按出门按钮。')
    expect(zh).toContain('您的通行方式是：入口：刷卡或密码；')
  })

  test('are pairs where two factors are asked for', () => {
    const pairs = [card, keypad, face, 'twoFactor: [[card, face], [card, keypad]]']
    expect(noticeOf('en', pairs)).toContain('card and face together or card and code together (entry);')
    expect(noticeOf('en', pairs)).toContain('you pass by: card and code together (entry);')
    expect(noticeOf('zh-CN', pairs)).toContain('您的通行方式是：入口：刷卡加密码；')
  })

  test.each(languages)('that are not there are not claimed (%s)', (language) => {
    expect(noticeOf(language, [keypad, face])).not.toMatch(/\bcards?\b|刷卡/)
    expect(noticeOf(language, [face])).not.toMatch(anyWord)
  })

  test.each(languages)('of a gate without a camera are all there is to say (%s)', (language) => {
    const text = noticeOf(language, [card])
    expect(text).toMatch(/looks at no faces|不处理人脸/)
    expect(text).not.toMatch(/9#|months|个月/)
  })
})

describe('withdrawal', () => {
  test('is at the keypad by card or by number and code where both stand', () => {
    expect(noticeOf('en', [card, keypad, face])).toContain(
      'at the keypad: tap your card or type your number * your code * (entry), then 9# twice',
    )
    expect(noticeOf('zh-CN', [card, keypad, face])).toContain('（入口：刷卡或输入“编号*密码*”，再按两次 9#）')
  })

  test('is by number and code where the keypad has no reader beside it', () => {
    expect(noticeOf('en', [card, face], [exitKeypad])).toContain(
      'at the keypad: type your number * your code * (exit), then 9# twice',
    )
  })

  test.each(languages)('is at the office alone where there is no keypad (%s)', (language) => {
    const text = noticeOf(language, [card, face])
    expect(text).not.toMatch(/keypad|键盘|9#|1#/)
    expect(text).toMatch(/withdraw at any time at the operator’s office\.|到运营者处撤回同意，立即生效/)
  })
})

describe('what the law asks to be said', () => {
  const retention = 'retention: { templateMonths: 7, namedEventsDays: 23, consentDays: 1111 }\n'

  test.each(languages)('is said (%s)', (language) => {
    const text = noticeOf(language, [card, keypad, face], [], retention)
    const said =
      language === 'en'
        ? [/^Operator: Committee\. Contact: office\. Maintenance: Firm\./m, /Purpose:/, /necessary\? No/, /How:/]
        : [/^运营者：Committee。联系方式：office。维护者：Firm。/m, /目的：/, /是否必要：否/, /方式：/]
    const more =
      language === 'en'
        ? [/What it means for you:/, /time, side, way, answer and your resident’s id/, /Your rights:/, /guardian/]
        : [/对您的影响：/, /时间、出入口、方式、结果和您的住户编号/, /您的权利：/, /监护人/]
    for (const part of [...said, ...more, /\b7 (months|个月)/, /\b23 (days|天)/, /\b1111 (days|天)/])
      expect(text).toMatch(part)
  })

  test.each(languages)('is short enough to be read (%s)', (language) => {
    expect(noticeOf(language, [card, keypad, face]).length).toBeLessThan(2600)
  })
})

test('a way more or less is another notice', () => {
  const hash = hashNotice(configWith([card, keypad, face]))
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  expect(hashNotice(configWith([keypad, face]))).not.toBe(hash)
  expect(hashNotice(configWith([card, keypad, face], [exitKeypad]))).not.toBe(hash)
  expect(hashNotice(configWith([card, keypad, face], [], 'language: en\n'))).toBe(hash)
})
