import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { describeSettings } from '../../config/settings.ts'
import { problemsOf, readExample } from './gate-file.ts'

const rows = describeSettings()

const endings: Readonly<Record<string, RegExp>> = {
  ms: /Ms$/,
  seconds: /Seconds$/,
  hours: /Hours$/,
  days: /Days$/,
  months: /Months?$/,
  px: /(Pixels|\.width|\.height)$/,
  'frames/s': /PerSecond$/,
  baud: /baud$/,
}

describe('the table of settings', () => {
  test('documents every setting in both languages', () => {
    for (const { path, en, zh } of rows) {
      expect(en, path).toMatch(/\S/)
      expect(zh, path).toMatch(/\p{Script=Han}/u)
    }
  })

  test('names each setting once for each driver', () => {
    const keys = rows.map(({ path, drivers }) => `${path} ${drivers.join()}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('a unit stands last in the setting’s name', () => {
    for (const { path, unit } of rows) if (unit !== '') expect(path).toMatch(endings[unit] ?? /never/)
  })

  test('a name that ends in a unit declares it', () => {
    for (const { path, unit } of rows)
      if (/(Ms|Seconds|Hours|Days|Months|Pixels|PerSecond)$/.test(path)) expect(unit, path).not.toBe('')
  })

  test('every number has a range', () => {
    for (const { path, type, range } of rows) if (type === 'number') expect(range, path).toMatch(/\d–\d/)
  })

  test('shows a setting as it is declared', () => {
    expect(rows.find(({ path }) => path === 'door.pulseMs')).toMatchObject({
      type: 'number',
      unit: 'ms',
      range: '300–30000',
      default: '',
      required: true,
      drivers: [],
    })
    expect(rows.find(({ path }) => path === 'door.driver')?.range).toBe('simulated | gpiochip | onoff')
    expect(rows.find(({ path }) => path === 'inequality.remedy')).toMatchObject({
      range: 'pause-face | guard | hold-open',
      default: 'pause-face',
      required: false,
    })
    expect(rows.find(({ path }) => path === 'sides.entry.keypad[].baud')?.drivers).toEqual(['serial'])
  })

  test('every range is the one that is kept: both ends pass, one beyond either is refused', () => {
    const realDrivers = ['gpiochip', 'serial', 'ffmpeg']
    const numbers = rows.filter(
      ({ type, drivers }) =>
        type === 'number' && (drivers.length === 0 || drivers.some((one) => realDrivers.includes(one))),
    )
    expect(numbers.length).toBeGreaterThan(20)
    const example = parseDocument(readExample('pi'))
    // Not every group stands in the example; this one wants an address.
    example.setIn(['mqtt', 'url'], 'mqtts://broker')
    example.setIn(['calendar'], example.createNode([{ year: 2027 }]))
    example.setIn(['passback'], example.createNode({ kind: 'soft' }))
    example.setIn(
      ['door', 'motor'],
      example.createNode({ travelMs: 15_000, obstacle: { line: 'GPIO5', active: 'high' } }),
    )
    example.setIn(['door', 'guardButton'], example.createNode({ line: 'GPIO26', active: 'low' }))
    const input = (line: string) => ({ line, active: 'low' })
    const call = {
      driver: 'gpiochip',
      chip: 'pinctrl-rp1',
      button: input('GPIO19'),
      lamp: { line: 'GPIO8', active: 'high' },
      answer: input('GPIO7'),
    }
    example.setIn(['call'], example.createNode(call))
    const judge = (path: string, value: number): readonly string[] => {
      const spoilt = example.clone()
      const reader = /^(sides\.\w+\.card)\[\]\.baud$/.exec(path)?.[1]
      // The example's readers are on no serial line.
      if (reader !== undefined) {
        const line = { id: 'card-line', driver: 'serial', device: '/dev/line' }
        spoilt.setIn(reader.split('.'), spoilt.createNode([line]))
      }
      spoilt.setIn(path.replaceAll('[]', '.0').split('.'), value)
      return problemsOf(String(spoilt)).map(({ code }) => code)
    }
    for (const { path, range } of numbers) {
      const [min = Number.NaN, max = Number.NaN] = range.split('–').map(Number)
      expect([judge(path, min), judge(path, max)], path).toEqual([[], []])
      expect([judge(path, min - 1), judge(path, max + 1)], path).toEqual([['out_of_range'], ['out_of_range']])
    }
  })
})
