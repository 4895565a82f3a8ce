// What is said about settings that do not go together. Both languages, one line each, what is wrong and what to do.
// Read by wording.ts alone.

import type { Text } from './wording-file.ts'
import { motorWording } from './wording-motor.ts'

export const lawWording = {
  face_alone: {
    en: 'The {side} side offers face and no other way; face must never be the only way (P1). Add a card reader or a keypad under sides.{side}, or remove face.',
    'zh-CN': '{side} 侧只提供人脸；人脸不得是唯一通行方式（P1）。请在 sides.{side} 下增加读卡器或键盘，或去掉人脸。',
  },
  two_factor_needs_face: {
    en: 'Every two-factor pair of the {side} side contains face, so nobody passes without it (P1). Add a pair without face, such as [card, keypad], or remove face.',
    'zh-CN':
      '{side} 侧每一对双重验证都含人脸，没有人脸就无法通行（P1）。请增加不含人脸的一对，如 [card, keypad]，或去掉人脸。',
  },
  other_way_simulated: {
    en: 'At this real door the {side} side offers face, and every other way there is simulated: nobody can use it (P1). Put a real card reader or keypad under sides.{side}, or remove face.',
    'zh-CN':
      '这扇真实的门 {side} 侧提供人脸，而其他方式都是模拟的，无人能用（P1）。请在 sides.{side} 下换成真实的读卡器或键盘，或去掉人脸。',
  },
  face_without_keypad: {
    en: 'The gate offers face and has no keypad on any side (at a real door: no real one); without one no resident can confirm a consent, or withdraw it at the gate. Add a keypad, or remove face.',
    'zh-CN':
      '本门提供人脸，但任何一侧都没有键盘（真实的门须为真实键盘）；没有键盘，住户无法在门前确认或撤回同意。请增加键盘，或去掉人脸。',
  },
  face_request_without_keypad: {
    en: 'Faces are looked at on request only, and at the {side} nobody can ask: it has no keypad whose # would, and no second proof that is a face. Add a keypad to sides.{side}, or write start: zone.',
    'zh-CN':
      '人脸仅在请求后处理，而 {side} 侧无法请求：既没有键盘（按 #），也没有以人脸为第二种凭证。请在 sides.{side} 增加键盘，或写 start: zone。',
  },
  target_fpir_high: {
    en: 'At {targetFpir} more than one stranger in a hundred may be taken for a resident at this real door; GA/T 1093 allows {limit}. Lower it.',
    'zh-CN': '按 {targetFpir}，每百名陌生人中可能有一人以上在这扇真实的门被误认；GA/T 1093 允许 {limit}。请调低。',
  },
  fnir_high: {
    en: 'For {faces} residents at a target of {target} this door would turn away {fnir} of them ({low} to {high}), expected from {group}; at most {limit} is allowed. Plan fewer faces, accept more strangers with face.targetFpir, or ask a second factor: [card, face] under sides.',
    'zh-CN':
      '{faces} 名住户、目标 {target} 时，据 {group} 推算本门会拒绝其中 {fnir}（{low} 至 {high}），上限为 {limit}。请减少计划人数、放宽 face.targetFpir，或在 sides 下要求双重验证 [card, face]。',
  },
  fnir_unknown: {
    en: 'For {faces} residents at a target of {target} the threshold lies beyond what these models were measured for: how many residents the door would turn away is not known. Plan fewer faces, or try it with a few first.',
    'zh-CN':
      '{faces} 名住户、目标 {target} 时，阈值超出此模型的实测范围：不知会拒绝多少本人。请减少计划人数，或先小范围试用。',
  },
  camera_is_file: {
    en: 'A real door opens to living faces in front of a camera, never to a recording or a portrait; name a device under /dev/ or a network camera.',
    'zh-CN': '真实的门只认摄像头前的真人，绝不认录像或照片；请填写 /dev/ 下的设备或网络摄像机。',
  },
  camera_on_network: {
    en: 'Pictures of everybody before this camera cross the network, where others may see or replace them. Better a camera at the Pi itself; else a cable of its own, rtsps://, and the one address in the drop-in of evengate-face.service.',
    'zh-CN':
      '镜头前所有人的画面都会经过网络，可能被他人看到或替换。最好把摄像头直接接在树莓派上；否则请用专用网线和 rtsps://，并在 evengate-face.service 的附加文件中只允许该地址。',
  },
  exit_without_button: {
    en: 'The gate has an exit side and no exit button; leaving must never depend on a credential (P8). Wire one and add door.exitButton.',
    'zh-CN': '有出口侧却没有出门按钮；外出不得依赖凭证（P8）。请接线并添加 door.exitButton。',
  },
  pack_assists_only: {
    en: 'The builtin face models only assist and must not open a real door. Install the recommended ones with `evengate models pull` or `evengate models add FOLDER`, or remove face from {sides}.',
    'zh-CN':
      'builtin 人脸模型仅供辅助，不得开真实的门。请用 `evengate models pull` 或 `evengate models add 目录` 安装 recommended，或从 {sides} 去掉人脸。',
  },
  pack_missing: {
    en: 'The recommended face models are not installed; face stays off and the other ways work. Install them with `evengate models pull` or `evengate models add FOLDER`.',
    'zh-CN':
      '未安装 recommended 人脸模型；人脸停用，其他方式照常。请用 `evengate models pull` 或 `evengate models add 目录` 安装。',
  },
  models_directory_missing: {
    en: '{sides} offers face; say where the models lie: add face.modelsDirectory.',
    'zh-CN': '{sides} 提供人脸；请添加 face.modelsDirectory 说明模型所在目录。',
  },
} as const satisfies Record<string, Text>

