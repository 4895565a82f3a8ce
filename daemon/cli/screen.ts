// A live picture on a terminal: the terminal's second page, drawn whole, and given back as it was however the program ends. Keeps the
// terminal's own line editing: what is typed waits in the last row until Enter. Shows what it is given and decides nothing. Called
// by the commands that watch.

import { createInterface } from 'node:readline'
import { cut } from '../text.ts'

/** A terminal that does not say its size (a serial console, some of ssh). */
const COLUMNS = 80
const ROWS = 24

const ENTER = '\x1b[?1049h\x1b[2J'
const LEAVE = '\x1b[?25h\x1b[?1049l'
const HIDE_CURSOR = '\x1b[?25l'
const SAVE_CURSOR = '\x1b7'
const RESTORE_CURSOR = '\x1b8'
const HOME = '\x1b[H'
const REST_OF_LINE = '\x1b[K'
const REST_OF_PAGE = '\x1b[J'

export type Screen = {
  /** One row each; what does not fit is cut. */
  readonly draw: (rows: readonly string[]) => void
  /** Somebody asked to end: Ctrl-C, a closed terminal, a signal. */
  readonly left: Promise<void>
  /** Gives the terminal back. May be called twice. */
  readonly close: () => void
  /** Before a `close` after which the program goes on: `left` is no longer told of an end. */
  readonly yield: () => void
}

const sizeOf = ({ columns, rows }: NodeJS.WriteStream): { readonly columns: number; readonly rows: number } => ({
  columns: columns > 0 ? columns : COLUMNS,
  rows: rows > 0 ? rows : ROWS,
})

/** The row before the last is for typing: Enter in the last row would push the picture up. */
const placePrompt = (rows: number, prompt: string): string => `\x1b[${rows - 1};1H${prompt}${REST_OF_LINE}`

const openPage = (out: NodeJS.WriteStream, prompt: string | undefined) => {
  let drawn: readonly string[] = []
  let closed = false
  const paint = (): void => {
    const { columns, rows } = sizeOf(out)
    const shown = drawn.slice(0, prompt === undefined ? rows : rows - 2)
    const page = shown.map((row) => `${cut(row, columns - 1)}${REST_OF_LINE}`).join('\r\n')
    const blank = Math.max(0, rows - 2 - shown.length)
    // The typed row is left alone: what stands there is the terminal's.
    const rest = prompt === undefined ? REST_OF_PAGE : `\r\n${REST_OF_LINE}`.repeat(blank)
    out.write(`${SAVE_CURSOR}${HOME}${page}${rest}${prompt === undefined ? '' : RESTORE_CURSOR}`)
  }
  const begin = (): void => {
    out.write(ENTER + (prompt === undefined ? HIDE_CURSOR : placePrompt(sizeOf(out).rows, prompt)))
    paint()
  }
  const close = (): void => {
    if (closed) return
    closed = true
    out.write(LEAVE)
  }
  return {
    begin,
    close,
    draw: (rows: readonly string[]): void => {
      drawn = rows
      if (!closed) paint()
    },
    /** After Enter the cursor stands a row too low. */
    again: (): void => {
      if (prompt !== undefined && !closed) out.write(placePrompt(sizeOf(out).rows, prompt) + REST_OF_PAGE)
      paint()
    },
    suspend: (): void => {
      out.write(LEAVE)
    },
  }
}

export type ScreenPlan = {
  /** Stands before what is typed; absent: nothing is typed here. */
  readonly prompt?: string
  readonly onLine?: (line: string) => void
}

const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** Whoever watches ends it; a reader that has gone (a pager, a lost ssh) has ended it as well. */
export const awaitLeave = (out: NodeJS.WriteStream = process.stdout, until?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const leave = () => resolve()
    // Kept: a second Ctrl-C must not cut short what the first one ends in order.
    for (const signal of ENDS) process.on(signal, leave)
    out.on('error', leave)
    // But for a page that is only left for a moment.
    until?.addEventListener('abort', () => {
      for (const signal of ENDS) process.off(signal, leave)
      out.off('error', leave)
    })
  })

/** The terminal's own stop (Ctrl-Z) leaves the page, and comes back to it. Returns what ends that. */
const keepThroughStop = (page: ReturnType<typeof openPage>): (() => void) => {
  const stop = (): void => {
    page.suspend()
    process.once('SIGCONT', () => {
      page.begin()
      process.once('SIGTSTP', stop)
    })
    process.kill(process.pid, 'SIGSTOP')
  }
  process.once('SIGTSTP', stop)
  return () => void process.off('SIGTSTP', stop)
}

/** On a terminal only. */
export const openScreen = ({ prompt, onLine }: ScreenPlan = {}): Screen => {
  const { stdout, stdin } = process
  const page = openPage(stdout, prompt)
  const lines = prompt === undefined ? undefined : createInterface({ input: stdin, terminal: false })
  const closing = new AbortController()
  const left = Promise.race([
    awaitLeave(stdout, closing.signal),
    new Promise<void>((resolve) => void lines?.once('close', () => resolve())),
  ])
  lines?.on('line', (line) => {
    page.again()
    onLine?.(line.trim())
  })
  stdout.on('resize', page.begin)
  process.once('exit', page.close)
  const forget = keepThroughStop(page)
  page.begin()
  return {
    draw: page.draw,
    left,
    close: () => {
      stdout.off('resize', page.begin)
      lines?.close()
      page.close()
      process.off('exit', page.close)
      forget()
    },
    yield: () => closing.abort(),
  }
}
