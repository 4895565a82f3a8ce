// The readers at the office's desk. A tap there is shown to `card add` and to whoever else enrols cards, and never becomes an attempt: nothing
// of it reaches the gate's line. Asks the card part to issue a card, one at a time a reader. Opens nothing, writes nothing. Tied by
// daemon.ts; used by the commands.

import { randomUUID } from 'node:crypto'
import { isDesk } from '../config/mounted.ts'
import type { Config } from '../config/settings.ts'
import { failed, hide, type MonotonicMs, type Result, type Secret, sides } from '../config/words.ts'
import type { CardReading, FromPart } from '../drivers/protocol.ts'
import { type CardWindow, createCardWindow } from './card-window.ts'
import type { FactsReader } from './store/facts.ts'
import type { Supervisor } from './supervisor.ts'

/** For somebody to find the next card and lay it down. */
export const ISSUE_LIMIT_MS = 60_000
/** A card that was shown in the last moment is written all the same. */
const WRITE_LIMIT_MS = 10_000

/** What the desk saw of a card. Its number goes to whoever enrols it, and no further. */
export type DeskTap = {
  readonly device: string
  readonly at: MonotonicMs
  readonly card: Secret<Buffer>
  readonly level: NonNullable<Readable['proof']>
}
type Readable = Exclude<CardReading['card'], { readonly kind: 'unreadable' }>

export type IssuedAtDesk = {
  readonly card: Secret<Buffer>
  readonly kind: 'desfire' | 'ntag424'
  readonly generation: number
  readonly was: 'blank' | 'older' | 'current'
  /** Of a tag that mirrors. */
  readonly counter?: number
}

export type CardDesk = {
  /** Ids of the readers at the desk that can write a card. */
  readonly writers: () => readonly string[]
  /** True: it was the desk's, and nobody else's. */
  readonly take: (message: FromPart) => boolean
  readonly issue: (
    device: string,
    onHint: (hint: string) => void,
    onLeave: (leave: () => void) => void,
    mirrors: boolean,
  ) => Promise<Result<IssuedAtDesk>>
  /** Each readable card that is tapped at the desk. Ends by what is returned. */
  readonly watchTaps: (listener: (tap: DeskTap) => void) => () => void
}

type Deps = {
  readonly config: Pick<Config, 'sides'>
  readonly facts: Pick<FactsReader, 'cardKey' | 'findCardHolder'>
  readonly supervisor: Pick<Supervisor, 'send' | 'devices'>
  readonly cardWindow: CardWindow
}

type Waiting = {
  readonly device: string
  readonly onHint: (hint: string) => void
  readonly settle: (issued: Result<IssuedAtDesk>) => void
}
type Answer = Extract<FromPart, { type: 'issued' }>

const listReaders = (config: Deps['config']) => sides.flatMap((side) => config.sides[side]?.card ?? []).filter(isDesk)

const openCardDesk = ({ config, facts, supervisor, cardWindow }: Deps): CardDesk => {
  const readers = listReaders(config)
  const ids = new Set(readers.map(({ id }) => id))
  const waiting = new Map<string, Waiting>()
  const listeners = new Set<(tap: DeskTap) => void>()

  const takeTap = ({ device, at, card }: CardReading) => {
    if (card.kind === 'unreadable' || card.random) return
    const number = hide(Buffer.from(card.identifier, 'hex'))
    const token = facts.cardKey(number)
    // A card that somebody holds is nobody's new one.
    if (!facts.findCardHolder(token)) cardWindow.see(hide(token), at as MonotonicMs, 'desk')
    const tap = { device, at: at as MonotonicMs, card: number, level: card.proof ?? 'identifier' } as const
    for (const listener of listeners) listener(tap)
  }
  const takeAnswer = ({ request, result }: Answer) => {
    const one = waiting.get(request)
    if (!one) return
    if (result.outcome === 'hint') return one.onHint(result.hint)
    if (result.outcome === 'failed') return one.settle(failed(result.because))
    const { outcome: _, identifier, ...issued } = result
    one.settle({ ok: true, value: { card: hide(Buffer.from(identifier, 'hex')), ...issued } })
  }

  return {
    writers: () => readers.filter(({ driver }) => driver === 'pcsc').map(({ id }) => id),
    take: (message) => {
      if (message.type === 'issued') takeAnswer(message)
      else if (!('device' in message) || message.device === undefined || !ids.has(message.device)) return false
      // A fault is everybody's to hear.
      else if (message.type === 'fault') return false
      else if (message.type === 'reading' && message.path === 'card') takeTap(message)
      return true
    },
    issue: (device, onHint, onLeave, mirrors) =>
      new Promise((resolve) => {
        if ([...waiting.values()].some((one) => one.device === device)) return resolve(failed('desk_busy'))
        const request = randomUUID()
        const settle: Waiting['settle'] = (issued) => {
          clearTimeout(limit)
          waiting.delete(request)
          resolve(issued)
        }
        const limit = setTimeout(() => settle(failed('card_part_silent')), ISSUE_LIMIT_MS + WRITE_LIMIT_MS)
        waiting.set(request, { device, onHint, settle })
        onLeave(() => {
          supervisor.send('card', { type: 'issue_stop', request })
          settle(failed('issue_left'))
        })
        const order = { type: 'issue', request, device, forMs: ISSUE_LIMIT_MS, mirrors } as const
        if (!supervisor.send('card', order)) settle(failed('card_part_silent'))
      }),
    watchTaps: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** With the window of `card add`, which shows itself to the desk and to the gate. */
export const tieDesk = (
  deps: Omit<Deps, 'cardWindow'>,
): { readonly cardWindow: CardWindow; readonly cardDesk: CardDesk } => {
  const ids = new Set(listReaders(deps.config).map(({ id }) => id))
  const hasDesk = () => deps.supervisor.devices().some(({ device, state }) => state === 'up' && ids.has(device))
  const cardWindow = createCardWindow(hasDesk)
  return { cardWindow, cardDesk: openCardDesk({ ...deps, cardWindow }) }
}
