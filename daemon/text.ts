// Texts in columns of a terminal, where a Chinese character is two cells wide. Pure. Used by the screens and tables of the
// command line and the demo.

const isWide = (character: string): boolean =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u.test(character)

export const widthOf = (text: string): number =>
  [...text].reduce((width, character) => width + (isWide(character) ? 2 : 1), 0)

/** At most this wide, with an ellipsis where something is left out. */
export const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let kept = ''
  for (const character of text) {
    if (widthOf(kept + character) > width - 1) break
    kept += character
  }
  return `${kept}…`
}

/** Exactly this wide. */
export const pad = (text: string, width: number): string => {
  const shown = cut(text, width)
  return shown + ' '.repeat(width - widthOf(shown))
}
