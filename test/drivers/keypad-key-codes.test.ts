import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { createKeyReader, KEY_LIMIT_PER_WINDOW, NOISE_LIMIT_PER_WINDOW } from '../../drivers/keypad/key-codes.ts'

const at = (ms: number) => ms as MonotonicMs
const NOISE = 0xff
const KEY = 0x35

const readAll = (reader: ReturnType<typeof createKeyReader>, bytes: readonly number[], ms: number) =>
  bytes.map((byte) => reader.read(byte, at(ms)))
const kinds = (heard: readonly { kind: string }[]) => heard.map((h) => h.kind)
const repeat = (byte: number, times: number) => Array.from({ length: times }, () => byte)

test('the twelve keys are their ASCII characters and no other byte is a key', () => {
  const heard = Array.from({ length: 256 }, (_, byte) => createKeyReader().read(byte, at(0)))
  expect(heard.flatMap((h) => (h.kind === 'key' ? [h.key] : [])).join('')).toBe('#*0123456789')
})

test('line ends say nothing and are no noise', () => {
  const heard = readAll(createKeyReader(), [...repeat(0x0d, 100), ...repeat(0x0a, 100)], 0)
  expect(new Set(kinds(heard))).toEqual(new Set(['nothing']))
})

describe('a line over its limits', () => {
  test.each([
    ['line_noise', NOISE, NOISE_LIMIT_PER_WINDOW],
    ['key_flood', KEY, KEY_LIMIT_PER_WINDOW],
  ])('is told as %s once a burst: not at the limit, at the limit and one', (because, byte, limit) => {
    const reader = createKeyReader()
    expect(kinds(readAll(reader, repeat(byte, limit), 0))).not.toContain('burst')
    expect(reader.read(byte, at(0))).toEqual({ kind: 'burst', because })
    for (const ms of [0, 999, 1000, 2500, 3400])
      expect(kinds(readAll(reader, repeat(byte, limit + 1), ms))).not.toContain('burst')
  })

  test('gives no key until a whole second was within the limits', () => {
    const reader = createKeyReader()
    readAll(reader, repeat(NOISE, NOISE_LIMIT_PER_WINDOW + 1), 0)
    expect(reader.read(KEY, at(999)).kind).toBe('nothing')
    expect(reader.read(KEY, at(1000)).kind).toBe('nothing')
    expect(reader.read(KEY, at(1999)).kind).toBe('nothing')
    expect(reader.read(KEY, at(2000)).kind).toBe('key')
  })

  test('is heard again at once after two silent seconds, and told anew when it starts over', () => {
    const reader = createKeyReader()
    readAll(reader, repeat(NOISE, NOISE_LIMIT_PER_WINDOW + 1), 0)
    expect(reader.read(KEY, at(2000)).kind).toBe('key')
    expect(kinds(readAll(reader, repeat(NOISE, NOISE_LIMIT_PER_WINDOW + 1), 2000))).toContain('burst')
  })
})

test('arbitrary bytes at arbitrary times never throw and never pass more than the limit of keys in a second', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 120 }), fc.nat(1500)), { maxLength: 40 }), (chunks) => {
      const reader = createKeyReader()
      const keysAt: number[] = []
      let now = 0
      for (const [bytes, gapMs] of chunks) {
        now += gapMs
        for (const heard of readAll(reader, [...bytes], now)) if (heard.kind === 'key') keysAt.push(now)
      }
      // A fixed window of one second lets at most two windows' worth into any second.
      for (const from of keysAt)
        expect(keysAt.filter((ms) => ms >= from && ms < from + 1000).length).toBeLessThanOrEqual(
          2 * KEY_LIMIT_PER_WINDOW,
        )
    }),
  )
})
