// Every page that people read, in a real Chromium: no flaw that axe knows on a phone and on paper, nothing fetched, no scrolling sideways,
// Chinese letters that are really there, nothing cut off on A4, and choices of one weight wherever they are shown.

import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { languages } from '../../config/words.ts'
import { writeForm } from '../../daemon/report/consent-form.ts'
import { writeDocument } from '../../daemon/report/document.ts'
import { writeSign } from '../../daemon/report/notices.ts'
import { writeReceiptPage } from '../../daemon/report/receipt-page.ts'
import { needPart } from '../parts.ts'
import { countSheets, findCut, findFlaws, findSmall, openBrowser, showPage, weighChoices, widthsPx } from './browser.ts'
import { findMissing, readHan } from './glyphs.ts'
import { config, pages, readSigned, receipt } from './pages.ts'

const looks = ['page', 'large'] as const
/** What is called large print begins at 18 points. */
const LARGE_PX = 24
/** From the smallest phone to a desk, each of them as it may be held or zoomed. */
const choiceWidthsPx = [320, 360, 390, 412, 430, 480, 540, 658, 768, 1024]

describe.skipIf(!needPart('chromium'))('in a browser', { timeout: 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  }, 60_000)
  afterAll(() => browser.close())

  for (const { name, write, sheets } of pages)
    describe.each(languages)(`${name} in %s`, (language) => {
      test.each(looks)('as %s has no flaw on a phone, fetches nothing and does not scroll sideways', async (look) => {
        const { page, asked } = await showPage(browser, write(language, look), widthsPx.phone)
        expect(await page.evaluate('document.documentElement.lang')).toBe(language)
        expect(await page.evaluate('document.scripts.length')).toBe(0)
        expect(await findCut(page, 'screen')).toEqual([])
        expect(await findFlaws(page)).toEqual([])
        expect(asked).toEqual([])
        // A plot shrinks with a phone; its figures stand in the table above.
        if (look === 'large')
          expect((await findSmall(page, LARGE_PX)).filter((one) => !one.startsWith('text '))).toEqual([])
        await page.close()
      })

      test.each(looks)('as %s has no flaw on paper, loses nothing and takes as much as it should', async (look) => {
        const { page, asked } = await showPage(browser, write(language, look), widthsPx.paper, 'print')
        expect(await findCut(page, 'print')).toEqual([])
        expect(await countSheets(page)).toBeLessThanOrEqual(sheets[look])
        expect(await findFlaws(page)).toEqual([])
        expect(asked).toEqual([])
        if (look === 'large') expect(await findSmall(page, LARGE_PX)).toEqual([])
        await page.close()
      })

      test('is drawn with letters that are there', async () => {
        const { page } = await showPage(browser, write(language, 'page'), widthsPx.desk)
        expect(await findMissing(page)).toEqual([])
        const han = await readHan(page)
        expect(han.filter(({ family }) => !/CJK/.test(family))).toEqual([])
        if (language === 'zh-CN') expect(han.length).toBeGreaterThan(50)
        await page.close()
      })
    })

  test.each(
    languages,
  )('a sign is one sheet with names of forty characters, and without large print with the longest, in %s', async (language) => {
    const sheetsOf = async (characters: number, look: 'page' | 'large') => {
      const name = (language === 'en' ? 'Name of office ' : '物业服务中心').repeat(40).slice(0, characters)
      const named = { ...config, operator: { name, contact: name, maintainer: name } }
      const markup = writeDocument(writeSign(named, 'f'.repeat(64), language), look)
      const { page } = await showPage(browser, markup, widthsPx.paper, 'print')
      const count = await countSheets(page)
      await page.close()
      return count
    }
    expect([await sheetsOf(40, 'large'), await sheetsOf(200, 'page')]).toEqual([1, 1])
  })

  test.each(
    looks,
  )('the signed text on a page of a receipt is read back whole and proves itself, as %s', async (look) => {
    const markup = writeDocument(writeReceiptPage(receipt, config.timeZone, 'zh-CN'), look)
    const { page } = await showPage(browser, markup, widthsPx.phone)
    const read = String(await page.evaluate("document.querySelector('pre').textContent"))
    expect(readSigned(read)).toMatchObject({ ok: true, value: { sequence: 1042, what: 'withdrawal' } })
    expect(readSigned(read.replace('withdrawal', 'refusal'))).toMatchObject({ ok: false })
    await page.close()
  })

  describe.each(languages)('the ways and the answers on the form weigh the same in %s', (language) => {
    test.each(looks)('as %s, on every screen and on paper', async (look) => {
      const { page } = await showPage(browser, writeDocument(writeForm(config, 'EG-1', language), look), widthsPx.desk)
      for (const media of ['screen', 'print'] as const) {
        await page.emulateMediaType(media)
        for (const width of choiceWidthsPx) {
          await page.setViewport({ width, height: 900 })
          expect({ media, width, ...(await weighChoices(page)) }).toEqual({ media, width, counts: [3, 2], unequal: [] })
        }
      }
      await page.close()
    })
  })
})
