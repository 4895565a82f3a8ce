import { describe, expect, test } from 'vitest'
import { checksOf, goodGate, head, realDoor, simulatedDoor, summaryOf } from './gate-file.ts'

const models = 'face: { modelsDirectory: models }\n'
const card = 'card: [{ id: a, driver: simulated }]'
const keypad = 'keypad: [{ id: b, driver: simulated }]'
const face = 'face: [{ id: c, driver: folder }]'
const pcsc = 'card: [{ id: a, driver: pcsc, reader: ACS }]'
const pad = 'keypad: [{ id: b, driver: serial, device: /dev/pad }]'
const camera = 'face: [{ id: c, driver: ffmpeg, input: /dev/v4l/by-path/camera }]'

const gate = (...devices: readonly string[]): string =>
  `${head}${simulatedDoor}${models}sides: { entry: { ${devices.join(', ')} } }\n`

const lit =
  'signal: { driver: gpiochip, chip: other, green: { line: 1, active: high }, buzzer: { line: 2, active: high } }'
const outlet =
  'alarm: { driver: gpiochip, chip: other, lamp: { line: 3, active: high }, acknowledge: { line: 4, active: low } }\n'

const realGate = (door: string, ...devices: readonly string[]): string =>
  `${head}${door}${models}${outlet}sides: { entry: { ${[lit, ...devices].join(', ')} } }\n`

test('a good gate has no problem', () => expect(checksOf(goodGate)).toEqual([]))

describe('P1: face is never the only way', () => {
  test('face alone on the entry side is refused', () => {
    expect(checksOf(gate(face))).toEqual(['error sides.entry.face face_alone'])
  })

  test('face alone on the exit side is refused, though the entry side has a card reader', () => {
    const text = `${head}${simulatedDoor}${models}sides: { entry: { ${card} }, exit: { ${face} } }\n`
    expect(checksOf(text)).toEqual(['error sides.exit.face face_alone'])
  })

  test('face beside a keypad is lawful, with a warning that a code alone is no equal way for everybody', () => {
    expect(checksOf(gate(face, keypad))).toEqual(['warning sides.entry.keypad code_alone_beside_face'])
  })

  test('face beside a card reader is right once the gate has a keypad on some side', () => {
    expect(checksOf(gate(face, card))).toEqual(['error sides.entry.face face_without_keypad'])
    const exit = 'keypad: [{ id: e, driver: simulated }]'
    const text = `${head}${simulatedDoor}${models}sides: { entry: { ${face}, ${card} }, exit: { ${exit} } }\n`
    expect(checksOf(text)).toEqual([])
  })

  test.each([
    '[[card, face]]',
    '[[face, card], [keypad, face]]',
  ])('two-factor rules that all need face are refused: %s', (rules) => {
    expect(checksOf(gate(card, keypad, face, `twoFactor: ${rules}`))).toEqual([
      'error sides.entry.twoFactor two_factor_needs_face',
    ])
  })

  test('one two-factor pair without face is enough', () => {
    expect(checksOf(gate(card, keypad, face, 'twoFactor: [[card, face], [keypad, card]]'))).toEqual([])
  })

  test('without a camera two-factor rules ask nothing of face', () => {
    expect(checksOf(gate(card, keypad, 'twoFactor: [[card, keypad]]'))).toEqual([])
  })
})

describe('P1 at a real door', () => {
  const warned = (path: string) => `warning sides.entry.${path}.0.driver simulated_at_real_door`

  test('a simulated reader or keypad is no other way', () => {
    expect(checksOf(realGate(realDoor, card, keypad, camera))).toEqual([
      'error sides.entry.face other_way_simulated',
      'error sides.entry.face face_without_keypad',
      ...['card', 'keypad'].map(warned),
    ])
  })

  test('a real one beside a simulated one is', () => {
    expect(checksOf(realGate(realDoor, card, pad, camera))).toEqual([warned('card')])
  })

  test('a pair without face with a simulated half is none', () => {
    expect(checksOf(realGate(realDoor, card, pad, camera, 'twoFactor: [[card, keypad]]'))).toEqual([
      'error sides.entry.face other_way_simulated',
      warned('card'),
    ])
  })

  test('a simulated keypad confirms no consent', () => {
    expect(checksOf(realGate(realDoor, pcsc, keypad, camera))).toEqual([
      'error sides.entry.face face_without_keypad',
      warned('keypad'),
    ])
  })
})

