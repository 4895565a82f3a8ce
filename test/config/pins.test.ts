// The lint of pins: what a Raspberry Pi does with its header before any program holds a line.

import { describe, expect, test } from 'vitest'
import { checkPins, type Wire } from '../../config/checks-pins.ts'
import type { InputLine, OutputLine } from '../../config/settings.ts'
import { renderProblem } from '../../config/wording.ts'

type Bias = 'pull-up' | 'pull-down' | 'none' | undefined
const wired = (line: string | number, active: 'high' | 'low', bias: Bias): OutputLine =>
  bias === undefined ? { line, active } : { line, active, bias }

const relay = (line: string | number, active: 'high' | 'low', bias?: Bias): Wire => ({
  ...{ at: 'door.relay', role: 'relay' },
  wire: wired(line, active, bias),
})
const lamp = (line: string | number, at = 'sides.entry.signal.green'): Wire => ({
  ...{ at, role: 'output' },
  wire: wired(line, 'high', undefined),
})
const input = (line: string | number, active: 'high' | 'low', bias?: Bias): Wire => {
  const wire: InputLine = { ...wired(line, active, bias), debounceMs: 30 }
  return { at: 'door.contact', role: 'input', wire }
}

const lint = (wires: readonly Wire[], chip = 'pinctrl-rp1'): readonly string[] =>
  checkPins(chip, wires).map(({ severity, path, code }) => `${severity} ${path} ${code}`)

describe('a relay', () => {
  test.each([
    // active high: the pins that the Pi pulls down rest
    [relay('GPIO9', 'high'), []],
    [relay('GPIO17', 'high', 'pull-down'), []],
    [relay(27, 'high'), []],
    [relay('GPIO8', 'high'), ['warning door.relay.line relay_pulled_up']],
    [relay('GPIO4', 'high', 'pull-down'), ['warning door.relay.line relay_pulled_up']],
    [relay('SPI_CE1_N', 'high'), ['warning door.relay.line relay_pulled_up']],
    // a resistor in the wiring holds from the first moment
    [relay('GPIO8', 'high', 'none'), []],
    // active low: the other way round; without any bias checks-door.ts warns already
    [relay('GPIO8', 'low', 'pull-up'), []],
    [relay('GPIO17', 'low'), []],
    [relay('GPIO17', 'low', 'pull-up'), ['warning door.relay.line relay_pulled_down']],
    [relay('GPIO17', 'low', 'none'), []],
    // tied to 3.3 V on the board
    ...(['pull-down', 'none', undefined] as const).map(
      (bias) =>
        [
          relay('GPIO2', 'high', bias),
          ['error door.relay.line relay_on_fixed_pull', 'warning door.relay.line pin_is_i2c'],
        ] as const,
    ),
    [relay('GPIO3', 'low', 'pull-up'), ['warning door.relay.line pin_is_i2c']],
    // in use by the Pi itself
    [relay('GPIO14', 'high', 'pull-down'), ['warning door.relay.line pin_is_console']],
    [relay('RXD1', 'high'), ['warning door.relay.line pin_is_console']],
    [relay('ID_SDA', 'high', 'none'), ['warning door.relay.line pin_is_board']],
    // not on the header: a compute module's own wiring
    [relay('GPIO28', 'high'), []],
  ] satisfies readonly (readonly [
    Wire,
    readonly string[],
  ])[])('$wire.line, $wire.active, $wire.bias', (wire, found) => {
    expect(lint([wire])).toEqual(found)
  })
})

describe('an input', () => {
  test.each([
    [input('GPIO22', 'low', 'pull-up'), []],
    [input('GPIO22', 'low', 'none'), []],
    [input('GPIO22', 'high'), []],
    [input('GPIO22', 'low'), ['warning door.contact.bias input_rests_active']],
    [input('GPIO5', 'high'), ['warning door.contact.bias input_rests_active']],
    [input('GPIO5', 'low'), []],
    [input('GPIO2', 'low', 'pull-up'), ['warning door.contact.line pin_is_i2c']],
    [
      input('SDA1', 'high', 'pull-down'),
      ['error door.contact.bias input_on_fixed_pull', 'warning door.contact.line pin_is_i2c'],
    ],
    [input(15, 'low', 'pull-up'), ['warning door.contact.line pin_is_console']],
  ] satisfies readonly (readonly [
    Wire,
    readonly string[],
  ])[])('$wire.line, $wire.active, $wire.bias', (wire, found) => {
    expect(lint([wire])).toEqual(found)
  })
})

test('a lamp may blink at power-on, but not sit on the console', () => {
  expect(lint([lamp('GPIO5'), lamp('GPIO6', 'alarm.lamp')])).toEqual([])
  expect(lint([lamp('GPIO14')])).toEqual(['warning sides.entry.signal.green.line pin_is_console'])
})

test.each([
  ['GPIO17', 17],
  [14, 'TXD1'],
  ['gpio-line-a', 'gpio-line-a'],
])('one pin twice is refused, across door and lamps and however it is written: %s and %s', (one, other) => {
  expect(lint([lamp(one), relay(other, 'high', 'none')], 'gpio-sim')).toEqual(['error door.relay.line line_twice'])
})

test('on a chip that is no Pi’s nothing is known of a pin', () => {
  expect(lint([relay('GPIO2', 'high'), input('GPIO14', 'low')], 'gpio-sim.0-node0')).toEqual([])
})

test.each(['pinctrl-rp1', 'pinctrl-bcm2711', 'pinctrl-bcm2835'])('%s is a Pi’s', (chip) => {
  expect(lint([relay('GPIO5', 'high')], chip)).toHaveLength(1)
})

test('what is said names the pin, the reason and a pin that does', () => {
  const [problem] = checkPins('pinctrl-rp1', [relay('GPIO7', 'high')])
  const say = (language: 'en' | 'zh-CN') => (problem ? renderProblem(problem, language) : '')
  expect(say('en')).toMatch(/warning .*GPIO7 up .*every boot.*GPIO17/)
  expect(say('zh-CN')).toMatch(/GPIO7.*开机.*GPIO17/)
})
