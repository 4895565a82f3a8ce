// The lines for devices and parts that do not keep their contract, for cards that could not be read, and for the alarms that people
// must see: what is wrong, and what to do. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

const cardLines: Readonly<Record<string, Line>> = {
  pcscd_absent: [
    'pcscd does not answer: apt-get install pcscd; systemctl start pcscd.',
    'pcscd 无应答：apt-get install pcscd；systemctl start pcscd。',
  ],
  pcscd_refused: [
    'pcscd does not serve this user: check the polkit rule of evengate.',
    'pcscd 拒绝本用户：请检查 evengate 的 polkit 规则。',
  ],
  pcscd_lost: ['pcscd was lost; the card part starts anew.', '与 pcscd 失去联系；刷卡部件正在重新启动。'],
  driver_missing: [
    'The card library is not built on this machine: apt-get install libpcsclite-dev g++ make python3, then run npm run -s evengate -- check, which builds it.',
    '本机未编译读卡库：apt-get install libpcsclite-dev g++ make python3，再运行 npm run -s evengate -- check，即会编译。',
  ],
  reader_absent: [
    'The reader is not there: plug it in, or compare its name with `evengate doctor`.',
    '读卡器不在：请接入，或用 `evengate doctor` 核对名称。',
  ],
  reader_stuck: [
    'The reader hangs on a card; take the card away, or unplug the reader for a moment.',
    '读卡器卡在一张卡上；请取走卡片，或拔插读卡器。',
  ],
  card_not_released: [
    'The reader does not let go of a card; unplug it for a moment.',
    '读卡器未释放卡片；请拔插一次。',
  ],
  reader_busy: ['the reader still works on the last card', '读卡器仍在处理上一张卡'],
  removed_too_soon: ['taken away too soon; hold it a moment longer', '离开太快；请多停留片刻'],
  time_out: ['the card does not answer', '卡片无应答'],
  connect_failed: ['the card cannot be spoken to', '无法与卡片通信'],
  not_iso14443: ['no ISO 14443 card', '不是 ISO 14443 卡'],
  short_answer: ['the card’s answer is cut short', '卡片应答不完整'],
  wrong_length: ['an identifier of no known length', '卡号长度异常'],
  bad_status: ['the card refuses to say its identifier', '卡片拒绝提供卡号'],
}

const keypadLines: Readonly<Record<string, Line>> = {
  device_absent: [
    'The device is not there: plug it in, or look in /dev/serial/by-path/ or /dev/input/by-path/.',
    '设备不存在：请接入，或查看 /dev/serial/by-path/ 或 /dev/input/by-path/。',
  ],
  device_refused: [
    'The device may not be opened: add the user to the group dialout (serial line) or input (USB keypad).',
    '无权打开设备：请将用户加入 dialout 组（串口）或 input 组（USB 键盘）。',
  ],
  device_not_serial: ['This device is no serial line.', '该设备不是串口。'],
  device_locked: ['Another program holds the device; end it.', '设备被其他程序占用；请结束该程序。'],
  open_failed: ['The device cannot be opened; check cable and speed.', '无法打开设备；请检查线缆和速率。'],
  keypad_lost: ['The keypad’s line was lost; its part starts anew.', '键盘串口中断；键盘部件正在重新启动。'],
  unplugged: ['unplugged', '已拔出'],
  line_noise: [
    'Noise on the line; what came is dropped. Check speed (baud), cable and shield.',
    '线路有杂码，已丢弃输入；请检查速率（baud）、线缆和屏蔽。',
  ],
  key_flood: [
    'Keys faster than fingers; dropped. A stuck key, or a machine at the wire.',
    '按键速度超出人手，已丢弃；可能卡键，或线路上接了机器。',
  ],
}

