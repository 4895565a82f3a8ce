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

const STX = 0x02
const ETX = 0x03
const CR = 0x0d
const LF = 0x0a
const keysOf = (heard: readonly { kind: string; key?: string }[]) => heard.flatMap(({ key }) => key ?? []).join('')
const ascii = (keys: string) => [...Buffer.from(keys, 'latin1')]
/** What serial protocols call LRC or BCC: every byte of the frame over another. */
const checkOf = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum ^ byte, 0)

const framings: Readonly<Record<string, (block: readonly number[]) => readonly number[]>> = {
  bare: (block) => block,
  'with a line end': (block) => [...block, CR, LF],
  'with line ends around': (block) => [CR, LF, ...block, CR, CR, LF],
  'in STX and ETX': (block) => [STX, ...block, ETX],
  'in STX and ETX, each twice': (block) => [STX, STX, ...block, ETX, ETX],
  'in STX and a line end': (block) => [STX, ...block, CR],
  'with a check byte': (block) => [STX, ...block, ETX, checkOf([STX, ...block, ETX])],
  'with a check of two letters and a line end': (block) => [
    ...[STX, ...block, ETX],
    ...ascii(checkOf(block).toString(16).toUpperCase().padStart(2, '0')),
    ...[CR, LF],
  ],
}

describe('keys', () => {
  const typed = fc.array(fc.constantFrom(...'0123456789*#'), { minLength: 1, maxLength: 12 })

  test.each(Object.keys(framings))('sent %s, one by one or in blocks, are the same keys', (name) => {
    const put = framings[name] ?? ((block) => block)
    fc.assert(
      fc.property(fc.array(typed, { minLength: 1, maxLength: 3 }), fc.boolean(), (blocks, oneByOne) => {
        const sent = oneByOne ? blocks.flat().map((key) => [key]) : blocks
        const reader = createKeyReader()
        const heard = sent.flatMap((block, n) => readAll(reader, put(ascii(block.join(''))), n * 100))
        expect(keysOf(heard)).toBe(blocks.flat().join(''))
        expect(kinds(heard)).not.toContain('burst')
      }),
    )
  })

  test('behind a stray ETX, or long after a frame, are no check', () => {
    const reader = createKeyReader()
    expect(keysOf(readAll(reader, [ETX, ...ascii('12')], 0))).toBe('12')
    expect(keysOf(readAll(reader, [STX, ...ascii('3'), ETX], 100))).toBe('3')
    expect(keysOf(readAll(reader, ascii('45'), 151))).toBe('45')
  })

  test('the same key twice is pressed twice', () => {
    expect(keysOf(readAll(createKeyReader(), ascii('5577'), 0))).toBe('5577')
  })
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
