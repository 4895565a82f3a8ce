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
  // the stop of all faces
  face_stopped: [
    'All faces are stopped by order: nobody is enrolled before `evengate face on --because TEXT`.',
    '人脸已依命令停用：在 `evengate face on --because 理由` 之前不能登记。',
  ],
  face_not_stopped: ['Faces are not stopped.', '人脸未被停用。'],
  because_missing: ['Say why: --because TEXT.', '请说明理由：--because。'],
  // backups
  backup_exists: ['There is a file of this name already; name another.', '文件已存在；请另行指定。'],
  backup_unwritable: [
    'The gate cannot write the backup there; an installed one writes only beneath its store’s folder.',
    '门禁无法在该处写入备份；已安装的门禁只能写入其数据库目录。',
  ],
  backup_not_one: [
    'This file is no backup of a gate; name one that `evengate backup` has written.',
    '此文件不是门禁备份；请指定由 `evengate backup` 生成的文件。',
  ],
  backup_unreadable: ['The backup cannot be read, or laid beside the store.', '无法读取备份，或无法放到数据库旁。'],
  backup_refused: [
    'The backup does not open with this gate’s store key, or is damaged; it was laid aside.',
    '备份无法用本门的密钥打开，或已损坏；已搁置。',
  ],
  backup_foreign: [
    'The record of this gate does not know the backup; to do without its record, move the store away first.',
    '本门的记录中没有此备份；若要放弃现有记录，请先移走数据库。',
  ],
}
