// Fills the bench's store through the ledger's own operations: households, residents, a card each, a few faces of nobody, one code.
// The same people and cards every time. Called by bench.ts and desfire.ts before the gates start.

import { createHash } from 'node:crypto'
import { loadConfig } from '../../config/load.ts'
import { hashNotice } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import { hide, type Result, type Secret, systemClock, type WallMs } from '../../config/words.ts'
import { sealTemplate } from '../../drivers/face/seal.ts'
import { readTemplateKey } from '../../drivers/face/template-key.ts'
import { findPack } from '../../models/packs.ts'
import { modelOf } from '../cli/run.ts'
import { adoptConfiguration, type OpenedStore, openStore } from '../opening.ts'
import { makeId } from '../store/ids.ts'
import type { OperationArgs, OperationName, OperationValue } from '../store/operations.ts'
import { fillHistory } from './history.ts'
import type { Lab } from './lab.ts'

const HOUSEHOLD_RESIDENTS = 4
const CHUNK_RESIDENTS = 200
/** Enough that the face part looks at frames at all. */
export const FACES = 20
/** Views of one face, as an enrolment keeps them. */
export const VIEWS = 3
/** People at the end of the list, with a face each, who are there to be erased. */
export const ERASED = 200
const MONTH_MS = 30 * 86_400_000

export const pin = { number: '12042', code: '481516' } as const

/** Seven bytes, as most cards have. A resident's further cards are numbered. */
export const identifierOf = (resident: number, further = 0): Buffer =>
  createHash('sha256')
    .update(further === 0 ? `card ${resident}` : `card ${resident} ${further}`)
    .digest()
    .subarray(0, 7)

const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`the bench’s store refused: ${result.code} ${result.detail ?? ''}`)
  return result.value
}

type Write = <Name extends OperationName>(name: Name, args: OperationArgs<Name>) => Promise<OperationValue<Name>>
type Resident = { readonly residentId: string; readonly credentialId: string }

const addChunk = async (
  write: Write,
  { facts }: OpenedStore,
  gate: string,
  first: number,
  count: number,
  cards = 1,
): Promise<Resident[]> => {
  const numbers = Array.from({ length: count }, (_, n) => first + n)
  const rooms = numbers.filter((n) => n % HOUSEHOLD_RESIDENTS === 0)
  const households = await Promise.all(rooms.map((n) => write('addHousehold', { room: `room ${n}` })))
  const homeOf = (n: number) => households[Math.floor((n - first) / HOUSEHOLD_RESIDENTS)]?.householdId ?? ''
  const residents = await Promise.all(
    numbers.map((n) => write('addResident', { householdId: homeOf(n), name: `resident ${n}`, rights: [{ gate }] })),
  )
  return Promise.all(
    residents.map(async ({ residentId }, n) => {
      const add = (further: number) => {
        const token = facts.cardKey(hide(identifierOf(first + n, further)))
        return write('addCard', { residentId, token, proof: 'identifier' })
      }
      const { credentialId } = await add(0)
      for (let further = 1; further < cards; further++) await add(further)
      return { residentId, credentialId }
    }),
  )
}

/** A direction like any other: no face of anybody. */
const drawVector = (dimension: number, seed: number): Float32Array => {
  let state = seed + 1
  const vector = Float32Array.from({ length: dimension }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32 - 0.5
  })
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

type Faces = {
  readonly dimension: number
  readonly model: string
  readonly key: Secret<Buffer>
  readonly notice: string
}

/** A seed for each view. */
const addFace = async (
  write: Write,
  gate: string,
  faces: Faces,
  { residentId, credentialId }: Resident,
  seeds: readonly number[],
) => {
  const { model, notice: noticeHash } = faces
  const givenAt = systemClock.wall()
  const signed = { formNumber: `F-${seeds[0]}`, witness: 'bench', language: 'en', givenBy: 'self' } as const
  const expiresAt = (givenAt + MONTH_MS) as WallMs
  await write('recordConsent', { residentId, gates: [gate], noticeHash, model, ...signed, givenAt, expiresAt })
  await write('confirmConsent', { residentId, credentialId })
  const credential = makeId('c')
  const templates = seeds.map((seed) => {
    const { sealed, wrappedKey } = sealTemplate(drawVector(faces.dimension, seed), { credential, model }, faces.key)
    return { sealed: Buffer.from(sealed, 'base64'), wrappedKey: Buffer.from(wrappedKey, 'base64') }
  })
  await write('addTemplates', { residentId, credentialId: credential, model, templates })
}

