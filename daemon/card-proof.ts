// What a card must prove on a side at this moment, the site's card keys for the card part, and what follows a card's proof: one that
// has proved its key is held to it, and one that suddenly proves less is suspected to be a copy. Opens nothing. Tied by daemon.ts.

import type { Config } from '../config/settings.ts'
import { type CardProof, type Clock, reveal, type Side } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import { isClockTrusted } from './clock.ts'
import { isCopy } from './core/card-level.ts'
import { isWithin } from './core/schedule.ts'
import type { Attempt, Decision, Facts } from './core/types.ts'
import type { Watchers } from './happening.ts'
import { type Moment, scheduleOf } from './liveness-hours.ts'
import type { FactsReader } from './store/facts.ts'
import type { Ledger } from './store/ledger.ts'
import type { Supervisor } from './supervisor.ts'

type Wish = Pick<NonNullable<Config['sides']['entry']>, 'cardProof' | 'cardProofTimes'>

/** P10: no correct clock is needed to come home, so that without one the hours do not count. */
export const cardProofAt = ({ cardProof = 'identifier', cardProofTimes = [] }: Wish, moment: Moment): CardProof => {
  const { wall, clockTrusted, timeZone } = moment
  if (!clockTrusted) return cardProof
  return cardProofTimes.find((hours) => isWithin(scheduleOf(hours), wall, timeZone))?.proof ?? cardProof
}

export type CardProofs = {
  readonly asked: (side: Side) => CardProof
  /** The card part is up, or the keys have changed. */
  readonly sendKeys: () => Promise<void>
  readonly follow: (attempt: Attempt, facts: Facts, decision: Decision) => void
}

type Deps = {
  readonly config: Config
  readonly clock: Pick<Clock, 'wall'>
  readonly facts: Pick<FactsReader, 'readSiteCardKeys' | 'lastWall'>
  readonly ledger: Pick<Ledger, 'record' | 'write'>
  readonly supervisor: Pick<Supervisor, 'send'>
  readonly announce: Watchers['announce']
}

const byDaemon = { role: 'daemon', caller: 'card' } as const

export const keepCardProofs = ({ config, clock, facts, ledger, supervisor, announce }: Deps): CardProofs => {
  const sendKeys = async (): Promise<void> => {
    await ensureSiteCardKey({ facts, ledger })
    const keys = reveal(facts.readSiteCardKeys()).map(({ generation, bytes }) => {
      const key = bytes.toString('hex')
      bytes.fill(0)
      return { generation, key }
    })
    if (keys.length > 0) supervisor.send('card', { type: 'card_keys', keys })
  }
  const raise = (credentialId: string, generation: number | undefined): void => {
    const proved = { credentialId, ...(generation === undefined ? {} : { generation }) }
    void ledger.write('raiseCardProof', proved, byDaemon).then((raised) => {
      if (!raised.ok && raised.code !== 'card_proof_stands')
        log('fault', 'card_proof_unraised', { because: raised.code })
    })
  }
  return {
    asked: (side) => {
      const wall = clock.wall()
      const clockTrusted = isClockTrusted(config.clock.trust, wall, facts.lastWall())
      return cardProofAt(config.sides[side] ?? {}, { wall, clockTrusted, timeZone: config.timeZone })
    },
    sendKeys,
    follow: ({ gate, side, proofs }, facts, { reason, notes }) => {
      const shown = proofs.findIndex(({ path }) => path === 'card')
      const proof = proofs[shown]
      const credential = facts.proofs[shown]?.credential
      if (proof?.path !== 'card' || credential === undefined || credential.revoked) return
      const { id, cardProof: held, cardGeneration } = credential
      if (!isCopy(proof, credential)) {
        const isOther = proof.generation !== undefined && proof.generation !== cardGeneration
        if (proof.level === 'authenticated' && (held === 'identifier' || isOther)) raise(id, proof.generation)
        return
      }
      if (reason !== 'card_proof_too_weak' && !notes.includes('card_proof_too_weak')) return
      void ledger.record({ kind: 'card_copy_suspected', payload: { gate, side, credentials: [id] } })
      announce({ kind: 'alarm', code: 'card_copy_suspected' })
    },
  }
}

/** The first start after an upgrade makes the site's first key. */
const ensureSiteCardKey = async ({ facts, ledger }: Pick<Deps, 'facts' | 'ledger'>): Promise<void> => {
  if (reveal(facts.readSiteCardKeys()).length > 0) return
  const made = await ledger.write('makeSiteCardKey', { renew: false }, byDaemon)
  if (!made.ok && made.code !== 'site_card_key_exists') log('fault', 'site_card_key_unmade', { because: made.code })
}
