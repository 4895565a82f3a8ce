import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { type Clock, type MonotonicMs, systemClock } from '../../config/words.ts'
import { openPad } from '../../drivers/keypad/pad.ts'
import { type FromPart, fromPart } from '../../drivers/protocol.ts'

const open = (clock: Clock = systemClock) => {
  const said: FromPart[] = []
  const pad = openPad(
    { id: 'entry-keys', silenceMs: 10_000 },
    { tell: (message) => void said.push(message), clock, runtimeDirectory: '' },
  )
  return { said, type: (text: string) => pad.take(Buffer.from(text, 'latin1')), ...pad }
}

test('the bytes that the line gave are overwritten', () => {
  const bytes = Buffer.from('12042*4711#\xff')
  open().take(bytes)
  expect(bytes.every((byte) => byte === 0)).toBe(true)
})

test('one touch, one reading, at the instant the bytes were taken', () => {
  const { said, type } = open()
  const at = type('12042*4711#')
  const device = 'entry-keys'
  expect(said.filter(({ type: told }) => told !== 'key')).toEqual([
    { type: 'touched', device, at },
    { type: 'reading', path: 'keypad', device, at, keys: { frame: 'open', number: '12042', code: '4711' } },
  ])
})

test('each key is told as such before what follows from it, and never by its name', () => {
  const { said, type } = open()
  const at = type('1*#')
  const key = { type: 'key', device: 'entry-keys', at }
  expect(said.map((m) => m.type)).toEqual(['key', 'touched', 'key', 'key', 'reading'])
  expect(said.filter((m) => m.type === 'key')).toEqual([key, key, key])
})

test('keys are told by name only while somebody looks, one at a time, noise among them', () => {
  const { said, type, look } = open()
  const seen = () => said.flatMap((one) => (one.type === 'looked' && one.seen.kind === 'key' ? [one.seen.key] : []))
  type('12')
  expect(seen()).toEqual([])
  look(5000)
  type('3\xff\r*')
  expect(seen()).toEqual(['3', 'noise', '*'])
  look(0)
  type('4')
  expect(seen()).toHaveLength(3)
})

test('what was typed before a burst of noise never becomes a frame', () => {
  const { said, type } = open()
  type(`12042*47${'\xff'.repeat(100)}11#`)
  expect(said.map((m) => m.type).filter((told) => told !== 'key')).toEqual(['touched', 'fault'])
})

test('what was typed before the keypad went is forgotten', () => {
  const { said, type, forget } = open()
  type('12042*47')
  forget()
  type('11#')
  expect(said.at(-1)).toMatchObject({ keys: { frame: 'choice', digits: '11' } })
})

/** Any byte, and oftener what a keypad sends. */
const line = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...Buffer.from('0123456789*#', 'latin1')) },
    { weight: 2, arbitrary: fc.constantFrom(0x02, 0x03, 0x0a, 0x0d) },
    { weight: 1, arbitrary: fc.nat(255) },
  ),
  { maxLength: 200 },
)

test('whatever bytes come, what is said keeps to the protocol, and it is the same however they were cut into blocks', () => {
  fc.assert(
    fc.property(line, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), (bytes, cuts) => {
      const still: Clock = { ...systemClock, monotonic: () => 5000 as MonotonicMs }
      const [whole, cut] = [open(still), open(still)]
      whole.take(Uint8Array.from(bytes))
      let from = 0
      for (const length of [...cuts, bytes.length]) {
        cut.take(Uint8Array.from(bytes.slice(from, from + length)))
        from += length
      }
      expect(cut.said).toEqual(whole.said)
      for (const message of whole.said) expect(v.is(fromPart, message)).toBe(true)
      for (const pad of [whole, cut]) pad.forget()
    }),
  )
})
