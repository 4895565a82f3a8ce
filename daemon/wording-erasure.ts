// The lines for erasures, backups and the stop of all faces. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const erasureLines: Readonly<Record<string, Line>> = {
  erasure_unconfirmed: [
    'Nobody said yes; nothing was erased. A script says --yes.',
    '未得到确认；未删除。脚本中请加 --yes。',
  ],
  erasure_outdated: [
    'A face is being enrolled for this resident at the same time; nothing was erased, try again.',
    '正在为该住户登记人脸；未删除，请重试。',
  ],
  receipt_unwritable: [
    'The receipt’s file cannot be made here, or is there already; nothing was erased. Name another with --receipt.',
    '无法创建回执文件，或文件已存在；未删除。请用 --receipt 另行指定。',
  ],
  receipt_unreadable: ['The receipt cannot be read.', '无法读取回执。'],
  receipt_malformed: ['This is no receipt of an erasure.', '这不是删除回执。'],
  receipt_unknown: [
    'The record knows no such erasure with these fingerprints: the receipt is another gate’s, or was altered.',
    '记录中没有与此指纹相符的删除：回执属于其他门禁，或已被更改。',
  ],
  remains_found: [
    'Something of this person is still in these files. Make a new backup and destroy an old one; of the store itself, verify again in a minute and report it.',
    '以下文件中仍有此人的残留。旧备份请在另作备份后销毁；若为数据库本身，请一分钟后再验证并报告。',
  ],
  remains_unread: [
    'A file could not be searched to its end; nothing is proved. Try again.',
    '文件未能查完，无法证明；请重试。',
  ],
}
