// Small plots as inline SVG: one line a way, told apart by dash and mark and not by colour alone, so that they live through a black
// printer. No script, no font, nothing fetched. Pure. Called by equality-page.ts.

export type Series = { readonly name: string; readonly values: readonly (number | undefined)[] }
export type Plot = {
  /** Read aloud in place of the picture. */
  readonly title: string
  readonly unit: string
  readonly labels: readonly [first: string, last: string]
  readonly series: readonly Series[]
  /** Of the vertical axis, from 0; otherwise the largest value. */
  readonly most?: number
}

const WIDTH = 640
/** Of the letters, in units of the drawing; in large print they are drawn larger, not the whole picture. */
const LETTER = 13
const LARGE_LETTER = 26

/** Everything else goes by the letters: the margins hold them, and the unit has a line of its own above the scale. */
const layOut = (letter: number) => {
  const [left, right, top, bottom] = [letter * 4.3, letter * 6.9, letter * 2.2, letter * 1.9]
  return { letter, left, right, top, bottom, height: 154 + top + bottom, middle: letter * 0.3 }
}

export const escapeText = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (mark) => `&#${mark.codePointAt(0) ?? 32};`)

const styles = [
  { dash: '', colour: '#14508c' },
  { dash: '7 4', colour: '#8a4b00' },
  { dash: '2 3', colour: '#5b2a86' },
] as const

const round = (value: number): number => Math.round(value * 10) / 10

/** A day without a value breaks the line. */
const drawLine = (values: Series['values'], x: (n: number) => number, y: (value: number) => number): string => {
  let pen = 'M'
  return values
    .map((value, n) => {
      if (value === undefined) {
        pen = 'M'
        return ''
      }
      const step = `${pen}${round(x(n))} ${round(y(value))}`
      pen = 'L'
      return step
    })
    .join('')
}

const niceMost = (largest: number): number => {
  const step = 10 ** Math.floor(Math.log10(Math.max(largest, 1)))
  return Math.ceil(Math.max(largest, 1) / step) * step
}

/** Names at the end of their lines, pushed apart so that none lies on another. */
const placeNames = (ends: readonly number[], letter: number): readonly number[] => {
  const order = ends.map((y, n) => ({ y, n })).sort((a, b) => a.y - b.y)
  const placed: number[] = []
  let least = Number.NEGATIVE_INFINITY
  for (const { y, n } of order) {
    placed[n] = Math.max(y, least)
    least = (placed[n] ?? y) + letter + 2
  }
  return placed
}

export const drawPlot = ({ title, unit, labels, series, most }: Plot, look: 'page' | 'large' = 'page'): string => {
  const { letter, left, right, top, bottom, height, middle } = layOut(look === 'large' ? LARGE_LETTER : LETTER)
  const found = series.flatMap(({ values }) => values.filter((value) => value !== undefined))
  const highest = most ?? niceMost(Math.max(0, ...found))
  const length = Math.max(2, ...series.map(({ values }) => values.length))
  const x = (n: number) => left + ((WIDTH - left - right) * n) / (length - 1)
  const y = (value: number) => top + (height - top - bottom) * (1 - Math.min(value, highest) / highest)
  const ends = placeNames(
    series.map(({ values }) => y(values.findLast((value) => value !== undefined) ?? 0)),
    letter,
  )
  const write = (at: readonly [x: number, y: number], text: string, more = '') =>
    `<text x="${round(at[0])}" y="${round(at[1])}"${more}>${escapeText(text)}</text>`
  const toTheLeft = ' text-anchor="end"'
  const axis = [0, highest / 2, highest].map(
    (value) =>
      `<path d="M${round(left)} ${round(y(value))}H${round(WIDTH - right)}" stroke="#bbb"/>` +
      write([left - letter / 2, y(value) + middle], String(round(value)), toTheLeft),
  )
  const lines = series.map(({ name, values }, n) => {
    const { dash, colour } = styles[n % styles.length] ?? styles[0]
    return (
      `<path d="${drawLine(values, x, y)}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>` +
      write([WIDTH - right + letter / 2, (ends[n] ?? 0) + middle], name, ` fill="${colour}"`)
    )
  })
  const words = [
    write([left, height - letter / 2], labels[0]),
    write([WIDTH - right, height - letter / 2], labels[1], toTheLeft),
    write([0, letter], unit),
  ]
  const frame = `viewBox="0 0 ${WIDTH} ${round(height)}" role="img" aria-label="${escapeText(title)}" font-size="${letter}"`
  return `<svg ${frame} fill="#222">${[...axis, ...lines, ...words].join('')}</svg>`
}
