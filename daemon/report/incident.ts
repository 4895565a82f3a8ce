// What must be said when something went wrong with what the gate holds of people (PIPL 57): which kinds, how many people, what it can
// and cannot mean, what was done, whom to tell. From the configuration and the record; what happened is the operator's to write. Called by
// the command line.

import { spellCost, spellDays } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import type { Language } from '../../config/words.ts'
import { type Noticed, spellMinute, tableOfDeadlines } from './deadlines.ts'
import { type Block, type Document, head, points, say, saySample } from './document.ts'
import type { PrivacyReport } from './privacy.ts'

const tableOf = ({ held, kept }: PrivacyReport, language: Language): Block => {
  const zh = language === 'zh-CN'
  const t = (en: string, chinese: string) => (zh ? chinese : en)
  return {
    kind: 'table',
    caption: t('What this gate holds', '本门保存的信息'),
    head: zh ? ['种类', '今日人数或件数', '泄露后意味着什么'] : ['Kind', 'Today', 'What it means outside'],
    rows: [
      [t('names and rooms', '姓名和房号'), String(held.residents), t('who lives where', '谁住在哪里')],
      [
        t('numbers computed from faces', '人脸特征'),
        String(held.face),
        t(
          'encrypted: of no use without a key that only the program for faces has; with that key, faces that cannot be replaced',
          '加密保存：没有仅由人脸程序持有的密钥则无法使用；若密钥一并泄露，人脸无法更换',
        ),
      ],
      [
        t('cards', '卡片'),
        String(held.card),
        t(
          'only a check value of the number, made with a key: no card can be made from it',
          '仅存以密钥计算的校验值，无法据此制卡',
        ),
      ],
      [
        t('codes', '密码'),
        String(held.pin),
        t(
          'only a check value on which guessing is slow: change them all',
          '仅存校验值，猜测很慢但并非不可能：请全部更换',
        ),
      ],
      [
        t('who passed when', '通行记录'),
        t(`${spellDays(kept.namedEventsDays, 'en')}`, `${spellDays(kept.namedEventsDays, 'zh-CN')}`),
        t('ids, no names; with the names, movements', '仅有编号；与姓名一起可看出行踪'),
      ],
      [t('pictures', '图像'), '0', t('none is ever written', '从不写入')],
    ],
  }
}

export const writeIncident = (
  config: Config,
  report: PrivacyReport,
  language: Language,
  noticed?: Noticed,
): Document => {
  const zh = language === 'zh-CN'
  const t = (en: string, chinese: string) => (zh ? chinese : en)
  const stops = Object.values(report.done['faces_stopped'] ?? {}).reduce((sum, one) => sum + one, 0)
  const gone = [report.done['resident_removed'], report.done['resident_erased']]
    .flatMap((by) => Object.values(by ?? {}))
    .reduce((sum, one) => sum + one, 0)
  const erased = Object.values(report.done['resident_erased'] ?? {}).reduce((sum, one) => sum + one, 0)
  return {
    language,
    title: t(`Incident at the gate “${report.gate}”`, `“${report.gate}”门个人信息安全事件`),
    blocks: [
      say(
        t(
          `From ${report.from} to ${report.to}. Operator: ${config.operator.name}, ${config.operator.contact}.`,
          `${report.from} 至 ${report.to}。运营者：${config.operator.name}，${config.operator.contact}。`,
        ),
      ),
      ...(report.sample ? [saySample(language)] : []),
      head(t('1. What happened', '一、发生了什么')),
      ...(noticed
        ? [
            say(
              t(
                `Noticed: ${spellMinute(noticed.at, config.timeZone)}.`,
                `发现时间：${spellMinute(noticed.at, config.timeZone)}。`,
              ),
            ),
          ]
        : []),
      {
        kind: 'blanks',
        names: [
          ...(noticed ? [] : [t('When it was noticed', '何时发现')]),
          ...(zh ? ['发生了什么', '原因'] : ['What happened', 'Cause']),
        ],
      },
      head(t('2. Which information, and of how many people', '二、涉及哪些信息、多少人')),
      tableOf(report, language),
      say(
        t(
          `Of the day on which this page was made. Besides, ${gone} ${gone === 1 ? 'person was' : 'people were'} removed or erased from ${report.from} to ${report.to}, and whoever withdrew then had a face until he did.`,
          `以上为制表当日的数目。另外，${report.from} 至 ${report.to} 期间移除或删除 ${gone} 人；期间撤回者在撤回前曾有人脸。`,
        ),
      ),
      head(t('3. What was done', '三、已采取的措施')),
      points([
        t(
          `Stops of all faces in this period: ${stops}. To stop them now: “evengate face off --because TEXT”.`,
          `本期停用全部人脸 ${stops} 次。立即停用：“evengate face off --because TEXT”。`,
        ),
        t(`People erased with a receipt in this period: ${erased}.`, `本期应要求彻底删除 ${erased} 人，均有回执。`),
        t('Nobody is locked out by it: card and code go on.', '不影响通行：刷卡和密码照常。'),
      ]),
      { kind: 'blanks', names: zh ? ['其他措施'] : ['Other measures'] },
      head(t('4. What people can do', '四、个人可以采取的措施')),
      points([
        t(
          `Withdraw face at the keypad (card, then 9# twice), change the code (5#), ask for another card (${spellCost(config, 'en')}).`,
          `在键盘撤回人脸（刷卡后按两次 9#）、更换密码（5#）、要求换卡（${spellCost(config, 'zh-CN')}）。`,
        ),
      ]),
      head(t('5. Whom to tell', '五、向谁报告')),
      tableOfDeadlines(noticed, config.timeZone, language),
      say(
        t(
          'The police too, where a crime is likely. The law of the place may set shorter times: ask its authority.',
          '可能构成犯罪的，并报公安机关。当地规定期限更短的，从其规定，请询主管部门。',
        ),
      ),
      { kind: 'blanks', names: zh ? ['报告给谁、何时', '签名'] : ['Told to whom, when', 'Signature'] },
    ],
  }
}
