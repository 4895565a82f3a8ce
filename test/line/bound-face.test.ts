// A face that opens only with its owner's card, at a whole running gate: real pcscd with a virtual reader, cards that speak the protocol
// byte by byte, real face models. Enrolled by a tap, in no gallery, compared only after the card that it is bound to.

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hide, reveal, systemClock } from '../../config/words.ts'
import type { Status } from '../../daemon/commands/status.ts'
import type { WhoLine } from '../../daemon/commands/who.ts'
import type { ResidentPage } from '../../daemon/store/reads.ts'
import type { SiteKeys, Transmit } from '../../drivers/card/proof/authenticate.ts'
import { personaliseCard } from '../../drivers/card/proof/personalise.ts'
import { runProgram } from '../commands/start-gate.ts'
import { blankDesfire, blankNtag424, type IssuableCard } from '../drivers/issuable-card.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { ATR_DESFIRE, startVirtualReader, type TapOptions, type VirtualReader } from '../drivers/virtual-card.ts'
import { needPart } from '../parts.ts'
import { decryptStore } from '../store/pages.ts'
import { addCamera, people } from './camera-plan.ts'
import {
  addPerson,
  byOffice,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type OpenPlace,
  type Person,
  prepareStore,
  readLedger,
  readStore,
  storeKeyOf,
  take,
} from './gate-place.ts'
import { isSign, type RunningGate, runGate } from './running-gate.ts'

const START_LIMIT_MS = 60_000
const TEST_LIMIT_MS = 90_000
/** P4. */
const WITHDRAWAL_LIMIT_MS = 1000
const ABSENCE_MS = 2500
/** Longer than the looks that one presentation has, after the pause of a tap. */
const LOOKS_MS = 7000
/** A first proof waits for so long. */
const SECOND_LIMIT_MS = 12_000

const isThere = needPart('pcscd') && needPart('vpcd') && needPart('pcsclite') && needPart('unshare')
const [enrolled, , , seen] = people.resident
if (!enrolled || !seen) throw new Error('too few pictures')

type Owner = { readonly person: Person; readonly chip: IssuableCard }

let reader: VirtualReader
let place: GatePlace
let gate: RunningGate
let anna: Owner
let boris: Owner
let clara: Owner

const speakTo =
  ({ chip }: IssuableCard): Transmit =>
  async (question) => {
    const said = chip(question)
    return typeof said === 'string' ? undefined : said
  }

/** As the desk does it: keys and a secret in the card, its proof and its generation in the store. */
const issue = async (open: OpenPlace, blank: () => IssuableCard, keys: SiteKeys): Promise<Owner> => {
  const person = await addPerson(open)
  const chip = blank()
  const uid = Buffer.from(person.card, 'hex')
  const { generation } = take(await personaliseCard(speakTo(chip), uid, keys))
  const token = open.facts.cardKey(hide(uid))
  take(await open.ledger.write('issueCard', { residentId: person.residentId, token, generation }, byOffice))
  await giveConsent(open, person)
  return { person, chip }
}

const waitMs = async (ms: number) => {
  const until = systemClock.monotonic() + ms
  await waitUntil('a while', () => systemClock.monotonic() >= until, 2 * ms)
}
const hold = ({ file, view = {} }: typeof seen) => gate.play('entry-camera', { hold: file, view })
const leave = async () => {
  await gate.play('entry-camera', { clear: true })
  await waitMs(ABSENCE_MS)
}
const tap = ({ person, chip }: Owner, options: TapOptions = {}) =>
  reader.tap(person.card, { atr: ATR_DESFIRE, chip: chip.chip, ...options })
const enrol = async (owner: Owner) => {
  const hints: string[] = []
  const asked = gate.ask(
    'face enrol',
    { resident: owner.person.residentId, onCard: owner.person.cardId },
    (line) => void hints.push((line as { hint: string }).hint),
  )
  await waitUntil('the wish for the card', () => hints.includes('tap_own_card'))
  await hold(enrolled)
  await tap(owner)
  const answer = await asked
  await reader.remove()
  await leave()
  // The tap was one like any other besides, and no second proof came.
  await gate.attempt('card', SECOND_LIMIT_MS)
  return { answer, hints }
}
/** The tap, and the wish for a second proof that follows it. */
const tapFirst = async (owner: Owner, options: TapOptions = {}) => {
  const from = gate.told.length
  await tap(owner, options)
  await waitUntil('the wish for a second proof', () => gate.told.slice(from).some(isSign('second_please')))
}
/** The tap, then his face for as long as a second proof is waited for. */
const passWith = async (owner: Owner, options: TapOptions = {}) => {
  await leave()
  await tapFirst(owner, options)
  await hold(seen)
  const { attempt, decision } = await gate.attempt('card', SECOND_LIMIT_MS)
  await reader.remove()
  return { paths: attempt.proofs.map(({ path }) => path), ...decision }
}
const inMemory = async (): Promise<number> => {
  const status = take(await gate.ask('status')) as Status
  return status.gallery?.templates ?? 0
}
const faceAttempts = () =>
  gate.told.filter((one) => one.kind === 'attempt' && one.attempt.proofs.some(({ path }) => path === 'face')).length
