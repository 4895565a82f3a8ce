// `desk`: the guided page by which a compound is given its cards. Takes one resident after the other, has the gate wait for his card, and does
// what the office types. What was done stands in the gate's store, so that a line that was cut loses nothing: whoever starts again goes on there.
// Called by main.

import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { failed, type Result } from '../../config/words.ts'
import { silenceLog } from '../../drivers/log.ts'
import type { DeskLine, DeskPerson } from '../commands/desk.ts'
import { askGate, type Context, openContext, pick, printAnswer, printFailure } from './context.ts'
import { awaitKeypad } from './desk-keypad.ts'
import { layForm, layLetter } from './desk-letter.ts'
import {
  type Desk,
  gave,
  hinted,
  nameOf,
  noted,
  type Order,
  openDesk,
  paused,
  putOff,
  readOrder,
  refilled,
  resumed,
  served,
  tookBack,
} from './desk-steps.ts'
import type { CommandLine } from './parse.ts'
import { readCode } from './read-code.ts'
import { openScreen, type Screen } from './screen.ts'
import { showDesk } from './show-desk.ts'

/** Windows of 30 s in a row without a tap, after which the reader is given back to others. */
const IDLE_WINDOWS = 20
/** Somebody else's window, or our own that is about to end. */
const BUSY_AGAIN_MS = 300
const BUSY_LIMIT = 200

type Typed = { readonly kind: 'order'; readonly order: Order | undefined } | { readonly kind: 'left' }
type Sitting = {
  readonly context: Context
  readonly gate: string
  readonly pages: string | undefined
  /** Where residents type their codes; undefined: the gate's only one. */
  readonly keypad: string | undefined
  desk: Desk
  screen: Screen
  /** What was typed and not yet done. */
  readonly typed: Typed[]
  wake: () => void
  /** Windows in a row that nobody tapped in, and that somebody else had. */
  idle: number
  busy: number
}

const draw = (sitting: Sitting): void =>
  sitting.screen.draw(showDesk(sitting.desk, sitting.gate, sitting.context.language))

const set = (sitting: Sitting, desk: Desk): void => {
  sitting.desk = desk
  draw(sitting)
}

const openPage = (sitting: Omit<Sitting, 'screen'>): Screen => {
  const put = (typed: Typed) => {
    sitting.typed.push(typed)
    sitting.wake()
  }
  const screen = openScreen({ prompt: '> ', onLine: (line) => put({ kind: 'order', order: readOrder(line) }) })
  void screen.left.then(() => put({ kind: 'left' }))
  return screen
}

const awaitTyped = (sitting: Sitting): Promise<void> =>
  new Promise((resolve) => {
    if (sitting.typed.length > 0) return resolve()
    sitting.wake = resolve
  })

const ask = (
  { context }: Sitting,
  command: string,
  args: object,
  onTell = (_: unknown) => undefined as unknown,
  hangUp?: AbortSignal,
) => askGate(context, command, args, onTell, hangUp)

const takeHint =
  (sitting: Sitting) =>
  (told: unknown): void => {
    if (typeof told === 'object' && told !== null && 'hint' in told && typeof told.hint === 'string')
      set(sitting, hinted(sitting.desk, told.hint))
  }

/** Whoever has been served meanwhile, here in the last moment or at another desk, is not given a second card. */
const lookAt = async (sitting: Sitting, person: DeskLine): Promise<'waits' | 'served' | 'given'> => {
  const looked = await ask(sitting, 'desk look', { resident: person.id })
  if (!looked.ok) {
    if (looked.code === 'resident_unknown') return 'served'
    set(sitting, paused(sitting.desk, looked.code))
    return 'waits'
  }
  const { cards, codes } = looked.value as DeskPerson
  return cards.length > 0 ? 'given' : codes > 0 ? 'served' : 'waits'
}

