// What may be typed at the prompt of `sim`, and that nothing typed there is more than an order to a simulated device.

import { resolve } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { readPrompt } from '../../daemon/cli/play-orders.ts'

const loaded = loadConfig(resolve(import.meta.dirname, '../../config/simulated.example.yaml'))
if (!loaded.ok) throw new Error('the example is refused')
const config = loaded.value

test.each([
  ['tap 04a1b2c3d4e5f6', 'entry-card', { tap: '04a1b2c3d4e5f6' }],
  ['tap 04a1b2c3d4e5f6 exit', 'exit-card', { tap: '04a1b2c3d4e5f6' }],
  ['  pin   12042*471108# ', 'entry-keypad', { keys: '12042*471108#' }],
  ['show /a.jpg', 'entry-camera', { show: '/a.jpg', forMs: 3000 }],
  ['show /a.jpg 1.5 entry-camera', 'entry-camera', { show: '/a.jpg', forMs: 1500 }],
  ['button', 'door', { press: true }],
  ['door open', 'door', { contact: 'open' }],
  ['fire off', 'door', { fire: false }],
  ['guard on', 'door', { guard: true }],
  ['barrier off', 'door', { obstacle: false }],
  ['call on', 'call', { press: true }],
  ['answer on', 'call', { answer: true }],
  ['silence on', 'alarm', { press: true }],
  ['unplug exit-card', 'exit-card', { unplug: true }],
])('%s plays %s', (line, device, order) => {
  expect(readPrompt(config, line)).toMatchObject({ device, order })
})

test.each([
  'tap',
  'tap 04',
  'pin',
  'pin abc',
  'show /a.jpg 9999',
  'show /a.jpg 0',
  'door',
  'door ajar',
  'fire',
  'call',
  'barrier away',
  'unplug',
  'unplug nobody',
  'tap 04a1b2c3 nobody',
  'pin 1# exit',
  'toString',
])('%s is not understood', (line) => {
  expect(readPrompt(config, line)).toHaveProperty('wrong')
})

test('what is not understood is the word, with how the order is written', () => {
  expect(readPrompt(config, 'door ajar')).toEqual({ wrong: 'ajar', form: 'door open|closed' })
  expect(readPrompt(config, 'tap 04a1b2c3 nobody')).toMatchObject({ wrong: 'nobody' })
})

test('a name shows one of the cast, and show alone asks for it', () => {
  const find = (word: string) => (word === 'alice' ? { file: '/faces/1.jpg', view: { scale: 0.7 } } : undefined)
  expect(readPrompt(config, 'show alice 30', find)).toMatchObject({
    order: { show: '/faces/1.jpg', view: { scale: 0.7 }, forMs: 30_000 },
    lastsMs: 30_000,
  })
  expect(readPrompt(config, 'show')).toBe('cast')
})

test('keys take as long as fingers do', () => {
  expect(readPrompt(config, 'pin 12042*471108#')).toMatchObject({ typedMs: 13 * 30 })
})

test('no line makes it throw, and each order goes to a device there is', () => {
  const devices = ['door', 'entry-card', 'entry-keypad', 'entry-camera', 'exit-card']
  const word = fc.oneof(
    fc.constantFrom(
      'tap',
      'pin',
      'show',
      'button',
      'door',
      'fire',
      'plug',
      'unplug',
      'help',
      'quit',
      'exit',
      ...devices,
    ),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), (words) => {
      const wanted = readPrompt(config, words.join(' '))
      if (typeof wanted === 'object' && 'device' in wanted) expect(devices).toContain(wanted.device)
    }),
    { numRuns: 1000 },
  )
})
