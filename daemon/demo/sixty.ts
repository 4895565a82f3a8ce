// Sixty residents within a minute by mixed paths, played as fast as a gate answers: two streams at once, in by card, code and face,
// out by card. Who comes by which path, and in which order, is the seed's. Called by demo.ts.

import { setTimeout as pause } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import { type Enrolled, showFace } from './faces.ts'
import type { Resident } from './house.ts'
import { type Played, playedOf } from './scene.ts'
import type { Stage } from './stage.ts'

/** How many of them leave. */
const LEAVING = 16
/** Between two people, so that an eye can follow. */
const ENTRY_GAP_MS = 40
const EXIT_GAP_MS = 300

type Comer = {
  readonly resident: Resident
  readonly path: 'card' | 'keypad' | 'face' | 'exit'
  readonly enrolled?: Enrolled
}

/**
 * In the order in which they are told. A tap or a key stops the entry's camera for 5 s (P5): while it still rests people leave, then
 * those who come by face come first, then cards and codes mixed.
 */
export const planSixty = (
  sixty: readonly Resident[],
  enrolled: readonly Enrolled[],
  chance: Chance,
): readonly Comer[] => {
  const faces = new Map(enrolled.map((one) => [one.resident.id, one]))
  let leaving = LEAVING
  const comers = chance.shuffle(sixty).map((resident): Comer => {
    const known = faces.get(resident.id)
    if (known) return { resident, path: 'face', enrolled: known }
    if (resident.keys !== undefined) return { resident, path: 'keypad' }
    return { resident, path: leaving-- > 0 ? 'exit' : 'card' }
  })
  const by = (path: Comer['path']) => comers.filter((comer) => comer.path === path)
  return [...by('exit'), ...by('face'), ...comers.filter(({ path }) => path === 'card' || path === 'keypad')]
}

const SCENE = 'sixty_residents'

const playComer = async (stage: Stage, { resident, path, enrolled }: Comer): Promise<Played> => {
  const { id, who, card, keys = '' } = resident
  const wish = { outcome: 'grant', reason: path === 'exit' ? 'exit' : 'right', residentId: id } as const
  if (path === 'keypad') return playedOf(SCENE, who, await stage.type(keys), wish)
  if (enrolled) {
    const shown = await showFace(stage, enrolled.person.probes)
    await stage.clear()
    if (shown?.answer.decision.outcome === 'grant') return playedOf(SCENE, who, shown.answer, wish)
  }
  // Whom the camera does not recognise today taps his card, as anybody would.
  return playedOf(SCENE, who, await stage.tap(path === 'exit' ? 'exit' : 'entry', card), wish)
}

/** `onPlayed` is called in the order of the plan, whichever stream is ahead. */
export const playSixty = async (
  stage: Stage,
  plan: readonly Comer[],
  onPlayed: (played: Played) => void,
): Promise<void> => {
  const results = new Map<Comer, Played>()
  let told = 0
  const tell = (comer: Comer, played: Played) => {
    results.set(comer, played)
    for (let next = plan[told]; next; next = plan[told]) {
      const ready = results.get(next)
      if (!ready) return
      told++
      onPlayed(ready)
    }
  }
  const stream = async (comers: readonly Comer[], gapMs: number): Promise<void> => {
    for (const comer of comers) {
      tell(comer, await playComer(stage, comer))
      await pause(gapMs)
    }
  }
  await Promise.all([
    stream(
      plan.filter(({ path }) => path !== 'exit'),
      ENTRY_GAP_MS,
    ),
    stream(
      plan.filter(({ path }) => path === 'exit'),
      EXIT_GAP_MS,
    ),
  ])
}