const fileTapped = async (sitting: Sitting, tapped: Result<unknown>): Promise<void> => {
  if (tapped.ok) {
    sitting.idle = 0
    return set(sitting, gave(sitting.desk, (tapped.value as { readonly credentialId: string }).credentialId))
  }
  sitting.busy = tapped.code === 'card_window_busy' ? sitting.busy + 1 : 0
  if (tapped.code === 'card_not_tapped') {
    sitting.idle += 1
    return sitting.idle >= IDLE_WINDOWS ? set(sitting, paused(sitting.desk, 'desk_idle')) : undefined
  }
  if (tapped.code === 'card_window_busy' && sitting.busy < BUSY_LIMIT) {
    if (sitting.busy > 2) set(sitting, noted(sitting.desk, tapped.code))
    await Promise.race([pause(BUSY_AGAIN_MS), awaitTyped(sitting)])
    return
  }
  if (tapped.code === 'card_taken') return set(sitting, noted(sitting.desk, tapped.code))
  if (tapped.code === 'resident_unknown') return set(sitting, served(sitting.desk, tapped.code))
  set(sitting, paused(sitting.desk, tapped.code))
}

/** The gate waits for the card of whoever stands there, until it has come or something is typed. */
const awaitCard = async (sitting: Sitting, person: DeskLine): Promise<void> => {
  const standing = await lookAt(sitting, person)
  if (standing !== 'waits') return set(sitting, served(sitting.desk, 'desk_served'))
  if (sitting.desk.paused) return
  const hangUp = new AbortController()
  const tapping = ask(sitting, 'card add', { resident: person.id }, takeHint(sitting), hangUp.signal)
  const tapped = await Promise.race([tapping, awaitTyped(sitting)])
  if (tapped) return fileTapped(sitting, tapped)
  hangUp.abort()
  const late = await tapping
  if (late.ok) return fileTapped(sitting, late)
  // The answer may have been lost on its way: what counts is what the store says.
  const looked = await ask(sitting, 'desk look', { resident: person.id })
  const [card] = looked.ok ? (looked.value as DeskPerson).cards : []
  if (card !== undefined) set(sitting, gave(sitting.desk, card))
}

const undo = async (sitting: Sitting): Promise<void> => {
  const last = sitting.desk.given.at(-1)
  if (!last) return set(sitting, tookBack(sitting.desk))
  const revoked = await ask(sitting, 'credential revoke', { credential: last.credential, because: 'office' })
  const isBack = revoked.ok || revoked.code === 'credential_revoked'
  set(sitting, isBack ? tookBack(sitting.desk) : noted(sitting.desk, revoked.code))
}

const later = async (sitting: Sitting, person: DeskLine): Promise<void> => {
  const put = await ask(sitting, 'desk later', { resident: person.id })
  set(sitting, put.ok ? putOff(sitting.desk) : noted(sitting.desk, put.code))
}

/** The page is left while he types: what he types is not shown, nor what stood there before. */
const typeCode = async (sitting: Sitting, person: DeskLine): Promise<void> => {
  const { language } = sitting.context
  sitting.screen.yield()
  sitting.screen.close()
  process.stderr.write(`${nameOf(person)}\n`)
  const code = await readCode({
    first: pick(language, 'Your code, 6 to 12 digits: ', '请输入密码（6 至 12 位）：'),
    again: pick(language, 'Once more: ', '再输入一次：'),
  })
  sitting.typed.length = 0
  sitting.screen = openPage(sitting)
  if (!code.ok) return set(sitting, noted(sitting.desk, code.code))
  showCoded(sitting, person, await ask(sitting, 'desk code', { resident: person.id, code: code.value }))
}

const showCoded = (sitting: Sitting, person: DeskLine, coded: Result<unknown>): void => {
  const { number } = coded.ok ? (coded.value as { readonly number: string }) : {}
  if (coded.ok) set(sitting, served(sitting.desk, 'desk_coded'))
  set(
    sitting,
    coded.ok ? noted(sitting.desk, 'desk_coded', `${nameOf(person)}  ${number}*……#`) : noted(sitting.desk, coded.code),
  )
}

/** The page stays, and says what the keypad waits for. */
const typeAtKeypad = async (sitting: Sitting, person: DeskLine): Promise<void> => {
  const waiting = {
    ask: (command: string, args: object, hangUp: AbortSignal) => ask(sitting, command, args, takeHint(sitting), hangUp),
    ...{ resident: person.id, keypad: sitting.keypad, interrupted: awaitTyped(sitting).then(() => undefined) },
  }
  showCoded(sitting, person, await awaitKeypad(waiting))
}

