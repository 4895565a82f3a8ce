import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { createGrammar, DOUBLE_STAR_MS, type Frame, MEMORY_BYTES } from '../../drivers/keypad/grammar.ts'
import type { Key } from '../../drivers/keypad/key-codes.ts'

const silenceMs = 10_000
const at = (ms: number) => ms as MonotonicMs
const keysOf = (text: string) => [...text] as Key[]

/** Types one key every 100 ms, then lets `DOUBLE_STAR_MS` pass. */
const typeKeys = (text: string) => {
  const memory = new Uint8Array(MEMORY_BYTES)
  const grammar = createGrammar({ silenceMs, memory })
  const steps: { touched?: boolean; frame?: Frame; cleared?: string }[] = keysOf(text).map((key, index) =>
    grammar.press(key, at(100 + index * 100)),
  )
  steps.push(grammar.tick(at(text.length * 100 + DOUBLE_STAR_MS)))
  return {
    frames: steps.flatMap((step) => (step.frame ? [step.frame.keys] : [])),
    cleared: steps.flatMap((step) => (step.cleared ? [step.cleared] : [])),
    touches: steps.filter((step) => step.touched).length,
    isWiped: () => memory.every((byte) => byte === 0),
    grammar,
  }
}

const key = fc.constantFrom<Key>(...keysOf('0123456789*#'))
const digits = (least: number, most: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: most })

describe('what is typed becomes the frame that the page names', () => {
  test.each([
    ['12042*4711#', { frame: 'open', number: '12042', code: '4711' }],
    ['12042*4711*', { frame: 'menu', number: '12042', code: '4711' }],
    ['9#', { frame: 'choice', digits: '9' }],
    ['483920#', { frame: 'choice', digits: '483920' }],
    ['123456789012#', { frame: 'choice', digits: '123456789012' }],
    ['123*4711#', { frame: 'open', number: '123', code: '4711' }],
    ['12345678*123456789012#', { frame: 'open', number: '12345678', code: '123456789012' }],
  ])('%s', (typed, frame) => {
    expect(typeKeys(typed).frames).toEqual([frame])
  })

  test('number and code are exactly what was typed', () => {
    fc.assert(
      fc.property(digits(3, 8), digits(4, 12), fc.constantFrom('#', '*'), (number, code, end) => {
        const frame = end === '#' ? 'open' : 'menu'
        expect(typeKeys(`${number}*${code}${end}`).frames).toEqual([{ frame, number, code }])
      }),
    )
  })
})

describe('a frame of a wrong length is answered once, at its end', () => {
  test.each([
    ['12*4711#', 'number_too_short'],
    ['12*#', 'number_too_short'],
    ['123456789*4711#', 'number_too_long'],
    ['123456789012345*4711#', 'number_too_long'],
    ['12042*#', 'code_too_short'],
    ['12042*471#', 'code_too_short'],
    ['12042*1234567890123#', 'code_too_long'],
    ['12042*1234567890123456*', 'code_too_long'],
    ['1234567890123#', 'digits_too_many'],
  ])('%s is %s', (typed, because) => {
    expect(typeKeys(typed).frames).toEqual([{ frame: 'invalid', because }])
  })

  test('digits that can no longer become a frame are not kept until its end', () => {
    expect(typeKeys('1234567890123').isWiped()).toBe(true)
    expect(typeKeys('123456789*4711').isWiped()).toBe(true)
    expect(typeKeys('12042*1234567890123').isWiped()).toBe(true)
  })

  test('the next frame is taken as it is typed', () => {
    expect(typeKeys('12042*47#12042*4711#').frames).toEqual([
      { frame: 'invalid', because: 'code_too_short' },
      { frame: 'open', number: '12042', code: '4711' },
    ])
  })
})

describe('two stars clear wherever they are typed', () => {
  test.each([
    '12042**',
    '12042*4711**',
    '12**',
    '1234567890123**',
    '12042*1234567890123**',
  ])('%s says nothing', (typed) => {
    const { frames, cleared, isWiped } = typeKeys(typed)
    expect({ frames, cleared, wiped: isWiped() }).toEqual({ frames: [], cleared: ['stars'], wiped: true })
  })

  test('a right code after the clearing opens', () => {
    expect(typeKeys('9999*4711**12042*4711#').frames).toEqual([{ frame: 'open', number: '12042', code: '4711' }])
  })

  test('a second star that comes late finds the menu asked for', () => {
    const { frames, grammar } = typeKeys('12042*4711*')
    expect(frames).toHaveLength(1)
    expect(grammar.press('*', at(1100 + DOUBLE_STAR_MS + 1))).toEqual({ touched: true })
  })
})

