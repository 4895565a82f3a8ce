// What a page for people says, apart from how it looks: blocks that become one file of HTML, the same in large print, or plain text to
// read aloud. Knows no content. Called by the pages beside it.

import type { Language } from '../../config/words.ts'
import { heading, list, paragraph, table, writePage } from './page.ts'
import { escapeText } from './plot.ts'

export const looks = ['page', 'large', 'text'] as const
export type Look = (typeof looks)[number]

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string; readonly as?: 'answer' | 'sample' | 'led' }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table'
      readonly caption: string
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
      /** Whole sentences to be read in place of the rows, where those would be a riddle to the ear. */
      readonly aloud?: readonly string[]
    }
  /** Choices of one weight: boxes of one size, in one line where there is room. */
  | { readonly kind: 'choices'; readonly label: string; readonly items: readonly string[] }
  /** Signed text, every letter of it; nobody can listen to that. */
  | { readonly kind: 'exact'; readonly text: string; readonly aloud: string }
  /** What somebody wrote himself, and who; without words a plain sentence says that there are none. */
  | { readonly kind: 'own'; readonly label: string; readonly words: string; readonly note: string }
  /** To be filled in by hand. */
  | { readonly kind: 'blanks'; readonly label?: string; readonly names: readonly string[] }

export type Document = { readonly language: Language; readonly title: string; readonly blocks: readonly Block[] }

export const head = (text: string): Block => ({ kind: 'heading', text })
export const say = (text: string, as?: 'answer' | 'sample' | 'led'): Block =>
  as === undefined ? { kind: 'paragraph', text } : { kind: 'paragraph', text, as }
/** At the top of a page of nobody. */
export const saySample = (language: Language): Block =>
  say(
    language === 'en'
      ? 'This is a simulated month, made to show what the page looks like. No real gate, no real person.'
      : '这是模拟的一个月，仅用于展示页面。并非真实的门和人。',
    'sample',
  )
export const points = (items: readonly string[]): Block => ({ kind: 'list', items })

/** What a paragraph is about, up to its first colon or question mark, stands out: a page of paragraphs is searched, not read. */
const LEAD_CHARACTERS = 60
const led = (text: string): string => {
  const [lead = ''] = /^[^:：?？]+[:：?？]/.exec(text) ?? []
  if (lead === '' || lead.length > LEAD_CHARACTERS) return paragraph(text)
  return `<p><strong>${escapeText(lead)}</strong>${escapeText(text.slice(lead.length))}</p>`
}

const boxes = (label: string, items: readonly string[]): string => {
  const each = items.map((item) => `<li><span class="box" aria-hidden="true">☐</span> ${escapeText(item)}</li>`)
  return `<ul class="choices" aria-label="${escapeText(label)}">${each.join('')}</ul>`
}
const blanks = (names: readonly string[]): string =>
  `<dl class="blanks">${names.map((name) => `<div><dt>${escapeText(name)}</dt><dd></dd></div>`).join('')}</dl>`

/** Its lines as they were written; a blank line begins another paragraph. */
const own = ({ label, words, note }: Block & { readonly kind: 'own' }): string => {
  const said = words.split(/\n\s*\n/).filter((one) => one.trim() !== '')
  const lines = said.map((one) => `<p class="said">${escapeText(one.trim())}</p>`)
  return `<section class="own"><h3>${escapeText(label)}</h3>${lines.join('')}<p class="by">${escapeText(note)}</p></section>`
}

const toMarkup = (block: Block): string => {
  switch (block.kind) {
    case 'heading':
      return heading(block.text)
    case 'paragraph':
      return block.as === 'led' ? led(block.text) : paragraph(block.text, block.as)
    case 'list':
      return list(block.items)
    case 'table':
      return `<div class="words">${table(block.caption, block.head, block.rows)}</div>`
    case 'choices':
      return boxes(block.label, block.items)
    case 'exact':
      return `<pre>${escapeText(block.text)}</pre>`
    case 'own':
      return own(block)
    case 'blanks':
      return blanks(block.names)
  }
}

/** A table is read as sentences: the first cell names the row, each other cell follows its column's name. */
const readRow = (head: readonly string[], [name = '', ...cells]: readonly string[], colon: string): string =>
  `${name}${colon}${cells.map((cell, n) => `${head[n + 1] ?? ''} ${cell}`.trim()).join('; ')}`

type Marks = { readonly colon: string; readonly pause: string; readonly stop: string }
const marks: Readonly<Record<Language, Marks>> = {
  en: { colon: ': ', pause: '; ', stop: '.' },
  'zh-CN': { colon: '：', pause: '；', stop: '。' },
}

const toLines = (block: Block, { colon, pause, stop }: Marks): readonly string[] => {
  switch (block.kind) {
    case 'heading':
      return ['', block.text, '']
    case 'paragraph':
      return [block.text]
    case 'list':
      return block.items
    case 'table':
      return [
        `${block.caption}${colon.trimEnd()}`,
        ...(block.aloud ?? block.rows.map((row) => readRow(block.head, row, colon))),
      ]
    case 'exact':
      return [block.aloud]
    case 'own':
      return [
        `${block.label}${colon.trimEnd()}`,
        ...(block.words.trim() === '' ? [] : [block.words.trim()]),
        block.note,
      ]
    case 'choices':
      return [`${block.label}${colon}${block.items.join(pause)}${stop}`]
    case 'blanks':
      return block.label === undefined
        ? block.names.map((name) => `${name}${colon}`)
        : [`${block.label}${colon}${block.names.join(pause)}${stop}`]
  }
}

export const writeDocument = ({ language, title, blocks }: Document, look: Look): string => {
  if (look !== 'text') return writePage(language, title, blocks.map(toMarkup), look)
  return `${[title, '', ...blocks.flatMap((block) => toLines(block, marks[language]))].join('\n')}\n`
}