const writePages = async (sitting: Sitting, person: DeskLine, what: 'letter' | 'form'): Promise<void> => {
  const { context, pages } = sitting
  if (pages === undefined) return set(sitting, noted(sitting.desk, 'desk_pages_missing'))
  const file = join(pages, `${what}-${person.id}-${Date.now().toString(36)}.html`)
  const laid = what === 'letter' ? await layLetter(context, file, person.id) : await layForm(context, file)
  if (!laid.ok) return set(sitting, noted(sitting.desk, laid.code))
  if (what === 'letter') sitting.desk = served(sitting.desk, 'desk_lettered')
  set(sitting, noted(sitting.desk, what === 'letter' ? 'desk_lettered' : 'desk_formed', file))
}

const carryOut = async (sitting: Sitting, order: Order | undefined): Promise<void> => {
  const { desk } = sitting
  const [person] = desk.queue
  sitting.idle = 0
  if (order === undefined) return set(sitting, noted(desk, 'desk_order_unknown'))
  if (order === 'pause') return set(sitting, desk.paused ? resumed(desk) : paused(desk))
  if (order === 'undo') return undo(sitting)
  if (!person) return
  if (order === 'next') return desk.paused ? set(sitting, resumed(desk)) : later(sitting, person)
  if (order === 'code') return typeCode(sitting, person)
  if (order === 'keypad') return typeAtKeypad(sitting, person)
  if (order === 'letter' || order === 'form') return writePages(sitting, person, order)
}

type Listed = { readonly waiting: readonly DeskLine[]; readonly left: number }

/** Whoever comes after those whom the gate has told so far. False: nobody. */
const refill = async (sitting: Sitting): Promise<boolean> => {
  const listed = await ask(sitting, 'desk list', {})
  if (!listed.ok) set(sitting, paused(sitting.desk, listed.code))
  const { waiting, left } = listed.ok ? (listed.value as Listed) : { waiting: [], left: 0 }
  if (waiting.length > 0) set(sitting, refilled(sitting.desk, waiting, left))
  return waiting.length > 0
}

/** Ends when somebody says so, or has gone. */
const sit = async (sitting: Sitting): Promise<void> => {
  draw(sitting)
  for (;;) {
    const next = sitting.typed.shift()
    if (next?.kind === 'left' || next?.order === 'end') return
    if (next) {
      await carryOut(sitting, next.order)
      continue
    }
    const [person] = sitting.desk.queue
    if (!person && !sitting.desk.paused && (await refill(sitting))) continue
    if (!person || sitting.desk.paused) await awaitTyped(sitting)
    else await awaitCard(sitting, person)
  }
}

export const runDesk = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  if (!process.stdout.isTTY || !process.stdin.isTTY) return printFailure(context, failed('desk_needs_terminal'))
  const { from, pages, keypad } = args
  const asked = typeof from === 'string' ? { from } : {}
  const listed = await askGate(context, 'desk list', asked, () => undefined)
  if (!listed.ok) return printFailure(context, listed)
  const { waiting, left: all } = listed.value as Listed
  const desk = openDesk(waiting, all)
  silenceLog()
  const begun: Omit<Sitting, 'screen'> = {
    context,
    gate: context.config?.gate ?? '',
    pages: typeof pages === 'string' ? pages : undefined,
    keypad: typeof keypad === 'string' ? keypad : undefined,
    desk: from === undefined || waiting[0]?.room === from ? desk : noted(desk, 'desk_room_served', String(from)),
    typed: [],
    wake: () => undefined,
    idle: 0,
    busy: 0,
  }
  const sitting: Sitting = Object.assign(begun, { screen: openPage(begun) })
  await sit(sitting)
  sitting.screen.close()
  const given = sitting.desk.given.length
  const { left } = sitting.desk
  const code = printAnswer(context, { given, waiting: left }, () =>
    pick(context.language, `given ${given}, waiting ${left}`, `已发 ${given}，待办 ${left}`),
  )
  // The terminal's input is still open, and nothing else is owed.
  process.exit(code)
}
