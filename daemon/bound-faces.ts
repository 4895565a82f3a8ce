// Faces that open only with the secret on their owner's card. Which readers ask a card for its secret and for how long; from the tap the
// secret goes with the 1:1 claim to the face part, and is wiped here. Keeps no secret, opens nothing, and searches such a face among
// nobody. Tied by face-side.ts; used by the gate's line and by `face enrol`.

import { randomUUID } from 'node:crypto'
import { isDesk } from '../config/mounted.ts'
import type { Config } from '../config/settings.ts'
import { done, failed, hide, type Result, reveal, type Secret, type Side, sides } from '../config/words.ts'
import { log } from '../drivers/log.ts'
import type { CardReading, FromPart, GalleryTemplate, Reading, ToPart } from '../drivers/protocol.ts'
import type { ShownCredential } from './gate-world.ts'
import type { FactsReader } from './store/facts.ts'
import { explainDisk } from './store/handles.ts'
import type { Ledger } from './store/ledger.ts'

/** From the camera's place to the reader beside it. */
const TAP_LIMIT_MS = 30_000
/** Claims that the face part has not answered; it answers within one message. */
const ASKED_LIMIT = 8

export type BoundFaces = {
  /** The card part is up, or whoever has bound his face has changed. */
  readonly tellCards: () => void
  /** Sees each card on its way to the line, and holds up none. */
  readonly seeBefore: (take: (reading: Reading) => void) => (reading: Reading) => void
  /** The secret of this card when it is tapped on this side; whoever is given it wipes it. */
  readonly awaitSecret: (
    side: Side,
    cardId: string,
    onLeave: (leave: () => void) => void,
  ) => Promise<Result<Secret<Buffer>>>
  /** True: his face is bound, and is compared now if the card that opens it was shown, and otherwise not at all. */
  readonly claim: (side: Side, residentId: string, shown: ShownCredential, forMs: number) => boolean
  readonly take: (message: Extract<FromPart, { type: 'bound_opened' }>) => void
  /** The face part is gone with what it was asked. */
  readonly lose: () => void
}

type Deps = {
  readonly config: Config
  readonly facts: Pick<FactsReader, 'cardKey' | 'findCardHolder' | 'findBoundFace' | 'countBoundFaces'>
  readonly ledger: Pick<Ledger, 'record'>
  readonly send: (part: 'card' | 'face', message: ToPart) => boolean
  /** The face's templates, for this claim alone. */
  readonly lend: (faceId: string) => readonly GalleryTemplate[]
  /** Somebody waits for a face that does not open. */
  readonly onUnopened: (side: Side) => void
}

/** The gate's own readers that can ask a card for more than its number. */
const readersAt = (config: Config, side: Side): readonly string[] =>
  (config.sides[side]?.card ?? []).filter((one) => one.driver === 'pcsc' && !isDesk(one)).map(({ id }) => id)

/** Where a face may follow a card; nowhere else a secret is of use. */
const asksCardAndFace = (config: Config, side: Side): boolean =>
  (config.sides[side]?.twoFactor ?? []).some((pair) => pair.includes('card') && pair.includes('face'))

/** A disk that cannot be read costs nobody his tap. */
const tryRead = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (explainDisk(error) === undefined) throw error
    log('fault', 'bound_face_unread')
    return undefined
  }
}

type Awaited = {
  readonly side: Side
  readonly cardId: string
  readonly settle: (secret: Result<Secret<Buffer>>) => void
}

