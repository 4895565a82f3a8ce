// The commands about rights, groups, modes and anti-passback, as rows of the table of commands. Does nothing itself. Read by verbs.ts.

import { groups, paths } from '../../config/words.ts'
import { row } from './verb-row.ts'
import type { OptionSpec, Verb } from './verbs.ts'

const text = (value: string, most: number): OptionSpec => ({ type: 'text', value, most })
const day: OptionSpec = { type: 'date', value: 'YYYY-MM-DD' }

export const ruleVerbs: readonly Verb[] = [
  row(
    'right grant',
    ['RESIDENT'],
    'Gives a right at this gate, by a schedule and from day to day (both included).',
    '授予本门通行权：按时间表，自某日至某日（含当日）。',
    { schedule: text('SCHEDULE', 64), from: day, until: day },
  ),
  row('right list', ['RESIDENT'], 'A resident’s rights.', '住户的通行权。'),
  row('right revoke', ['RIGHT'], 'Ends a right.', '撤销通行权。'),
  row(
    'resident change',
    ['RESIDENT'],
    'Whom he belongs to; for how many seconds the door opens for him, within its limit (0: as for everybody); his name, corrected.',
    '所属类别；为其开门的秒数，不超过门的上限（0：与他人相同）；更正姓名。',
    {
      group: { type: 'choice', options: groups },
      opening: { type: 'whole', value: 'SECONDS', least: 0, most: 30 },
      name: text('NAME', 100),
    },
  ),
  row(
    'lockdown on',
    [],
    'Nobody comes in but those excepted; leaving and fire are untouched. Survives a restart.',
    '除例外者外任何人不得进入；外出和消防不受影响。重启后仍有效。',
    { except: text('RESIDENT,…', 4096) },
  ),
  row('lockdown off', [], 'Ends the lockdown.', '解除封锁。'),
  row(
    'mode',
    ['MODE'],
    'controlled: as always; open: the door stands open; evacuation: open, and everybody is to leave. Fire beats all.',
    'controlled：正常；open：常开；evacuation：疏散常开。消防优先于一切。',
  ),
  row(
    'right check',
    [],
    'Rights that can never apply, by the dry run of `who`; `check` tells them too. Nothing is recorded.',
    '永远不会生效的权限（与 `who` 相同的试算）；`check` 也会列出。不留记录。',
  ),
  row('passback reset', [], 'Forgives entries without an exit, of one or of all.', '复位防反传：一人或全部。', {
    resident: text('RESIDENT', 40),
  }),
  row(
    'who',
    [],
    'Who may come in at a time, by what, and why not; nothing is recorded.',
    '某时刻谁可进入、凭什么、为何不可；不留记录。',
    {
      at: text('YYYY-MM-DDTHH:MM', 16),
      resident: text('RESIDENT', 40),
      path: { type: 'choice', options: paths },
    },
  ),
]
