// The declarations of what a face must show before it opens, and at which hours it must show more. One declaration a setting. Read by
// settings.ts alone.

import * as v from 'valibot'
import { choice, group, list, matching } from './declare.ts'
import { livenessPolicies } from './words.ts'

/** A week has seven nights and as many days. */
const hoursLimit = 14

const policy = {
  en: 'off: none. passive: cues that ask nothing of anybody. challenge: these, and a turn of the head, left or right at random.',
  zh: 'off：不检测。passive：无需配合的检测。challenge：另须按随机提示向左或向右转头。',
}

export const time = (en: string, zh: string) =>
  matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'time_malformed', { en, zh, form: 'HH:MM' })

export const days = v.optional(
  matching(/^[1-7](-[1-7])?$/, 'days_malformed', {
    en: 'Days on which these hours begin; 1 is Monday. 6-1: Saturday to Monday.',
    zh: '时段开始的星期；1 为星期一。6-1 表示周六至周一。',
    form: '1–7, or from-to',
  }),
  '1-7',
)

export const liveness = v.optional(
  choice(livenessPolicies, {
    en: `Whether a face must look alive. ${policy.en} passive keeps out screens, and prints only in part; with its networks installed it sends three to eight in a hundred genuine scenes to card or code, without them none of 809. What stops a print is challenge or a second factor.`,
    zh: `人脸的活体检测。${policy.zh}passive 能挡住屏幕，打印照片只能挡住一部分；装有活体网络时，每百个真人画面约有 3 至 8 个会被请去刷卡或输码，未装时 809 个中为 0。能挡住打印照片的是 challenge 或双重验证。`,
  }),
  'passive',
)

export const livenessTimes = v.exactOptional(
  list(
    group(
      {
        liveness: choice(livenessPolicies, policy),
        days,
        from: time('From then on, by the clock of timeZone.', '开始时间，按 timeZone。'),
        to: time('Until then; not later than from: of the next day.', '结束时间；不晚于开始时间则为次日。'),
      },
      { en: 'Hours with another liveness.', zh: '另行规定的时段。' },
    ),
    hoursLimit,
    {
      en: 'Hours with another liveness; the first that fits holds. While the clock is not trusted: the strictest of all.',
      zh: '另行规定活体检测的时段，以首个符合者为准。时钟不可信时取最严格者。',
    },
  ),
)
