// What reads files and texts from outside, given anything: an answer that is a value, never a throw, and nothing made up.

import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hide, type WallMs } from '../../config/words.ts'
import { openSignet } from '../../daemon/store/receipt-text.ts'
import { RATE } from '../../drivers/signal/synth.ts'
import { readWav } from '../../drivers/signal/voice.ts'

const chunk = (id: string, body: Uint8Array, length = body.length): Buffer => {
  const head = Buffer.alloc(8)
  head.write(id, 'latin1')
  head.writeUInt32LE(length >>> 0, 4)
  return Buffer.concat([head, body])
}
const form = (channels: number, rate: number, bits: number): Buffer => {
  const body = Buffer.alloc(16)
  body.writeUInt16LE(1, 0)
  body.writeUInt16LE(channels, 2)
  body.writeUInt32LE(rate, 4)
  body.writeUInt16LE(bits, 14)
  return chunk('fmt ', body)
}
const riff = (...chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([chunk('RIFF', Buffer.from('WAVE', 'latin1')), ...chunks])

test('a sound file of any bytes gives its samples or nothing', () => {
  const samples = fc.int16Array({ maxLength: 50 })
  fc.assert(
    fc.property(samples, fc.uint8Array({ maxLength: 9 }), (wanted, other) => {
      const body = Buffer.from(wanted.buffer, wanted.byteOffset, wanted.byteLength)
      const padded = other.length % 2 === 0 ? other : other.subarray(1)
      const file = riff(chunk('LIST', padded), form(1, RATE, 16), chunk('data', body))
      expect(readWav(file)).toEqual(wanted)
      expect(readWav(riff(form(2, RATE, 16), chunk('data', body)))).toBeUndefined()
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('fmt ', 'data', 'junk'), fc.uint8Array(), fc.nat())), (parts) => {
      const file = riff(...parts.map(([id, body, length]) => chunk(id, body, length)))
      const read = readWav(file)
      expect((read?.length ?? 0) * 2).toBeLessThanOrEqual(file.length)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(readWav(Buffer.from(bytes))).toBeUndefined()
    }),
  )
})

test('a receipt of any text, or with any character changed, is refused by a code', () => {
  const signet = openSignet(hide(generateKeyPairSync('ed25519').privateKey))
  const [at, head] = [Date.UTC(2026, 9, 1) as WallMs, 'ab'.repeat(32)]
  const receipt = { gate: 'south', sequence: 7, who: 'r_abcdefgh', what: 'consent', at, head } as const
  const text = signet.sign(receipt)
  expect(signet.read(text)).toEqual({ ok: true, value: receipt })
  const codes = /^receipt_(malformed|altered|key_other)$/
  const line = fc.oneof(fc.string(), fc.constantFrom(...text.split('\n')))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const read = signet.read(lines.join('\n'))
      expect(read.ok ? '' : read.code).toMatch(codes)
    }),
  )
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (place, other) => {
      fc.pre(text[place] !== other)
      const read = signet.read(text.slice(0, place) + other + text.slice(place + 1))
      expect(read.ok ? '' : read.code).toMatch(codes)
    }),
  )
})