const cameraLines: Readonly<Record<string, Line>> = {
  camera_starting: ['the camera is starting', '摄像头正在启动'],
  camera_silent: ['The camera gives no pictures any more; it is started again.', '摄像头不再出画面；正在重新启动。'],
  camera_stopped: ['the camera was stopped', '摄像头已停止'],
  camera_black: [
    'The camera sends black pictures: is there a cap on the lens, or a broken sensor?',
    '摄像头画面全黑：镜头盖未取下，或传感器损坏？',
  ],
  camera_dark: [
    'Too dark for the camera; a lamp is needed. Cards and codes are as always.',
    '对摄像头来说太暗，需要补光。刷卡和密码照常。',
  ],
  camera_covered: ['The camera’s lens is covered or dirty; wipe it.', '镜头被遮挡或脏污；请擦拭。'],
  camera_frozen: ['The camera repeats one picture; unplug it for a moment.', '摄像头画面卡住；请拔插一次。'],
  camera_backlit: [
    'The camera looks into the light; faces before it are shadows. Turn or shade it.',
    '摄像头逆光，人脸过暗；请调整方向或遮光。',
  ],
  ffmpeg_missing: ['ffmpeg is missing: apt-get install ffmpeg.', '缺少 ffmpeg：apt-get install ffmpeg。'],
  gallery_extrapolated: [
    'more faces than the model was measured for: calibrate on site',
    '人脸数量超出模型实测范围：请现场校准',
  ],
}

const doorLines: Readonly<Record<string, Line>> = {
  button_stuck: [
    'The exit button is held down and counts no more until it is released: is it wedged, or wired the wrong way round (active)?',
    '出门按钮一直按下，松开前不再起作用：是否卡住，或有效电平（active）接反？',
  ],
  guard_button_stuck: [
    'The guard’s button is held down and counts no more until it is released: is it wedged, or wired the wrong way round (active)?',
    '保安按钮一直按下，松开前不再起作用：是否卡住，或有效电平（active）接反？',
  ],
  relay_stuck: [
    'The relay does not do what it is told; go and look at board and wiring.',
    '继电器不听指令；请检查继电器板和接线。',
  ],
  relay_busy: ['The relay’s line cannot be written at the moment.', '暂时无法写入继电器引脚。'],
  lines_busy: ['The door’s lines cannot be read at the moment.', '暂时无法读取门的引脚。'],
  line_busy: [
    'A line of the door belongs to another program; `gpioinfo` names it. End that program.',
    '门的引脚被其他程序占用；可用 `gpioinfo` 查看，请结束该程序。',
  ],
  line_of_door: [
    'This line is the door’s: no lamp, buzzer or button may have it. Give it another in the configuration.',
    '此引脚属于门，不能用于灯、蜂鸣器或按钮。请在配置中改用其他引脚。',
  ],
  settings_differ: [
    'The door runs with other settings than this gate: it could not read the accepted configuration. Make room on the disk, then reload.',
    '门使用的设置与本机不同：读不到已接受的配置。请清理磁盘空间后重新加载。',
  ],
  line_missing: [
    'The chip has no line of this name; `gpioinfo` lists them.',
    '芯片没有此名称的引脚；可用 `gpioinfo` 查看。',
  ],
  line_refused: ['The chip refuses a line; look at bias and active.', '芯片拒绝该引脚；请检查 bias 和 active。'],
  line_needs_offset: [
    'onoff finds a line by its offset only: write 17, not GPIO17.',
    'onoff 只能按序号找引脚：请写 17，不写 GPIO17。',
  ],
  line_closed: ['the line is closed', '引脚已关闭'],
  chip_missing: [
    'There is no chip of this label; `gpiodetect` lists them (pinctrl-rp1 on a Pi 5, pinctrl-bcm2711 on a Pi 4).',
    '没有此标签的芯片；可用 `gpiodetect` 查看（Pi 5 为 pinctrl-rp1，Pi 4 为 pinctrl-bcm2711）。',
  ],
  chip_ambiguous: ['Two chips have this label; give it to one of them only.', '有两个芯片使用此标签；请确认唯一。'],
  chip_lost: ['The chip vanished; is its cable or its driver gone?', '芯片消失；请检查连接和驱动。'],
  gpio_forbidden: [
    'The door may not use the GPIO chip: add its user to the group gpio.',
    '门控部件无权使用 GPIO 芯片：请将其用户加入 gpio 组。',
  ],
  guard_holds: ['The guard holds the door open with his button or card.', '保安用按钮或卡保持门常开。'],
  guard_holds_long: ['The guard has held the door open for more than 15 minutes.', '保安保持门常开已超过 15 分钟。'],
  door_held: ['The door stands open too long.', '门开启超时。'],
  door_forced: ['The door was opened without an unlock.', '门未经开锁即被打开。'],
}

