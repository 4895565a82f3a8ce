// The lines for a gate that does not start or whose store does not answer. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

/** What works without main: true of an installed gate and of a checkout. */
const doorAlone = {
  en: 'Installed, the exit button works on, by the door’s own unit; a gate in a checkout that does not start moves nothing, and only the wiring opens.',
  zh: '已安装的门禁由独立的门控单元保持出门按钮可用；在源码目录中无法启动的门禁没有任何部件运行，只能靠接线开门。',
} as const

export const storeLines: Readonly<Record<string, Line>> = {
  daemon_absent: [
    'The gate is not running: start it with `evengate run`, or name its file with --config.',
    '门禁未运行：请用 `evengate run` 启动，或用 --config 指定其配置文件。',
  ],
  parts_in_use: [
    'The gate runs, or its door, which never stops with it; the devices are theirs. Stop both first (`systemctl stop evengate.target evengate-door`), or look with `evengate status --watch`.',
    '门禁或其门控部件（不随门禁停止）正在运行，设备由其占用：请先停止两者（`systemctl stop evengate.target evengate-door`），或用 `evengate status --watch` 查看。',
  ],
  daemon_gone: ['The gate stopped before it answered; look at its log.', '门禁在应答前停止；请查看日志。'],
  daemon_forbidden: [
    'The gate runs as another user; call as that user or as root.',
    '门禁以其他用户运行；请以该用户或 root 身份调用。',
  ],
  config_absent: [
    'There is no such configuration file; check the path after --config.',
    '没有此配置文件；请核对 --config 后的路径。',
  ],
  config_refused: [
    'The configuration is refused; nothing was started or changed. `evengate check` lists what to repair.',
    '配置被拒绝；未启动也未更改任何内容。请用 `evengate check` 查看需要修改之处。',
  ],
  face_alone: [
    'Faces are enrolled but nobody holds a card or code for this side: face would be the only way. Enrol another way first.',
    '已登记人脸，但该侧无人持有卡或密码：人脸将成为唯一方式。请先登记其他方式。',
  ],
  runtime_path_too_long: [
    'The runtime folder’s path is too long for a socket; set runtime.directory to a shorter one.',
    '运行目录路径过长；请将 runtime.directory 设为更短的路径。',
  ],
  runtime_not_ours: [
    'The runtime folder belongs to somebody else or others may write to it; remove it or name another.',
    '运行目录不属于本用户或他人可写；请删除或另行指定。',
  ],
  socket_unusable: [
    'A socket that was handed over is not one of the gate’s, or no listening Unix stream; see evengate-*.socket.',
    '交来的套接字不属于门禁，或不是监听中的 Unix 流式套接字；请检查 evengate-*.socket。',
  ],
  runtime_unwritable: [
    'The runtime folder cannot be made or written; make room there, or name another in runtime.directory.',
    '运行目录无法创建或写入；请清理空间，或在 runtime.directory 中另行指定。',
  ],
  ledger_waiting: [
    'The disk does not take the record at the moment: a reload now could lose what waits. The gate goes on as it was; try again later.',
    '磁盘暂时无法写入记录：此时重新加载可能丢失待写内容。门禁按原配置继续运行；请稍后重试。',
  ],
  gate_fault: [
    'A fault in evengate itself: the gate does not start with this configuration. Please report it.',
    'evengate 内部故障：门禁无法以此配置启动。请报告此问题。',
  ],
  store_missing: ['The store is not there; put it back.', '数据库不存在；请放回。'],
  store_in_use: [
    'Another evengate already runs on this store; stop it first.',
    '另一个 evengate 正在使用此数据库；请先停止它。',
  ],
  store_key_wrong: [
    'The store does not open with this key: is store.key the one that belongs to it?',
    '密钥与数据库不符：store.key 是否为其原配密钥？',
  ],
  store_not_encrypted: [
    'The store is a plain SQLite file, which is never used or converted; move it away.',
    '数据库未加密，不予使用也不转换；请移走该文件。',
  ],
  store_truncated: [
    `The store is cut short; put back a copy of it, with the keys of that copy. ${doorAlone.en}`,
    `数据库文件不完整；请放回副本及其原配密钥。${doorAlone.zh}`,
  ],
  store_damaged: [
    `The store is damaged; put back a copy of it, with the keys of that copy. ${doorAlone.en}`,
    `数据库已损坏；请放回副本及其原配密钥。${doorAlone.zh}`,
  ],
  store_unreadable: [
    'The store cannot be read; check the owner and mode of its folder.',
    '无法读取数据库；请检查目录的所有者和权限。',
  ],
  store_newer: [
    'The store was written by a newer evengate; install that version.',
    '数据库由更新版本的 evengate 写入；请安装该版本。',
  ],
  store_busy: [
    'The store is locked by somebody else; nothing was changed, try again.',
    '数据库被占用；未作更改，请重试。',
  ],
  store_full: ['The disk is full; nothing was changed. Free some room.', '磁盘已满；未作更改。请清理空间。'],
  store_io: ['The disk does not answer; nothing was changed. Check it.', '磁盘无响应；未作更改。请检查磁盘。'],
  writer_lost: ['The store’s writer ended; nothing was changed, try again.', '数据库写入线程中断；未作更改，请重试。'],
  writer_fault: [
    'A fault in evengate itself; nothing was changed. Please report it.',
    'evengate 内部故障；未作更改。请报告此问题。',
  ],
  write_unanswered: [
    'The disk did not answer in 10 s; the change may still land. Look before you try again.',
    '磁盘 10 秒内无响应；更改可能稍后生效。重试前请先查看。',
  ],
  credential_missing: [
    'A key that the unit brings as a credential is missing; make the keys with systemd/make-keys.ts, as root, once.',
    '缺少由服务单元提供的密钥凭据；请以 root 身份运行一次 systemd/make-keys.ts 生成密钥。',
  ],
  key_missing_for_store: [
    'A store is here but not its key; put the key back. No new key is made over a store.',
    '有数据库而无密钥；请放回密钥。不会为已有数据库新建密钥。',
  ],
  store_missing_for_key: [
    'Keys are here but not their store; put the store back, or move the keys away to begin anew.',
    '有密钥而无数据库；请放回数据库，或移走密钥后重新开始。',
  ],
  key_unreadable: ['A key file cannot be read; check its owner.', '无法读取密钥文件；请检查其所有者。'],
  key_malformed: ['A key file does not hold a key; put the right one back.', '密钥文件内容无效；请放回正确的密钥。'],
  key_permissions: ['A key file can be read by others; chmod 600 it.', '密钥文件可被他人读取；请 chmod 600。'],
  keys_not_writable: ['The keys folder cannot be written; check its owner.', '无法写入密钥目录；请检查其所有者。'],
}
