// Cards with keys as the office handles them: issued at its desk, counted, and the site's key renewed. A key goes from the store to the card
// part and nowhere else; an answer has ids, generations and rooms. Called by the control socket.

import * as v from 'valibot'
import { done, failed, type Result, reveal } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'
import type { CardCounts, CardToReplace } from '../store/issued-cards.ts'
import { byOffice, commandFor, noArgs, readPages, residentId } from './command.ts'

const deviceId = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/, 'desk_reader_missing'))

/** The reader that was named, else the first at the desk that is up. */
const findWriter = ({ cardDesk, supervisor }: Daemon, named: string | undefined): Result<string> => {
  const writers = cardDesk.writers().filter((id) => named === undefined || id === named)
  if (writers.length === 0) return failed('desk_reader_missing', named)
  const up = new Set(supervisor.devices().flatMap(({ device, state }) => (state === 'up' ? [device] : [])))
  const found = writers.find((id) => up.has(id))
  return found === undefined ? failed('desk_reader_down', writers.join(', ')) : done(found)
}

export const cardIssue = commandFor('office')(
  v.strictObject({ resident: residentId, reader: v.exactOptional(deviceId), sdm: v.optional(v.boolean(), false) }),
  async (daemon, { resident, reader, sdm }, { tell, onLeave }) => {
    const { facts, ledger, cardDesk, cardProofs } = daemon
    if (!facts.showResident(resident)) return failed('resident_unknown', resident)
    const writer = findWriter(daemon, reader)
    if (!writer.ok) return writer
    await cardProofs.sendKeys()
    tell({ hint: 'lay_card_down' })
    const issued = await cardDesk.issue(writer.value, (hint) => tell({ hint }), onLeave, sdm)
    if (!issued.ok) return issued
    const { card, generation, kind, was, counter } = issued.value
    const token = facts.cardKey(card)
    reveal(card).fill(0)
    const counted = counter === undefined ? {} : { counter }
    const made = { residentId: resident, token, generation, ...counted }
    const written = await ledger.write('issueCard', made, byOffice())
    return written.ok ? done({ ...written.value, kind, was }) : written
  },
)

export type CardReport = {
  readonly counts: CardCounts
  /** To be replaced or issued anew, by the ids of their credentials. */
  readonly cards: readonly CardToReplace[]
}

export const cardReport = commandFor('office', 'auditor')(noArgs, async ({ facts }) => {
  const cards = await readPages<CardToReplace>((last, limit) => facts.listCardsToReplace(last?.credential ?? '', limit))
  return done({ counts: facts.countCards(), cards } satisfies CardReport)
})

/** Two generations are valid at once: a new one ends the one before the last, and what its cards could prove. */
export const keyRotate = commandFor('root')(
  v.strictObject({
    key: v.picklist(['site-card'], 'key_unknown'),
    dropOlder: v.optional(v.boolean(), false),
  }),
  async ({ facts, ledger, cardProofs }, { dropOlder }) => {
    const made = await ledger.write('makeSiteCardKey', { renew: true, dropOlder }, byOffice())
    if (!made.ok) return made
    await cardProofs.sendKeys()
    return done({ ...made.value, toRenew: facts.countCards().older })
  },
)

export const cardCommands = [
  ['card issue', cardIssue],
  ['card report', cardReport],
  ['key rotate', keyRotate],
] as const
