// The desk's turn: who stands there, who comes next, what was done and can be taken back. Pure: asks nobody and draws nothing. Called by desk.ts.

import type { DeskLine } from '../commands/desk.ts'

export type Given = { readonly person: DeskLine; readonly credential: string }
export type Desk = {
  /** The first stands at the desk. */
  readonly queue: readonly DeskLine[]
  /** How many wait, in the queue and behind it. */
  readonly left: number
  /** Of this sitting, the last at the end. */
  readonly given: readonly Given[]
  readonly paused: boolean
  /** What happened last: a code, and whom it concerns. */
  readonly note?: { readonly code: string; readonly about?: string }
  /** Of the card in hand: what the reader wants. */
  readonly hint?: string
}

/** What the gate told of who waits. `left`: of all, also those who are not in the queue yet. */
export const openDesk = (waiting: readonly DeskLine[], left = waiting.length): Desk => ({
  queue: waiting,
  given: [],
  left,
  paused: false,
})

/** The next of a long list. */
export const refilled = (desk: Desk, waiting: readonly DeskLine[], left: number): Desk => ({
  ...desk,
  queue: waiting,
  left,
})

export const nameOf = ({ room, name }: DeskLine): string => `${room} ${name}`
const without = ({ note: _, hint: __, ...desk }: Desk): Desk => desk

export const noted = (desk: Desk, code: string, about?: string): Desk => ({
  ...without(desk),
  note: about === undefined ? { code } : { code, about },
})
export const hinted = (desk: Desk, hint: string): Desk => ({ ...desk, hint })

/** The person has a card; the next one steps forward. */
export const gave = (desk: Desk, credential: string): Desk => {
  const [person, ...queue] = desk.queue
  if (!person) return desk
  const given = [...desk.given, { person, credential }]
  return noted({ ...desk, queue, given, left: desk.left - 1 }, 'desk_given', nameOf(person))
}

/** Served otherwise: by a code, at another desk, or no resident any more. */
export const served = (desk: Desk, code: string): Desk => {
  const [person, ...queue] = desk.queue
  return person ? noted({ ...desk, queue, left: desk.left - 1 }, code, nameOf(person)) : desk
}

export const putOff = (desk: Desk): Desk => {
  const [person, ...queue] = desk.queue
  return person ? noted({ ...desk, queue: [...queue, person] }, 'desk_put_off', nameOf(person)) : desk
}

/** Back to whom the last card was given, who stands at the desk again. */
export const tookBack = (desk: Desk): Desk => {
  const last = desk.given.at(-1)
  if (!last) return noted(desk, 'desk_nothing_back')
  const queue = [last.person, ...desk.queue]
  const given = desk.given.slice(0, -1)
  return noted({ ...desk, queue, given, left: desk.left + 1 }, 'desk_taken_back', nameOf(last.person))
}

export const paused = (desk: Desk, because = 'desk_paused'): Desk => ({ ...noted(desk, because), paused: true })
export const resumed = (desk: Desk): Desk => ({ ...without(desk), paused: false })

export const orders = ['next', 'undo', 'letter', 'code', 'keypad', 'form', 'pause', 'end'] as const
export type Order = (typeof orders)[number]

/** What was typed before Enter; Enter alone is `next`. Either language's keyboard types the letters. */
export const readOrder = (line: string): Order | undefined => {
  if (line === '') return 'next'
  return orders.find((order) => order[0] === line.toLowerCase() && order !== 'next')
}
