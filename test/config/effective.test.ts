import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { maskConfig, maskText } from '../../config/effective.ts'
import { configOf, goodGate, head, problemsOf, simulatedDoor } from './gate-file.ts'

const gateWith = (input: string): string => `${head}${simulatedDoor}face: { modelsDirectory: m }
sides:
  entry:
    card: [{ id: a, driver: simulated }]
    face: [{ id: b, driver: ffmpeg, input: ${JSON.stringify(input)} }]
`

describe('the effective configuration', () => {
  test('is YAML with every default filled in, and is right when read back', () => {
    const printed = maskConfig(configOf(goodGate))
    expect(parse(printed)).toMatchObject({ retention: { namedEventsDays: 30 }, inequality: { graceHours: 24 } })
    expect(problemsOf(printed)).toEqual([])
    expect(maskConfig(configOf(printed))).toBe(printed)
  })

  test('hides a camera’s user and password', () => {
    const printed = maskConfig(configOf(gateWith('rtsp://admin:hunter2@192.0.2.7:554/stream1')))
    expect(printed).toContain('rtsp://***@192.0.2.7:554/stream1')
    expect(printed).not.toMatch(/admin|hunter2/)
  })

  test.each([
    ['rtsp://u:p@ss/w?rd@camera/1', 'rtsp://***@camera/1'],
    ['rtsp://u:p w@camera/1', 'rtsp://***@camera/1'],
    ['rtsp://camera/h264?user=admin&password=p', 'rtsp://camera/h264?***'],
    ['rtsp://camera/user=admin_password=p_channel=1', 'rtsp://camera/***'],
    ['rtsp://camera/1#key', 'rtsp://camera/1?***'],
    ['rtsp://camera/1', 'rtsp://camera/1'],
    ['/dev/video0', '/dev/video0'],
    ['office@example.org', 'office@example.org'],
  ])('%s is shown as %s', (text, shown) => expect(maskText(text)).toBe(shown))

  test('no password survives, whatever it is made of', () => {
    const secret = fc
      .string({ minLength: 12, maxLength: 40, unit: 'grapheme-ascii' })
      .filter((text) => !text.includes('rtsp://'))
    fc.assert(
      fc.property(secret, secret, (user, password) => {
        const shown = maskText(`rtsp://${user}:${password}@camera/1`)
        expect(shown).toBe('rtsp://***@camera/1')
      }),
    )
  })
})
