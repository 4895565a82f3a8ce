import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MonotonicMs, reveal } from '../../config/words.ts'
import { flawOfCode } from '../../daemon/core/code-rules.ts'
import {
  choose,
  isMenuOver,
  MENU_LIMIT_MS,
  MENU_STEP_MS,
  type Menu,
  type MenuEffect,
  openMenu,
} from '../../daemon/core/menu.ts'

const at = (ms: number) => ms as MonotonicMs
const owner = { residentId: 'r_a', credentialId: 'c_card', pinCredentialId: 'c_pin' }

/** Chooses one after another, a second apart; the effects, and the menu that is left. */
const chooseAll = (choices: readonly string[], of: Parameters<typeof openMenu>[0] = owner) => {
  let menu: Menu | undefined = openMenu(of, at(0))
  const effects: MenuEffect[] = []
  for (const [index, digits] of choices.entries()) {
    if (!menu) throw new Error(`the menu was over before choice ${index}`)
    const step = choose(menu, digits, at((index + 1) * 1000))
    effects.push(step.effect)
    menu = step.menu
  }
  return { effects, kinds: effects.map((effect) => effect.kind), menu }
}

describe('withdrawing face', () => {
  test('asks at the first 9 and withdraws at the second, which ends the menu', () => {
    const { kinds, menu } = chooseAll(['9', '9'])
    expect(kinds).toEqual(['withdraw_face_ask', 'withdraw_face'])
    expect(menu).toBeUndefined()
  })

  test('is still asked for after hearing what is held', () => {
    expect(chooseAll(['9', '7', '9']).kinds).toEqual(['withdraw_face_ask', 'tell_held', 'withdraw_face'])
  })

  test('does not carry over into the next menu', () => {
    chooseAll(['9'])
    expect(chooseAll(['9']).kinds).toEqual(['withdraw_face_ask'])
  })
})

test('7 tells what is held and the menu goes on', () => {
  const { kinds, menu } = chooseAll(['7'])
  expect(kinds).toEqual(['tell_held'])
  expect(menu).toBeDefined()
})

test('1 confirms a consent and ends the menu', () => {
  const { kinds, menu } = chooseAll(['1'])
  expect(kinds).toEqual(['confirm_consent'])
  expect(menu).toBeUndefined()
})

test('3 asks for a rider’s code, of somebody who may come in himself; anybody else’s menu goes on', () => {
  expect(chooseAll(['3'], { ...owner, mayInvite: true }).kinds).toEqual(['issue_pass'])
  expect(chooseAll(['3', '7']).kinds).toEqual(['no_right_to_invite', 'tell_held'])
})

test.each(['', '0', '99', '09', '4711', '12042', '483920'])('%j is no choice and is not a step', (digits) => {
  const menu = openMenu(owner, at(0))
  expect(choose(menu, digits, at(9000))).toEqual({ effect: { kind: 'unknown_choice' }, menu })
})

describe('changing the code', () => {
  test('takes the new one twice and sets it on the resident’s own credential', () => {
    const { kinds, effects, menu } = chooseAll(['5', '483920', '483920'])
    expect(kinds).toEqual(['change_code', 'repeat_code', 'set_code'])
    const set = effects[2]
    expect(set?.kind === 'set_code' && [set.credentialId, reveal(set.code)]).toEqual(['c_pin', '483920'])
    expect(menu).toBeUndefined()
  })

  test('begins anew when the two differ', () => {
    expect(chooseAll(['5', '483920', '483921', '483921', '483921']).kinds).toEqual([
      'change_code',
      'repeat_code',
      'codes_differ',
      'repeat_code',
      'set_code',
    ])
  })

  test('refuses a weak one and waits for another', () => {
    expect(chooseAll(['5', '123456', '483920', '483920']).kinds).toEqual([
      'change_code',
      'code_too_weak',
      'repeat_code',
      'set_code',
    ])
  })

  test('takes what follows as a code, not as a choice', () => {
    expect(chooseAll(['5', '9']).kinds).toEqual(['change_code', 'code_too_weak'])
    expect(chooseAll(['5', '483920', '9']).kinds).toEqual(['change_code', 'repeat_code', 'codes_differ'])
  })

  test('is refused where the resident has no code of his own', () => {
    const { kinds, menu } = chooseAll(['5', '9'], { residentId: 'r_a', credentialId: 'c_card' })
    expect(kinds).toEqual(['no_code_to_change', 'withdraw_face_ask'])
    expect(menu).toBeDefined()
  })

  test('shows no code to whoever prints the menu or the effect', () => {
    const { menu } = chooseAll(['5', '483920'])
    const { effects } = chooseAll(['5', '483920', '483920'])
    for (const shown of [menu, effects]) expect(inspect(shown) + JSON.stringify(shown)).not.toContain('483920')
  })
})

