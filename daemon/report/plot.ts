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
const HEIGHT = 190
const LEFT = 56
const RIGHT = 90
const TOP = 12
const BOTTOM = 24

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
const placeNames = (ends: readonly number[]): readonly number[] => {
  const order = ends.map((y, n) => ({ y, n })).sort((a, b) => a.y - b.y)
  const placed: number[] = []
  let least = Number.NEGATIVE_INFINITY
  for (const { y, n } of order) {
    placed[n] = Math.max(y, least)
    least = (placed[n] ?? y) + 15
  }
  return placed
}

export const drawPlot = ({ title, unit, labels, series, most }: Plot): string => {
  const found = series.flatMap(({ values }) => values.filter((value) => value !== undefined))
  const top = most ?? niceMost(Math.max(0, ...found))
  const length = Math.max(2, ...series.map(({ values }) => values.length))
  const x = (n: number) => LEFT + ((WIDTH - LEFT - RIGHT) * n) / (length - 1)
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(value, top) / top)
  const ends = placeNames(series.map(({ values }) => y(values.findLast((value) => value !== undefined) ?? 0)))
  const axis = [0, top / 2, top]
    .map(
      (value) =>
        `<path d="M${LEFT} ${round(y(value))}H${WIDTH - RIGHT}" stroke="#bbb"/>` +
        `<text x="${LEFT - 6}" y="${round(y(value)) + 4}" text-anchor="end">${round(value)}</text>`,
    )
    .join('')
  const lines = series
    .map(({ name, values }, n) => {
      const { dash, colour } = styles[n % styles.length] ?? styles[0]
      return (
        `<path d="${drawLine(values, x, y)}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>` +
        `<text x="${WIDTH - RIGHT + 8}" y="${round((ends[n] ?? 0) + 4)}" fill="${colour}">${escapeText(name)}</text>`
      )
    })
    .join('')
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(title)}" font-size="13" fill="#222">` +
    `${axis}${lines}<text x="${LEFT}" y="${HEIGHT - 6}">${escapeText(labels[0])}</text>` +
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${escapeText(labels[1])}</text>` +
    `<text x="0" y="${TOP}">${escapeText(unit)}</text></svg>`
  )
}
