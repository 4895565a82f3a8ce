import { describe, expect, test } from 'vitest'
import { checksOf, head, realDoor, simulatedDoor } from './gate-file.ts'

const models = 'face: { modelsDirectory: models }\n'
const card = 'card: [{ id: a, driver: pcsc, reader: ACS }]'
const pad = 'keypad: [{ id: b, driver: serial, device: /dev/pad }]'
const camera = 'face: [{ id: c, driver: ffmpeg, input: /dev/v4l/by-path/camera }]'
const lamps = 'green: { line: GPIO25, active: high }'
const buzzer = 'buzzer: { line: GPIO11, active: high }'
const wired = (...lines: readonly string[]) =>
  `signal: { ${['driver: gpiochip', 'chip: pinctrl-rp1', ...lines].join(', ')} }`
const acknowledge = 'acknowledge: { line: GPIO6, active: low, bias: pull-up }'
const outlet = (...lines: readonly string[]) =>
  `alarm: { ${['driver: gpiochip', 'chip: pinctrl-rp1', acknowledge, ...lines].join(', ')} }\n`
const lamp = 'lamp: { line: GPIO9, active: high }'

const gateAt = (door: string, entry: readonly string[], more = '') =>
  `${head}${door}${models}${more}sides: { entry: { ${entry.join(', ')} } }\n`
const real = (entry: readonly string[], more?: string) => checksOf(gateAt(realDoor, entry, more))

describe('light and sound at a real door', () => {
  test('with both nothing is said', () => expect(real([card, wired(lamps, buzzer)])).toEqual([]))

  test('without any, both are missed', () => {
    expect(real([card])).toEqual([
      'warning sides.entry signal_without_light',
      'warning sides.entry signal_without_sound',
    ])
  })

  test('a buzzer alone is sound alone', () => {
    expect(real([card, wired(buzzer)])).toEqual(['warning sides.entry.signal signal_without_light'])
  })

  test('lamps alone are light alone, unless there is a speaker', () => {
    expect(real([card, wired(lamps)])).toEqual(['warning sides.entry.signal signal_without_sound'])
    expect(real([card, wired(lamps)], 'sound: { device: default }\n')).toEqual([])
  })

  test('each side is judged by itself', () => {
    const exit = `exit: { ${pad} }`
    const text = `${head}${realDoor}sides: { entry: { ${card}, ${wired(lamps, buzzer)} }, ${exit} }\n`
    expect(checksOf(text)).toEqual([
      'warning sides.exit signal_without_light',
      'warning sides.exit signal_without_sound',
    ])
  })

  test('a simulated signal is seen by nobody', () => {
    expect(real([card, 'signal: { driver: simulated }'])).toEqual([
      'warning sides.entry.signal.driver simulated_signal',
    ])
  })

  test('a simulated door asks for neither', () => expect(checksOf(gateAt(simulatedDoor, [card]))).toEqual([]))
})

describe('P1: the outlet for alarms', () => {
  const withFace = [card, pad, camera, wired(lamps, buzzer)]

  test.each([
    ['none', ''],
    ['a simulated one', 'alarm: { driver: simulated }\n'],
  ])('face at a real door with %s is refused', (_, more) => {
    expect(real(withFace, more)).toEqual(['error sides.entry.face alarm_outlet_missing'])
  })

  test('a lamp and a button are enough', () => expect(real(withFace, outlet(lamp))).toEqual([]))

  test('a button without anything to silence is refused', () => {
    expect(real(withFace, outlet())).toEqual(['error alarm alarm_without_output'])
  })

  test('a buzzer alone is warned of', () => {
    expect(real(withFace, outlet('buzzer: { line: GPIO20, active: high }'))).toEqual([
      'warning alarm alarm_without_lamp',
    ])
  })

  test('an outlet without its button does not load', () => {
    const text = gateAt(realDoor, withFace, outlet(lamp).replace(`${acknowledge}, `, ''))
    expect(() => checksOf(text)).toThrow('alarm.acknowledge setting_missing')
  })

  test('without face none is asked for', () => expect(real([card, wired(lamps, buzzer)])).toEqual([]))
})

describe('one pin, one wire', () => {
  test.each([
    ['the relay’s', wired(lamps.replace('GPIO25', 'GPIO17'), buzzer), 'sides.entry.signal.green.line'],
    ['another lamp’s', wired(lamps, buzzer.replace('GPIO11', '25')), 'sides.entry.signal.buzzer.line'],
  ])('%s pin twice is refused', (_, signal, at) => {
    expect(real([card, signal])).toEqual([`error ${at} line_twice`])
  })

  test('the alarm’s pins are judged too', () => {
    expect(real([card, wired(lamps, buzzer)], outlet(lamp.replace('GPIO9', 'GPIO22')))).toEqual([
      'error alarm.lamp.line line_twice',
    ])
  })

  test('the same number on another chip is another pin', () => {
    const signal = wired(lamps.replace('GPIO25', '17'), buzzer).replace('pinctrl-rp1', 'expander')
    expect(real([card, signal])).toEqual([])
  })

  test('a pin that is the serial console’s is told of for a lamp as well', () => {
    expect(real([card, wired(lamps.replace('GPIO25', 'GPIO14'), buzzer)])).toEqual([
      'warning sides.entry.signal.green.line pin_is_console',
    ])
  })
})

test.each(['sound', 'alarm', 'signal-entry', 'signal-exit'])('no device may be called %s', (id) => {
  expect(real([card.replace('id: a', `id: ${id}`), wired(lamps, buzzer)])).toEqual([
    'error sides.entry.card.0.id id_reserved',
  ])
})