describe('the remedy of an inequality', () => {
  test('guard is refused while nothing reaches a guard', () => {
    expect(checksOf(`${goodGate}inequality: { remedy: guard }\n`)).toEqual([
      'error inequality.remedy guard_not_reached',
    ])
  })

  test.each([
    'inequality: { remedy: guard, guard: Gate house }\n',
    'inequality: { remedy: guard }\nmqtt: { url: "mqtt://127.0.0.1" }\n',
  ])('guard without a name or without a call is refused: %s', (more) => {
    expect(checksOf(goodGate + more)).toContain('error inequality.remedy guard_not_reached')
  })

  test('hold-open is refused with neither guard nor window', () => {
    expect(checksOf(`${goodGate}inequality: { remedy: hold-open }\n`)).toEqual([
      'error inequality.remedy hold_open_unguarded',
    ])
  })

  test.each([
    'inequality: { remedy: pause-face }\n',
    'inequality: { remedy: hold-open, guard: Gate house }\n',
    'inequality: { remedy: hold-open, holdOpen: { from: "07:00", to: "22:00" } }\n',
  ])('is right: %s', (more) => {
    expect(checksOf(goodGate + more)).toEqual([])
  })

  test('guard is right with a name and a call', () => {
    const called = `${goodGate}inequality: { remedy: guard, guard: Gate house }\nmqtt: { url: "mqtt://127.0.0.1" }\n`
    expect(checksOf(called)).not.toContain('error inequality.remedy guard_not_reached')
  })

  test('a time of day that is none is said', () => {
    expect(summaryOf(`${goodGate}inequality: { holdOpen: { from: "24:00", to: "7:00" } }\n`)).toEqual([
      '7 inequality.holdOpen.from time_malformed',
      '7 inequality.holdOpen.to time_malformed',
    ])
  })
})

describe('the price of another way', () => {
  test('above nothing is a warning for each card', () => {
    expect(checksOf(`${goodGate}otherWay: { firstCardPrice: 20, replacementCardPrice: 50 }\n`)).toEqual([
      'warning otherWay.firstCardPrice card_not_free',
      'warning otherWay.replacementCardPrice card_not_free',
    ])
    expect(checksOf(`${goodGate}otherWay: { firstCardPrice: 0 }\n`)).toEqual([])
  })
})

describe('P8: leaving is never denied', () => {
  const exit = `sides: { entry: { ${card} }, exit: { ${keypad} } }\n`

  test.each([
    'door: { driver: simulated, pulseMs: 3000 }\n',
    'door: { driver: simulated, pulseMs: 3000, exitButton: false }\n',
  ])('an exit side without an exit button is refused: %s', (door) => {
    expect(checksOf(head + door + exit)).toEqual(['error sides.exit exit_without_button'])
  })

  test('an exit side on a real door without the button’s line is refused', () => {
    const door = realDoor
      .split('\n')
      .filter((line) => !line.includes('exitButton'))
      .join('\n')
    expect(checksOf(head + door + exit)).toContain('error sides.exit exit_without_button')
  })

  test('an exit side with its button is right', () => expect(checksOf(head + simulatedDoor + exit)).toEqual([]))
})

