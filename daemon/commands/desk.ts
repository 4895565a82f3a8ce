// The desk as the gate sees it: who is still without card and code, who was put off, a code by lot for whoever wants one in a letter, or the
// one that a resident has typed there himself. Cards are given by `card add` like any other. A code goes into one answer and is kept nowhere.
// Called by the control socket.

import { randomInt } from 'node:crypto'
import * as v from 'valibot'
import { done, failed, type Result } from '../../config/words.ts'
import type { Conversation } from '../control.ts'
import type { Daemon } from '../daemon.ts'
import type { ResidentLine, ResidentPage } from '../store/reads.ts'
import { byOffice, commandFor, readPages, residentArgs, residentId } from './command.ts'
import { pinSet } from './credentials.ts'

export type DeskLine = Pick<ResidentLine, 'id' | 'room' | 'name'>
export type DeskPerson = DeskLine & {
  /** What he holds, so that the desk can take it back. */
  readonly cards: readonly string[]
  readonly codes: number
}

/** A day's work; the desk asks again for the next. A longer answer would take the loop longer to write than a tap may wait. */
const LINES_LIMIT = 500

/** From the room that is asked for on, and then those before it. */
const turnTo = <Line extends DeskLine>(lines: readonly Line[], from: string | undefined): readonly Line[] => {
  const start =
    from === undefined
      ? 0
      : Math.max(
          0,
          lines.findIndex(({ room }) => room === from),
        )
  return [...lines.slice(start), ...lines.slice(0, start)]
}

/** By room and name, those that were put off after all others. */
const deskList = commandFor('office')(
  v.strictObject({ from: v.exactOptional(v.pipe(v.string(), v.maxLength(40))) }),
  async ({ facts }, { from }) => {
    const all = await readPages<ResidentLine>(facts.listResidents)
    const empty = all.filter(({ card, pin }) => card + pin === 0)
    const byId = new Map(empty.map((line) => [line.id, line]))
    const putOff = facts.listPutOff().flatMap((id) => byId.get(id) ?? [])
    for (const { id } of putOff) byId.delete(id)
    const lines = [...turnTo([...byId.values()], from), ...putOff].slice(0, LINES_LIMIT)
    return done({ waiting: lines.map(({ id, room, name }) => ({ id, room, name })), left: empty.length })
  },
)

const activeCards = ({ credentials }: ResidentPage): readonly string[] =>
  credentials.filter(({ kind, revokedAt }) => kind === 'card' && revokedAt === null).map(({ id }) => id)

const deskLook = commandFor('office')(residentArgs, async ({ facts }, { resident }): Promise<Result<DeskPerson>> => {
  const page = facts.showResident(resident)
  if (!page) return failed('resident_unknown', resident)
  const { id, room, name, pin } = page
  return done({ id, room, name, cards: activeCards(page), codes: pin })
})

const deskLater = commandFor('office')(residentArgs, ({ ledger }, { resident }) =>
  ledger.write('putOff', { residentId: resident }, byOffice()),
)

/** Eight digits by lot: of a hundred million, a try or two more where the lot falls on a run or a date. */
const CODE_DIGITS = 8
const NUMBER_DIGITS = 6
const TRIES_LIMIT = 20
const drawDigits = (digits: number): string => String(randomInt(10 ** digits)).padStart(digits, '0')

/** The number he has; else the room's with a digit after it, as 12042 for the second of 1204; else by lot. */
export const proposeNumber = ({ room, credentials }: ResidentPage, tries: number): string => {
  const own = credentials.find(({ number, revokedAt }) => number !== null && revokedAt === null)?.number
  if (own && tries === 0) return own
  const digits = room.replaceAll(/\D/g, '')
  const isNumbered = tries < 9 && digits.length >= 2 && digits.length <= 7
  return isNumbered ? `${digits}${tries + 1}` : drawDigits(NUMBER_DIGITS)
}

/** Another lot, another number: refused for what they are. */
const isOfTheLot = (code: string): boolean => /^(number_|code_)/.test(code)
const isOfTheNumber = (code: string): boolean => code.startsWith('number_')

/** `typed`: the resident's own; it is in no answer. Without one it is drawn, and stands in the answer alone. */
export const giveCode = async (
  daemon: Daemon,
  page: ResidentPage,
  typed: string | undefined,
  conversation: Conversation,
): Promise<Result<unknown>> => {
  const { id: resident, room, name } = page
  let last: Result<unknown> = failed('number_taken')
  for (let tries = 0; tries < TRIES_LIMIT; tries++) {
    const number = proposeNumber(page, tries)
    const code = typed ?? drawDigits(CODE_DIGITS)
    last = await pinSet(daemon, { resident, number, code }, conversation)
    if (last.ok) return done({ resident, room, name, number, ...(typed === undefined ? { code } : {}) })
    if (!(typed === undefined ? isOfTheLot : isOfTheNumber)(last.code)) return last
  }
  return last
}

const deskCode = commandFor('office')(
  v.strictObject({ resident: residentId, code: v.exactOptional(v.pipe(v.string(), v.maxLength(64))) }),
  async (daemon, { resident, code }, conversation) => {
    const page = daemon.facts.showResident(resident)
    return page ? giveCode(daemon, page, code, conversation) : failed('resident_unknown', resident)
  },
)

/** With `desk keypad` they are all (desk-keypad.ts). */
export const deskSteps = [
  ['desk list', deskList],
  ['desk look', deskLook],
  ['desk later', deskLater],
  ['desk code', deskCode],
] as const
