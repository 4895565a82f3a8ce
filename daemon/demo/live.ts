// The live picture: the gate with its relay, the parts that are alive, what goes on, and the last people who came. Drawn whole, ten
// times a second, on the terminal's second page, which is given back at the end. Chosen by screen.ts.

import { type Part, parts } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'
import type { Happening } from '../happening.ts'
import { cut } from '../text.ts'
import { writePlayed, writeSummary } from './lines.ts'
import type { Played } from './scene.ts'
import type { Screen } from './screen.ts'
import type { Wording } from './wording.ts'

const DRAW_EVERY_MS = 100
const LINES_SHOWN = 12
const BAR_CELLS = 40

const enter = '\x1b[?1049h\x1b[?25l'
const leave = '\x1b[?25h\x1b[?1049l'
const home = '\x1b[H'
const restOfLine = '\x1b[K'
const restOfPage = '\x1b[J'
const paint = (colour: number) => (text: string) => `\x1b[${colour}m${text}\x1b[0m`
const [red, green, yellow, dim, bold] = [paint(31), paint(32), paint(33), paint(2), paint(1)]
const colourOf = { grant: green, deny: red, refused: yellow } as const

/** The gate from the street: two leaves that meet, or stand aside. */
const leaves = {
  shut: ['╭────────┬────────╮', '│▒▒▒▒▒▒▒▒│▒▒▒▒▒▒▒▒│', '│▒▒▒▒▒▒▒●│●▒▒▒▒▒▒▒│', '│▒▒▒▒▒▒▒▒│▒▒▒▒▒▒▒▒│'],
  open: ['╭─────────────────╮', '│▒▒             ▒▒│', '│▒●             ●▒│', '│▒▒             ▒▒│'],
} as const

type Picture = {
  relay: boolean
  about: string
  now: string
  share: number | undefined
  readonly up: Set<Part>
  readonly lines: { readonly text: string; readonly outcome: Played['outcome'] }[]
  last: Played | undefined
}

const drawBar = (share: number): string => {
  const full = Math.round(Math.min(1, share) * BAR_CELLS)
  return `${'━'.repeat(full)}${dim('─'.repeat(BAR_CELLS - full))}`
}

const drawGate = ({ relay, up, last }: Picture, { say, path, outcome }: Wording): string[] => {
  const [top, upper, middle, lower] = relay ? leaves.open : leaves.shut
  const colour = relay ? green : (text: string) => text
  const alive = parts.map((part) => (up.has(part) ? green(`● ${part}`) : red(`○ ${part}`))).join('  ')
  const sign = last ? colourOf[last.outcome](bold(outcome(last.outcome))) : ''
  const who = last ? `${last.who}  ${dim(path(last.path))}` : ''
  return [
    `  ${colour(top)}`,
    `  ${colour(upper)}   ${say('relay')} ${relay ? green(bold('●')) : dim('○')} ${say(relay ? 'open' : 'shut')}`,
    `  ${colour(middle)}   ${sign}  ${who}`,
    `  ${colour(lower)}   ${alive}`,
  ]
}

const drawPage = (picture: Picture, wording: Wording, columns: number): string => {
  const { about, now, share, lines } = picture
  const page = [
    `  ${bold(`evengate · ${wording.say('title')}`)}   ${dim(about)}`,
    '',
    ...drawGate(picture, wording),
    '',
    `  ${now}`,
    share === undefined ? '' : `  ${drawBar(share)}`,
    '',
    ...lines.slice(-LINES_SHOWN).map(({ text, outcome }) => colourOf[outcome](cut(text, columns - 1))),
  ]
  return `${home}${page.map((line) => line + restOfLine).join('\r\n')}${restOfPage}`
}

const follow = (picture: Picture, happening: Happening): void => {
  if (happening.kind === 'door' && happening.event.what === 'relay_on') picture.relay = true
  if (happening.kind === 'door' && happening.event.what === 'relay_off') picture.relay = false
  if (happening.kind !== 'part') return
  const part = parts.find((each) => each === happening.part)
  if (part && happening.state === 'up') picture.up.add(part)
  else if (part) picture.up.delete(part)
}

export const openLiveScreen = (wording: Wording): Screen => {
  const picture: Picture = {
    relay: false,
    about: '',
    now: '',
    share: undefined,
    up: new Set(),
    lines: [],
    last: undefined,
  }
  const { stdout } = process
  const draw = () => stdout.write(drawPage(picture, wording, stdout.columns))
  let closed = false
  stdout.write(enter)
  const drawing = setInterval(draw, DRAW_EVERY_MS)

  const close = () => {
    if (closed) return
    closed = true
    clearInterval(drawing)
    stdout.write(leave)
  }
  return {
    about: (text) => {
      picture.about = text
    },
    tell: (text, share) => {
      picture.now = text
      picture.share = share
    },
    played: (played) => {
      picture.lines.push({ text: writePlayed(played, wording), outcome: played.outcome })
      picture.last = played
    },
    summary: (summary) => {
      close()
      stdout.write(`${picture.about}\n\n`)
      for (const { text, outcome } of picture.lines) stdout.write(`${colourOf[outcome](text)}\n`)
      stdout.write(`${writeSummary(summary, wording).join('\n')}\n`)
    },
    watch: (daemon: Daemon) => {
      for (const part of parts) if (daemon.supervisor.isUp(part)) picture.up.add(part)
      daemon.watch((happening) => follow(picture, happening))
    },
    close,
  }
}
