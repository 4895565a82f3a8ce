// Draws both errors against each other over all thresholds (a DET plot, both axes logarithmic) as one SVG that stands alone. Computes
// nothing. Called by the report.

import type { RatePoint } from '../../models/evaluate-rates.ts'
import type { Words } from './wording.ts'

export type Series = { readonly name: string; readonly curve: readonly RatePoint[] }

/** Decades shown, as exponents of ten. */
const across = { from: -6, to: 0 } as const
const up = { from: -3, to: 0 } as const
const frame = { left: 70, top: 20, width: 540, height: 360 } as const
const colours = ['#1b5e9b', '#b3492a', '#2c7a4b', '#7a4b9b', '#8a7a1f', '#444444'] as const

export const escapeText = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`)

const placeX = (exponent: number): number =>
  frame.left + ((exponent - across.from) / (across.to - across.from)) * frame.width
const placeY = (exponent: number): number =>
  frame.top + frame.height - ((exponent - up.from) / (up.to - up.from)) * frame.height

/** What is less than the axis shows lies on it. */
const exponentOf = (rate: number, { from, to }: { readonly from: number; readonly to: number }): number =>
  rate <= 0 ? from : Math.min(to, Math.max(from, Math.log10(rate)))

const showDecade = (exponent: number): string => `${Number((10 ** (exponent + 2)).toPrecision(1))} %`

const drawGrid = (): readonly string[] => {
  const decades = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
  const { left, top, width, height } = frame
  return [
    ...decades(across.from, across.to).map((exponent) => {
      const x = placeX(exponent).toFixed(1)
      return `<path d="M${x} ${top}v${height}" class="g"/><text x="${x}" y="${top + height + 18}" text-anchor="middle">${showDecade(exponent)}</text>`
    }),
    ...decades(up.from, up.to).map((exponent) => {
      const y = placeY(exponent).toFixed(1)
      return `<path d="M${left} ${y}h${width}" class="g"/><text x="${left - 8}" y="${y}" text-anchor="end" dominant-baseline="middle">${showDecade(exponent)}</text>`
    }),
  ]
}

const drawSeries = ({ name, curve }: Series, i: number): string => {
  const colour = colours[i % colours.length]
  const points = curve
    .map(({ fmr, fnmr }) => `${placeX(exponentOf(fmr, across)).toFixed(1)},${placeY(exponentOf(fnmr, up)).toFixed(1)}`)
    .join(' ')
  const y = frame.top + 18 + i * 18
  const x = frame.left + frame.width - 12
  return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/><text x="${x}" y="${y}" text-anchor="end" fill="${colour}">${escapeText(name)}</text>`
}

export const drawDet = (series: readonly Series[], words: Words): string => {
  const { left, top, width, height } = frame
  const [middleX, middleY] = [left + width / 2, top + height / 2]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 20} ${top + height + 50}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escapeText(words.title)}</title><style>.g{stroke:#ccc;fill:none}</style>`,
    ...drawGrid(),
    `<text x="${middleX}" y="${top + height + 40}" text-anchor="middle">${escapeText(words.axisX)}</text>`,
    `<text transform="translate(16 ${middleY}) rotate(-90)" text-anchor="middle">${escapeText(words.axisY)}</text>`,
    ...series.map(drawSeries),
    '</svg>\n',
  ].join('\n')
}