describe('the sides', () => {
  test('a side without a device is refused', () => {
    expect(checksOf(gate(''))).toEqual(['error sides.entry side_empty'])
  })

  test('a two-factor path that the side does not offer is named', () => {
    expect(checksOf(gate(card, 'twoFactor: [[card, keypad]]'))).toEqual([
      'error sides.entry.twoFactor.0 two_factor_not_offered',
    ])
  })

  test('one path twice is one factor', () => {
    expect(checksOf(gate(card, 'twoFactor: [[card, card]]'))).toEqual(['error sides.entry.twoFactor.0 two_factor_same'])
  })

  test('hours for pairs need pairs, and a schedule that is there', () => {
    expect(checksOf(gate(card, 'twoFactorDuring: night'))).toEqual([
      'error sides.entry.twoFactorDuring two_factor_during_nothing',
    ])
    expect(checksOf(gate(card, keypad, 'twoFactor: [[card, keypad]], twoFactorDuring: night'))).toEqual([
      'error sides.entry.twoFactorDuring schedule_not_there',
    ])
  })
})

describe('the devices', () => {
  test('a name used on both sides is refused', () => {
    const text = `${head}${simulatedDoor}sides: { entry: { ${card} }, exit: { ${keypad.replace('id: b', 'id: a')} } }\n`
    expect(checksOf(text)).toEqual(['error sides.exit.keypad.0.id id_twice'])
  })

  test('the door’s own name is refused for a device', () => {
    expect(checksOf(gate(card.replace('id: a', 'id: door')))).toEqual(['error sides.entry.card.0.id id_reserved'])
  })

  test('two keypads on one serial line are refused', () => {
    const two = 'keypad: [{ id: a, driver: serial, device: /dev/x }, { id: b, driver: serial, device: /dev/../dev/x }]'
    expect(checksOf(gate(two))).toEqual([])
    expect(checksOf(gate(two.replace('/dev/../dev/x', '/dev/x')))).toEqual([
      'error sides.entry.keypad.1.device keypad_device_twice',
    ])
  })

  test('two cameras on one input are refused', () => {
    const two = 'face: [{ id: b, driver: ffmpeg, input: /dev/v }, { id: c, driver: ffmpeg, input: /dev/v }]'
    expect(checksOf(gate(card, keypad, two.replace('id: b', 'id: d')))).toEqual([
      'error sides.entry.face.1.input camera_input_twice',
    ])
  })

  test.each([
    ['ACR1252', 'ACR1252'],
    ['ACR1252', 'ACR1252 1S CL Reader PICC 0'],
    ['ACR1252 1S CL Reader PICC 0', 'ACR1252'],
  ])('two readers named %s and %s could be one', (one, other) => {
    const two = `card: [{ id: a, driver: pcsc, reader: ${one} }, { id: b, driver: pcsc, reader: ${other} }]`
    expect(checksOf(gate(two))).toEqual(['error sides.entry.card.1.reader reader_ambiguous'])
  })

  test('two readers of different names are right', () => {
    const two = 'card: [{ id: a, driver: pcsc, reader: ACR 0 }, { id: b, driver: pcsc, reader: ACR 1 }]'
    expect(checksOf(gate(two))).toEqual([])
  })

  test('two readers told apart by the order of plugging alone are warned of', () => {
    const name = 'ACS ACR122U PICC Interface'
    const two = (one: string, other: string) =>
      checksOf(gate(`card: [{ id: a, driver: pcsc, reader: ${one} }, { id: b, driver: pcsc, reader: ${other} }]`))
    expect(two(`${name} 00 00`, `${name} 01 00`)).toEqual(['warning sides.entry.card.1.reader reader_by_order'])
    expect(two(`${name} 00 00`, `${name} 00 01`)).toEqual([])
    expect(two(`${name} (A1) 00 00`, `${name} (B2) 01 00`)).toEqual([])
  })

  test.each([
    ['/dev/ttyUSB0', '/dev/video1', ['keypad.0.device', 'face.0.input']],
    ['/dev/serial/by-id/usb-pad', '/dev/v4l/by-path/usb-cam', []],
    ['/dev/ttyAMA0', 'rtsp://192.0.2.1/stream', []],
  ])('a name that may change is warned of at a real door: %s, %s', (line, input, places) => {
    const text = realGate(
      realDoor,
      `keypad: [{ id: b, driver: serial, device: ${line} }]`,
      `face: [{ id: c, driver: ffmpeg, input: "${input}" }]`,
    )
    expect(checksOf(text).filter((one) => one.endsWith('name_may_change'))).toEqual(
      places.map((place) => `warning sides.entry.${place} name_may_change`),
    )
  })

  test.each([
    ['{ x: 0.5, width: 0.6 }', 'zone_outside'],
    ['{ y: 0.2 }', 'zone_outside'],
    ['{ width: 0.1 }', 'zone_small'],
  ])('a capture zone %s is %s', (zone, code) => {
    const zoned = `face: [{ id: c, driver: folder, zone: ${zone} }]`
    expect(checksOf(gate(card, keypad, zoned))).toEqual([`error sides.entry.face.0.zone ${code}`])
  })

  test('a capture zone that ends exactly at the edge is right', () => {
    expect(
      checksOf(
        gate(card, keypad, 'face: [{ id: c, driver: folder, zone: { x: 0.1, width: 0.9, y: 0.7, height: 0.3 } }]'),
      ),
    ).toEqual([])
  })

  test('a simulated device at a real door is warned of', () => {
    expect(checksOf(realGate(realDoor, card))).toEqual(['warning sides.entry.card.0.driver simulated_at_real_door'])
  })
})

