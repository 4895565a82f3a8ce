// A visitor's pass as a page to print or to send: what to type, what to hold before the camera, until when. No name and no room: whoever
// finds it learns a gate and nothing about anybody. Called by `pass issue`.

import type { Language } from '../../config/words.ts'
import { heading, list, paragraph, writePage } from './page.ts'

export type PrintedPass = {
  readonly gate: string
  readonly number: string
  readonly code: string
  /** Drawn; absent: a code alone. */
  readonly qr?: string
  readonly notBefore: number | null
  readonly expiresAt: number
  readonly uses: number
  readonly side: 'entry' | 'exit' | null
  readonly weekdays: readonly number[]
  readonly dates: readonly string[]
  readonly validForHours: number | null
}

const sayTime = (at: number, timeZone: string, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at)

/** 1 is Monday: 1970-01-05 was one. */
const sayWeekday = (weekday: number, language: Language): string =>
  new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(1970, 0, 4 + weekday))

const bounds = (pass: PrintedPass, timeZone: string, language: Language): readonly string[] => {
  const en = language === 'en'
  const until = sayTime(pass.expiresAt, timeZone, language)
  const from = pass.notBefore === null ? undefined : sayTime(pass.notBefore, timeZone, language)
  const days = [...pass.weekdays.map((one) => sayWeekday(one, language)), ...pass.dates]
  return [
    ...(from === undefined ? [] : [en ? `From ${from} (${timeZone}).` : `自 ${from} 起（${timeZone}）。`]),
    en ? `Until ${until} (${timeZone}).` : `有效至 ${until}（${timeZone}）。`,
    ...(pass.validForHours === null
      ? []
      : [
          en
            ? `From its first use on, ${pass.validForHours} hours at most.`
            : `自首次使用起最多 ${pass.validForHours} 小时。`,
        ]),
    ...(days.length === 0 ? [] : [en ? `Only on: ${days.join(', ')}.` : `仅限：${days.join('、')}。`]),
    ...(pass.side === null
      ? []
      : [
          en
            ? `Only for the way ${pass.side === 'entry' ? 'in' : 'out'}.`
            : `仅限${pass.side === 'entry' ? '进入' : '外出'}。`,
        ]),
    en ? `It opens ${pass.uses} time${pass.uses === 1 ? '' : 's'}.` : `可开门 ${pass.uses} 次。`,
  ]
}

/** `timeZone`: the gate's. */
export const writePassPage = (
  pass: PrintedPass,
  timeZone: string,
  language: Language,
  look: 'page' | 'large' = 'page',
): string => {
  const en = language === 'en'
  const { gate, number, code, qr } = pass
  const typed = `${number}*${code}#`
  return writePage(
    language,
    en ? `A visitor’s pass for the gate “${gate}”` : `“${gate}”门访客通行证`,
    [
      paragraph(en ? `Type at the keypad: ${typed}` : `在键盘输入：${typed}`, 'answer'),
      ...(qr === undefined
        ? []
        : [
            paragraph(
              en
                ? 'Or hold this code still before the camera, an arm’s length away, where the gate has one that reads passes.'
                : '或将此二维码对准摄像头，距离约一臂，保持不动（限能读取通行证的摄像头）。',
            ),
            `<figure style="max-width:14rem" role="img" aria-label="${en ? 'The QR code of the pass' : '通行证二维码'}">${qr}</figure>`,
          ]),
      heading(en ? 'When it opens' : '何时可用'),
      list(bounds(pass, timeZone, language)),
      paragraph(
        en
          ? 'Whoever holds this page opens the gate with it: treat it as a key. Your face is not asked for, and no name stands here or in the code.'
          : '持有此页即可开门，请像钥匙一样保管。无需人脸；此页和二维码中均无姓名。',
      ),
    ],
    look,
  )
}
