// The keypad's menus, one a side: keeps the open one, carries out what its steps ask for, answers by light and tone. A menu never
// opens the door. The steps themselves are in core/menu.ts. Called by the gate's line.

import type { MonotonicMs, Result, Side } from '../config/words.ts'
import type { Held, Sign } from '../drivers/signal/contract.ts'
import { activeCredentials } from './active-credentials.ts'
import { choose, isMenuOver, type Menu, type MenuEffect, type MenuOwner, openMenu } from './core/menu.ts'
import type { Gallery } from './gallery.ts'
import type { FactsReader } from './store/facts.ts'
import type { Ledger } from './store/ledger.ts'

export type Menus = {
  /** `mayInvite`: a rider's code may be asked for; not where nothing is said. */
  readonly open: (side: Side, residentId: string, credentialId: string, at: MonotonicMs, mayInvite?: boolean) => void
  readonly isOpen: (side: Side, at: MonotonicMs) => boolean
  readonly choose: (side: Side, digits: string, at: MonotonicMs) => Promise<void>
  readonly close: (side: Side) => void
  /** The door has opened: a menu in which nobody has chosen anything belongs to somebody who walked in. */
  readonly closeUntouched: () => void
}

export type MenuDeps = {
  /** Nobody is enrolled on a consent that is just being withdrawn. */
  readonly stopEnrolments: (residentId: string) => void
  /** Whoever is busy at the keypad is not looked at. */
  readonly yieldFace: (side: Side) => void
  readonly facts: Pick<FactsReader, 'showResident' | 'pinChallenge' | 'hashCode'>
  readonly ledger: Pick<Ledger, 'write'>
  readonly signal: {
    readonly show: (side: Side, sign: Sign) => void
    readonly tellHeld: (side: Side, held: Held) => void
    readonly tellNumber: (side: Side, number: number | string) => void
  }
  readonly gallery: Pick<Gallery, 'end'>
  /** Makes a rider's code of this household: NUMBER*CODE as it is typed; undefined: refused. Absent: there are none. */
  readonly issueRider?: (residentId: string) => Promise<string | undefined>
  /** A contact says so. Absent: nobody can tell. */
  readonly isDoorClosed?: () => boolean
}

/**
 * Whose code `5#` and `6#` would change: the one just typed. A card alone does not change a code: whoever steps to the keypad behind
 * a resident who tapped and walked in would take his code over.
 */
const pinOf = (
  pins: readonly { readonly id: string; readonly number: string | null }[],
  credentialId: string,
): Pick<MenuOwner, 'pinCredentialId' | 'pinNumber'> => {
  const number = pins.find((pin) => pin.id === credentialId)?.number
  return number === undefined || number === null ? {} : { pinCredentialId: credentialId, pinNumber: number }
}

const byResident = { role: 'resident', caller: 'keypad' } as const

/** `told`: the number by which the office prints a receipt, or a rider's code. */
type MenuAnswer = { readonly sign: Sign; readonly told?: number | string }
const answerOf = (written: Result<{ readonly receipt: number }>): MenuAnswer =>
  written.ok ? { sign: 'done', told: written.value.receipt } : { sign: 'refused' }

/** What the steps of a menu do, each with its answer. */
const createActs = (deps: MenuDeps) => {
  const activeOf = (residentId: string, kind: string) => activeCredentials(deps.facts, residentId, kind)

  /** No to what is in force withdraws it; no to what is not, or not yet, refuses it for good. */
  const withdrawFace = async (residentId: string): Promise<MenuAnswer> => {
    deps.stopEnrolments(residentId)
    const consents = deps.facts.showResident(residentId)?.consents ?? []
    if (!consents.some(({ confirmedAt, endedAt }) => confirmedAt !== null && endedAt === null))
      return answerOf(await deps.ledger.write('refuseConsent', { residentId }, byResident))
    const faces = activeOf(residentId, 'face').map((face) => face.id)
    const write = () => deps.ledger.write('withdrawConsent', { residentId }, byResident)
    return answerOf(await deps.gallery.end(faces, write))
  }

  const setCode = async (residentId: string, effect: Extract<MenuEffect, { kind: 'set_code' }>): Promise<Sign> => {
    const { credentialId, code, codeKind } = effect
    const number = activeOf(residentId, 'pin').find((pin) => pin.id === credentialId)?.number
    if (!number) return 'refused'
    const challenge = deps.facts.pinChallenge(number)
    const hash = await deps.facts.hashCode(code, challenge)
    const operation = codeKind === 'code' ? 'changeCode' : 'setDuress'
    const written = await deps.ledger.write(operation, { credentialId, hash, salt: challenge.salt }, byResident)
    return written.ok ? 'done' : 'refused'
  }

  const carryOut = async (menu: Menu, effect: MenuEffect): Promise<MenuAnswer> => {
    const { residentId, credentialId } = menu
    switch (effect.kind) {
      case 'withdraw_face':
        return withdrawFace(residentId)
      case 'confirm_consent':
        return answerOf(await deps.ledger.write('confirmConsent', { residentId, credentialId }, byResident))
      case 'issue_pass': {
        // Who tapped and walked in leaves his menu to whoever is next at the keypad; who typed his code stands there.
        if (menu.pinCredentialId === undefined && deps.isDoorClosed?.() !== true) return { sign: 'refused' }
        const told = await deps.issueRider?.(residentId)
        return told === undefined ? { sign: 'refused' } : { sign: 'done', told }
      }
      case 'set_code':
        return { sign: await setCode(residentId, effect) }
      case 'withdraw_face_ask':
      case 'repeat_code':
        return { sign: 'again_please' }
      case 'change_code':
      // Two that differ begin anew; one that is too easy is refused.
      case 'codes_differ':
        return { sign: 'new_code_please' }
      default:
        return { sign: 'refused' }
    }
  }

  const tellHeld = (side: Side, residentId: string) =>
    deps.signal.tellHeld(side, {
      cards: activeOf(residentId, 'card').length,
      codes: activeOf(residentId, 'pin').length,
      face: activeOf(residentId, 'face').length > 0,
    })

  return { carryOut, tellHeld }
}

export const createMenus = (deps: MenuDeps): Menus => {
  const menus = new Map<Side, Menu>()
  const { carryOut, tellHeld } = createActs(deps)
  return {
    open: (side, residentId, credentialId, at, mayInvite = false) => {
      const pin = pinOf(activeCredentials(deps.facts, residentId, 'pin'), credentialId)
      menus.set(side, openMenu({ residentId, credentialId, ...pin, mayInvite }, at))
    },
    isOpen: (side, at) => {
      const menu = menus.get(side)
      return menu !== undefined && !isMenuOver(menu, at)
    },
    choose: async (side, digits, at) => {
      const menu = menus.get(side)
      if (!menu) return
      const { effect, menu: next } = choose(menu, digits, at)
      if (next) menus.set(side, next)
      else menus.delete(side)
      deps.yieldFace(side)
      if (effect.kind === 'tell_held') return tellHeld(side, menu.residentId)
      const { sign, told } = await carryOut(menu, effect)
      deps.signal.show(side, sign)
      if (told !== undefined) deps.signal.tellNumber(side, told)
    },
    close: (side) => void menus.delete(side),
    closeUntouched: () => {
      for (const [side, menu] of menus) if (menu.steppedAt === menu.openedAt) menus.delete(side)
    },
  }
}
