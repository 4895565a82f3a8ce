import { describe, expect, test } from 'vitest'
import { hide, type MonotonicMs, type Side } from '../../config/words.ts'
import { createMenus } from '../../daemon/menus.ts'
import type { Sign } from '../../drivers/signal/contract.ts'

const at = (ms: number) => ms as MonotonicMs

/** A resident with one card and one code, and an office that remembers what was written. */
const openOffice = () => {
  const written: string[] = []
  const shown: (Sign | 'held')[] = []
  const yielded: Side[] = []
  const credential = (id: string, kind: string, number: string | null) => ({ id, kind, number, revokedAt: null })
  const page = { consents: [], credentials: [credential('c_card', 'card', null), credential('c_pin', 'pin', '12042')] }
  const menus = createMenus({
    facts: {
      showResident: () => page as never,
      pinChallenge: () => ({ salt: Buffer.alloc(16), parameters: { memoryKib: 8, passes: 1, parallelism: 1 } }),
      hashCode: async (code) => {
        expect(String(code)).toBe(String(hide('')))
        return Buffer.alloc(32)
      },
    },
    ledger: {
      write: async (name) => {
        written.push(name)
        return { ok: true, value: {} } as never
      },
    },
    gallery: { end: (_, write) => write() },
    signal: { show: (_, sign) => shown.push(sign), tellHeld: () => shown.push('held'), tellNumber: () => undefined },
    yieldFace: (side) => yielded.push(side),
    stopEnrolments: () => undefined,
  })
  return { menus, written, shown, yielded }
}

describe('a menu', () => {
  test('opened by a card changes no code: whoever is next at the keypad cannot take it over', async () => {
    const { menus, written, shown } = openOffice()
    menus.open('entry', 'r_a', 'c_card', at(0))
    for (const digits of ['5', '135790', '135790']) await menus.choose('entry', digits, at(1000))
    expect(written).toEqual([])
    expect(shown).toEqual(['refused', 'refused', 'refused'])
  })

  test('opened by a code changes that code after it was typed twice', async () => {
    const { menus, written, shown } = openOffice()
    menus.open('entry', 'r_a', 'c_pin', at(0))
    for (const digits of ['5', '135790', '135790']) await menus.choose('entry', digits, at(1000))
    expect(written).toEqual(['changeCode'])
    expect(shown.at(-1)).toBe('done')
  })

  test('opened by a code sets beside it the one that calls for help', async () => {
    const { menus, written, shown } = openOffice()
    menus.open('entry', 'r_a', 'c_pin', at(0))
    for (const digits of ['6', '135790', '135790']) await menus.choose('entry', digits, at(1000))
    expect(written).toEqual(['setDuress'])
    expect(shown).toEqual(['new_code_please', 'again_please', 'done'])
  })

  test('sets no code that tells its own number', async () => {
    const { menus, shown } = openOffice()
    menus.open('entry', 'r_a', 'c_pin', at(0))
    for (const digits of ['5', '120428']) await menus.choose('entry', digits, at(1000))
    expect(shown).toEqual(['new_code_please', 'refused'])
  })

  test('asks for the new code, then for it once more, and tells a mismatch from one that is too easy', async () => {
    const { menus, shown } = openOffice()
    menus.open('entry', 'r_a', 'c_pin', at(0))
    for (const digits of ['5', '123456', '135790', '135791']) await menus.choose('entry', digits, at(1000))
    expect(shown).toEqual(['new_code_please', 'refused', 'again_please', 'new_code_please'])
  })

  test('in which nobody chose anything ends when the door opens, and one in use goes on', async () => {
    const { menus } = openOffice()
    menus.open('entry', 'r_a', 'c_card', at(0))
    menus.open('exit', 'r_a', 'c_card', at(0))
    await menus.choose('exit', '9', at(500))
    menus.closeUntouched()
    expect(menus.isOpen('entry', at(600))).toBe(false)
    expect(menus.isOpen('exit', at(600))).toBe(true)
  })

  test('does not count keys typed before it opened', () => {
    const { menus } = openOffice()
    menus.open('entry', 'r_a', 'c_card', at(1000))
    expect(menus.isOpen('entry', at(999))).toBe(false)
    expect(menus.isOpen('entry', at(1000))).toBe(true)
  })

  test('in use keeps the camera of its side from looking', async () => {
    const { menus, yielded } = openOffice()
    menus.open('entry', 'r_a', 'c_card', at(0))
    await menus.choose('entry', '7', at(500))
    expect(yielded).toEqual(['entry'])
  })
})