const alarmLines: Readonly<Record<string, Line>> = {
  journal_full: [
    'The disk takes no record and the memory for it is full: who comes in now is let in unrecorded. Check the disk at once.',
    '磁盘无法写入，内存记录已满：此后放行无法记录。请立即检查磁盘。',
  ],
  journal_uncounted: [
    'How many events wait in memory cannot be written down; a power cut now would lose them uncounted. Check the runtime folder.',
    '无法写下内存中待写事件的数量；此时断电将丢失且无从统计。请检查运行目录。',
  ],
  record_late: [
    'The disk did not take an event in time; it is held in memory and written when the disk answers.',
    '磁盘未及时写入事件；已存入内存，待磁盘应答后写入。',
  ],
  writer_silent: [
    'The store’s writer did not end; what waited for the disk may be lost. `evengate log verify` after the next start.',
    '数据库写入线程未能结束；待写内容可能丢失。下次启动后请运行 `evengate log verify`。',
  ],
  inequality_opened: [
    'One side offers face and nothing else: its other ways are down. Mend card or keypad; after the grace the remedy acts.',
    '某侧只剩人脸可用：其他方式均失效。请修复读卡器或键盘；宽限期过后将执行补救。',
  ],
  inequality_remedy: [
    'A side had face and nothing else for too long: the remedy of the configuration acts now.',
    '某侧只剩人脸的时间过长：现在执行配置中的补救。',
  ],
  inequality_closed: ['Every side offers another way than face again.', '各侧均已恢复人脸以外的通行方式。'],
  not_proved: ['The card did not prove its key.', '卡片未能验证密钥。'],
  card_wrong_key: [
    'The card does not know this site’s key, or repeats what another said.',
    '卡片不持有本站点密钥，或重放了他卡的应答。',
  ],
  card_malformed: ['The card’s answer is not of its protocol.', '卡片应答不符合协议。'],
  sdm_malformed: ['What the tag sent is not of its protocol.', '标签内容不符合协议。'],
  sdm_wrong_mac: ['The tag’s proof is wrong.', '标签验证码错误。'],
  sdm_counter_old: [
    'The tag’s counter has been seen before: a copy of what it once sent.',
    '标签计数器已出现过：重放旧内容。',
  ],
  site_card_key_exists: ['The site has a card key already.', '站点卡密钥已存在。'],
  card_proof_stands: ['The card is held to its key already.', '该卡已要求验证密钥。'],
  card_copy_suspected: [
    'A card has been shown by less than it proves, or at two places at once; it may be a copy. `evengate log tail` names it.',
    '卡片这次证明的比以往少，或同时出现在两处，可能是复制卡；请用 `evengate log tail` 查看。',
  ],
  door_down: ['The door part is down; look at the door’s lines at once.', '门控部件失效；请立即检查门的线路。'],
  path_down: ['A way in is down; `evengate status` says which.', '某种通行方式失效；请查看 `evengate status`。'],
  signal_down: [
    'A light, sound or alarm outlet is down; `evengate status` says which.',
    '灯光、声音或报警输出失效；请查看 `evengate status`。',
  ],
}

export const partLines: Readonly<Record<string, Line>> = {
  ...cardLines,
  ...keypadLines,
  ...cameraLines,
  ...doorLines,
  ...alarmLines,
}
