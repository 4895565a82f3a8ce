// The lines for what the office asks and the gate refuses: people, cards, codes, consents, the door, the record; and for a command
// line that is wrong. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const officeLines: Readonly<Record<string, Line>> = {
  // a wrong command line
  command_missing: ['Which command?', '请给出命令。'],
  command_unknown: ['There is no such command.', '没有此命令。'],
  option_unknown: ['This option is not known here.', '未知选项。'],
  option_valueless: ['The option needs a value.', '选项缺少值。'],
  option_missing: ['An option is missing.', '缺少必需的选项。'],
  option_value: ['The option does not take this value.', '选项的值无效。'],
  date_unknown: ['There is no such day; write it YYYY-MM-DD.', '没有此日期；格式为 YYYY-MM-DD。'],
  word_missing: ['A word is missing.', '缺少参数。'],
  word_extra: ['One word too many.', '多余的参数。'],
  word_malformed: ['This word is empty or too long.', '参数为空或过长。'],
  // between the command line and the gate
  request_malformed: [
    'The gate did not understand; are both of the same version?',
    '门禁无法理解请求；两端版本是否一致？',
  ],
  args_refused: ['The gate refuses this value; see --help.', '门禁拒绝此参数；请查看 --help。'],
  command_fault: [
    'A fault in evengate itself; the gate goes on. Please report it.',
    'evengate 内部故障；门禁继续运行。请报告此问题。',
  ],
  value_refused: ['The store refuses a value; look at its form and length.', '数据库拒绝该值；请检查格式和长度。'],
  // people
  household_unknown: [
    'No such room: `evengate household add ROOM` first.',
    '没有此房号：请先运行 `evengate household add ROOM`。',
  ],
  room_too_long: ['A room has at most 40 characters.', '房号最多 40 个字符。'],
  name_too_long: ['A name has at most 100 characters.', '姓名最多 100 个字符。'],
  room_taken: ['This room is there already.', '此房号已存在。'],
  resident_unknown: [
    'No such resident; `evengate resident list` shows their ids.',
    '没有此住户；用 `evengate resident list` 查看编号。',
  ],
  schedule_unknown: ['No such schedule; `always` is always there.', '没有此时间表；`always` 始终可用。'],
  // credentials
  card_window_busy: [
    'Another `card add` is waiting for a card; finish that one first.',
    '另一个 `card add` 正在等待刷卡；请先完成它。',
  ],
  card_not_tapped: [
    'No new card was tapped twice within 30 s; nothing was added. Try again.',
    '30 秒内没有将同一张新卡刷两次；未登记。请重试。',
  ],
  card_taken: ['This card belongs to a resident already; revoke it there first.', '此卡已属于其他住户；请先注销。'],
  number_taken: ['This number is in use; choose another.', '此号码已被使用；请另选。'],
  number_malformed: ['A number has 3 to 8 digits.', '号码为 3 至 8 位数字。'],
  number_is_room: [
    'The number must not be the room’s; choose one of its own, such as 12042 for 1204.',
    '号码不能与房号相同；请另选，例如 1204 室用 12042。',
  ],
  code_not_digits: ['A code is digits only.', '密码只能是数字。'],
  code_too_short: ['A code has at least 6 digits.', '密码至少 6 位。'],
  code_too_long: ['A code has at most 12 digits.', '密码最多 12 位。'],
  code_one_digit: [
    'One digit repeated is the first that a stranger tries; choose another code.',
    '重复同一数字过于简单；请另选密码。',
  ],
  code_run: [
    'A run of digits is the first that a stranger tries; choose another code.',
    '连续数字过于简单；请另选密码。',
  ],
  codes_differ: ['The two codes differ; nothing was set. Try again.', '两次输入的密码不同；未设置。请重试。'],
  code_missing: ['No code came; type it, or give it on the input.', '没有收到密码；请输入，或从标准输入提供。'],
  credential_unknown: [
    'No such credential; `evengate resident show` lists them.',
    '没有此凭证；用 `evengate resident show` 查看。',
  ],
  credential_revoked: ['It is revoked already.', '该凭证已注销。'],
  // consents
  consent_missing: [
    'There is no consent in force: `evengate consent record` first.',
    '没有有效的同意书：请先运行 `evengate consent record`。',
  ],
  consent_open: ['A consent is in force already; withdraw it first.', '已有有效的同意书；请先撤回。'],
  consent_unconfirmed: [
    'The resident has not confirmed: he taps his card (or types NUMBER*CODE*), then 1#.',
    '住户尚未确认：请刷卡（或输入 号码*密码*），再按 1#。',
  ],
  consent_stale: [
    'The consent is for another notice or model; record a new one.',
    '同意书对应的告知或模型已变更；请重新登记。',
  ],
  confirmation_old: [
    'The resident confirmed more than 10 minutes ago: withdraw, record and confirm anew.',
    '确认已超过 10 分钟：请撤回后重新登记并确认。',
  ],
  guardian_required: [
    'Under fourteen, and where one is marked as needed, a guardian consents: add --guardian NAME --guardian-born YYYY-MM-DD.',
    '未满十四周岁或已注明需要监护人的，须由监护人同意：请加 --guardian 和 --guardian-born。',
  ],
  guardian_not_allowed: [
    'Nobody consents for this resident but himself; leave --guardian out.',
    '须由住户本人同意；请去掉 --guardian。',
  ],
  guardian_until_fourteen: [
    'A guardian’s consent ends at the fourteenth birthday; use fewer --months.',
    '监护人的同意止于十四周岁；请减少 --months。',
  ],
  consent_unevidenced: [
    'A consent needs its form’s number, a witness and, from a guardian, his name and --guardian-born: none of them blank.',
    '同意书须有表格编号和见证人，由监护人作出的还须有其姓名和出生日期（--guardian-born），均不得为空。',
  ],
  consent_dates: [
    'A consent is given today and lasts twelve months at most; look at the clock and at --months.',
    '同意书自当日起最长十二个月；请检查时钟和 --months。',
  ],
  clock_untrusted: [
    'The gate does not know the date, and this needs it: connect a time service, or set the clock and clock.trust.',
    '门禁无法确认日期，而此操作需要日期：请接入授时服务，或校准时钟并设置 clock.trust。',
  ],
  gate_missing: ['The consent names no gate.', '同意书未写明门。'],
  // door and record
  door_absent: [
    'The door part is not running; the exit button needs it too. Look at the log.',
    '门控部件未运行；请查看日志。',
  ],
  door_silent: ['The door did not say that it opened; go and look.', '门未应答是否已开；请现场查看。'],
  door_refused: ['The door refused the order.', '门拒绝了此指令。'],
  log_broken: [
    'The record is not whole from this event on; keep the disk as it is and find out who changed it.',
    '自此事件起记录不完整；请保留磁盘原状并查明原因。',
  ],
  // models
  period_not_for_resident: [
    'A resident’s folder holds everything on him: no --from, no --to.',
    '住户本人的目录包含其全部信息：不能指定 --from 或 --to。',
  ],
  folder_exists: ['The folder is there already: name a new one.', '目录已存在：请指定新目录。'],
  folder_unwritable: ['The folder cannot be written.', '无法写入该目录。'],
  folder_missing: ['There is no such folder; nothing was taken.', '没有此目录；未安装。'],
  pictures_folder_missing: [
    'There is no such folder of pictures, or a part of it may not be read.',
    '没有此图片目录，或其中一部分无法读取。',
  ],
  pictures_missing: [
    'The folder holds no pictures; it should hold one folder a person, with pictures in each.',
    '目录中没有图片；应为每人一个目录，图片放在其中。',
  ],
  pictures_too_many: [
    'There are more pictures than are compared at once; take a part of them.',
    '图片过多，无法一次比对；请取其中一部分。',
  ],
  pictures_unnamed: ['Say where the pictures are: --pictures FOLDER.', '请指明图片目录：--pictures FOLDER。'],
  report_not_writable: [
    'The folder of the report cannot be written; check its owner.',
    '无法写入报告目录；请检查其所有者。',
  ],
  pack_incomplete: [
    'The folder does not hold every file of the models whole; nothing was taken.',
    '目录中的模型文件不全或校验不符；未安装。',
  ],
  pack_unknown: ['There is no such pack.', '没有这个模型包。'],
  pack_comes_with_npm: [
    'This pack comes with the program; there is nothing to fetch.',
    '此模型包随程序安装，无需下载。',
  ],
  url_refused: [
    'The address, or where it leads, is not https; nothing was installed.',
    '地址或其跳转目标不是 https；未安装。',
  ],
  upstream_refused: [
    'The server does not give the file; nothing was installed. Take it from a folder: `evengate models add FOLDER`.',
    '服务器不提供该文件；未安装。可用 `evengate models add 目录` 从目录安装。',
  ],
  upstream_failing: [
    'The server cannot be reached or fails; what came is kept, run it again to go on.',
    '无法连接服务器或服务器出错；已收到的部分已保留，再次运行可继续。',
  ],
  upstream_slow: [
    'It takes too long; what came is kept, run it again to go on.',
    '下载过慢；已收到的部分已保留，再次运行可继续。',
  ],
  models_folder_full: [
    'The disk of the models folder takes no more; free some space and run it again.',
    '模型目录所在磁盘已满；请释放空间后重试。',
  ],
  models_folder_unset: [
    'Set face.modelsDirectory in the configuration first.',
    '请先在配置中设置 face.modelsDirectory。',
  ],
  models_not_writable: ['The models folder cannot be written; check its owner.', '无法写入模型目录；请检查其所有者。'],
  // sim
  sim_real_driver: [
    'The simulation refuses a configuration with a real part; use config/simulated.example.yaml.',
    '模拟运行拒绝含真实部件的配置；请使用 config/simulated.example.yaml。',
  ],
  verb_absent: ['This command is not in this version.', '此版本没有该命令。'],
}