/** The one enrolment that waits for a tap. */
const createTapWait = ({ config, facts }: Pick<Deps, 'config' | 'facts'>, tellCards: () => void) => {
  let awaited: Awaited | undefined
  return {
    side: (): Side | undefined => awaited?.side,
    see: ({ device, card }: CardReading): void => {
      if (!awaited || card.kind === 'unreadable' || !readersAt(config, awaited.side).includes(device)) return
      const holder = facts.findCardHolder(facts.cardKey(hide(Buffer.from(card.identifier, 'hex'))))
      // Somebody else's card opens as always, and is not the one that is waited for.
      if (holder?.credential !== awaited.cardId) return
      const { boundSecret } = card
      awaited.settle(
        boundSecret === undefined ? failed('card_secret_missing') : done(hide(Buffer.from(boundSecret, 'hex'))),
      )
    },
    begin: (side: Side, cardId: string, onLeave: (leave: () => void) => void): Promise<Result<Secret<Buffer>>> => {
      if (awaited) return Promise.resolve(failed('enrolment_running'))
      if (readersAt(config, side).length === 0) return Promise.resolve(failed('card_reader_missing', side))
      return new Promise((resolve) => {
        const settle: Awaited['settle'] = (secret) => {
          clearTimeout(limit)
          awaited = undefined
          tellCards()
          resolve(secret)
        }
        const limit = setTimeout(() => settle(failed('card_not_tapped')), TAP_LIMIT_MS)
        const mine = { side, cardId, settle }
        awaited = mine
        onLeave(() => {
          if (awaited === mine) settle(failed('stopped'))
        })
        tellCards()
      })
    },
  }
}

type Shown = Pick<ShownCredential, 'boundSecret'> & { readonly side: Side; readonly forMs: number }
/** What is asked of the face part, and what it says of it. */
const createClaims = ({ config, ledger, send, lend, onUnopened }: Omit<Deps, 'facts'>) => {
  const asked = new Map<string, Side>()
  /** Names nobody: whose tap it was stands in its attempt, for as long as attempts are named. */
  const noteUnopened = (side: Side, because: 'card_secret_missing' | 'card_secret_wrong'): void => {
    log('warning', 'bound_face_unopened', { because })
    void ledger.record({ kind: 'bound_face_unopened', payload: { gate: config.gate, side, because } })
    onUnopened(side)
  }
  return {
    ask: (face: string, { side, boundSecret, forMs }: Shown): void => {
      const templates = [...lend(face)]
      // The consent has ended, or the model is another: nobody's card is to blame.
      if (templates.length === 0) return
      if (boundSecret === undefined) {
        noteUnopened(side, 'card_secret_missing')
        return
      }
      const request = randomUUID()
      asked.set(request, side)
      for (const old of [...asked.keys()].slice(0, -ASKED_LIMIT)) asked.delete(old)
      const secret = reveal(boundSecret).toString('hex')
      send('face', { type: 'claim', side, credentials: [face], forMs, bound: { request, templates, secret } })
    },
    take: ({ request, opened }: Extract<FromPart, { type: 'bound_opened' }>): void => {
      const side = asked.get(request)
      asked.delete(request)
      if (side !== undefined && opened === 0) noteUnopened(side, 'card_secret_wrong')
    },
    lose: (): void => asked.clear(),
  }
}

export const keepBoundFaces = (deps: Deps): BoundFaces => {
  const { config, facts, send } = deps
  const claims = createClaims(deps)

  const tellCards = (): void => {
    const isUsed = (tryRead(facts.countBoundFaces) ?? 0) > 0
    const wanted = sides.filter((side) => side === tapWait.side() || (isUsed && asksCardAndFace(config, side)))
    send('card', { type: 'card_secrets', devices: wanted.flatMap((side) => readersAt(config, side)) })
  }
  const tapWait = createTapWait(deps, tellCards)

  return {
    tellCards,
    seeBefore: (next) => (reading) => {
      next(reading)
      if (reading.path === 'card') tryRead(() => tapWait.see(reading))
    },
    awaitSecret: tapWait.begin,
    claim: (side, residentId, shown, forMs) => {
      const claimed = tryRead(() => {
        const bound = facts.findBoundFace(residentId)
        // After his code, or another card of his, his face cannot follow.
        if (bound?.card === shown.credentialId) claims.ask(bound.face, { ...shown, side, forMs })
        return bound !== undefined
      })
      // Unread: whoever stands there has shown his card, and the other second proof is his as before.
      return claimed ?? true
    },
    take: claims.take,
    lose: claims.lose,
  }
}
