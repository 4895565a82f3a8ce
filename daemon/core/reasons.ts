// Why somebody was let in or not. The order is the order in which `decide` looks: the first that applies wins.
// Codes are strings, unique, and never reused. Wording for people stands beside each code in both languages.

export const denials = [
  ['controller_fault', 'The gate cannot judge: its store or its core is failing.', '门禁自身故障，暂时无法判断。'],
  ['lockdown', 'The gate is in lockdown.', '门禁处于封锁状态。'],
  ['held_off', 'This credential has just opened the gate, which is on its way.', '该凭证刚开过门，门正在动作。'],
  ['path_paused', 'This way in is paused.', '此通行方式已暂停。'],
  ['reading_invalid', 'What was read is not a valid card, code or face.', '读到的内容无效。'],
  [
    'random_identifier',
    'The phone or card shows a new number each time and cannot be recognised.',
    '手机或卡片每次给出随机号码，无法识别。',
  ],
  ['credential_unknown', 'Nobody is enrolled with this.', '未登记的凭证。'],
  ['credential_revoked', 'This credential was revoked.', '该凭证已注销。'],
  ['clock_untrusted', 'A date decides here and the gate does not know the time.', '需按日期判断，但门禁时钟不可信。'],
  ['credential_not_yet_valid', 'Not valid yet.', '凭证尚未生效。'],
  ['credential_expired', 'No longer valid.', '凭证已过期。'],
  ['credential_used_up', 'All uses are spent.', '使用次数已用完。'],
  ['credential_locked_out', 'Too many wrong tries with this number; wait.', '该号码错误次数过多，请稍候。'],
  ['resident_suspended', 'The resident is suspended.', '住户通行已中止。'],
  ['card_proof_too_weak', 'A card that proves more is asked for here.', '此处要求更可靠的卡片验证。'],
  ['consent_missing', 'There is no current consent to face.', '没有有效的人脸识别同意。'],
  ['consent_stale', 'The consent was given for another notice, gate or model.', '同意书对应的告知、门或模型已变更。'],
  ['face_not_live', 'The face does not look like a living person.', '未通过活体检测。'],
  ['face_uncertain', 'The face is not certain enough; use your card or code.', '人脸不够确定，请刷卡或输码。'],
  ['second_factor_missing', 'A second proof is needed and did not come.', '需要第二种凭证。'],
  ['pin_wrong', 'Wrong code.', '密码错误。'],
  ['factors_disagree', 'The two proofs belong to different people.', '两种凭证不属于同一人。'],
  ['no_right', 'No right at this gate.', '在此门无通行权限。'],
  ['outside_schedule', 'Outside the permitted times.', '不在允许的时段。'],
  ['first_person_missing', 'Not before somebody in charge has come in today.', '负责人今日尚未到达。'],
  ['passback', 'Came in already, and has not left since.', '已进入，尚未外出。'],
] as const satisfies readonly (readonly [code: string, en: string, zh: string])[]

export const grants = [
  ['right', 'A resident with a right here and now.', '有权通行。'],
  ['exit', 'Leaving: every known credential opens.', '外出：已登记凭证均可开门。'],
  ['exit_button', 'The exit button.', '出门按钮。'],
  ['remote_open', 'Opened by the office.', '物业远程开门。'],
  ['guard_open', 'Opened by the guard.', '保安开门。'],
  ['open_mode', 'The gate stands open.', '门处于常开模式。'],
  ['fire', 'Fire release.', '消防释放。'],
] as const satisfies readonly (readonly [code: string, en: string, zh: string])[]

export type DenyReason = (typeof denials)[number][0]
export type GrantReason = (typeof grants)[number][0]
export type Reason = DenyReason | GrantReason

export const denyReasons: readonly DenyReason[] = denials.map(([code]) => code)
export const grantReasons: readonly GrantReason[] = grants.map(([code]) => code)

/** Why a credential ends; a closed list, so that no free text about a person gets into the record. */
export const revocations = ['office', 'lost', 'stolen', 'returned'] as const
export type Revocation = (typeof revocations)[number]
