// What the office does about codes besides setting one: how long it is valid, the second one that calls for help, who has nothing else. A
// code arrives from the command line's input and is hashed at once. Called by the control socket and by `pin set`.

import * as v from 'valibot'
import { done, failed, hide, type Result, type WallMs } from '../../config/words.ts'
import { activeCredentials } from '../active-credentials.ts'
import { flawOfCode } from '../core/code-rules.ts'
import { DAY_MS, startOfDay } from '../core/path-counts.ts'
import type { Daemon } from '../daemon.ts'
import type { CodeLine } from '../store/code-reads.ts'
import { byOffice, commandFor, readPages, residentId } from './command.ts'

/** To the end of that day, by the gate's clock; nothing where nothing is said. One that is over already is a slip of the pen. */
export const endOf = (
  { config, clock }: Pick<Daemon, 'config' | 'clock'>,
  until: string | undefined,
): Result<{ readonly expiresAt?: WallMs }> => {
  if (until === undefined) return done({})
  const expiresAt = startOfDay((Date.parse(until) + DAY_MS) as WallMs, config.timeZone)
  return expiresAt > clock.wall() ? done({ expiresAt }) : failed('code_ends_before', until)
}

/** Residents who have a code and nothing else; by pages, as others wait for the gate. */
export const countCodeOnly = async ({ facts }: Pick<Daemon, 'facts'>): Promise<number> => {
  const codes = await readPages<CodeLine>((last, limit) => facts.listCodes(last?.number ?? '', limit))
  return new Set(codes.filter(({ alone }) => alone).map(({ residentId }) => residentId)).size
}

const codeOf = ({ facts }: Daemon, resident: string) => activeCredentials(facts, resident, 'pin')[0]

/** Beside the code that he has: whoever sees both typed sees no difference. `end`: there shall be none any more. */
export const pinDuress = commandFor('office')(
  v.strictObject({
    resident: residentId,
    code: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
    end: v.optional(v.boolean(), false),
  }),
  async (daemon, { resident, code, end }): Promise<Result<unknown>> => {
    if (!daemon.facts.showResident(resident)) return failed('resident_unknown', resident)
    const pin = codeOf(daemon, resident)
    if (!pin?.number) return failed('code_not_held', resident)
    if (end) return daemon.ledger.write('endDuress', { credentialId: pin.id }, byOffice())
    if (code === undefined) return failed('code_missing')
    const flaw = flawOfCode(code, pin.number)
    if (flaw !== undefined) return failed(flaw)
    const challenge = daemon.facts.pinChallenge(pin.number)
    const hash = await daemon.facts.hashCode(hide(code), challenge)
    return daemon.ledger.write('setDuress', { credentialId: pin.id, hash, salt: challenge.salt }, byOffice())
  },
)

export const codeCommands = [['pin duress', pinDuress]] as const
