// The import of a list as the gate sees it: begin, look at rows, tap cards of the list, lay rows down, accept, or drop. The file itself is read on
// the other side of the socket (cli/import.ts); here rows come in small portions. An identifier becomes its keyed hash at once. Nothing is
// written before real cards have said which form the numbers are in, and nothing opens before all is there. Called by the control socket.

import * as v from 'valibot'
import { done, failed, type Result } from '../../config/words.ts'
import { isDay } from '../core/day.ts'
import type { Daemon } from '../daemon.ts'
import { cardForms } from '../roster/card-number.ts'
import type { TapAnswer } from '../roster/find-form.ts'
import {
  CARDS_LIMIT,
  NAME_CHARACTERS,
  ROOM_CHARACTERS,
  ROWS_AT_ONCE,
  ROWS_LIMIT,
  SCHEDULE_CHARACTERS,
} from '../roster/limits.ts'
import { inPortions, keepRow, lookAtCard, type Session, slicesOf, tokenOfNumber, tokensBy } from '../roster/session.ts'
import type { CardToken } from '../store/lookups.ts'
import type { StagedRow } from '../store/roster.ts'
import { byOffice, commandFor } from './command.ts'
import { watchCards } from './import-taps.ts'

const text = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most), v.regex(/^\P{C}*$/u))
const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'import_missing'))
/** Rows worked through in one turn of the loop: a millisecond. */
const PORTION = 10

const row = v.strictObject({
  line: v.pipe(v.number(), v.integer(), v.minValue(1)),
  room: text(ROOM_CHARACTERS),
  name: v.exactOptional(text(NAME_CHARACTERS)),
  born: v.exactOptional(v.pipe(v.string(), v.check(isDay, 'date_unknown'))),
  schedule: v.exactOptional(text(SCHEDULE_CHARACTERS)),
  cards: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{1,24}$/))), v.maxLength(CARDS_LIMIT)),
})
type Row = v.InferOutput<typeof row>
const portion = v.strictObject({ import: id, rows: v.pipe(v.array(row), v.maxLength(ROWS_AT_ONCE)) })
const amount = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(ROWS_LIMIT * CARDS_LIMIT))

export const importBegin = commandFor('office')(
  v.strictObject({ forms: v.pipe(v.array(v.picklist(cardForms)), v.maxLength(cardForms.length)), cards: amount }),
  async ({ facts, rosters: { sessions } }, { forms, cards }) => {
    if (facts.rosterStanding() !== 'none') return failed('import_open')
    const begun = sessions.begin(forms, cards)
    return begun.ok ? done({ import: begun.value.id }) : begun
  },
)

export type LookedAt = {
  readonly flaws: readonly { readonly line: number; readonly code: string }[]
  readonly knownRooms: number[]
}

/** What speaks against rows, by what the gate knows. Writes nothing. */
export const importLook = commandFor('office')(portion, async ({ facts, rosters }, { import: asked, rows }) => {
  const found = rosters.sessions.find(asked)
  if (!found.ok) return found
  const looked: LookedAt & { flaws: { line: number; code: string }[] } = { flaws: [], knownRooms: [] }
  const tokenOf = tokensBy(facts.cardKey)
  const flawOf = (token: CardToken) =>
    token.map(({ hash }) => facts.flawOfCard(hash)).find((flaw) => flaw !== undefined)
  await inPortions(rows, PORTION, ({ line, room, name, schedule, cards }) => {
    if (facts.findHousehold(room) !== undefined) looked.knownRooms.push(line)
    if (name !== undefined && facts.hasPerson(room, name)) looked.flaws.push({ line, code: 'resident_exists' })
    if (schedule !== undefined && !facts.hasSchedule(schedule)) looked.flaws.push({ line, code: 'schedule_unknown' })
    for (const card of cards) {
      const code = lookAtCard(found.value, card, tokenOf, flawOf)
      if (code) looked.flaws.push({ line, code })
    }
  })
  return done(looked)
})

const hintOf = (answer: Exclude<TapAnswer, { kind: 'form' | 'disagree' }>) =>
  answer.kind === 'strange'
    ? { hint: 'card_not_listed' }
    : { hint: 'tap_listed_card', seen: answer.seen, of: answer.wanted }

