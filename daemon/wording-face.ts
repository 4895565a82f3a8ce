// The lines for an enrolment that keeps nothing, and the hints on the way to one that does. Text only. Read by wording.ts.

import type { Line } from './wording.ts'

export const faceLines: Readonly<Record<string, Line>> = {
  // why nothing was kept
  model_missing: [
    'No face model is installed: `evengate models add FOLDER`, then start the gate again.',
    '未安装人脸模型：请运行 `evengate models add 目录`，然后重新启动。',
  ],
  model_file_missing: [
    'A file of the face models is missing: `evengate models list`.',
    '缺少人脸模型文件：请查看 `evengate models list`。',
  ],
  model_file_mismatching: [
    'A file of the face models is damaged: `evengate models list`.',
    '人脸模型文件损坏：请查看 `evengate models list`。',
  ],
  self_test_failed: ['The face model fails its own test on this machine.', '人脸模型在本机自检失败。'],
  runtime_unavailable: [
    'What computes the face model cannot be loaded; run npm ci.',
    '无法加载人脸模型的运行库；请运行 npm ci。',
  ],
  template_key_missing: ['The template key is missing; put it back.', '缺少模板密钥；请放回。'],
  template_key_malformed: ['The template key is not one; put the right one back.', '模板密钥无效；请放回正确的密钥。'],
  template_key_permissions: ['Others can read the template key; chmod 600 it.', '模板密钥可被他人读取；请 chmod 600。'],
  template_key_unreadable: ['The template key cannot be read; check its owner.', '无法读取模板密钥；请检查其所有者。'],
  faces_beyond_plan: [
    'As many faces as were planned are enrolled. Raise face.plannedFaces, see what `check` says of it, and reload.',
    '已达到计划的人脸数。请提高 face.plannedFaces，查看 `check` 的结论，然后重新加载。',
  ],
  path_paused: ['Face is paused on this side.', '该侧的人脸已暂停。'],
  part_absent: ['its part is not running', '部件未运行'],
  model_changed: [
    'The face model on this machine is not the one that the gate started with; restart the gate, and consents are asked for anew.',
    '本机人脸模型与启动时不同；请重启门禁，同意须重新取得。',
  ],
  model_opening: ['The face model is still being opened; try again in a moment.', '人脸模型正在加载；请稍后再试。'],
  no_camera: ['There is no camera on this side.', '该侧没有摄像头。'],
  camera_absent: ['The camera is not there; see `evengate doctor`.', '摄像头不可用；请运行 `evengate doctor`。'],
  frame_stuck: [
    'The model hangs on a picture; the face part is started again.',
    '人脸模型卡在一帧画面上；人脸部件正在重启。',
  ],
  face_absent: ['The face part is not running; see `evengate status`.', '人脸部件未运行；请查看 `evengate status`。'],
  enrolment_running: ['Another enrolment is under way on this side.', '该侧正在进行另一次登记。'],
  nobody_came: ['Nobody stood in the zone; nothing was kept.', '无人站在采集区；未保存任何内容。'],
  no_good_frame: [
    'No three good pictures came; nothing was kept. More light, nearer, straight ahead.',
    '未得到三张合格画面；未保存任何内容。请增加光线、靠近并正视镜头。',
  ],
  looks_like_another: [
    'The face resembles somebody enrolled too much to be told apart; nothing was kept. Card and code work as before.',
    '与已登记者过于相似，无法区分；未保存任何内容。卡和密码照常可用。',
  ],
  forgotten: ['Forgotten on the way, as was asked; nothing was kept.', '登记途中已按要求删除；未保存任何内容。'],
  stopped: ['Stopped; nothing was kept.', '已停止；未保存任何内容。'],
  gallery_changed: [
    'Somebody was enrolled or forgotten meanwhile; run it again.',
    '校准期间有人登记或删除了人脸；请再次运行。',
  ],
  calibration_late: ['The comparison takes too long; try when fewer people pass.', '比较耗时过长；请在人少时再试。'],
  calibration_running: ['A calibration is under way already.', '校准正在进行。'],
  look_alikes_many: [
    'More than 2000 pairs resemble each other: these models do not tell the people here apart. Turn face off.',
    '相貌相近者超过 2000 对：此模型无法区分本处住户。请停用人脸。',
  ],
  part_ending: ['The face part is stopping; nothing was kept.', '人脸部件正在停止；未保存任何内容。'],
  main_lost: ['The gate was lost on the way; nothing was kept.', '与门禁失去联系；未保存任何内容。'],
  other_way_missing: [
    'He holds no card or code for every side that offers face; face is never the only way. Add one first.',
    '住户在提供人脸的每一侧须另有卡或密码；人脸绝不是唯一方式。请先登记。',
  ],
  right_missing: ['The resident has no right at a gate that offers face.', '住户在提供人脸的门没有通行权。'],
  credential_unfit: ['This credential cannot carry a face.', '此凭证不能用于人脸。'],
  template_exists: ['It is there already.', '已存在。'],
  templates_count: ['An enrolment has 1 to 16 views.', '一次登记为 1 至 16 个模板。'],
  credential_exists: ['It is there already.', '已存在。'],
  bound_card_unfit: [
    'A face is bound to a card of his own, in use, that proves a key: `card issue` makes one, `resident show` names it.',
    '人脸只能绑定住户本人在用且能验证密钥的卡：用 `card issue` 发卡，`resident show` 查看编号。',
  ],
  bound_face_fixed: ['A face that is bound stays so; enrol it again.', '已绑定的人脸不可更改；请重新登记。'],
  card_secret_missing: [
    'There is no secret on this card: `card issue` at the desk leaves one, and enrol the face again then.',
    '此卡上没有人脸密钥：请在前台运行 `card issue` 写入，然后重新登记人脸。',
  ],
  card_secret_wrong: [
    'The secret on this card does not open the face that was bound to it; enrol the face again. Card and code work as before.',
    '此卡上的密钥打不开所绑定的人脸；请重新登记人脸。卡和密码照常可用。',
  ],
  card_reader_missing: [
    'This side has no reader behind pcscd, which alone reads what is on a card.',
    '该侧没有 pcscd 读卡器，无法读取卡内密钥。',
  ],
  bound_face_unopened: [
    'A resident’s own card did not open his face; he was told to take another way.',
    '住户本人的卡未能打开其人脸；已提示改用其他方式。',
  ],
  // hints on the way
  tap_own_card: ['Tap the resident’s own card at the gate, within 30 s.', '请在 30 秒内在门口刷住户本人的卡。'],
  tap_new_card: ['Tap the new card at the gate, within 30 s.', '请在 30 秒内在门口刷新卡。'],
  tap_once_more: ['Tap the same card once more.', '请将同一张卡再刷一次。'],
  stand_here: ['Stand in the marked zone and look at the camera.', '请站在标示区域内，看镜头。'],
  come_closer: ['Come closer.', '请靠近一些。'],
  step_back: ['Step back a little.', '请后退一些。'],
  look_here: ['Look straight at the camera.', '请正视镜头。'],
  hold_still: ['Hold still.', '请保持不动。'],
  more_light: ['More light on the face.', '脸部光线太暗。'],
  show_face: ['Take off mask or sunglasses.', '请摘下口罩或墨镜。'],
  less_light: ['Less light on the face.', '脸部光线太强。'],
  one_at_a_time: ['One person at a time.', '请一次一人。'],
  one_of_three: ['One of three.', '已完成 1/3。'],
  two_of_three: ['Two of three.', '已完成 2/3。'],
  start_again: ['Starting again.', '重新开始。'],
}
