// The lines for a handover to another operator and for what the register owes. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const handoverLines: Readonly<Record<string, Line>> = {
  operator_differs: [
    'The configuration names another operator. Change `operator` in it and reload first: then every consent is stale and face pauses.',
    '配置中的运营者与此不同。请先修改 operator 并重新加载：此后全部同意失效，人脸暂停。',
  ],
  handover_nothing: [
    'Nobody’s consent is to a former operator or notice: nothing is to be erased.',
    '没有对原运营者或原告知书的同意：无需删除。',
  ],
  handover_not_owed: [
    'This consent has ended already, or is to the notice in force.',
    '该同意已终止，或对应现行告知书。',
  ],
  handover_missing: ['No handover is under way.', '没有正在进行的移交。'],
  handover_open: ['A handover is under way; ask again in a minute.', '移交正在进行；请一分钟后再试。'],
  handover_owed: [
    'The faces are deleted, and not yet proved gone from every page; the gate goes on with it by itself. Ask again in a minute.',
    '人脸已删除，但尚未证明已从每一页消失；门禁会自行继续。请一分钟后再试。',
  ],
  handover_held_up: ['A handover waits for the disk; it goes on by itself.', '移交因磁盘暂停，会自行继续。'],
  assessment_other: [
    'The running gate has another configuration than this assessment: reload it, or print the assessment anew.',
    '运行中的门禁配置与此评估不同：请重新加载配置，或重新打印评估。',
  ],
  assessment_none: [
    'NO ASSESSMENT OF IMPACT is recorded: `evengate report impact`, sign it, then `report impact --record`.',
    '尚未登记影响评估：运行 `evengate report impact`，签署后执行 `report impact --record`。',
  ],
  assessment_stale: [
    'THE ASSESSMENT OF IMPACT IS OUT OF DATE: `evengate report impact` says what has changed; sign it anew, then `report impact --record`.',
    '影响评估已过期：`evengate report impact` 列出变更；请重新签署，再执行 `report impact --record`。',
  ],
  faces_former: [
    'FACES ON A FORMER NOTICE are kept, and pause until signed anew. If the operator has changed: `evengate handover --to NAME`.',
    '仍保存有对原告知书同意的人脸，重新签署前暂停。如运营者已更换：`evengate handover --to 名称`。',
  ],
  filing_due: [
    'from 100 000 persons on the law wants it filed within 30 working days, with the impact assessment.',
    '达十万人须在 30 个工作日内备案，并附影响评估。',
  ],
  request_overdue: [
    'A request in the register is overdue: `evengate request list`, then answer it and `evengate request close`.',
    '登记簿中有请求已逾期：请查看 `evengate request list`，办理后用 `evengate request close` 登记。',
  ],
}
