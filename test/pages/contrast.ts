// Contrast as it is drawn: of every letter, also those on which axe gives no verdict (a heading, a tick box, the words of a plot), and of the
// lines without which a page cannot be used. Knows plain backgrounds only, and says so of any other. Called by the test beside it.

import type { Page } from 'puppeteer-core'

/** WCAG 2.1: 1.4.3 for letters, less for large ones (24 px, or 14 points and bold); 1.4.11 for boxes, lines to write on and a plot's lines. */
const least = { letters: 4.5, largeLetters: 3, lines: 3, largePx: 24, largeBoldPx: 18.66, bold: 700 } as const

const measure = `((least) => {
  const read = (colour) => {
    const [red, green, blue, alpha = 1] = (colour.match(/[\\d.]+/g) ?? []).map(Number)
    return { rgb: [red, green, blue], alpha }
  }
  const light = (rgb) => {
    const [red, green, blue] = rgb.map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b)
    return (bright + 0.05) / (dark + 0.05)
  }
  /** Of the nearest ancestor that has one; the paper is white. Undefined: not plain. */
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(at)
      const { rgb, alpha } = read(backgroundColor)
      if (backgroundImage !== 'none' || (alpha > 0 && alpha < 1)) return undefined
      if (alpha === 1) return rgb
    }
    return [255, 255, 255]
  }
  const isFaded = (one) => {
    for (let at = one; at; at = at.parentElement) if (getComputedStyle(at).opacity !== '1') return true
    return false
  }
  const judge = (one, colour, wanted, what) => {
    const paper = behind(one)
    const { rgb, alpha } = read(colour)
    const name = what + ' ' + one.tagName.toLowerCase() + ' ' + one.textContent.trim().slice(0, 30)
    if (!paper || alpha !== 1 || rgb.some((part) => part === undefined) || isFaded(one)) return [name + ': not plain']
    const got = ratio(rgb, paper)
    return got < wanted ? [name + ': ' + (Math.floor(got * 100) / 100).toFixed(2)] : []
  }
  const letters = [...document.querySelectorAll('body *')].filter((one) =>
    [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== ''))
  const judged = letters.flatMap((one) => {
    const { color, fill, fontSize, fontWeight } = getComputedStyle(one)
    const px = parseFloat(fontSize) * (one.ownerSVGElement?.getScreenCTM()?.a ?? 1)
    const isLarge = px >= least.largePx || (px >= least.largeBoldPx && Number(fontWeight) >= least.bold)
    return judge(one, one.ownerSVGElement ? fill : color, isLarge ? least.largeLetters : least.letters, 'letters')
  })
  const edge = (selector, property) => [...document.querySelectorAll(selector)].flatMap((one) =>
    judge(one, getComputedStyle(one)[property], least.lines, 'line'))
  return {
    letters: letters.length,
    pale: [...judged, ...edge('.choices li', 'borderTopColor'), ...edge('.blanks dd', 'borderBottomColor'), ...edge('svg path[stroke-width]', 'stroke')],
  }
})(${JSON.stringify(least)})`

/** `letters`: how many elements with words of their own were judged. */
export const findPale = async (page: Page) =>
  (await page.evaluate(measure)) as { readonly letters: number; readonly pale: readonly string[] }