describe('the menu frame waits for a second star', () => {
  const ask = () => {
    const grammar = createGrammar({ silenceMs })
    for (const key of keysOf('12042*4711*')) grammar.press(key, at(1000))
    return grammar
  }
  const menu = { frame: { keys: { frame: 'menu', number: '12042', code: '4711' }, at: 1000 } }

  test('no longer than its limit, and carries the instant of its star', () => {
    const grammar = ask()
    expect(grammar.dueAt()).toBe(1000 + DOUBLE_STAR_MS)
    expect(grammar.tick(at(1000 + DOUBLE_STAR_MS - 1))).toEqual({})
    expect(grammar.tick(at(1000 + DOUBLE_STAR_MS))).toEqual(menu)
  })

  test('the next digit lets it out and begins anew', () => {
    const grammar = ask()
    expect(grammar.press('9', at(1200))).toEqual({ touched: true, ...menu })
    expect(grammar.press('#', at(1300)).frame?.keys).toEqual({ frame: 'choice', digits: '9' })
  })

  test('when nobody looked until silence had passed it is cleared and not let out', () => {
    expect(ask().tick(at(1000 + silenceMs))).toEqual({ cleared: 'silence' })
    expect(ask().press('9', at(1000 + silenceMs))).toEqual({ touched: true, cleared: 'silence' })
  })
})

describe('a lone # or * says nothing', () => {
  test.each(['#', '*', '##', '**', '*#*#'])('%s', (typed) => {
    const { frames, cleared, touches } = typeKeys(typed)
    expect({ frames, cleared, touches }).toEqual({ frames: [], cleared: [], touches: typed.length })
  })

  test('after a frame a second # costs no wrong try', () => {
    expect(typeKeys('12042*4711##').frames).toHaveLength(1)
  })
})

describe('silence clears', () => {
  test.each([
    [silenceMs - 1, false],
    [silenceMs, true],
    [silenceMs + 1, true],
  ])('after %d ms: %s', (passedMs, clears) => {
    const memory = new Uint8Array(MEMORY_BYTES)
    const grammar = createGrammar({ silenceMs, memory })
    for (const key of keysOf('12042*47')) grammar.press(key, at(500))
    expect(grammar.tick(at(500 + passedMs))).toEqual(clears ? { cleared: 'silence' } : {})
    expect(memory.every((byte) => byte === 0)).toBe(clears)
    expect(grammar.dueAt()).toBe(clears ? undefined : 500 + silenceMs)
  })

  test('a key that comes at the limit begins anew, one just before goes on', () => {
    const press = (gapMs: number) => {
      const grammar = createGrammar({ silenceMs })
      grammar.press('7', at(0))
      grammar.press('9', at(gapMs))
      return grammar.press('#', at(gapMs)).frame?.keys
    }
    expect(press(silenceMs)).toEqual({ frame: 'choice', digits: '9' })
    expect(press(silenceMs - 1)).toEqual({ frame: 'choice', digits: '79' })
  })
})

test('the first key after nothing was typed is a touch, later ones are not', () => {
  expect(typeKeys('12042*4711#').touches).toBe(1)
  expect(typeKeys('9#9#').touches).toBe(2)
})

test('any keys at any times never throw, give frames within the limits and leave no digit behind a frame', () => {
  const limits = { number: /^\d{3,8}$/, code: /^\d{4,12}$/, digits: /^\d{1,12}$/ }
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.nat(12_000)), { maxLength: 200 }), (presses) => {
      const memory = new Uint8Array(MEMORY_BYTES)
      const grammar = createGrammar({ silenceMs, memory })
      let now = 0
      for (const [key, gapMs] of presses) {
        now += gapMs
        const { frame, cleared, touched } = grammar.press(key, at(now))
        const typed = memory.filter((byte) => byte !== 0).length
        if (frame || cleared) expect(typed).toBeLessThanOrEqual(touched ? 1 : 0)
        for (const [name, text] of Object.entries(frame?.keys ?? {}))
          if (name in limits) expect(text).toMatch(limits[name as keyof typeof limits])
      }
      grammar.tick(at(now + silenceMs))
      expect(memory.every((byte) => byte === 0)).toBe(true)
      expect(grammar.dueAt()).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})