describe('a camera at a real door', () => {
  const judge = (input: string, more = '') =>
    checksOf(realGate(realDoor, pcsc, pad, `face: [{ id: c, driver: ffmpeg, input: "${input}"${more} }]`))

  test.each([
    ...['portrait.mp4', './portrait.mp4', '/home/pi/portrait.jpg', 'file:/home/pi/portrait.jpg', 'concat:a|b'],
    ...['/dev/../home/pi/portrait.jpg', '/dev/shm/portrait.jpg', '/dev/stdin', '/dev', 'data:image/png;base64,AA'],
  ])('is no file: %s', (input) => {
    expect(judge(input)).toEqual(['error sides.entry.face.0.input camera_is_file'])
  })

  test('is no drawing of ffmpeg’s own', () => {
    expect(judge('/dev/x', ', format: lavfi')).toEqual(['error sides.entry.face.0.input camera_is_file'])
  })

  test('a simulated one would be shown portraits, and is refused at a real door alone', () => {
    expect(checksOf(realGate(realDoor, pcsc, pad, face))).toEqual(['error sides.entry.face.0.driver camera_is_file'])
    expect(checksOf(gate(card, keypad, face))).toEqual([])
  })

  test.each(['/dev/v4l/by-path/usb-cam', '/dev/v4l/by-id/usb-cam'])('is a device: %s', (input) =>
    expect(judge(input)).toEqual([]))

  test.each([
    'rtsp://user:word@192.0.2.1/stream',
    'http://192.0.2.1/mjpeg',
  ])('or a connection, with a word on pictures that cross the network: %s', (input) =>
    expect(judge(input)).toEqual(['warning sides.entry.face.0.input camera_on_network']))

  test('may be a file at a simulated door', () => {
    expect(checksOf(gate(card, keypad, 'face: [{ id: c, driver: ffmpeg, input: ./person.avi }]'))).toEqual([])
  })
})

