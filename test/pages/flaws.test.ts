// The measures of the pages can fail: each finds the fault that it is for on a page that has it, and none on the same page without.

import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needPart } from '../parts.ts'
import { countSheets, findCut, findFlaws, findSmall, openBrowser, showPage, weighChoices, widthsPx } from './browser.ts'
import { findMissing, readHan } from './glyphs.ts'

const frame = (body: string, style = '', lang = 'zh-CN'): string =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>t</title><style>${style}\n@page{size:A4;margin:18mm}</style></head>
   <body><main><h1>门</h1>${body}</main></body></html>`
const choices = (second: string): string => `<ul class="choices"><li>card</li><li style="${second}">face</li></ul>`
/** U+E123 is for private use: no font of the system has it. */
const PRIVATE = '\ue123'

describe.skipIf(!needPart('chromium'))('a page with a fault is found out', { timeout: 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  }, 60_000)
  afterAll(() => browser.close())

  const measure = async <T>(markup: string, ask: (page: Page) => Promise<T>): Promise<T> => {
    const { page } = await showPage(browser, markup, widthsPx.paper)
    const answer = await ask(page)
    await page.close()
    return answer
  }

  test('pale letters', async () => {
    const ids = async (markup: string) => (await measure(markup, findFlaws)).map((flaw) => flaw.split(':')[0])
    expect(await ids(frame('<p style="color:#ccc">pale</p>'))).toEqual(['color-contrast'])
    expect(await ids(frame('<p>dark</p>'))).toEqual([])
  })

  test('no language', async () => {
    expect((await measure(frame('', '', ''), findFlaws)).map((flaw) => flaw.split(':')[0])).toEqual(['html-has-lang'])
  })

  test('a picture, a style or a letter fetched from elsewhere', async () => {
    const fetched = async (markup: string) => {
      const { page, asked } = await showPage(browser, markup, widthsPx.desk)
      await page.close()
      return asked
    }
    expect(await fetched(frame('<img alt="" src="http://elsewhere.invalid/a.png">'))).toHaveLength(1)
    expect(await fetched(frame('', '@import "http://elsewhere.invalid/a.css";'))).toHaveLength(1)
    expect(await fetched(frame('<p>plain</p>'))).toEqual([])
  })

  test('what is wider than the screen, and what paper would cut off', async () => {
    const wide = frame('<p style="width:900px">wide</p>')
    const hidden = frame('<div class="scroll" style="overflow-x:auto"><p style="width:900px">wide</p></div>')
    const cut = (markup: string, media: 'screen' | 'print') => measure(markup, (page) => findCut(page, media))
    expect(await cut(wide, 'screen')).not.toEqual([])
    // A box that scrolls is well on a screen; on paper its end is lost.
    expect(await cut(hidden, 'screen')).toEqual([])
    expect(await cut(hidden, 'print')).not.toEqual([])
    expect(await cut(frame('<p>narrow</p>'), 'print')).toEqual([])
  })

  test('a letter that no font has, and a Chinese one that was never drawn by a Chinese font', async () => {
    expect(await measure(frame(`<p>门${PRIVATE}a</p>`), findMissing)).toEqual([PRIVATE])
    expect(await measure(frame('<p>刷卡或密码 ☐ “abc” 9#</p>'), findMissing)).toEqual([])
    expect(await measure(frame('<p>卡</p>'), readHan)).toEqual([
      { letter: '门', family: expect.stringMatching(/CJK/) },
      { letter: '卡', family: expect.stringMatching(/CJK/) },
    ])
  })

  test.each([
    'width:60%',
    'padding:2em',
    'font-weight:700',
    'font-size:2em',
    'color:green',
    'opacity:.5',
  ])('a choice that outweighs its neighbour by %s', async (second) => {
    const style = '.choices{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;align-items:start}'
    expect((await measure(frame(choices(second), style), weighChoices)).unequal).toHaveLength(1)
    expect(await measure(frame(choices(''), style), weighChoices)).toEqual({ counts: [2], unequal: [] })
  })

  test('a line in small letters, and a plot that is scaled down', async () => {
    const plot = '<svg width="100" viewBox="0 0 200 100"><text y="50" font-size="40">p</text></svg>'
    const small = (body: string) =>
      measure(frame(`<div style="font-size:30px">${body}</div>`), (page) => findSmall(page, 24))
    expect(await small('<p style="font-size:20px">s</p><p>large</p>')).toEqual(['P 20px s'])
    expect(await small(plot)).toEqual(['text 40px p'])
    expect(await small(plot.replace('width="100"', 'width="200"'))).toEqual([])
  })

  test('a sheet too many, and paper that is not A4', async () => {
    expect(await measure(frame('<p>one</p>'), countSheets)).toBe(1)
    expect(await measure(frame('<p style="break-after:page">one</p><p>two</p>'), countSheets)).toBe(2)
    await expect(measure(frame('<p>one</p>').replace('size:A4', 'size:letter'), countSheets)).rejects.toThrow(
      /not on A4/,
    )
  })
})