const setCode = async (write: Write, { facts }: OpenedStore, residentId: string) => {
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide(pin.code), challenge)
  await write('setPin', { residentId, number: pin.number, ...challenge, hash })
}

const openFaces = async (config: Config, model: string, templateKeyFile: string | undefined): Promise<Faces> => {
  const { pack } = take(await findPack(config.face.pack, config.face.modelsDirectory ?? ''))
  const key = take(readTemplateKey(templateKeyFile))
  return { dimension: pack.embedder.dimension, model, key, notice: hashNotice(config) }
}

type Say = (line: string) => void
/** `cards`: each resident's. `events`: passages recorded before. */
export type Scale = { readonly residents: number; readonly cards: number; readonly events: number }

const writeTo =
  ({ ledger }: OpenedStore): Write =>
  async (name, args) =>
    take(await ledger.write(name, args, { role: 'bench', caller: 'bench' }))

const fill = async (
  store: OpenedStore,
  config: Config,
  { residents: count, cards }: Scale,
  say: Say,
): Promise<void> => {
  const { gate } = config
  const model = await modelOf(config)
  take(await adoptConfiguration(config, model, store))
  const write = writeTo(store)
  const residents: Resident[] = []
  while (residents.length < count) {
    const chunk = Math.min(CHUNK_RESIDENTS, count - residents.length)
    residents.push(...(await addChunk(write, store, gate, residents.length, chunk, cards)))
    if (residents.length % (10 * CHUNK_RESIDENTS) === 0) say(`${residents.length} of ${count} residents`)
  }
  const faces = await openFaces(config, model, store.templateKeyFile)
  const enrolled = [...residents.slice(0, FACES), ...residents.slice(FACES).slice(-ERASED)]
  for (const [n, resident] of enrolled.entries()) await addFace(write, gate, faces, resident, [n])
  if (residents[0]) await setCode(write, store, residents[0].residentId)
}

/** More people, numbered from `first`, each with a card and a face. */
const fillFaces = async (store: OpenedStore, config: Config, first: number, people: number): Promise<void> => {
  const write = writeTo(store)
  const faces = await openFaces(config, await modelOf(config), store.templateKeyFile)
  for (let done = 0; done < people; done += CHUNK_RESIDENTS) {
    const count = Math.min(CHUNK_RESIDENTS, people - done)
    const residents = await addChunk(write, store, config.gate, first + done, count)
    await Promise.all(
      residents.map((resident, n) => {
        const seed = (first + done + n) * VIEWS
        return addFace(write, config.gate, faces, resident, [seed, seed + 1, seed + 2])
      }),
    )
  }
}

const withStore = async (lab: Lab, say: Say, work: (store: OpenedStore, config: Config) => Promise<void>) => {
  const loaded = loadConfig(lab.tapGate)
  if (!loaded.ok)
    throw new Error(`the bench’s configuration is refused: ${loaded.problems.map(({ code }) => code).join(' ')}`)
  const config = loaded.value
  const store = take(
    await openStore(config, systemClock, lab.runtimeDirectory, ({ code }) => say(`the disk is slow: ${code}`)),
  )
  try {
    await work(store, config)
  } finally {
    await store.close()
  }
}

export const fillStore = async (lab: Lab, scale: Scale, say: Say): Promise<void> => {
  say(`filling a store with ${scale.residents} residents`)
  await withStore(lab, say, (store, config) => fill(store, config, scale, say))
  fillHistory(lab, scale.events, say)
}

/** So many templates more, of how many people; for a store that is filled and on which no gate runs. */
export const fillGallery = async (lab: Lab, first: number, templates: number, say: Say): Promise<number> => {
  const people = Math.ceil(templates / VIEWS)
  await withStore(lab, say, (store, config) => fillFaces(store, config, first, people))
  return people
}
