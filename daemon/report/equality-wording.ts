// The words of the equality report, for somebody who has never seen the program. Text only. Read by equality-page.ts.

import type { Language, Path, Side } from '../../config/words.ts'

type Words = {
  readonly title: (gate: string) => string
  readonly period: (from: string, to: string, zone: string) => string
  readonly operator: (name: string, contact: string) => string
  readonly sample: string
  readonly question: string
  readonly rule: string
  readonly fine: string
  readonly findings: string
  readonly found: {
    readonly slower: (side: string, way: string, weeks: string) => string
    readonly failsMore: (side: string, way: string, weeks: string) => string
    readonly alone: (count: number, hours: number) => string
    readonly price: (first: number, replacement: number, currency: string) => string
    readonly missing: (count: number, faces: number) => string
    readonly thin: (side: string) => string
  }
  readonly sides: Readonly<Record<Side, string>>
  readonly ways: Readonly<Record<Path, string>>
  readonly way: string
  readonly rows: Readonly<Record<'opened' | 'success' | 'median' | 'p95' | 'up' | 'slips', string>>
  readonly tableOf: (side: string) => string
  readonly timePlot: (side: string) => string
  readonly upPlot: (side: string) => string
  readonly seconds: string
  readonly percent: string
  readonly cost: string
  readonly costLines: (first: number, replacement: number, currency: string) => string
  readonly lost: (lost: number, replaced: number, median: string, longest: string) => string
  readonly noneLost: string
  readonly holders: (residents: number, without: number) => string
  readonly intervals: string
  readonly noInterval: string
  readonly someIntervals: (count: number, hours: number, longest: number, remedies: number, grace: number) => string
  readonly reading: string
  readonly readingLines: readonly string[]
  readonly none: string
}

const spell = (days: string): string => `${days} day${days === '1' ? '' : 's'}`
const en: Words = {
  title: (gate) => `Is every way through the gate “${gate}” as good as face?`,
  period: (from, to, zone) => `${from} to ${to} (${zone})`,
  operator: (name, contact) => `Responsible: ${name}, ${contact}`,
  sample: 'This is a simulated month, made to show what the page looks like. No real gate, no real person.',
  question: 'The answer',
  rule: 'Nobody has to give a face to enter here. Whoever uses a card or a code must be served as well: as quickly, as surely, at no cost.',
  fine: 'In this period a card or a code was as good as a face. Nothing was found that must be put right.',
  findings: 'These things must be put right:',
  found: {
    slower: (side, way, weeks) =>
      `${side}: ${way} was more than half a second slower than face, in the week from ${weeks}.`,
    failsMore: (side, way, weeks) =>
      `${side}: ${way} failed more often than face, by more than 2 in 100, in the week from ${weeks}.`,
    alone: (count, hours) =>
      `${count === 1 ? 'Once' : `${count} times`} a side had face and nothing else, for ${hours} hours in all, because card and code were out of order.`,
    price: (first, replacement, currency) =>
      `A card costs ${first} ${currency} and a replacement ${replacement} ${currency}, while a face is free.`,
    missing: (count, faces) =>
      `${count} resident${count === 1 ? ' has' : 's have'} neither card nor code${faces > 0 ? `; ${faces} of them rely on face alone` : ''}. Give each a card.`,
    thin: (side) => `${side}: too few people came to compare the ways (50 a week of each are needed).`,
  },
  sides: { entry: 'Going in', exit: 'Going out' },
  ways: { card: 'card', keypad: 'code', face: 'face' },
  way: 'Way',
  rows: {
    opened: 'How often the door opened',
    success: 'Success: got in, of those who should',
    median: 'Time: half of them took at most',
    p95: 'Time: 95 of 100 took at most',
    up: 'In service: share of the time',
    slips: 'Mistyped codes',
  },
  tableOf: (side) => `${side}: how well each way served people`,
  timePlot: (side) => `${side}: time that 95 of 100 took at most, day by day`,
  upPlot: (side) => `${side}: share of the day in service`,
  seconds: 'seconds',
  percent: '%',
  cost: 'Cost, loss and replacement',
  costLines: (first, replacement, currency) =>
    `First card: ${first} ${currency}. Replacement: ${replacement} ${currency}. Face: 0 ${currency}.`,
  lost: (lost, replaced, median, longest) =>
    `${lost} cards or codes were reported lost or stolen; ${replaced} were replaced, half of them within ${spell(median)}, the last after ${spell(longest)}.`,
  noneLost: 'No card or code was reported lost or stolen.',
  holders: (residents, without) => `Of ${residents} residents ${without} have neither card nor code today.`,
  intervals: 'Times in which only face worked',
  noInterval: 'None: whenever face worked, another way worked too.',
  someIntervals: (count, hours, longest, remedies, grace) =>
    `${count === 1 ? 'Once' : `${count} times`}, ${hours} hours in all, the longest ${longest} hours. After ${grace} hours the gate itself must act; ${remedies === 0 ? 'it did not come to that' : `it did so ${remedies === 1 ? 'once' : `${remedies} times`}`}.`,
  reading: 'How to read this page',
  readingLines: [
    'Time runs from the last key, the tap, or the first picture in which the face could have been known, to the moment the door unlocks.',
    'Success: of those whom no rule and no slip of the finger kept out, how many got in. A wrong code is counted apart, a stranger’s card not at all.',
    'In service: the way answered, and nothing suggested that it served nobody. A dead reader, a key that is stuck and a reader that reads no card are out of service.',
    'Hours of face alone that still go on count up to the end of the period; those that began earlier, from its first day.',
    'Times are counted in steps of 0.05 to 0.2 seconds. The counts hold no person: who came is in none of them.',
  ],
  none: 'no figure',
}

