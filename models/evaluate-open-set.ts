// The gate's own question, asked of labelled pictures: people with a few templates each, their other pictures, and strangers. How often
// is a stranger taken for somebody, and how often is somebody not recognised, over many random choices of templates. Pure. Called by
// evaluate.ts.

import { createChance, drawPeople } from './evaluate-bounds.ts'
import { dotOf, type Resampling, type Sample } from './evaluate-pairs.ts'
import { stepAbove } from './evaluate-rates.ts'

export type OpenSetPlan = {
  readonly templates: number
  readonly splits: number
  readonly seed: number
}

/** One look at one picture. `score` of whoever came first, minus infinity when that counts for nobody; `lead`: before anybody else. */
type Look = { readonly person: number; readonly score: number; readonly lead: number }
export type Split = {
  readonly enrolled: number
  /** Of people who are enrolled: minus infinity too when another one came first. */
  readonly residents: readonly Look[]
  readonly strangers: readonly Look[]
}

/** Strangers there must be: of so many people at least one in three. */
const STRANGERS_SHARE = 1 / 3

const shuffle = <T>(items: readonly T[], chance: () => number): T[] => {
  const mixed = [...items]
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(chance() * (i + 1))
    const [a, b] = [mixed[i] as T, mixed[j] as T]
    mixed[i] = b
    mixed[j] = a
  }
  return mixed
}

const NOBODY = Number.NEGATIVE_INFINITY

/** Who comes first, with which score, and how far before the best of anybody else. */
export const lookAt = (
  probe: Sample,
  gallery: readonly Sample[],
): { readonly who: number; readonly score: number; readonly lead: number } => {
  let [who, best, runnerUp] = [-1, NOBODY, NOBODY]
  for (const { person, vector } of gallery) {
    const score = dotOf(probe.vector, vector)
    if (score > best) {
      if (person !== who) runnerUp = best
      who = person
      best = score
    } else if (person !== who && score > runnerUp) runnerUp = score
  }
  return { who, score: best, lead: best - runnerUp }
}

/** Whoever has too few pictures to be enrolled is a stranger; where those are few, others are left out as well, by lot. */
const chooseEnrolled = (
  byPerson: readonly (readonly Sample[])[],
  templates: number,
  chance: () => number,
): number[] => {
  const present = byPerson.flatMap((pictures, person) => (pictures.length > 0 ? [person] : []))
  const able = present.filter((person) => (byPerson[person]?.length ?? 0) > templates)
  const most = Math.floor(present.length * (1 - STRANGERS_SHARE))
  return able.length <= most ? able : shuffle(able, chance).slice(0, most)
}

const drawSplit = (byPerson: readonly (readonly Sample[])[], plan: OpenSetPlan, chance: () => number): Split => {
  const enrolled = new Set(chooseEnrolled(byPerson, plan.templates, chance))
  const [gallery, probes, others]: [Sample[], Sample[], Sample[]] = [[], [], []]
  for (const [person, pictures] of byPerson.entries()) {
    if (!enrolled.has(person)) others.push(...pictures)
    else {
      const mixed = shuffle(pictures, chance)
      gallery.push(...mixed.slice(0, plan.templates))
      probes.push(...mixed.slice(plan.templates))
    }
  }
  const look = (probe: Sample) => ({ person: probe.person, ...lookAt(probe, gallery) })
  return {
    enrolled: enrolled.size,
    residents: probes.map(look).map(({ person, who, score, lead }) => ({
      person,
      score: who === person ? score : NOBODY,
      lead,
    })),
    strangers: others.map(look).map(({ person, score, lead }) => ({ person, score, lead })),
  }
}

/** Empty when nobody has pictures enough to be enrolled and looked at, or nobody is left to be a stranger. */
export const drawSplits = (samples: readonly Sample[], people: number, plan: OpenSetPlan): readonly Split[] => {
  const byPerson: Sample[][] = Array.from({ length: people }, () => [])
  for (const sample of samples) byPerson[sample.person]?.push(sample)
  const chance = createChance(plan.seed)
  const splits = Array.from({ length: plan.splits }, () => drawSplit(byPerson, plan, chance))
  return splits.every(({ enrolled, strangers }) => enrolled > 0 && strangers.length > 0) ? splits : []
}

/** The same looks when whoever came first must also beat the best of anybody else by so much. */
export const demandLead = (splits: readonly Split[], margin: number): readonly Split[] => {
  const demand = (look: Look): Look => (look.lead >= margin ? look : { ...look, score: NOBODY })
  return splits.map(({ enrolled, residents, strangers }) => ({
    enrolled,
    residents: residents.map(demand),
    strangers: strangers.map(demand),
  }))
}

export type Identified = { readonly fnir: number; readonly threshold: number; readonly falseAlarms: number }

type Weight = (person: number) => number
const once: Weight = () => 1

const weigh = (looks: readonly Look[], weight: Weight): number =>
  looks.reduce((sum, { person }) => sum + weight(person), 0)

/** FNIR at that FPIR in one split; undefined where one stranger would be more than the rate allows. */
export const identifyAt = (split: Split, rate: number, weight: Weight = once): Identified | undefined => {
  const falling = split.strangers.toSorted((a, b) => b.score - a.score)
  const allowed = Math.floor(weigh(falling, weight) * rate + 1e-9)
  if (allowed < 1) return undefined
  let taken = 0
  const refused = falling.find(({ person }) => {
    taken += weight(person)
    return taken > allowed
  })
  // Nobody among the enrolled, or all of them at once, is no reason to accept everything.
  const threshold = refused === undefined || refused.score === NOBODY ? -1 : stepAbove(refused.score)
  const all = weigh(split.residents, weight)
  const missed = weigh(
    split.residents.filter(({ score }) => !(score >= threshold)),
    weight,
  )
  const falseAlarms = falling.filter(({ score }) => score >= threshold).length
  return { fnir: all === 0 ? 0 : missed / all, threshold, falseAlarms }
}

/** FNIR at that FPIR among resampled people, one split after the other: residents and strangers come and go with all their pictures. */
export const resampleSplits = (
  splits: readonly Split[],
  people: number,
  rate: number,
  { rounds, seed }: Resampling,
): number[] => {
  const chance = createChance(seed)
  return Array.from({ length: rounds }, (_, round) => {
    const drawn = drawPeople(people, chance)
    const split = splits[round % splits.length]
    return split && identifyAt(split, rate, (person) => drawn[person] ?? 0)?.fnir
  }).filter((fnir) => fnir !== undefined)
}