describe('time', () => {
  test.each([
    [MENU_STEP_MS - 1, 'tell_held'],
    [MENU_STEP_MS, 'expired'],
    [MENU_STEP_MS + 1, 'expired'],
  ])('a choice after %d ms is %s', (ms, kind) => {
    expect(choose(openMenu(owner, at(500)), '7', at(500 + ms)).effect.kind).toBe(kind)
    expect(isMenuOver(openMenu(owner, at(500)), at(500 + ms))).toBe(kind === 'expired')
  })

  test('each step begins the time anew', () => {
    const stepped = choose(openMenu(owner, at(0)), '9', at(9000)).menu
    expect(stepped && choose(stepped, '9', at(18_000)).effect.kind).toBe('withdraw_face')
  })

  test('a choice that is none does not', () => {
    const same = choose(openMenu(owner, at(0)), '4', at(9000)).menu
    expect(same && choose(same, '9', at(10_000))).toEqual({ effect: { kind: 'expired' } })
  })

  test.each([
    [MENU_LIMIT_MS - 1, 'tell_held'],
    [MENU_LIMIT_MS, 'expired'],
  ])('however many steps are taken, after %d ms in all it is %s', (ms, kind) => {
    let menu: Menu | undefined = openMenu(owner, at(0))
    for (let now = 5000; now < MENU_LIMIT_MS; now += 5000) menu = menu && choose(menu, '7', at(now)).menu
    expect(menu && choose(menu, '7', at(ms)).effect.kind).toBe(kind)
  })
})

/** Every effect of the choices taken one after another until the menu is over. */
const walk = (choices: readonly (readonly [digits: string, gapMs: number])[]) => {
  let menu: Menu | undefined = openMenu(owner, at(0))
  let now = 0
  return choices.flatMap(([digits, gapMs]) => {
    now += gapMs
    const step: ReturnType<typeof choose> | undefined = menu && choose(menu, digits, at(now))
    menu = step?.menu
    return step ? [{ digits, effect: step.effect }] : []
  })
}

test('any choices at any times never throw', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ maxLength: 14 }), fc.integer()), { maxLength: 30 }), (choices) => {
      expect(walk(choices).length).toBeLessThanOrEqual(choices.length)
    }),
  )
})

test('a code is set only when it was typed twice running and is strong', () => {
  const digits = fc.constantFrom('5', '7', '483920', '905173', '123456')
  let sets = 0
  fc.assert(
    fc.property(fc.array(fc.tuple(digits, fc.nat(5000)), { maxLength: 12 }), (choices) => {
      const steps = walk(choices)
      for (const [index, step] of steps.entries()) {
        if (step.effect.kind !== 'set_code') continue
        sets++
        expect(reveal(step.effect.code)).toBe(step.digits)
        expect(steps[index - 1]?.digits).toBe(step.digits)
        expect(flawOfCode(step.digits)).toBeUndefined()
      }
    }),
    { numRuns: 2000 },
  )
  expect(sets).toBeGreaterThan(20)
})
