import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { checksOf, readExample } from './gate-file.ts'

const folder = new URL('../../config/wiring/', import.meta.url).pathname
const page = readFileSync(join(folder, 'WIRING.md'), 'utf8')
const files = readdirSync(folder).filter((name) => name.endsWith('.svg'))
const readDrawing = (file: string): string => readFileSync(join(folder, file), 'utf8')
const matchAll = (text: string, pattern: RegExp): readonly string[][] => [...text.matchAll(pattern)]

const MAX_BYTES = 15_000

/** The header of every Pi with 40 pins, row by row: odd pin, even pin. */
const header = `
3V3 5V · GPIO2 5V · GPIO3 GND · GPIO4 GPIO14 · GND GPIO15 · GPIO17 GPIO18 · GPIO27 GND · GPIO22 GPIO23 · 3V3 GPIO24 · GPIO10 GND
GPIO9 GPIO25 · GPIO11 GPIO8 · GND GPIO7 · GPIO0 GPIO1 · GPIO5 GND · GPIO6 GPIO12 · GPIO13 GND · GPIO19 GPIO16 · GPIO26 GPIO20
GND GPIO21`.match(/[A-Z0-9]+/g)
const nameOfPin = (pin: string): string | undefined => header?.[Number(pin) - 1]

type Wire = { readonly line: string; readonly active: string }

const isWire = (value: object): value is Wire => 'line' in value && 'active' in value

/** Every wire of the example, wherever it stands. */
const findWires = (value: unknown): readonly Wire[] => {
  if (typeof value !== 'object' || value === null) return []
  return isWire(value) ? [value] : Object.values(value).flatMap(findWires)
}

const wires = findWires(parse(readExample('pi')))
const lines = wires.map(({ line }) => line).sort()

describe('the wiring page', () => {
  test('shows every drawing, and no drawing is missing', () => {
    const shown = matchAll(page, /!\[[^\]]+\]\(([^)]+)\)/g).map(([, file]) => file)
    expect([...shown].sort()).toEqual(files)
  })

  test('gives the pins and levels of pi.example.yaml, no more and no fewer', () => {
    const rows = matchAll(page, /^\| (GPIO\d+) \|.*\| (high|low) \|/gm)
    expect(rows.map(([, line, active]) => `${line} ${active}`).sort()).toEqual(
      wires.map(({ line, active }) => `${line} ${active}`).sort(),
    )
  })

  test('gives each line its pin of the header, and a ground that is one', () => {
    const rows = matchAll(page, /^\| (GPIO\d+) \| (\d+) \| (\d+) \|/gm)
    expect(rows.length).toBe(wires.length)
    for (const [, line, pin = '', ground = ''] of rows) {
      expect(nameOfPin(pin)).toBe(line)
      expect(nameOfPin(ground)).toBe('GND')
    }
  })

  test('begins with a configuration that is right, and wired as pi.example.yaml', () => {
    const [, smallest = ''] = page.match(/```yaml\n([\s\S]*?)```/) ?? []
    expect(checksOf(smallest).filter((problem) => problem.startsWith('error'))).toEqual([])
    expect(parse(readExample('pi')).door).toMatchObject(parse(smallest).door)
  })
})

describe.each(files)('the drawing %s', (file) => {
  const drawing = readDrawing(file)

  test('is well-formed, renders, and is small', async () => {
    // librsvg refuses what is no XML.
    const { width, height } = await sharp(Buffer.from(drawing))
      .png()
      .toBuffer({ resolveWithObject: true })
      .then(({ info }) => info)
    expect(drawing).toContain(`viewBox="0 0 ${width} ${height}"`)
    expect(drawing.length).toBeLessThan(MAX_BYTES)
  })

  test('refers to nothing outside itself', () => {
    const bare = drawing.replace('xmlns="http://www.w3.org/2000/svg"', '')
    expect(bare).not.toMatch(/https?:|href|url\(|@import|<(image|script|foreignObject|use|link)\b|<!(DOCTYPE|ENTITY)/i)
  })

  test('stands on white and speaks both languages', () => {
    expect(drawing).toMatch(/<rect class="bg" width="\d+" height="\d+"\/>/)
    expect(drawing).toContain('.bg { fill: #fff')
    const words = matchAll(drawing, /<text[^>]*>([^<]+)</g).map(([, word = '']) => word)
    expect(words.some((word) => /\p{Script=Han}/u.test(word))).toBe(true)
    expect(words.some((word) => /[a-z]{3}/.test(word))).toBe(true)
  })

  test('names only lines of pi.example.yaml, each at its pin of the header', () => {
    const named = matchAll(drawing, /<text class="g"[^>]*>(GPIO\d+|GND|3V3|5V)<\/text>\s*<text[^>]*>脚 pin (\d+)</g)
    for (const [, name = '', pin = ''] of named) {
      expect(nameOfPin(pin)).toBe(name)
      if (name.startsWith('GPIO')) expect(lines).toContain(name)
    }
    expect(matchAll(drawing, /脚 pin/g).length).toBe(named.length)
  })
})

test('the map of the pins marks the lines of pi.example.yaml and numbers them as the header does', () => {
  const map = readDrawing('0-pins.svg')
  const marked = matchAll(map, /<text class="g"[^>]*>[^<]*?(GPIO\d+)[^<]*</g).map(([, line]) => line)
  expect(marked.sort()).toEqual(lines)
  const rows = matchAll(map, /<text class="e"[^>]*>(\d+)<\/text>\s*<text[^>]*>[^<]*?(GPIO\d+|GND|3V3|5V)/g)
  expect(rows.length).toBe(40)
  for (const [, pin = '', name] of rows) expect(nameOfPin(pin)).toBe(name)
})
