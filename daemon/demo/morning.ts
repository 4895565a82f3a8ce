// The morning itself: the house is filled, the scenes are played in their order, the ledger is asked what it knows. Holds the order
// and nothing else. Called by demo.ts with a running gate.

import type { Daemon } from '../daemon.ts'
import { auditRelay } from './audit.ts'
import { createChance } from './chance.ts'
import { confirmConsents, type Enrolled, enrolFaces } from './faces.ts'
import { fillHouse, type House, SIXTY } from './house.ts'
import { findPictures, type Pictures } from './pictures.ts'
import type { Place } from './place.ts'
import type { Played } from './scene.ts'
import {
  playCard,
  playCode,
  playExitButton,
  playFace,
  playFaceOnly,
  playKilledFace,
  playStranger,
  playUnknownCard,
  playWithdrawal,
  playWrongCode,
  refuseScene,
} from './scenes.ts'
import type { Screen } from './screen.ts'
import { planSixty, playSixty } from './sixty.ts'
import { openStage, type Stage } from './stage.ts'
import { type Summary, summarize } from './summary.ts'
import type { Wording } from './wording.ts'

/** Of the sixty; with 1204-1 four, each of whom takes a good second to enrol. */
const FACES_OF_SIXTY = 3

export type Morning = {
  readonly daemon: Daemon
  readonly pack: Place['pack']
  readonly seed: number
  readonly screen: Screen
  readonly wording: Wording
}

type Faces = { readonly enrolled: readonly Enrolled[]; readonly people: Pictures['people']; readonly missing?: string }

const enrolThose = async (
  stage: Stage,
  { first, sixty }: House,
  pictures: Pictures,
  { screen, wording }: Morning,
): Promise<Faces> => {
  const people = [...pictures.people]
  if (people.length === 0) return { enrolled: [], people, missing: 'pictures_missing' }
  const residents = [first, ...sixty.slice(0, FACES_OF_SIXTY)]
  const tell = (done: number) => screen.tell(wording.say('consenting'), done / residents.length)
  tell(0)
  await stage.waitPart('face')
  await confirmConsents(stage, residents)
  const enrolled = await enrolFaces(stage, residents, people, tell)
  return { enrolled, people, ...(enrolled.length === 0 ? { missing: 'face_not_enrolled' } : {}) }
}

const playFaces = async (
  stage: Stage,
  { enrolled, people, missing }: Faces,
  stranger: string,
  show: (played: Played) => void,
): Promise<Enrolled | undefined> => {
  if (missing !== undefined) {
    show(refuseScene('face', missing))
    show(refuseScene('stranger_face', missing))
    return undefined
  }
  const { played, recognised } = await playFace(stage, enrolled)
  show(played)
  show(await playStranger(stage, stranger, people))
  return recognised
}

const playScenes = async (stage: Stage, morning: Morning, show: (played: Played) => void): Promise<Pictures> => {
  const { daemon, pack, seed, screen, wording } = morning
  const { say } = wording
  const chance = createChance(seed)
  const pictures = findPictures(chance)
  const setting = `${say(pack)} · ${say(pictures.from)}`

  screen.tell(say('enrolling'), 0)
  const house = await fillHouse(daemon, chance, (done) => screen.tell(say('enrolling'), done / SIXTY))
  for (const part of ['door', 'card', 'keypad'] as const) await stage.waitPart(part)
  screen.tell(setting)
  show(await playCard(stage, house.first))
  show(await playCode(stage, house.second))
  const faces = await enrolThose(stage, house, pictures, morning)
  screen.tell(setting)
  const recognised = await playFaces(stage, faces, say('stranger'), show)
  show(await playUnknownCard(stage, say('nobody'), chance))
  show(await playWrongCode(stage, house.second, chance))
  show(await playKilledFace(stage, house.second))
  show(await playExitButton(stage, say('leaving')))
  show(await playFaceOnly(stage, say('technician')))
  screen.tell(say('resting'))
  if (recognised) await playWithdrawal(stage, recognised, show)
  else show(refuseScene('consent_withdrawn', faces.missing ?? 'face_not_recognised'))
  const plan = planSixty(
    house.sixty,
    faces.enrolled.filter((one) => one !== recognised),
    chance,
  )
  let came = 0
  screen.tell(say('sixty'), 0)
  await playSixty(stage, plan, (played) => {
    screen.tell(say('sixty'), ++came / SIXTY)
    show(played)
  })
  return pictures
}

export const playMorning = async (morning: Morning): Promise<Summary> => {
  const { daemon, pack, seed, screen } = morning
  const all: Played[] = []
  screen.watch(daemon)
  const audit = auditRelay(daemon)
  const stage = openStage(daemon)
  const pictures = await playScenes(stage, morning, (played) => {
    all.push(played)
    screen.played(played)
  })
  const about = {
    seed,
    pack,
    assist_only: pack === 'builtin',
    pictures: `${pictures.from}: ${pictures.kind}`,
    relay_without_grant: audit.relayWithoutGrant(),
  }
  const summary = await summarize(daemon, all, about)
  audit.stop()
  stage.leave()
  return summary
}
