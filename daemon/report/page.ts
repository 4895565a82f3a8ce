// The frame of a page for people: one file, no script, nothing fetched, large print, dark on light, a table that a reader aloud
// understands, and breaks where paper wants them. Knows no content. Called by the pages beside it.

import type { Language } from '../../config/words.ts'
import { escapeText } from './plot.ts'

const style = `
:root{color-scheme:light}
body{font:18px/1.5 system-ui,"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;color:#111;background:#fff;max-width:46rem;margin:1.5rem auto;padding:0 1rem;overflow-wrap:anywhere}
:lang(zh-CN) body{font-family:"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}.words td,.words th{text-align:left}.words+.words,.scroll+.scroll{margin-top:1rem}
h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.3rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #767676;padding:.35rem .5rem;text-align:right;overflow-wrap:break-word}td:not(:first-child){font-variant-numeric:tabular-nums}
th:first-child,td:first-child{text-align:left}caption{text-align:left;font-weight:600;padding:.4rem 0}
thead th{background:#eee;font-size:.85rem}
.answer{border:3px solid #111;padding:.6rem 1rem}.sample{background:#fff3cd;border:1px solid #7a5c00;padding:.4rem .8rem}
.choices{list-style:none;padding:0;display:grid;gap:.6rem;grid-auto-rows:1fr;grid-auto-columns:minmax(0,1fr);break-inside:avoid}.choices li{border:2px solid #111;padding:.5rem .7rem}
@media(min-width:34rem){.choices{grid-auto-flow:column}}
.box{font-size:1.3em}pre{font-size:1em;white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #111;padding:.5rem .7rem}.blanks div{display:flex;gap:.6rem;align-items:flex-end;margin:.5rem 0}.blanks dd{flex:1;border-bottom:1px solid #111;min-height:1.6em;margin:0}
.own{border-left:4px solid #111;padding:.1rem 0 .1rem .9rem;margin:.8rem 0}.own h3{font-size:1em;margin:.3rem 0}.own p{margin:.3rem 0}.said{white-space:pre-line}.by{font-size:.9em}
.scroll{overflow-x:auto}body.large{font-size:26px;line-height:1.6;max-width:60rem}.large h1{font-size:1.3em}.large h2{font-size:1.1em}.large thead th,.large .by{font-size:1em}
figure{margin:1rem 0;break-inside:avoid}figcaption{font-weight:600}svg{width:100%;height:auto}
@media print{body{font-size:11pt;margin:0;max-width:none}body.large{font-size:18pt;line-height:1.45}p,ul,dl{margin:.6em 0}h2{margin-top:1.2rem;break-after:avoid}.blanks div{margin:.25rem 0}table,.answer{break-inside:avoid}thead th{background:none}}
@page{size:A4;margin:18mm;@bottom-right{content:counter(page) " / " counter(pages);font-size:9pt}}`

/** `body`: markup that is already escaped. `large`: for whoever sees badly. */
export const writePage = (
  language: Language,
  title: string,
  body: readonly string[],
  look: 'page' | 'large' = 'page',
): string =>
  `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title><style>${style}</style></head>
<body${look === 'large' ? ' class="large"' : ''}><main>
<h1>${escapeText(title)}</h1>
${body.join('\n')}
</main></body></html>
`

export const paragraph = (text: string, className?: string): string =>
  `<p${className === undefined ? '' : ` class="${className}"`}>${escapeText(text)}</p>`
export const heading = (text: string): string => `<h2>${escapeText(text)}</h2>`
export const list = (items: readonly string[]): string =>
  `<ul>${items.map((item) => `<li>${escapeText(item)}</li>`).join('')}</ul>`

/** A long name of a setting or a device may break where it is joined; a word never does. */
const breakable = (text: string): string => escapeText(text).replaceAll(/([./])(?=[A-Za-z])/g, '$1<wbr>')

/** The first cell of a row is its heading. */
export const table = (caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const headings = head.map((cell) => `<th scope="col">${escapeText(cell)}</th>`).join('')
  const lines = rows.map(([first = '', ...rest]) => {
    const cells = rest.map((cell) => `<td>${breakable(cell)}</td>`).join('')
    return `<tr><th scope="row">${breakable(first)}</th>${cells}</tr>`
  })
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeText(caption)}"><table><caption>${escapeText(caption)}</caption><thead><tr>${headings}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`
}
