// A real Chromium that reads a page as people do: on a phone, on a desk, on paper; judged by axe and by what was really laid out. Nothing
// may be fetched. Each measure answers a list of what is wrong, and flaws.test.ts shows that it can. Called by the tests beside it.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

export const chromium = '/usr/bin/chromium'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const openBrowser = (): Promise<Browser> =>
  puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] })

/** `paper`: what is left of 210 mm between margins of 18 mm, at 96 pixels an inch. */
export const widthsPx = { phone: 360, desk: 1024, paper: 658 } as const

export type Shown = { readonly page: Page; readonly asked: readonly string[] }

export const showPage = async (
  browser: Browser,
  markup: string,
  width: number,
  media: 'screen' | 'print' = 'screen',
): Promise<Shown> => {
  const page = await browser.newPage()
  await page.setViewport({ width, height: 900 })
  await page.emulateMediaType(media)
  await page.setRequestInterception(true)
  const asked: string[] = []
  page.on('request', (request) => {
    asked.push(request.url())
    void request.abort()
  })
  await page.setContent(markup)
  return { page, asked }
}

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string }[] }

/** WCAG 2.1 A and AA, and what axe calls best practice. */
export const findFlaws = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } }).axe.run
    return (await run()).violations
  })
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}

/** What reaches past the edge, or is hidden behind the edge of a box: on paper nobody can scroll. */
export const findCut = async (page: Page, media: 'screen' | 'print'): Promise<readonly string[]> => {
  const found = await page.evaluate(`[...document.querySelectorAll('body *')].filter((one) => {
    const { overflowX } = getComputedStyle(one)
    const within = one.parentElement?.closest('.scroll')
    const past = one.getBoundingClientRect().right > innerWidth + 1 && (${media === 'print'} || !within)
    return past || (${media === 'print'} && overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1)
  }).map((one) => one.tagName + ' ' + one.textContent.slice(0, 40))`)
  const across = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
  return [...(found as readonly string[]), ...(across > 0 ? [`the page, by ${across} px`] : [])]
}

/** Lists of choices of which one outweighs another: in size, letters or colour. Answers how many there are besides. */
export const weighChoices = async (page: Page) => {
  const lists =
    (await page.evaluate(`[...document.querySelectorAll('.choices')].map((list) => [...list.children].map((one) => {
    const { fontSize, fontWeight, fontStyle, fontFamily, color, backgroundColor, border, opacity } = getComputedStyle(one)
    const { width, height } = one.getBoundingClientRect()
    const size = [width, height].map((px) => px.toFixed(1)).join('x')
    return [size, fontSize, fontWeight, fontStyle, fontFamily, color, backgroundColor, border, opacity].join(' ')
  }))`)) as readonly (readonly string[])[]
  return {
    counts: lists.map((list) => list.length),
    unequal: lists.filter((list) => new Set(list).size > 1).map((list) => list.join(' | ')),
  }
}

const A4_POINTS = [595, 842]

/** How many sheets it takes; all of them A4. */
export const countSheets = async (page: Page): Promise<number> => {
  const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  const sizes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((found) =>
    found.slice(1).map((points) => Math.round(Number(points))),
  )
  if (sizes.length === 0 || sizes.some((size) => String(size) !== String(A4_POINTS)))
    throw new Error(`not on A4: ${JSON.stringify(sizes)}`)
  return sizes.length
}

/** What is written smaller than `leastPx` as it is drawn, a plot's words at the size to which the plot is scaled. */
export const findSmall = async (page: Page, leastPx: number): Promise<readonly string[]> =>
  (await page.evaluate(`[...document.querySelectorAll('body *')].filter((one) => {
    const own = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '')
    const scale = one.ownerSVGElement?.getScreenCTM()?.a ?? 1
    return own && parseFloat(getComputedStyle(one).fontSize) * scale < ${leastPx}
  }).map((one) => one.tagName + ' ' + getComputedStyle(one).fontSize + ' ' + one.textContent.slice(0, 30))`)) as readonly string[]
