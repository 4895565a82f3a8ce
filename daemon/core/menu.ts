// The menu at the keypad: what a resident may ask for the moment after his card or his NUMBER*CODE*. Owns the steps and their time.
// Must never open a door, and a code is in it only as a secret. Pure, the instant is an argument. Called by the gate, which keeps
// one menu a side, carries the effects out and answers a choice without a menu as `reading_invalid`.
//
//   9# 9#  withdraw face      7#  what is held      5# NEW# NEW#  change the code      1#  confirm a consent      3#  a rider's code
//   6# NEW# NEW#  a second code, which opens like the first and calls for help without a sign (duress)
//
// A menu is over after the step that ends in an act; after 7# it goes on, as somebody who hears what is held may want to withdraw.

import { hide, type MonotonicMs, reveal, type Secret } from '../../config/words.ts'
import { flawOfCode } from './code-rules.ts'

/** Between two steps. */
export const MENU_STEP_MS = 10_000
/** Over all steps: whoever comes next must not find it open. */
export const MENU_LIMIT_MS = 60_000
export type MenuOwner = {
  readonly residentId: string
  /** What opened the menu. */
  readonly credentialId: string
  /** Whose code 5# and 6# change: the one just typed. Absent, as after a card alone: both are refused. */
  readonly pinCredentialId?: string
  /** Its number, which the new code must not be. */
  readonly pinNumber?: string
  /** A rider's code may be asked for (menu-rights.ts). */
  readonly mayInvite?: boolean
}

/** Which of a credential's two codes. */
export type CodeKind = 'code' | 'duress'

export type Menu = MenuOwner & {
  readonly openedAt: MonotonicMs
  readonly steppedAt: MonotonicMs
  readonly withdrawAsked: boolean
  readonly newCode: 'not_asked' | 'asked' | Secret<string>
  readonly codeKind: CodeKind
}

export type MenuEffect =
  | { readonly kind: 'withdraw_face_ask' }
  | { readonly kind: 'withdraw_face' }
  | { readonly kind: 'tell_held' }
  | { readonly kind: 'confirm_consent' }
  /** A code for one visitor, told once. */
  | { readonly kind: 'issue_pass' }
  | { readonly kind: 'change_code' }
  | { readonly kind: 'repeat_code' }
  | {
      readonly kind: 'set_code'
      readonly credentialId: string
      readonly code: Secret<string>
      readonly codeKind: CodeKind
    }
  /** No code was typed to open this menu. */
  | { readonly kind: 'no_code_to_change' }
  /** The gate would not open for him now. */
  | { readonly kind: 'no_right_to_invite' }
  | { readonly kind: 'code_too_weak' }
  | { readonly kind: 'codes_differ' }
  | { readonly kind: 'unknown_choice' }
  | { readonly kind: 'expired' }

/** `menu` absent: it is over. */
export type MenuStep = { readonly effect: MenuEffect; readonly menu?: Menu }

export const openMenu = (owner: MenuOwner, at: MonotonicMs): Menu =>
  Object.freeze({
    ...owner,
    openedAt: at,
    steppedAt: at,
    withdrawAsked: false,
    newCode: 'not_asked',
    codeKind: 'code',
  })

/** A key typed before the menu opened was somebody else's. */
export const isMenuOver = (menu: Menu, at: MonotonicMs): boolean =>
  at < menu.openedAt || at - menu.steppedAt >= MENU_STEP_MS || at - menu.openedAt >= MENU_LIMIT_MS

/** `digits` are those of a `choice` frame, `at` the frame's instant. */
export const choose = (menu: Menu, digits: string, at: MonotonicMs): MenuStep => {
  if (isMenuOver(menu, at)) return { effect: { kind: 'expired' } }
  const stepTo = (kind: StepKind, change: Partial<Menu> = {}): MenuStep => ({
    effect: { kind },
    menu: Object.freeze({ ...menu, steppedAt: at, ...change }),
  })
  if (menu.newCode !== 'not_asked') return takeNewCode(menu, digits, stepTo)
  switch (digits) {
    case '9':
      return menu.withdrawAsked
        ? { effect: { kind: 'withdraw_face' } }
        : stepTo('withdraw_face_ask', { withdrawAsked: true })
    case '7':
      return stepTo('tell_held')
    case '5':
    case '6':
      return menu.pinCredentialId === undefined
        ? stepTo('no_code_to_change')
        : stepTo('change_code', { newCode: 'asked', codeKind: digits === '5' ? 'code' : 'duress' })
    case '1':
      return { effect: { kind: 'confirm_consent' } }
    case '3':
      return menu.mayInvite === true ? { effect: { kind: 'issue_pass' } } : stepTo('no_right_to_invite')
    default:
      // No step: the time runs on, so that nobody keeps another's menu open by chance keys.
      return { effect: { kind: 'unknown_choice' }, menu }
  }
}

type StepKind = Exclude<MenuEffect['kind'], 'set_code'>
type StepTo = (kind: StepKind, change?: Partial<Menu>) => MenuStep

const takeNewCode = (menu: Menu, digits: string, stepTo: StepTo): MenuStep => {
  if (menu.newCode === 'asked') {
    if (flawOfCode(digits, menu.pinNumber) !== undefined) return stepTo('code_too_weak')
    return stepTo('repeat_code', { newCode: hide(digits) })
  }
  if (menu.newCode === 'not_asked' || menu.pinCredentialId === undefined)
    throw new Error('a new code was taken without being asked for')
  if (reveal(menu.newCode) !== digits) return stepTo('codes_differ', { newCode: 'asked' })
  const { pinCredentialId: credentialId, newCode: code, codeKind } = menu
  return { effect: { kind: 'set_code', credentialId, code, codeKind } }
}