const zh: Words = {
  title: (gate) => `“${gate}”门：其他通行方式与人脸一样好吗？`,
  period: (from, to, zone) => `${from} 至 ${to}（${zone}）`,
  operator: (name, contact) => `责任主体：${name}，${contact}`,
  sample: '本页为模拟的一个月，用于展示报告的样子；不涉及真实的门和真实的人。',
  question: '结论',
  rule: '进门无须提供人脸。刷卡或输码的人应得到同样的服务：同样快、同样可靠、不收费。',
  fine: '本期内，刷卡和密码与人脸一样好，未发现需要改正之处。',
  findings: '以下各项必须改正：',
  found: {
    slower: (side, way, weeks) => `${side}：${way}比人脸慢半秒以上（${weeks} 起的一周）。`,
    failsMore: (side, way, weeks) => `${side}：${way}的失败率比人脸高两个百分点以上（${weeks} 起的一周）。`,
    alone: (count, hours) => `有 ${count} 次某侧只剩人脸可用，合计 ${hours} 小时，原因是读卡器和键盘失效。`,
    price: (first, replacement, currency) =>
      `首张卡收费 ${first} ${currency}，补卡 ${replacement} ${currency}，而人脸免费。`,
    missing: (count, faces) =>
      `${count} 名住户既无卡也无密码${faces > 0 ? `，其中 ${faces} 人只能靠人脸` : ''}。请为每人发卡。`,
    thin: (side) => `${side}：人数太少，无法比较各种方式（每周每种方式须满 50 人次）。`,
  },
  sides: { entry: '进门', exit: '出门' },
  ways: { card: '刷卡', keypad: '密码', face: '人脸' },
  way: '方式',
  rows: {
    opened: '开门次数',
    success: '成功率',
    median: '用时：半数不超过',
    p95: '用时：95% 的人不超过',
    up: '可用时间比例',
    slips: '输错次数',
  },
  tableOf: (side) => `${side}：各种方式的服务情况`,
  timePlot: (side) => `${side}：每日 95% 的人用时不超过`,
  upPlot: (side) => `${side}：每日可用时间比例`,
  seconds: '秒',
  percent: '%',
  cost: '费用、丢失与补办',
  costLines: (first, replacement, currency) =>
    `首张卡：${first} ${currency}。补卡：${replacement} ${currency}。人脸：0 ${currency}。`,
  lost: (lost, replaced, median, longest) =>
    `报失或被盗的卡和密码 ${lost} 个，已补办 ${replaced} 个；半数在 ${median} 天内，最久 ${longest} 天。`,
  noneLost: '没有报失或被盗的卡和密码。',
  holders: (residents, without) => `目前 ${residents} 名住户中有 ${without} 名既无卡也无密码。`,
  intervals: '只有人脸可用的时间',
  noInterval: '没有：人脸可用时，总有其他方式可用。',
  someIntervals: (count, hours, longest, remedies, grace) =>
    `${count} 次，合计 ${hours} 小时，最长 ${longest} 小时。超过 ${grace} 小时门禁必须自行补救，本期补救 ${remedies} 次。`,
  reading: '如何阅读本页',
  readingLines: [
    '用时：从按下最后一键、刷卡，或人脸首次清晰可认的画面，到门解锁为止。',
    '成功率：除去规则不许和自己输错的，其余的人中有多少进了门。输错另计；外人的卡不计。',
    '可用时间：该方式有应答，且没有迹象表明它无人能用。读卡器断开、按键卡住、读不到卡，都算不可用。',
    '只有人脸可用的时间若仍在继续，计至本期结束；若更早开始，自本期首日计。',
    '用时按 0.05 至 0.2 秒分档统计。统计中没有任何个人信息。',
  ],
  none: '无数据',
}

export const reportWords: Readonly<Record<Language, Words>> = { en, 'zh-CN': zh }
export type ReportWords = Words
