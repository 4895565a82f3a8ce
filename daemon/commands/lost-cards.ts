// `card lost`: a lost card is ended at night by room, by the guard or the office, without a name. Nobody can tell one lost card from its
// neighbours, so that of several either one is named or all are ended; codes and faces of the room go on, but for a face that is bound to such a card. Called by the control socket.

import * as v from 'valibot'
import { done, failed, type Result } from '../../config/words.ts'
import { activeCredentials } from '../active-credentials.ts'
import type { Daemon } from '../daemon.ts'
import { byOffice, type Command, commandFor, credentialId } from './command.ts'
import { endCredential } from './end-faces.ts'
import { shortText } from './people.ts'

/** Who lives there: where one household leaves while the next has the room's name already, both. Undefined: there is no such room. */
const listResidents = ({ facts }: Daemon, room: string): readonly string[] | undefined => {
  const households = [facts.findHousehold(room), facts.findLeaving(room)].filter((one) => one !== undefined)
  return households.length === 0 ? undefined : households.flatMap(facts.listResidentsOf)
}

const listCards = ({ facts }: Daemon, residents: readonly string[]): readonly string[] =>
  residents.flatMap((id) => activeCredentials(facts, id, 'card').map(({ id: card }) => card))

const wanted = v.strictObject({
  room: shortText(40, 'room_too_long'),
  card: v.exactOptional(credentialId),
  all: v.optional(v.boolean(), false),
})

/** Of the room's own cards those that are meant. */
const choose = (cards: readonly string[], { room, card, all }: v.InferOutput<typeof wanted>) => {
  if (card !== undefined) return cards.includes(card) ? done([card]) : failed('card_not_of_room', card)
  if (cards.length === 0) return failed('room_without_card', room)
  return all || cards.length === 1 ? done(cards) : failed('cards_several', cards.join(' '))
}

const cardLost = commandFor('office', 'guard')(wanted, async (daemon, args): Promise<Result<unknown>> => {
  const residents = listResidents(daemon, args.room)
  if (residents === undefined) return failed('household_unknown', args.room)
  const chosen = choose(listCards(daemon, residents), args)
  if (!chosen.ok) return chosen
  for (const credential of chosen.value) {
    const lost = { credentialId: credential, because: 'lost' } as const
    const write = () => daemon.ledger.write('revokeCredential', lost, byOffice())
    const ended = await endCredential(daemon, credential, write)
    // Somebody else may have ended it meanwhile: then it is as was asked.
    if (!ended.ok && ended.code !== 'credential_revoked') return ended
  }
  return done({ room: args.room, ended: chosen.value })
})

export const lostCardCommands: readonly (readonly [string, Command])[] = [['card lost', cardLost]]