export const sideWording = {
  side_empty: {
    en: 'The {side} side has no device; add card, keypad or face, or remove the side.',
    'zh-CN': '{side} 侧没有设备；请添加 card、keypad 或 face，或删除该侧。',
  },
  two_factor_same: {
    en: '{path} twice is one factor; name two different paths.',
    'zh-CN': '两个 {path} 只是一种验证；请写两种不同的方式。',
  },
  two_factor_not_offered: {
    en: 'The {side} side has no {path}; add the device under sides.{side}.{path} or remove this pair.',
    'zh-CN': '{side} 侧没有 {path}；请在 sides.{side}.{path} 下添加设备，或删除这一对。',
  },
  id_twice: {
    en: 'The name {id} is already used at {first}; give every device of the gate its own.',
    'zh-CN': '名称 {id} 已用于 {first}；请为本门每个设备取不同名称。',
  },
  id_reserved: {
    en: 'The name {id} belongs to the gate itself; choose another.',
    'zh-CN': '名称 {id} 留给门禁本身；请另取名称。',
  },
  keypad_device_twice: {
    en: 'This serial device is already read at {first}; two keypads need two lines.',
    'zh-CN': '该串口设备已用于 {first}；两个键盘需要两个串口。',
  },
  camera_input_twice: {
    en: 'This input is already used at {first}; two cameras need two inputs.',
    'zh-CN': '该输入已用于 {first}；两个摄像头需要两个输入。',
  },
  reader_ambiguous: {
    en: 'The reader name {reader} also fits {first}; write more of both names, as `evengate doctor` shows them.',
    'zh-CN': '读卡器名称 {reader} 与 {first} 无法区分；请按 `evengate doctor` 所示把两个名称写得更完整。',
  },
  reader_by_order: {
    en: 'Only the order in which they were plugged in tells this reader from {first}: in other USB ports, or after a start, the two may change places. Use readers whose names differ or show a serial number.',
    'zh-CN': '此读卡器与 {first} 仅靠接入顺序区分：换 USB 口或重启后两者可能互换。请使用名称不同或带序列号的读卡器。',
  },
  name_may_change: {
    en: '{name} may name another device after a start or in another USB port; write the stable name from {folder}.',
    'zh-CN': '重启或换 USB 口后，{name} 可能指向另一设备；请写 {folder} 下的固定名称。',
  },
  zone_outside: {
    en: 'The capture zone leaves the picture; {start} plus {extent} must be at most 1.',
    'zh-CN': '采集区超出画面；{start} 加 {extent} 不得大于 1。',
  },
  zone_small: {
    en: 'No face of {minFacePixels} px fits into a zone of {width} × {height} px; enlarge the zone or lower minFacePixels.',
    'zh-CN': '{width} × {height} 像素的采集区容不下 {minFacePixels} 像素的人脸；请扩大采集区或减小 minFacePixels。',
  },
  simulated_at_real_door: {
    en: 'A simulated device can open this real door; put a real one here before residents use the gate.',
    'zh-CN': '模拟设备可以打开这扇真实的门；投入使用前请换成真实设备。',
  },
} as const satisfies Record<string, Text>

export const doorWording = {
  pulse_limit_short: {
    en: 'pulseLimitMs ({pulseLimitMs}) is shorter than pulseMs ({pulseMs}); raise the one or lower the other.',
    'zh-CN': 'pulseLimitMs（{pulseLimitMs}）小于 pulseMs（{pulseMs}）；请调大前者或调小后者。',
  },
  impulse_long: {
    en: 'motor.impulseMs ({impulseMs}) is longer than pulseMs ({pulseMs}); the impulse ends with the opening.',
    'zh-CN': 'motor.impulseMs（{impulseMs}）大于 pulseMs（{pulseMs}）；脉冲须在开门时间内结束。',
  },
  ...motorWording,
  line_twice: {
    en: 'Line {line} is already used at {first}; give every wire its own line.',
    'zh-CN': '引脚 {line} 已用于 {first}；请为每根线分配不同引脚。',
  },
  relay_low_without_bias: {
    en: 'An active-low relay may pull in at power-on, before the program holds its line. Fit a resistor (10 kΩ) to 3.3 V and write bias: none, or use an active-high relay board.',
    'zh-CN':
      '低电平有效的继电器可能在上电时、程序接管引脚之前吸合。请加上拉电阻（10 kΩ 至 3.3 V）并写 bias: none，或改用高电平有效的继电器板。',
  },
  bias_not_possible: {
    en: 'onoff cannot set a pull; fit a resistor and write bias: none, or use driver gpiochip.',
    'zh-CN': 'onoff 无法设置上下拉；请外接电阻并写 bias: none，或改用驱动 gpiochip。',
  },
  onoff_keeps_relay: {
    en: 'With onoff the relay stays as it was when the program is killed; prefer driver gpiochip.',
    'zh-CN': '使用 onoff 时，程序被强制结束后继电器保持原状；建议使用驱动 gpiochip。',
  },
  clock_always_trusted: {
    en: 'At a real door a wrong clock would decide dates; write synchronized, unless the gate has its own good clock.',
    'zh-CN': '真实的门会按错误的时钟判断日期；除非本机时钟可靠，请写 synchronized。',
  },
  keys_beside_store: {
    en: 'The keys lie inside the store’s folder, so a copy of the one is a copy of both; choose another keysDirectory.',
    'zh-CN': '密钥放在数据库目录内，复制数据库就等于复制密钥；请另选 keysDirectory。',
  },
} as const satisfies Record<string, Text>

