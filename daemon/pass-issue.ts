// Makes a visitor's pass: its number, its code, its QR, each by chance, and the record of who issued it. The code and the QR go to whoever
// asked and nowhere else; the store gets their hashes. Knows no command and no keypad: called by both.

import { randomBytes, randomInt } from 'node:crypto'
import type { Config } from '../config/settings.ts'
import { type Clock, done, failed, hide, type Result, type Side, type WallMs } from '../config/words.ts'
import { PASS_TOKEN_BYTES, spellPass } from '../drivers/pass/text.ts'
import { isClockTrusted } from './clock.ts'
import { flawOfCode } from './core/code-rules.ts'
import type { PassDays, PassIssuer } from './core/pass.ts'
import type { FactsReader } from './store/facts.ts'
import type { Ledger } from './store/ledger.ts'
import type { NewPass } from './store/passes.ts'
import type { Caller } from './store/protocol.ts'

const CODE_DIGITS = 6
/** Tried of each length; of a thousand numbers of four digits so many are free in practice. */
const NUMBERS_TRIED = 12
/** Thirty codes of a million are too easy: a second draw is rare. */
const DRAWS_LIMIT = 10
const MINUTE_MS = 60_000

export type PassDeps = {
  readonly config: Pick<Config, 'gate' | 'clock' | 'passes'>
  readonly clock: Clock
  readonly facts: Pick<FactsReader, 'cardKey' | 'newChallenge' | 'hashCode' | 'findPass' | 'lastWall'>
  readonly ledger: Pick<Ledger, 'write'>
}

export type PassWish = {
  readonly residentId: string
  readonly issuedBy: PassIssuer
  readonly notBefore?: WallMs
  readonly expiresAt: WallMs
  readonly uses: number
  readonly side?: Side
  readonly days?: PassDays
  readonly validForMs?: number
}

export type IssuedPass = {
  readonly credentialId: string
  readonly number: string
  readonly code: string
  /** The text of its QR; absent: a code alone. */
  readonly qr?: string
}

/** A nought first: no room and no resident's number begins with it, and the shortest are the easiest to say. */
const makeNumbers = (): readonly string[] =>
  [3, 4].flatMap((digits) =>
    Array.from({ length: NUMBERS_TRIED }, () => `0${String(randomInt(10 ** digits)).padStart(digits, '0')}`),
  )

const makeCode = (): string => {
  for (let draw = 0; draw < DRAWS_LIMIT; draw++) {
    const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0')
    if (flawOfCode(code) === undefined) return code
  }
  throw new Error('chance gives nothing but easy codes')
}

const makePass = async (facts: PassDeps['facts'], hasQr: boolean) => {
  const code = makeCode()
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide(code), challenge)
  const token = hasQr ? randomBytes(PASS_TOKEN_BYTES) : undefined
  return {
    code,
    kept: { ...challenge, hash, numbers: makeNumbers(), ...(token ? { token: facts.cardKey(hide(token)) } : {}) },
    ...(token ? { qr: spellPass(token) } : {}),
  }
}

/** A pass is dated: nobody can issue one while nobody knows the time. */
export const issuePass = async (
  { config, clock, facts, ledger }: PassDeps,
  wish: PassWish,
  by: Caller,
): Promise<Result<IssuedPass>> => {
  if (!isClockTrusted(config.clock.trust, clock.wall(), facts.lastWall())) return failed('clock_untrusted')
  // Said aloud at the gate there is nobody to hand a picture to.
  const { code, kept, qr } = await makePass(facts, wish.issuedBy !== 'household')
  const pass: NewPass = { ...wish, ...kept, gate: config.gate }
  const written = await ledger.write('issuePass', pass, by)
  if (!written.ok) return written
  const { credentialId } = written.value
  const number = facts.findPass(credentialId)?.number
  if (number === undefined || number === null) return failed('pass_unknown')
  return done({ credentialId, number, code, ...(qr === undefined ? {} : { qr }) })
}

/** At the keypad, by the resident himself: one coming in, soon. `0417*739214`, as it is typed and said; undefined: refused. */
export const openRiders =
  (deps: PassDeps) =>
  async (residentId: string): Promise<string | undefined> => {
    const { atKeypad, riderMinutes } = deps.config.passes
    if (!atKeypad) return undefined
    const expiresAt = (deps.clock.wall() + riderMinutes * MINUTE_MS) as WallMs
    const wish = { residentId, issuedBy: 'household', expiresAt, uses: 1, side: 'entry' } as const
    const issued = await issuePass(deps, wish, { role: 'resident', caller: 'keypad' })
    return issued.ok ? `${issued.value.number}*${issued.value.code}` : undefined
  }
