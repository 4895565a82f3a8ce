// The lines for the equality of the ways: what the monitor found and what to do, why a suspension is refused, who may ask for what.
// Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const equalityLines: Readonly<Record<string, Line>> = {
  path_suspect: [
    'A way in answers but seems to serve nobody: try it yourself, with a card or a code; `evengate log tail` names side and way.',
    '某种通行方式有应答但似乎无人能用：请现场刷卡或输码试用；`evengate log tail` 会写明是哪一侧、哪种方式。',
  ],
  path_suspect_over: ['A way in that was suspect serves people again.', '此前可疑的通行方式已恢复。'],
  path_slower: [
    'Card or code is slower than face by more than half a second (95th percentile of a week); face must not be the better way. Find out why: `evengate report equality`.',
    '刷卡或密码比人脸慢半秒以上（一周内第 95 百分位）；人脸不得成为更优的方式。请查明原因：`evengate report equality`。',
  ],
  path_slower_over: ['Card and code are as quick as face again.', '刷卡和密码恢复到与人脸相当的速度。'],
  path_fails_more: [
    'Card or code fails more often than face, by more than two in a hundred over a week. Find out why: `evengate report equality`.',
    '一周内刷卡或密码的失败率比人脸高两个百分点以上。请查明原因：`evengate report equality`。',
  ],
  path_fails_more_over: ['Card and code fail no more often than face again.', '刷卡和密码的失败率恢复正常。'],
  guard_called: [
    'A side had face and nothing else for too long: the guard is called, who opens with `evengate open`.',
    '某侧只剩人脸的时间过长：现呼叫保安，由其用 `evengate open` 开门。',
  ],
  fees_not_a_reason: [
    'Unpaid fees are no reason: Civil Code art. 944 forbids to collect them by keeping somebody out. Go to court for them.',
    '欠费不得作为理由：民法典第九百四十四条禁止以限制出入催缴费用。请通过诉讼或仲裁解决。',
  ],
  suspension_reason_unknown: [
    'This reason is not on the list: moved_out, own_request, credentials_lost, court_order, danger.',
    '此理由不在清单中：moved_out、own_request、credentials_lost、court_order、danger。',
  ],
  suspension_end_refused: [
    'A suspension ends on a day from today on, within 366 days; decide anew after that.',
    '中止须有结束日期：自今日起，最长 366 天；之后须重新决定。',
  ],
  suspension_of_one_way: [
    'No way is suspended alone: face, card or code is not taken from somebody as a sanction. Leave the way out.',
    '不得单独中止某一种方式：不得以取消人脸、卡或密码作为惩罚。请去掉该参数。',
  ],
  role_refused: [
    'Your role may not ask this; whoever may is named by `evengate --help` and the README.',
    '您的角色无权执行此命令；请由有权限的人员操作。',
  ],
  period_refused: [
    'The period ends before it begins, or is longer than ten years.',
    '期间的结束早于开始，或超过十年。',
  ],
  key_held: [
    'A key of a keypad is held down; free it. Codes cannot be typed there.',
    '键盘有按键被按住；请排除。此处无法输码。',
  ],
  key_unseen: [
    'A key of a keypad was not seen for a week while others were; try every key with `evengate doctor --watch`.',
    '键盘有按键一周未见按下，而其他按键正常；请用 `evengate doctor --watch` 逐键试按。',
  ],
}
