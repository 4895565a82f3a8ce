// Which letters of a page are really drawn: by what font, and whether any is the empty box that stands for a letter no font has. Called by
// the tests beside it.

import type { Page } from 'puppeteer-core'

/** Nothing is ever assigned here (Unicode 23.7): what is drawn for it is what is drawn for a letter that is missing. */
const NONE = 0xfffff

/** Letters of the page that are drawn as a missing one is, or not at all. The page's own font list is used. */
export const findMissing = async (page: Page): Promise<readonly string[]> =>
  (await page.evaluate(`(() => {
    const SIDE = 48
    const canvas = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE })
    const pen = canvas.getContext('2d', { willReadFrequently: true })
    pen.font = '24px ' + getComputedStyle(document.body).fontFamily
    const draw = (letter) => {
      pen.clearRect(0, 0, SIDE, SIDE)
      pen.fillText(letter, 8, 32)
      return pen.getImageData(0, 0, SIDE, SIDE).data.join()
    }
    const nothing = [draw(' '), draw(String.fromCodePoint(${NONE}))]
    const letters = new Set([...document.body.textContent, ...document.title].filter((letter) => letter.trim() !== ''))
    return [...letters].filter((letter) => nothing.includes(draw(letter)))
  })()`)) as readonly string[]

type Drawn = { readonly letter: string; readonly family: string }

/** By which family each Chinese letter of the page was drawn: asked of the browser, letter by letter. */
export const readHan = async (page: Page): Promise<readonly Drawn[]> => {
  const letters = (await page.evaluate(`(() => {
    const letters = [...new Set([...document.body.textContent].filter((letter) => /\\p{Script=Han}/u.test(letter)))]
    const row = document.body.appendChild(document.createElement('p'))
    for (const letter of letters) row.appendChild(Object.assign(document.createElement('i'), { className: 'han', textContent: letter, style: 'font-style:normal' }))
    row.getBoundingClientRect()
    return letters
  })()`)) as readonly string[]
  const session = await page.createCDPSession()
  await session.send('DOM.enable')
  await session.send('CSS.enable')
  const { root } = await session.send('DOM.getDocument', { depth: -1 })
  const { nodeIds } = await session.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector: 'i.han' })
  return Promise.all(
    nodeIds.map(async (nodeId, n) => {
      const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId })
      return { letter: letters[n] ?? '', family: fonts.map(({ familyName }) => familyName).join('+') }
    }),
  )
}
