// Every page that people read, in a real Chromium: no flaw that axe knows, nothing fetched, no scrolling sideways on a phone, Chinese
// letters that are really there, and paper.

import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { languages } from '../../config/words.ts'
import { writeDocument } from '../../daemon/report/document.ts'
import { writeForm } from '../../daemon/report/notices.ts'
import { needPart } from '../parts.ts'
import { countSheets, findFlaws, openBrowser, readFonts, showPage } from './browser.ts'
import { config, pages } from './pages.ts'

const PHONE_PX = 360

describe.skipIf(!needPart('chromium'))('in a browser', { timeout: 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  }, 60_000)
  afterAll(() => browser.close())

  for (const { name, write, sheets } of pages)
    describe.each(languages)(`${name} in %s`, (language) => {
      test.each(['page', 'large'] as const)('as %s has no flaw, fetches nothing and fits a phone', async (look) => {
        const { page, asked } = await showPage(browser, write(language, look), PHONE_PX)
        expect(await page.evaluate('document.documentElement.lang')).toBe(language)
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE_PX)
        expect(await page.evaluate('document.scripts.length')).toBe(0)
        expect(await findFlaws(page)).toEqual([])
        expect(asked).toEqual([])
        if (look === 'large')
          expect(await page.evaluate('parseFloat(getComputedStyle(document.body).fontSize)')).toBeGreaterThanOrEqual(24)
        await page.close()
      })

      test('is drawn with letters that are there, and takes as much paper as it should', async () => {
        const { page } = await showPage(browser, write(language, 'page'))
        const fonts = Object.keys(await readFonts(page))
        expect(fonts.length).toBeGreaterThan(0)
        if (language === 'zh-CN') expect(fonts.filter((family) => /CJK/.test(family))).not.toEqual([])
        expect(await countSheets(page)).toBeLessThanOrEqual(sheets)
        await page.close()
      })
    })

  // At 390 px two boxes fit in a row, and the third must not take the whole of the next.
  const widths = [320, 360, 390, 480, 768, 1024]
  const looked = languages.flatMap((language) => widths.map((width) => ({ language, width })))
  test.each(looked)('the ways and the answers on the form weigh the same, in $language at $width px', async (how) => {
    const form = writeForm(config, 'F-1', how.language)
    for (const look of ['page', 'large'] as const) {
      const { page } = await showPage(browser, writeDocument(form, look), how.width)
      const weights = (await page.evaluate(
        `[...document.querySelectorAll('.choices')].map((list) => [...list.children].map((one) => {
          const { fontSize, fontWeight, color, borderWidth, fontFamily } = getComputedStyle(one)
          const { width, height } = one.getBoundingClientRect()
          return [fontSize, fontWeight, color, borderWidth, fontFamily, Math.round(width), Math.round(height)].join(' ')
        }))`,
      )) as readonly (readonly string[])[]
      expect(weights.map((list) => list.length)).toEqual([3, 2])
      for (const list of weights) expect([look, [...new Set(list)]]).toEqual([look, [list[0]]])
      await page.close()
    }
  })

  test('a page with too little contrast is found out', async () => {
    const { page } = await showPage(
      browser,
      '<html lang="en"><title>t</title><main><h1 style="color:#ccc">pale</h1></main>',
    )
    expect((await findFlaws(page)).map((flaw) => flaw.split(':')[0])).toContain('color-contrast')
    await page.close()
  })
})
