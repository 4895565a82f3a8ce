// The first page of an evidence folder: for somebody who has never seen the program, what each file answers, in the order of reading, and
// how far it can be believed. Pure. Called by the evidence folder.

import type { Language } from '../../config/words.ts'
import { heading, paragraph, writePage } from './page.ts'
import { escapeText } from './plot.ts'

export type IndexedFile = { readonly name: string; readonly says: readonly [en: string, zh: string] }

export type EvidenceCover = {
  readonly gate: string
  readonly about: 'gate' | 'resident'
  /** What the folder is about and of which days. */
  readonly of: string
  /** When it was made, as people write it. */
  readonly made: string
  readonly files: readonly IndexedFile[]
  /** How many events the record was proved whole over; absent: it was not looked at. */
  readonly verified?: { readonly events: number; readonly code: string }
  readonly sample?: true
}

const link = ({ name, says }: IndexedFile, n: 0 | 1): string =>
  `<li><a href="${escapeText(name)}">${escapeText(name)}</a>${n === 0 ? ': ' : '：'}${escapeText(says[n])}</li>`

export const writeCover = (index: EvidenceCover, language: Language, look: 'page' | 'large' = 'page'): string => {
  const zh = language === 'zh-CN'
  const n = zh ? 1 : 0
  const t = (en: string, chinese: string) => (zh ? chinese : en)
  const { gate, about, of, made, files, verified, sample } = index
  const own = files.filter(({ name }) => !/\.(en|zh-CN)\.html$/.test(name) || name.endsWith(`.${language}.html`))
  return writePage(
    language,
    about === 'gate'
      ? t(`Evidence about the gate “${gate}”`, `“${gate}”门证据目录`)
      : t(`One person’s file at the gate “${gate}”`, `“${gate}”门住户个人档案`),
    [
      ...(sample
        ? [
            paragraph(
              t(
                'This folder is simulated, made to show what such a folder looks like. No real gate, no real person.',
                '本目录为模拟，仅用于展示。并非真实的门和人。',
              ),
              'sample',
            ),
          ]
        : []),
      paragraph(t(`${of}. Made on ${made}.`, `${of}。制作于 ${made}。`)),
      paragraph(
        about === 'gate'
          ? t(
              'A gate with a camera, a card reader and a keypad. Its program keeps a record that cannot be changed without showing it. This folder answers: must anybody give his face, is whoever does not worse off, was what was withdrawn really deleted, and who looked at what. No resident is named in it.',
              '一扇配有摄像头、读卡器和密码键盘的门，其程序的记录一经改动即可查出。本目录回答：是否有人必须刷脸、不刷脸者是否受损、撤回后是否真正删除、谁查看过什么。其中不出现任何住户的姓名。',
            )
          : t(
              'What the gate holds on one person, for that person, and the signed receipts of what he decided.',
              '本门保存的某一住户的信息，供其本人使用，并附其各项决定的签名回执。',
            ),
        'answer',
      ),
      heading(t('What to read, in this order', '阅读顺序')),
      `<ol>${own.map((file) => link(file, n)).join('')}</ol>`,
      heading(t('How far it can be believed', '可信程度')),
      ...(verified
        ? [
            paragraph(
              t(
                `When this folder was made the record was proved whole over ${verified.events} events, and its head was ${verified.code}.`,
                `制作本目录时，已验证记录完整，共 ${verified.events} 个事件，链首为 ${verified.code}。`,
              ),
            ),
          ]
        : []),
      paragraph(
        t(
          'The operator holds the keys of the gate: alone, he could write another record that fits itself. What he cannot change is what others hold: receipts in residents’ hands, and heads that hung on a notice board. README.txt says how to check these against the record, also without this program.',
          '门的密钥由运营者持有：仅凭自身，他可以写出另一份自洽的记录。他无法改动的是他人手中的凭据：住户的回执、公告栏上的链首。如何据此核验（包括不用本程序），见 README.txt。',
        ),
      ),
    ],
    look,
  )
}
