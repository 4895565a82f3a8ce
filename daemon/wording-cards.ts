// The lines for cards with keys: issuing them, renewing their keys, and readers on long lines. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const cardKeyLines: Readonly<Record<string, Line>> = {
  // on the way
  lay_card_down: [
    'Lay the card on the reader at the desk, within 60 s, and leave it there; take any other card away first.',
    '请在 60 秒内将卡放在办公桌读卡器上并保持不动；先拿开其他卡。',
  ],
  card_being_written: ['The card is being written; leave it there.', '正在写卡；请勿移动。'],
  // what ends it
  card_left: [
    'The card left in the middle, or fell silent. It is not spoiled: run the command again and leave it lying still.',
    '卡片中途离开或无应答。卡没有损坏：请重新运行命令，并保持卡片不动。',
  ],
  card_not_shown: ['No card came; nothing was written. Try again.', '未放卡；未写入。请重试。'],
  card_not_issuable: [
    'This card can hold no key of ours: only DESFire EV1 to EV3 and NTAG 424 can. It may be enrolled by its number with `card add`.',
    '此卡不能写入密钥：仅支持 DESFire EV1 至 EV3 和 NTAG 424。可用 `card add` 按卡号登记。',
  ],
  card_keys_foreign: [
    'Somebody else has set this card’s keys (another gate, another system, or a key of two generations ago); take a blank one.',
    '此卡的密钥由他人设置（其他门、其他系统或两代以前的密钥）；请换空白卡。',
  ],
  card_full: ['The card has no room for one more application; take a blank one.', '卡内空间不足；请换空白卡。'],
  card_refused: [
    'The card refused a key; run the command again, else take another card.',
    '卡片拒绝写入密钥；请重试，仍不行请换卡。',
  ],
  card_proves_more: [
    'The tag has a key of its own already, which is better than a message; issue it without --sdm.',
    '标签已有专属密钥，强于带计数的消息；请不加 --sdm 发卡。',
  ],
  card_unproved: [
    'The card took its keys and does not prove them; do not hand it out. Take another card.',
    '卡片已写入密钥但验证失败；请勿发放，请换卡。',
  ],
  card_identifier_random: [
    'The card shows another number each time, so that no key can be made for it; take one with a fixed number.',
    '此卡每次给出不同卡号，无法为其生成密钥；请使用固定卡号的卡。',
  ],
  site_card_key_missing: ['The card part has no key yet; try again in a moment.', '读卡部件尚无密钥；请稍后重试。'],
  desk_reader_missing: [
    'There is no such reader at the desk: mark one with `use: desk`, behind pcscd (driver: pcsc).',
    '没有此办公桌读卡器：请将一台 pcsc 读卡器标为 `use: desk`。',
  ],
  desk_reader_down: [
    'The reader at the desk is down; `evengate status` says why.',
    '办公桌读卡器失效；原因见 `evengate status`。',
  ],
  desk_busy: [
    'Another card is being issued at this reader; finish that one first.',
    '此读卡器正在发另一张卡；请先完成。',
  ],
  issue_left: ['Nobody waits any more; nothing was recorded.', '已取消；未登记。'],
  issue_replaced: ['Another order took this one’s place.', '已被另一次发卡取代。'],
  card_part_silent: [
    'The card part did not answer; if a card lay there, run the command again with it.',
    '读卡部件无应答；如已放卡，请用同一张卡重新运行命令。',
  ],
  key_unknown: ['There is no such key to rotate; KEY is site-card.', '没有可轮换的此密钥；KEY 为 site-card。'],
  cards_of_older_key: [
    'So many cards still have the older key, and a third generation would shut them out. Renew them first (`evengate card report`), or add --drop-older.',
    '仍有卡使用旧密钥，再换一代会使其失效。请先更新（`evengate card report`），或加 --drop-older。',
  ],
  // readers on a line
  reader_lost: [
    'The card reader’s line was lost; it is opened again as soon as it is back.',
    '读卡器串口断开；恢复后自动重新打开。',
  ],
  frame_malformed: ['half a number, or a wrong check', '卡号不完整或校验错误'],
  card_flood: [
    'More cards in a second than people can show; dropped. A machine may be at the reader’s wire.',
    '刷卡速度超出人手，已丢弃；读卡器线路上可能接了机器。',
  ],
  device_not_input: ['This path is no input device of the kernel.', '此路径不是输入设备。'],
}
