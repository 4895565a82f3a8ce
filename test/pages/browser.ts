// A real Chromium that reads a page as people do: on the screen, on a phone, on paper; judged by axe. Nothing may be fetched. Called by
// the tests beside it.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

export const chromium = '/usr/bin/chromium'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const openBrowser = (): Promise<Browser> =>
  puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] })

export type Shown = { readonly page: Page; readonly asked: readonly string[] }

export const showPage = async (browser: Browser, markup: string, width = 1024): Promise<Shown> => {
  const page = await browser.newPage()
  await page.setViewport({ width, height: 900 })
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

/** WCAG 2.1 A and AA, and what axe calls best practice; empty when nothing is wrong. */
export const findFlaws = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } }).axe.run
    return (await run()).violations
  })
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}

/** Families that really drew the text, with how many glyphs each. */
export const readFonts = async (page: Page): Promise<Readonly<Record<string, number>>> => {
  const session = await page.createCDPSession()
  await session.send('DOM.enable')
  await session.send('CSS.enable')
  const { root } = await session.send('DOM.getDocument', { depth: -1 })
  const { nodeIds } = await session.send('DOM.querySelectorAll', {
    nodeId: root.nodeId,
    selector: 'h1,h2,p,li,th,td,dt',
  })
  const counted: Record<string, number> = {}
  for (const nodeId of nodeIds) {
    const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId })
    for (const { familyName, glyphCount } of fonts) counted[familyName] = (counted[familyName] ?? 0) + glyphCount
  }
  return counted
}

/** How many sheets of A4 it takes. */
export const countSheets = async (page: Page): Promise<number> => {
  const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  return pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0
}
