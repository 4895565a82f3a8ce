// The morning itself: the house is filled, the scenes are played in their order, the ledger is asked what it knows. Holds the order
// and nothing else. Called by demo.ts with a running gate.

import type { Daemon } from '../daemon.ts'
import { auditRelay } from './audit.ts'
import { type Chance, createChance } from './chance.ts'
import { confirmConsents, type Enrolled, enrolFaces } from './faces.ts'
import { enrolFlat, enrolNeighbours, type Resident, SIXTY } from './house.ts'
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
  type Recognised,
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

type Show = (played: Played) => void
type Faces = { readonly enrolled: readonly Enrolled[]; readonly people: Pictures['people']; readonly missing?: string }

const enrolThose = async (
  stage: Stage,
  residents: readonly Resident[],
  pictures: Pictures,
  { screen, wording }: Morning,
): Promise<Faces> => {
  const people = [...pictures.people]
  if (people.length === 0) return { enrolled: [], people, missing: 'pictures_missing' }
  const tell = (done: number) => screen.tell(wording.say('enrollingFaces'), done / residents.length)
  tell(0)
  await stage.waitPart('face')
  const enrolled = await enrolFaces(stage, residents, people, tell)
  return { enrolled, people, ...(enrolled.length === 0 ? { missing: 'face_not_enrolled' } : {}) }
}

/** The office's morning, and the first two who come. While the camera rests after them and the consents, the others are enrolled. */
const openHouse = async (stage: Stage, chance: Chance, pictures: Pictures, morning: Morning, show: Show) => {
  const { daemon, screen, wording } = morning
  const tell = (done: number) => screen.tell(wording.say('enrolling'), done / SIXTY)
  const flat = await enrolFlat(daemon, chance)
  const chosen = await enrolNeighbours(daemon, chance, 0, FACES_OF_SIXTY, tell)
  for (const part of ['door', 'card', 'keypad'] as const) await stage.waitPart(part)
  show(await playCard(stage, flat.first))
  show(await playCode(stage, flat.second))
  const residents = [flat.first, ...chosen]
  if (pictures.people.length > 0) {
    screen.tell(wording.say('consenting'))
    await confirmConsents(stage, residents)
  }
  const others = await enrolNeighbours(daemon, chance, FACES_OF_SIXTY, SIXTY, tell)
  const faces = await enrolThose(stage, residents, pictures, morning)
  return { ...flat, sixty: [...chosen, ...others], faces }
}

const playFaces = async (
  stage: Stage,
  { enrolled, people, missing }: Faces,
  stranger: string,
  show: Show,
): Promise<Recognised | undefined> => {
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

const playScenes = async (stage: Stage, chance: Chance, pictures: Pictures, morning: Morning, show: Show) => {
  const { screen, wording } = morning
  const { say } = wording
  const house = await openHouse(stage, chance, pictures, morning, show)
  const { faces } = house
  screen.tell(say('scenes'))
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
    faces.enrolled.filter(({ resident }) => resident !== recognised?.resident),
    chance,
  )
  let came = 0
  screen.tell(say('sixty'), 0)
  await playSixty(stage, plan, (played) => {
    screen.tell(say('sixty'), ++came / SIXTY)
    show(played)
  })
}

export const playMorning = async (morning: Morning): Promise<Summary> => {
  const { daemon, pack, seed, screen, wording } = morning
  const chance = createChance(seed)
  const pictures = findPictures(pack, chance)
  const all: Played[] = []
  const show: Show = (played) => {
    all.push(played)
    const isSyntheticView = played.path === 'face' && pictures.kind === 'synthetic view'
    screen.played({ ...played, isSyntheticView })
  }
  screen.about(`${wording.say(pack)} · ${wording.say(pictures.from)}`)
  screen.watch(daemon)
  const audit = auditRelay(daemon)
  const stage = openStage(daemon)
  await playScenes(stage, chance, pictures, morning, show)
  const about = {
    ...{ seed, pack, assist_only: pack === 'builtin', pictures: `${pictures.from}: ${pictures.kind}` },
    relay_without_grant: audit.relayWithoutGrant(),
  }
  const summary = await summarize(daemon, all, about)
  audit.stop()
  stage.leave()
  return summary
}
