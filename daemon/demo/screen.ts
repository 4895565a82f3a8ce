// What the demo shows: JSON lines, plain lines, or a live picture of the gate. Shows what it is told and what the gate announces;
// decides nothing. Chosen and fed by demo.ts.

import type { Daemon } from '../daemon.ts'
import { writePlayed, writeSummary } from './lines.ts'
import { openLiveScreen } from './live.ts'
import { lineOf, type Played } from './scene.ts'
import type { Summary } from './summary.ts'
import type { Wording } from './wording.ts'

export type Screen = {
  /** Which models and whose pictures. */
  readonly about: (text: string) => void
  /** What goes on now; `share`: how much of it is done, 0 … 1. */
  readonly tell: (text: string, share?: number) => void
  readonly played: (played: Played) => void
  readonly summary: (summary: Summary) => void
  readonly watch: (daemon: Daemon) => void
  /** Gives the terminal back as it was. May be called twice. */
  readonly close: () => void
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** Scenes and summary to stdout, what goes on to stderr. */
export const openJsonScreen = (): Screen => {
  let told = ''
  return {
    about: (text) => void process.stderr.write(`${text}\n`),
    tell: (text) => {
      if (text !== told) process.stderr.write(`${text}\n`)
      told = text
    },
    played: (played) => print(JSON.stringify(lineOf(played))),
    summary: (summary) => print(JSON.stringify({ summary })),
    watch: () => undefined,
    close: () => undefined,
  }
}

export const openPlainScreen = (wording: Wording): Screen => {
  let told = ''
  return {
    about: print,
    tell: (text) => {
      if (text !== told) print(`… ${text}`)
      told = text
    },
    played: (played) => print(writePlayed(played, wording)),
    summary: (summary) => print(writeSummary(summary, wording).join('\n')),
    watch: () => undefined,
    close: () => undefined,
  }
}

export const chooseScreen = (json: boolean, wording: Wording): Screen => {
  if (json) return openJsonScreen()
  return process.stdout.isTTY ? openLiveScreen(wording) : openPlainScreen(wording)
}
