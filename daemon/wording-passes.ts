// The lines for visitors' passes. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const passLines: Readonly<Record<string, Line>> = {
  pass_unknown: ['No such pass; `evengate pass list` shows them.', '没有此通行证；用 `evengate pass list` 查看。'],
  pass_host_without_right: [
    'Whoever is visited has no right at this gate; give him one first: `evengate right grant`.',
    '被访住户在此门无通行权；请先授予：`evengate right grant`。',
  ],
  pass_unbounded: [
    'A pass ends after it begins, within 366 days, and has 1 to 400 uses.',
    '通行证须在开始之后、366 天之内结束，可用 1 至 400 次。',
  ],
  passes_too_many: [
    'This resident has 30 passes that are still open; revoke some.',
    '该住户已有 30 张有效通行证；请先撤销部分。',
  ],
  pass_days_malformed: [
    'Days are weekdays, 1 for Monday, or dates, YYYY-MM-DD, at most 31, with commas between.',
    '日期为星期（1 为星期一）或 YYYY-MM-DD，最多 31 个，以逗号分隔。',
  ],
  pass_beyond_guard: [
    'A guard’s pass begins now, ends by the next noon and has at most 5 uses; the office issues any other.',
    '保安签发的通行证即时生效，至次日中午前结束，最多 5 次；其他由物业签发。',
  ],
  pass_flood: [
    'More than twenty passes a minute are held before this camera: somebody plays codes. What is more is not looked into; codes at the keypad go on.',
    '此摄像头前一分钟内出现二十个以上通行证：有人在播放二维码。多出的不作处理；键盘密码照常可用。',
  ],
  pass_reader_failed: [
    'A camera cannot read the QR codes of passes any more; their codes still open at the keypad. Restart the face part.',
    '摄像头已无法读取通行证二维码；仍可在键盘输入密码。请重启人脸部件。',
  ],
  pass_picture_kind: [
    'The file’s name must end in .html for a page to print, or .svg or .png for a picture.',
    '文件名须以 .html（打印页）或 .svg、.png（图片）结尾。',
  ],
}