describe('the face models', () => {
  test('a camera without a folder of models is refused', () => {
    expect(checksOf(gate(card, keypad, face).replace(models, ''))).toEqual([
      'error face.modelsDirectory models_directory_missing',
    ])
  })

  test('the builtin models must not open a real door', () => {
    const text = realGate(realDoor, pcsc, pad, camera)
    expect(checksOf(text.replace('{ modelsD', '{ pack: builtin, modelsD'), 'recommended')).toEqual([
      'error face.pack pack_assists_only',
    ])
  })

  test.each([
    ['builtin', ['error face.pack pack_assists_only']],
    ['recommended', []],
    [undefined, []],
  ] as const)('pack auto at a real door with %s installed', (installed, expected) => {
    expect(checksOf(realGate(realDoor, pcsc, pad, camera), installed)).toEqual(expected)
  })

  test('a real door without a camera asks for no models', () => {
    expect(checksOf(realGate(realDoor, pcsc), 'builtin')).toEqual([])
  })

  test('the builtin models may open a simulated door', () => {
    expect(checksOf(gate(card, keypad, face), 'builtin')).toEqual([])
  })

  test.each([
    ['0.01', []],
    ['0.011', ['warning face.targetFpir target_fpir_high']],
  ])('a target of %s strangers at a real door', (target, expected) => {
    const text = realGate(realDoor, pcsc, pad, camera).replace('{ modelsD', `{ targetFpir: ${target}, modelsD`)
    expect(checksOf(text)).toEqual(expected)
  })

  test.each([
    [`exit: { ${keypad} }, entry: { ${card}, ${face} }`, ['error face.start face_request_without_keypad']],
    [`entry: { ${card}, ${keypad}, ${face} }`, []],
    [`exit: { ${keypad} }, entry: { ${card}, ${face}, twoFactor: [[card, face], [card, keypad]] }`, undefined],
  ])('faces on request need somebody at that side who can ask: %s', (sides, expected) => {
    const checks = (start: string) =>
      checksOf(`${head}${simulatedDoor}face: { modelsDirectory: models, start: ${start} }\nsides: { ${sides} }\n`)
    // Two factors ask by themselves; whatever else is wrong there is wrong without it.
    expect(checks('request')).toEqual(expected ?? checks('zone'))
  })

  test('recommended models that are not installed are warned of', () => {
    const text = realGate(realDoor, pcsc, pad, camera).replace('{ modelsD', '{ pack: recommended, modelsD')
    expect(checksOf(text, 'builtin')).toEqual(['warning face.pack pack_missing'])
    expect(checksOf(text, 'recommended')).toEqual([])
  })
})

describe('the door', () => {
  const low = realDoor.replace('active: high', 'active: low')

  test.each([
    [3000, []],
    [2999, ['error door.pulseLimitMs pulse_limit_short']],
  ])('a limit of %i ms for a pulse of 3000 ms', (limit, expected) => {
    expect(checksOf(goodGate.replace('pulseMs: 3000', `pulseMs: 3000, pulseLimitMs: ${limit}`))).toEqual(expected)
  })

  test('an active-low relay without a pull is warned of', () => {
    expect(checksOf(realGate(low, pcsc))).toEqual(['warning door.relay relay_low_without_bias'])
  })

  test('an active-low relay with a resistor in its wiring was thought about', () => {
    expect(checksOf(realGate(low.replace('active: low }', 'active: low, bias: none }'), pcsc))).toEqual([])
  })

  test.each(['GPIO17', '17'])('one line twice is refused, however it is written: %s', (line) => {
    expect(checksOf(realGate(realDoor.replace('GPIO22', line), pcsc))).toEqual([
      'error door.exitButton.line line_twice',
    ])
  })

  test('onoff is warned of, and cannot set a pull', () => {
    expect(checksOf(realGate(realDoor.replace('gpiochip', 'onoff'), pcsc))).toEqual([
      'error door.exitButton.bias bias_not_possible',
      'warning door.driver onoff_keeps_relay',
    ])
  })

  test('a clock that is always trusted is warned of at a real door', () => {
    expect(checksOf(`${realGate(realDoor, pcsc)}clock: { trust: always }\n`)).toEqual([
      'warning clock.trust clock_always_trusted',
    ])
  })
})

test.each(['store', 'store/keys'])('keys in the store’s folder (%s) are refused', (keys) => {
  expect(checksOf(goodGate.replace('keysDirectory: keys', `keysDirectory: ${keys}`))).toEqual([
    'error store.keysDirectory keys_beside_store',
  ])
})
