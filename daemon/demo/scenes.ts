// The scenes of the morning, one function each, in the order in which they are played. Each plays what people do and reports what
// the gate answered; none knows how the gate decides. Called by demo.ts.

import { setTimeout as pause } from 'node:timers/promises'
import { judgeConfig } from '../cli/judge.ts'
import type { Chance } from './chance.ts'
import { type Enrolled, showFace, showStranger } from './faces.ts'
import { makeCard, makeCode, type Resident } from './house.ts'
import type { Look, Person } from './pictures.ts'
import { faceOnlyExample } from './place.ts'
import { type Played, playedOf, roundMs, type SceneCode } from './scene.ts'
import type { Stage } from './stage.ts'

const RIGHT = { outcome: 'grant', reason: 'right' } as const
const UNKNOWN = { outcome: 'deny', reason: 'credential_unknown' } as const
const PART_DOWN_LIMIT_MS = 3000
/** A face that is gone for a second has left; whoever steps into its place sooner is taken for it at first. */
const LEAVES_MS = 1200

/** No answer of the gate: the face could not be shown, or was not seen. */
const refuseFace = (scene: SceneCode, who: string, reason: string, asIntended: boolean): Played => ({
  ...{ scene, path: 'face', outcome: 'refused', reason, ms: 0, relay: false },
  ...{ who, asIntended },
})

export const playCard = async (stage: Stage, { id, who, card }: Resident, scene: SceneCode = 'card'): Promise<Played> =>
  playedOf(scene, who, await stage.tap('entry', card), { ...RIGHT, residentId: id })

export const playCode = async (stage: Stage, { id, who, keys = '' }: Resident): Promise<Played> =>
  playedOf('code', who, await stage.type(keys), { ...RIGHT, residentId: id })

/** With the look by which the gate knew him. */
export type Recognised = { readonly resident: Resident; readonly look: Look }

/** The first of the enrolled whom the gate recognises; he is the one who later withdraws. */
export const playFace = async (
  stage: Stage,
  enrolled: readonly Enrolled[],
): Promise<{ readonly played: Played; readonly recognised?: Recognised }> => {
  let last: Played | undefined
  for (const { resident, person } of enrolled) {
    const shown = await showFace(stage, person.probes)
    await stage.clear()
    if (!shown) continue
    last = playedOf('face', resident.who, shown.answer, { ...RIGHT, residentId: resident.id })
    if (!last.asIntended) continue
    await pause(LEAVES_MS)
    return { played: last, recognised: { resident, look: shown.look } }
  }
  return { played: last ?? refuseFace('face', '', 'face_not_recognised', false) }
}

const playUnknownFace = async (
  stage: Stage,
  scene: SceneCode,
  who: string,
  looks: readonly Look[],
): Promise<Played> => {
  for (const [n, look] of looks.entries()) {
    const seen = await showStranger(stage, look, n + 1)
    if (seen.kind === 'answer') return playedOf(scene, who, seen.answer, UNKNOWN)
    if (seen.kind === 'counted')
      return { ...{ scene, path: 'face', ...UNKNOWN, ms: roundMs(seen.ms), relay: false }, who, asIntended: true }
  }
  return refuseFace(scene, who, 'face_not_seen', false)
}

/** Whom the camera does not see well is passed over, or tries again. */
const LOOKS_TRIED = 3

export const playStranger = (stage: Stage, who: string, people: readonly Person[]): Promise<Played> =>
  playUnknownFace(stage, 'stranger_face', who, people.flatMap(({ probes }) => probes.slice(0, 1)).slice(0, LOOKS_TRIED))

/** Faces could not be shown at all: as it should be only where the machine has no pictures of any. */
export const refuseScene = (scene: SceneCode, reason: string): Played =>
  refuseFace(scene, '', reason, reason === 'pictures_missing')

export const playUnknownCard = async (stage: Stage, who: string, chance: Chance): Promise<Played> =>
  playedOf('unknown_card', who, await stage.tap('entry', makeCard(chance)), UNKNOWN)

export const playWrongCode = async (stage: Stage, { who, keys = '' }: Resident, chance: Chance): Promise<Played> => {
  const [number] = keys.split('*')
  const wrong = `${number}*${makeCode(chance)}#`
  if (wrong === keys) return playWrongCode(stage, { id: '', who, keys, card: '' }, chance)
  return playedOf('wrong_code', who, await stage.type(wrong), { outcome: 'deny', reason: 'pin_wrong' })
}

/** The native libraries of the face part die in mid-work; the tap comes while nothing is there in their place. */
export const playKilledFace = async (stage: Stage, resident: Resident): Promise<Played> => {
  await stage.waitPart('face')
  const mark = stage.mark()
  stage.daemon.supervisor.replace('face', 'SIGKILL')
  const tapped = playCard(stage, resident, 'card_while_face_killed')
  const died = await stage.waitFor(
    mark,
    (happening) => (happening.kind === 'part' && happening.part === 'face' ? happening.state === 'down' : undefined),
    PART_DOWN_LIMIT_MS,
  )
  const played = await tapped
  return { ...played, asIntended: played.asIntended && died === true }
}

export const playExitButton = async (stage: Stage, who: string): Promise<Played> => {
  const { ms, relay } = await stage.press()
  const line = { scene: 'exit_button', path: 'exit_button', outcome: 'grant', reason: 'exit_button' } as const
  return { ...line, ms: roundMs(ms), relay, who, asIntended: relay }
}

/** The judgement that `check`, `run` and `reload` make. */
export const playFaceOnly = async (stage: Stage, who: string): Promise<Played> => {
  const { clock } = stage.daemon
  const startedAt = clock.monotonic()
  const { config, problems } = await judgeConfig(faceOnlyExample)
  const ms = roundMs(clock.monotonic() - startedAt)
  const reason = problems.find(({ severity }) => severity === 'error')?.code ?? 'none'
  const asIntended = config === undefined && reason === 'face_alone'
  const line = { scene: 'face_only_configuration', path: 'none', outcome: 'refused', reason, ms, relay: false } as const
  return { ...line, who, asIntended }
}

/** Tap, 9# 9#; then the same picture that opened before does not; then the card still does. */
export const playWithdrawal = async (
  stage: Stage,
  { resident, look }: Recognised,
  onPlayed: (played: Played) => void,
): Promise<void> => {
  const scene = 'consent_withdrawn'
  await stage.waitPart('face')
  onPlayed(await playCard(stage, resident, scene))
  const withdrawn = (await stage.choose('9#')) && (await stage.choose('9#'))
  const looks = Array.from({ length: LOOKS_TRIED }, () => look)
  const shown = await playUnknownFace(stage, scene, resident.who, looks)
  onPlayed({ ...shown, asIntended: shown.asIntended && withdrawn })
  onPlayed(await playCard(stage, resident, scene))
}