/** Waits for taps of cards that the list names, until they have said which form it is in. */
export const importTap = commandFor('office')(
  v.strictObject({ import: id }),
  async ({ rosters, cardWindow }, { import: asked }, { tell, onLeave }) => {
    const found = rosters.sessions.find(asked)
    if (!found.ok) return found
    if (cardWindow.isOpen()) return failed('card_window_busy')
    const { finder } = found.value
    tell({ hint: 'tap_listed_card' })
    const release = rosters.sessions.hold(asked)
    const answered = await watchCards(cardWindow, onLeave, (card): Result<{ form: string }> | undefined => {
      const answer = finder.tap(card)
      if (answer.kind === 'disagree') return failed('card_forms_disagree')
      if (answer.kind !== 'form') return void tell(hintOf(answer))
      found.value.form = answer.form
      return done({ form: answer.form })
    })
    release()
    return answered
  },
)

const stage = (
  session: Session,
  { facts }: Pick<Daemon, 'facts'>,
  { line: _, cards, schedule, ...rest }: Row,
): Result<StagedRow> => {
  const tokenOf = tokensBy(facts.cardKey)
  const hashes: { hash: Uint8Array; generation: number }[] = []
  for (const card of cards) {
    const newest = session.form && tokenOfNumber(card, session.form, tokenOf)?.[0]
    if (!newest) return failed('card_form_unknown')
    hashes.push(newest)
  }
  return done({ ...rest, schedule: schedule ?? 'always', cards: hashes })
}

/** Rows as they will be laid down. Nothing is written yet. */
export const importStage = commandFor('office')(portion, async (daemon, { import: asked, rows }) => {
  const found = daemon.rosters.sessions.find(asked)
  if (!found.ok) return found
  if (found.value.kept + rows.length > ROWS_LIMIT) return failed('list_too_long', String(ROWS_LIMIT))
  for (const one of rows) {
    const ready = stage(found.value, daemon, one)
    if (!ready.ok) return ready
    keepRow(found.value, ready.value)
  }
  return done({ rows: rows.length })
})

/** All rows, a slice at a time, for as long as whoever asked is there. */
const layDown = async (
  { ledger, config }: Daemon,
  session: Session,
  isGone: () => boolean,
): Promise<Result<number>> => {
  const begun = await ledger.write('beginRoster', { gate: config.gate }, byOffice())
  if (!begun.ok) return begun
  const { import: number } = begun.value
  for (const rows of slicesOf(session)) {
    if (isGone()) return failed('caller_gone')
    const written = await ledger.write('stageRoster', { import: number, rows }, byOffice())
    if (!written.ok) return written
  }
  return done(number)
}

/**
 * Lays all rows down and says the one word that makes them true. Whoever hangs up before that leaves nothing; from there nothing takes it
 * back: whoever hangs up, and a gate that ends, find it done in the end.
 */
export const importAccept = commandFor('office')(
  v.strictObject({ import: id, rows: amount, cards: amount }),
  async (daemon, { import: asked, rows, cards }, { tell, onLeave }) => {
    const { ledger, rosters } = daemon
    const found = rosters.sessions.find(asked)
    if (!found.ok) return found
    rosters.sessions.end(asked)
    let gone = false
    onLeave(() => {
      gone = true
    })
    const laid = await layDown(daemon, found.value, () => gone)
    const accepted = laid.ok
      ? await ledger.write('acceptRoster', { import: laid.value, rows, cards }, byOffice())
      : laid
    if (!accepted.ok) {
      await rosters.keeper.drop(byOffice())
      return accepted
    }
    let moved = 0
    const ended = await rosters.keeper.move(byOffice(), (more) => {
      moved += more
      tell({ moved, of: rows })
    })
    return ended.ok ? done({ import: accepted.value.import, rows, cards }) : failed('import_goes_on', ended.code)
  },
)

export const importDrop = commandFor('office')(
  v.strictObject({ import: id }),
  async ({ rosters }, { import: asked }) => {
    rosters.sessions.end(asked)
    return done({})
  },
)

export const importCommands = [
  ['import begin', importBegin],
  ['import look', importLook],
  ['import tap', importTap],
  ['import stage', importStage],
  ['import accept', importAccept],
  ['import drop', importDrop],
] as const