const unopened = () => readLedger(place, 'bound_face_unopened').map(({ payload }) => payload?.['because'])

describe.skipIf(!isThere)('a face that is bound to its owner’s card', () => {
  beforeAll(async () => {
    reader = await startVirtualReader()
    place = await makeGatePlace((plan) => {
      addCamera(plan)
      plan.sides.entry.card = [{ id: 'entry-card', driver: 'pcsc', reader: reader.names[0] }]
      plan.sides.entry.twoFactor = [
        ['card', 'face'],
        ['card', 'keypad'],
      ]
    })
    ;({ anna, boris, clara } = await prepareStore(place, async (open) => {
      take(await open.ledger.write('makeSiteCardKey', { renew: true }, byOffice))
      const [newest] = reveal(open.facts.readSiteCardKeys())
      if (!newest) throw new Error('a key was made')
      const keys = hide([newest])
      const desfire = () => issue(open, blankDesfire, keys)
      return { anna: await desfire(), boris: await issue(open, blankNtag424, keys), clara: await desfire() }
    }))
    gate = await runGate(place, { env: reader.env })
    await gate.pathIs('entry', 'card', 'up', START_LIMIT_MS)
    await gate.pathIs('entry', 'face', 'up', START_LIMIT_MS)
  }, 2 * START_LIMIT_MS)
  afterAll(async () => {
    await gate?.stop()
    await place?.[Symbol.asyncDispose]()
    await reader?.stop()
  })

  test('is enrolled by a tap of that card, and stands in no gallery', { timeout: TEST_LIMIT_MS }, async () => {
    const { answer, hints } = await enrol(anna)
    expect(take(answer)).toMatchObject({ residentId: anna.person.residentId, boundTo: anna.person.cardId })
    expect(hints).toContain('stand_here')
    expect(await inMemory()).toBe(0)
  })

  test('is told as what it is: by whom it opens, and among whom it is not', async () => {
    const resident = anna.person.residentId
    expect(take(await gate.ask('status'))).toMatchObject({ boundFaces: 1, credentials: { face: 1 } })
    const { credentials } = take(await gate.ask('resident show', { resident })) as ResidentPage
    expect(credentials.flatMap(({ kind, boundTo }) => (kind === 'face' ? [boundTo] : []))).toEqual([anna.person.cardId])
    const [line] = take(await gate.ask('who', { resident, path: 'face' })) as WhoLine[]
    expect(line).toMatchObject({ may: true, by: ['face+card'] })
    expect(take(await gate.ask('models calibrate'))).toMatchObject({ people: 0, bound: 1 })
  })

  test('alone opens nothing', { timeout: TEST_LIMIT_MS }, async () => {
    const before = faceAttempts()
    await hold(seen)
    await waitMs(LOOKS_MS)
    expect(faceAttempts()).toBe(before)
  })

  test('is the second proof after the card, a DESFire', { timeout: TEST_LIMIT_MS }, async () => {
    expect(await passWith(anna)).toMatchObject({ outcome: 'grant', paths: ['card', 'face'] })
    expect(await inMemory()).toBe(0)
  })

  test('is not opened by a card of its owner whose secret is another, and the record says why', {
    timeout: TEST_LIMIT_MS,
  }, async () => {
    const own = Buffer.from(anna.chip.file.bytes)
    // A secret of ours, whole and well written, of another card: no altered file.
    boris.chip.file.bytes.copy(anna.chip.file.bytes)
    expect(await passWith(anna)).toMatchObject({ outcome: 'deny', reason: 'second_factor_missing', paths: ['card'] })
    expect(unopened()).toEqual(['card_secret_wrong'])
    // One bit of its own: there is no secret on it.
    own.copy(anna.chip.file.bytes)
    anna.chip.file.bytes[7] = (anna.chip.file.bytes[7] ?? 0) ^ 1
    expect(await passWith(anna)).toMatchObject({ outcome: 'deny', paths: ['card'] })
    expect(unopened()).toEqual(['card_secret_wrong', 'card_secret_missing'])
    own.copy(anna.chip.file.bytes)
    expect(await passWith(anna)).toMatchObject({ outcome: 'grant', paths: ['card', 'face'] })
  })

  test('is not his neighbour’s second proof, whatever the neighbour has bound', {
    timeout: 2 * TEST_LIMIT_MS,
  }, async () => {
    expect(await passWith(boris)).toMatchObject({ outcome: 'deny', reason: 'second_factor_missing', paths: ['card'] })
    const { answer } = await enrol(boris)
    // The same face twice: of faces that are searched among nobody none is anybody's look-alike, and an NTAG 424 opens its own.
    expect(take(answer)).toMatchObject({ boundTo: boris.person.cardId })
    expect(await passWith(boris)).toMatchObject({ outcome: 'grant', residentId: boris.person.residentId })
    expect(await passWith(anna)).toMatchObject({ outcome: 'grant', residentId: anna.person.residentId })
    expect(await inMemory()).toBe(0)
  })

  test('ends with its card, in the store and at the gate', { timeout: TEST_LIMIT_MS }, async () => {
    const before = gate.pidOf('face')
    take(await gate.ask('credential revoke', { credential: anna.person.cardId, because: 'lost' }))
    // The process that had it open once is replaced.
    await waitUntil('another face process', () => ![before, undefined].includes(gate.pidOf('face')), START_LIMIT_MS)
    await gate.pathIs('entry', 'face', 'up', START_LIMIT_MS)
    const left = readStore(place, (facts) => ({
      bound: facts.findBoundFace(anna.person.residentId),
      faces: facts.showResident(anna.person.residentId)?.face,
      templates: facts.showResident(anna.person.residentId)?.consents.map(({ templates }) => templates),
    }))
    expect(left).toEqual({ bound: undefined, faces: 0, templates: [0] })
    await leave()
    await tap(anna)
    expect((await gate.attempt('card', SECOND_LIMIT_MS)).decision).toMatchObject({ reason: 'credential_revoked' })
    await reader.remove()
  })

  test('is withdrawn at the keypad at once, while it is waited for', { timeout: TEST_LIMIT_MS }, async () => {
    const process = gate.pidOf('face')
    await leave()
    await tapFirst(boris)
    await gate.type('entry-keypad', '9#')
    await gate.next(isSign('again_please'))
    const { at } = await gate.type('entry-keypad', '9#')
    await gate.next(isSign('done'))
    const withdrawn = readLedger(place, 'consent_withdrawn').at(-1)
    expect(Number(withdrawn?.monotonic) - Number(at)).toBeLessThan(WITHDRAWAL_LIMIT_MS)
    expect(readStore(place, (facts) => facts.findBoundFace(boris.person.residentId))).toBeUndefined()
    await waitUntil('another face process', () => ![process, undefined].includes(gate.pidOf('face')), START_LIMIT_MS)
    await gate.attempt('card', SECOND_LIMIT_MS)
    await reader.remove()
    await gate.pathIs('entry', 'face', 'up', START_LIMIT_MS)
    // His card has its secret still, and nothing is left that it opens; and that is nobody's fault to be recorded.
    const before = unopened().length
    expect(await passWith(boris)).toMatchObject({ outcome: 'deny', reason: 'second_factor_missing', paths: ['card'] })
    expect(unopened()).toHaveLength(before)
  })

  test('is erased with its resident, and no byte of it is left', { timeout: TEST_LIMIT_MS }, async () => {
    take((await enrol(clara)).answer)
    const receipt = join(place.folder, 'receipt.txt')
    const run = (...words: string[]) => runProgram([...words, '--config', place.configFile])
    const erased = await run('erase', clara.person.residentId, '--yes', '--receipt', receipt, '--json')
    expect(erased).toMatchObject({ code: 0, json: { templates: 3, gone: true } })
    expect(await run('erase', 'verify', receipt)).toMatchObject({ code: 0 })
    const windows = readStore(place, (facts) => facts.countBoundFaces())
    expect(windows).toBe(0)
  })

  test('leaves no secret in the store, the record or the log', async () => {
    const store = decryptStore(place.storeFile, storeKeyOf(place))
    const said = `${gate.stderr()}${JSON.stringify(readLedger(place))}${JSON.stringify(gate.told)}`
    // Not about the secret but about this search: it sees what is there.
    expect(store.includes(boris.person.name)).toBe(true)
    for (const { chip } of [anna, boris, clara]) {
      const secret = chip.file.bytes.subarray(0, 32)
      expect(store.includes(secret)).toBe(false)
      for (const form of ['hex', 'base64'] as const) {
        expect(store.includes(secret.toString(form))).toBe(false)
        expect(said.includes(secret.toString(form))).toBe(false)
      }
    }
  })
})
