import { describe, expect, test } from 'vitest'
import { checksOf, configOf, head, realDoor, simulatedDoor, summaryOf } from './gate-file.ts'

const card = 'card: [{ id: a, driver: pcsc, reader: ACS }]'
const pad = 'keypad: [{ id: b, driver: serial, device: /dev/pad }]'
const camera = 'face: [{ id: c, driver: ffmpeg, input: /dev/v4l/by-path/camera }]'
const lamp = 'green: { line: GPIO25, active: high }'
const buzzer = 'buzzer: { line: GPIO11, active: high }'
const wired = (...lines: readonly string[]) =>
  `signal: { ${['driver: gpiochip', 'chip: pinctrl-rp1', ...lines].join(', ')} }`
const outlet =
  'alarm: { driver: gpiochip, chip: pinctrl-rp1, acknowledge: { line: GPIO6, active: low, bias: pull-up }, lamp: { line: GPIO9, active: high } }\n'

const gateWith = (face: string, more: readonly string[] = [wired(lamp, buzzer)], door = realDoor) =>
  `${head}${door}${outlet}face: { modelsDirectory: models${face} }\nsides: { entry: { ${[card, pad, camera, ...more].join(', ')} } }\n`
const checks = (face: string, more?: readonly string[]) => checksOf(gateWith(face, more))
const times = (...entries: readonly string[]) => `, livenessTimes: [${entries.join(', ')}]`
const night = '{ liveness: off, from: "22:00", to: "06:00" }'

describe('liveness at a real door', () => {
  test('is passive when nothing is written, and then nothing is said', () => {
    expect(configOf(gateWith('')).face.liveness).toBe('passive')
    expect(checks('')).toEqual([])
  })

  test('off is warned of, also by hours, unless a face needs a second factor', () => {
    expect(checks(', liveness: off')).toEqual(['warning face.liveness liveness_off'])
    expect(checks(times(night))).toEqual(['warning face.liveness liveness_off'])
    expect(checks(', liveness: off', [wired(lamp, buzzer), 'twoFactor: [[card, face], [card, keypad]]'])).toEqual([])
  })

  test('a challenge that cannot be both seen and heard is refused', () => {
    for (const signal of [[], [wired(lamp)], [wired(buzzer)]])
      expect(checks(', liveness: challenge', signal)).toContain('error sides.entry.face challenge_unseen')
    expect(checks(', liveness: challenge')).toEqual([])
  })

  test('a simulated door may do as it likes', () => {
    expect(checksOf(gateWith(', liveness: off', [], simulatedDoor))).toEqual([])
  })
})

describe('hours', () => {
  test('begin every day unless days are named', () => {
    const [hours] =
      configOf(gateWith(times('{ liveness: challenge, from: "22:00", to: "06:00" }'))).face.livenessTimes ?? []
    expect(hours).toEqual({ liveness: 'challenge', days: '1-7', from: '22:00', to: '06:00' })
  })

  test.each([
    ['{ liveness: challenge, from: "24:00", to: "06:00" }', 'face.livenessTimes.0.from time_malformed'],
    ['{ liveness: challenge, from: "9:00", to: "10:00" }', 'face.livenessTimes.0.from time_malformed'],
    ['{ liveness: challenge, days: "0-3", from: "09:00", to: "10:00" }', 'face.livenessTimes.0.days days_malformed'],
    ['{ liveness: challenge, days: "1,3", from: "09:00", to: "10:00" }', 'face.livenessTimes.0.days days_malformed'],
  ])('%s is refused', (entry, problem) => {
    expect(summaryOf(gateWith(times(entry))).map((line) => line.replace(/^\d+ /, ''))).toEqual([problem])
  })
})
