// The declarations of schedules, of the years whose holidays are known, and of anti-passback. One declaration a setting. Read by
// settings.ts alone.

import * as v from 'valibot'
import { choice, group, list, matching, whole } from './declare.ts'
import { groups } from './words.ts'

/** A week has seven days with a few pieces each. */
const HOURS_LIMIT = 28
const SCHEDULES_LIMIT = 32
const YEARS_LIMIT = 8
/** More days than a year's holidays or made-up workdays. */
const DAYS_LIMIT = 60

const time = (en: string, zh: string) =>
  matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'time_malformed', { en, zh, form: 'HH:MM' })

/** `always` is everybody’s, and no name to give. */
export const scheduleId = /^(?!always$)[a-z0-9-]{1,32}$/

const hours = group(
  {
    days: v.optional(
      matching(/^([1-7](-[1-7])?|workday|restday)$/, 'schedule_days_malformed', {
        en: 'Days on which these hours begin; 1 is Monday, 6-1 is Saturday to Monday. workday, restday: by the calendar of holidays and made-up workdays; never in a year that it does not know.',
        zh: '时段开始的日子；1 为星期一，6-1 表示周六至周一。workday（工作日）、restday（休息日）按节假日和调休；日历中没有的年份不开放。',
        form: '1–7, from-to, workday or restday',
      }),
      '1-7',
    ),
    from: time('From then on, by the clock of timeZone.', '开始时间，按 timeZone。'),
    to: time('Until then; not later than from: of the next day.', '结束时间；不晚于开始时间则为次日。'),
  },
  { en: 'Hours.', zh: '时段。' },
)

const id = matching(scheduleId, 'schedule_id_malformed', {
  en: 'The schedule’s name, by which rights name it; `always` is always there.',
  zh: '时间表名称，权限以此引用；always 始终存在。',
  form: 'a–z 0–9 -, 1–32 characters',
})

export const schedules = v.exactOptional(
  list(
    group(
      {
        id,
        hours: list(hours, HOURS_LIMIT, { en: 'Its hours; any of them is enough.', zh: '时段，满足任一即可。' }),
        afterFirst: v.exactOptional(
          choice(groups, {
            en: 'Not before somebody of this group has come in that day.',
            zh: '当天该类人员有人进入之后才开放。',
          }),
        ),
      },
      { en: 'A schedule.', zh: '时间表。' },
    ),
    SCHEDULES_LIMIT,
    { en: 'Weekly times that rights, openings and two-factor rules name.', zh: '供权限和常开引用的每周时段。' },
  ),
)

const dayList = (en: string, zh: string) =>
  v.exactOptional(
    list(
      matching(/^\d{4}-\d{2}-\d{2}$/, 'calendar_day_malformed', { en: 'A day.', zh: '日期。', form: 'YYYY-MM-DD' }),
      DAYS_LIMIT,
      { en, zh },
    ),
  )

export const calendar = v.exactOptional(
  list(
    group(
      {
        year: whole(2025, 2100, { en: 'The year.', zh: '年份。' }),
        holidays: dayList('Days on which nobody works, weekends aside.', '放假的日子（周末除外）。'),
        workdays: dayList('Saturdays and Sundays that are worked.', '调休上班的周六、周日。'),
      },
      { en: 'A year of holidays and made-up workdays.', zh: '某年的节假日和调休。' },
    ),
    YEARS_LIMIT,
    {
      en: 'Years beyond those that the program knows (China 2025 and 2026), or instead of them.',
      zh: '程序内置年份（中国 2025、2026）之外的年份，或替换内置年份。',
    },
  ),
)

export const passback = v.exactOptional(
  group(
    {
      kind: choice(['soft', 'hard'], {
        en: 'A second entry without an exit between. soft: let in, and noted. hard: denied.',
        zh: '未外出而再次进入。soft：放行并记录。hard：拒绝。',
      }),
      forgetAfterMinutes: v.exactOptional(
        whole(1, 1440, {
          en: 'An entry older than this is forgotten: whoever left by the button comes in again. Without it and without forgetAt only the office forgives.',
          zh: '超过此时间的进入不再计算，按按钮外出者可再次进入；与 forgetAt 都不写则只能由物业复位。单位：分钟。',
        }),
      ),
      forgetAt: v.exactOptional(
        time(
          'Each day at this time, by the clock of timeZone, everybody is forgiven; while the clock is not trusted, after 26 hours.',
          '每天此刻（按 timeZone）全体复位；时钟不可信时为 26 小时后。',
        ),
      ),
    },
    { en: 'Anti-passback at the entry. The exit side only records.', zh: '防反传（仅入口）；出口侧只记录。' },
  ),
)

export const openDuring = v.exactOptional(
  matching(/^[a-z0-9-]{1,32}$/, 'schedule_id_malformed', {
    en: 'The schedule during which the door stands open by itself. The office can close it until the next time.',
    zh: '门在此时间表内常开；物业可提前关闭，直到下一时段。',
    form: 'the id of a schedule',
  }),
)