/** What a Raspberry Pi does with its header before any program holds a line. */
export const pinWording = {
  relay_pulled_up: {
    en: 'From power-on until the program holds it, the Pi pulls {line} up (GPIO0–8); with an active-high board the relay may pull in and the gate open at every boot. Use GPIO9–27 (such as GPIO17), or fit a resistor (10 kΩ) to ground and write bias: none.',
    'zh-CN':
      '从上电到程序接管之前，树莓派会上拉 {line}（GPIO0–8）；高电平有效的继电器可能吸合，每次开机都开门。请改用 GPIO9–27（如 GPIO17），或加下拉电阻（10 kΩ 至地）并写 bias: none。',
  },
  relay_pulled_down: {
    en: 'From power-on until the program holds it, the Pi pulls {line} down (GPIO9–27), and the pull named here comes only with the program; an active-low board may pull in and the gate open at every boot. Use an active-high board, or fit a resistor (10 kΩ) to 3.3 V and write bias: none.',
    'zh-CN':
      '从上电到程序接管之前，树莓派会下拉 {line}（GPIO9–27），此处所写的上拉要等程序启动才有效；低电平有效的继电器可能吸合，每次开机都开门。请改用高电平有效的继电器板，或加上拉电阻（10 kΩ 至 3.3 V）并写 bias: none。',
  },
  relay_on_fixed_pull: {
    en: 'On the board {line} is tied to 3.3 V by 1.8 kΩ, enough to energise an opto-isolated relay board while the Pi boots, and no setting takes it away. Move the relay to GPIO9–27, such as GPIO17.',
    'zh-CN':
      '{line} 在板上经 1.8 kΩ 接 3.3 V，足以使光耦继电器板在开机时吸合，且无法用设置取消。请把继电器改接到 GPIO9–27，如 GPIO17。',
  },
  input_on_fixed_pull: {
    en: 'On the board {line} is tied to 3.3 V by 1.8 kΩ; a pull-down cannot win against it and the input would always read high. Wire the contact to ground with bias: none, or use another pin, such as GPIO22.',
    'zh-CN':
      '{line} 在板上经 1.8 kΩ 接 3.3 V，下拉无法与之抗衡，读数将始终为高。请把触点接地并写 bias: none，或改用其他引脚，如 GPIO22。',
  },
  input_rests_active: {
    en: 'Without a bias {line} keeps the Pi’s power-on pull, which is its active level ({active}): it reads as active with nothing pressed. Write bias: pull-up or pull-down, as the wiring rests, or none with a resistor.',
    'zh-CN':
      '未写 bias 时 {line} 保持树莓派上电时的上下拉，而这正是其有效电平（{active}）：无人操作也会读作有效。请按接线的静止状态写 bias: pull-up 或 pull-down；外接电阻时写 none。',
  },
  pin_is_console: {
    en: '{line} belongs to the serial console: while the Pi boots it carries text and rests high. Use another pin, or turn the console off (`raspi-config`: Serial Port; no enable_uart=1 in config.txt).',
    'zh-CN':
      '{line} 属于串口控制台：开机时输出文字，且静止为高电平。请改用其他引脚，或关闭控制台（`raspi-config` 的 Serial Port；config.txt 中不写 enable_uart=1）。',
  },
  pin_is_i2c: {
    en: '{line} is I2C, with 1.8 kΩ to 3.3 V on the board; with I2C on, the kernel takes it away, and GPIO3 at ground wakes a halted Pi. Use another pin, or leave I2C off (no dtparam=i2c_arm=on).',
    'zh-CN':
      '{line} 是 I2C 引脚，板上经 1.8 kΩ 接 3.3 V；启用 I2C 后内核会占用它，GPIO3 接地还会唤醒已关机的树莓派。请改用其他引脚，或不启用 I2C（不写 dtparam=i2c_arm=on）。',
  },
  pin_is_board: {
    en: '{line} is kept for the memory of an add-on board: the Pi moves it at every boot, looking for one. Use another pin.',
    'zh-CN': '{line} 保留给扩展板的存储芯片：树莓派每次开机都会在此探测并改变电平。请改用其他引脚。',
  },
} as const satisfies Record<string, Text>
