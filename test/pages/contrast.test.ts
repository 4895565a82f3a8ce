// Every letter of every page stands out from what is behind it, on the screen and on paper; axe is silent on headings that it takes for
// covered, on tick boxes and on the words of a plot.

import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { languages } from '../../config/words.ts'
import { needPart } from '../parts.ts'
import { openBrowser, showPage, widthsPx } from './browser.ts'
import { findPale } from './contrast.ts'
import { pages } from './pages.ts'

const shown = [
  { look: 'page', width: widthsPx.phone, media: 'screen' },
  { look: 'page', width: widthsPx.paper, media: 'print' },
  { look: 'large', width: widthsPx.desk, media: 'screen' },
  { look: 'large', width: widthsPx.paper, media: 'print' },
] as const

describe.skipIf(!needPart('chromium'))('contrast', { timeout: 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  }, 60_000)
  afterAll(() => browser.close())

  const measure = async (markup: string, width: number = widthsPx.desk, media: 'screen' | 'print' = 'screen') => {
    const { page } = await showPage(browser, markup, width, media)
    const found = await findPale(page)
    await page.close()
    return found
  }

  for (const { name, write } of pages)
    test.each(languages)(`no letter and no line of ${name} is pale, in %s`, async (language) => {
      for (const { look, width, media } of shown) {
        const { letters, pale } = await measure(write(language, look), width, media)
        expect(pale).toEqual([])
        expect(letters).toBeGreaterThan(5)
      }
    })

  const body = (markup: string) => `<!doctype html><html lang="en"><title>t</title><body style="margin:0">${markup}`
  /** #767676 on white is 4.54, #777 is 4.478; #949494 is 3.03, #959595 is 2.995. */
  test.each([
    ['letters', '<p style="color:#767676">p</p>', '<p style="color:#777">p</p>', /^letters p p: 4\.47$/],
    [
      'large letters',
      '<h1 style="font:24px a;color:#949494">h</h1>',
      '<h1 style="font:24px a;color:#959595">h</h1>',
      /2\.99/,
    ],
    [
      'letters on a colour',
      '<p style="background:#fff3cd;color:#111">p</p>',
      '<p style="background:#333;color:#111">p</p>',
      /letters p/,
    ],
    [
      'words of a plot',
      '<svg><text y="9" fill="#222">0</text></svg>',
      '<svg><text y="9" fill="#aaa">0</text></svg>',
      /letters text/,
    ],
    [
      'words of a plot that is scaled down',
      '<svg width="200" viewBox="0 0 200 99"><text y="40" font-size="30" fill="#949494">w</text></svg>',
      '<svg width="100" viewBox="0 0 200 99"><text y="40" font-size="30" fill="#949494">w</text></svg>',
      /letters text/,
    ],
    [
      'lines of a plot',
      '<svg><path stroke-width="2" stroke="#14508c"/></svg>',
      '<svg><path stroke-width="2" stroke="#bbb"/></svg>',
      /line path/,
    ],
    [
      'boxes of choices',
      '<ul class="choices"><li style="border:1px solid #111">c</ul>',
      '<ul class="choices"><li style="border:1px solid #ccc">c</ul>',
      /line li/,
    ],
    [
      'lines to write on',
      '<dl class="blanks"><dd style="border-bottom:1px solid #111"></dl>',
      '<dl class="blanks"><dd style="border-bottom:1px solid #ddd"></dl>',
      /line dd/,
    ],
    ['letters on a picture', '<p>p</p>', '<p style="background-image:linear-gradient(#fff,#000)">p</p>', /not plain/],
    ['letters that are faded', '<p>p</p>', '<div style="opacity:.5"><p>p</p></div>', /not plain/],
  ])('pale %s are found', async (_, good, bad, said) => {
    expect((await measure(body(good))).pale).toEqual([])
    expect((await measure(body(bad))).pale).toEqual([expect.stringMatching(said)])
  })
})
