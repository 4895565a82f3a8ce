// A receipt as a page for whoever takes it home: in his language what was done and when, what the paper is good for, and below the signed
// text, letter for letter, which alone is the proof. Verifies nothing and signs nothing. Called by the command line.

import type { Language } from '../../config/words.ts'
import { type Document, head, say } from './document.ts'
import { spellKey } from './notices.ts'

/** What each kind of receipt means (store/receipts.ts); one that is not listed stands with its own word. */
const meanings: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  consent: {
    en: 'You agreed, and confirmed it yourself at the gate: your face may open it for you. You may withdraw at any time, at no cost.',
    'zh-CN': '您已同意并在门口亲自确认：可用您的人脸为您打开此门。您可随时撤回，不收费用。',
  },
  refusal: {
    en: 'You declined face. Nobody may ask you again, and no other way of yours has changed.',
    'zh-CN': '您已拒绝使用人脸。任何人不得再询问，您的其他通行方式不变。',
  },
  withdrawal: {
    en: 'Your consent to face has ended. Whatever the gate held that was computed from your face was deleted in the same step. No other way of yours has changed.',
    'zh-CN': '您对人脸的同意已终止。门禁保存的、由您的人脸计算出的一切已在同一步骤中删除。您的其他通行方式不变。',
  },
  erasure: {
    en: 'You were erased from this gate: your name, and every card, code and face of yours.',
    'zh-CN': '您已从本门删除：您的姓名以及您的全部卡、密码和人脸。',
  },
}

/** Lines of the signed text, `name: value`; what it means is for whoever verifies it. */
const readField = (text: string, name: string): string => new RegExp(`^${name}: (.+)$`, 'm').exec(text)?.[1] ?? ''

const spellWhen = (when: string, timeZone: string, language: Language): string => {
  const at = Date.parse(when)
  if (Number.isNaN(at)) return when
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'medium', timeZone }).format(at)
}

/** `text`: as `receipt show` prints it. `timeZone`: the gate's. */
export const writeReceiptPage = (text: string, timeZone: string, language: Language): Document => {
  const en = language === 'en'
  const [gate, number, what, when, who, key] = ['gate', 'sequence', 'what', 'when', 'who', 'key'].map((name) =>
    readField(text, name),
  ) as [string, string, string, string, string, string]
  const at = spellWhen(when, timeZone, language)
  return {
    language,
    title: en ? `Receipt ${number} of the gate “${gate}”` : `“${gate}”门回执 ${number}`,
    blocks: [
      say(meanings[what]?.[language] ?? what, 'answer'),
      say(en ? `Done on ${at} (${timeZone}).` : `办理时间：${at}（${timeZone}）。`),
      say(
        en
          ? `It names you by the id ${who} and not by your name: nobody who finds it learns who you are.`
          : `回执只写住户编号 ${who}，不写姓名：他人拾得也无从得知您是谁。`,
      ),
      say(
        en
          ? 'Keep it. With it you can prove later what was done, also against whoever runs the gate: the record cannot be rewritten without this paper showing it.'
          : '请妥善保存。日后可凭此证明办理情况，对运营者同样有效：记录若被改写，凭此即可查出。',
      ),
      head(en ? 'The signed text, for whoever checks it' : '签名原文（供核验）'),
      { kind: 'exact', text, aloud: en ? 'It stands on the printed page.' : '见打印页。' },
      say(
        en
          ? `It is signed with the key ${spellKey(key)}. Compare it with the one on the sign at the gate.`
          : `签名密钥为 ${spellKey(key)}，请与门口告示上的指纹核对。`,
      ),
    ],
  }
}
