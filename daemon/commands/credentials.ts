// Cards and codes: enrolled and revoked. The card is tapped at the gate's own reader; the code arrives from the command line's
// input and is hashed at once. Neither an identifier nor a code gets further than this file. Called by the control socket.

import * as v from 'valibot'
import { done, failed, hide, type Result } from '../../config/words.ts'
import { flawOfCode } from '../core/code-rules.ts'
import { isDay } from '../core/day.ts'
import { revocations } from '../core/reasons.ts'
import { roomOf } from '../store/households.ts'
import { endOf } from './codes.ts'
import { byOffice, commandFor, credentialId, residentArgs, residentId } from './command.ts'
import { endCredential } from './end-faces.ts'

export const cardAdd = commandFor('office')(residentArgs, async (daemon, { resident }, { tell, onLeave }) => {
  if (!daemon.facts.showResident(resident)) return failed('resident_unknown', resident)
  if (daemon.cardWindow.isOpen()) return failed('card_window_busy')
  tell({ hint: 'tap_new_card' })
  const token = await daemon.cardWindow.open(() => tell({ hint: 'tap_once_more' }), onLeave)
  if (!token) return failed('card_not_tapped')
  return daemon.ledger.write('addCard', { residentId: resident, token, proof: 'identifier' }, byOffice())
})

export const pinSet = commandFor('office')(
  v.strictObject({
    resident: residentId,
    number: v.pipe(v.string(), v.regex(/^[0-9]{3,8}$/)),
    code: v.pipe(v.string(), v.maxLength(64)),
    until: v.exactOptional(v.pipe(v.string(), v.check(isDay, 'date_unknown'))),
  }),
  async (daemon, { resident, number, code, until }): Promise<Result<unknown>> => {
    const page = daemon.facts.showResident(resident)
    if (!page) return failed('resident_unknown', resident)
    if (number === roomOf(page.room).replaceAll(/\D/g, '')) return failed('number_is_room')
    const flaw = flawOfCode(code, number)
    if (flaw !== undefined) return failed(flaw)
    const validity = endOf(daemon, until)
    if (!validity.ok) return validity
    const challenge = daemon.facts.newChallenge()
    const hash = await daemon.facts.hashCode(hide(code), challenge)
    const pin = { residentId: resident, number, ...challenge, hash, ...validity.value }
    const written = await daemon.ledger.write('setPin', pin, byOffice())
    return written.ok ? done({ ...written.value, number, ...validity.value }) : written
  },
)

export const credentialRevoke = commandFor('office')(
  v.strictObject({ credential: credentialId, because: v.optional(v.picklist(revocations), 'office') }),
  async (daemon, { credential, because }) => {
    const write = () => daemon.ledger.write('revokeCredential', { credentialId: credential, because }, byOffice())
    return endCredential(daemon, credential, write)
  },
)
