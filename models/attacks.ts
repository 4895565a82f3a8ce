// What a set of attacks and of living faces says of the cues: how many attacks of each species are taken for living, how many living
// faces for attacks, with bounds. Pure; holds numbers, no picture. Called by `models evaluate --attacks`.

import { type CueName, type Cues, cueNames, cueWeights, isAttack } from './liveness.ts'

/** One presentation: a picture, or the pictures of one track taken together. Without cues: no face was found in it. */
export type Presentation = { readonly species: string; readonly cues?: Cues }
/** The name of the folder of living faces. */
export const LIVING = 'live'

/** `low` and `high`: of 100 such measurements 95 hold the true rate between them. */
export type Rate = {
  readonly presentations: number
  readonly no_face: number
  readonly errors: number
  readonly rate: number | null
  readonly low: number
  readonly high: number
}

const Z = 1.96

/** Wilson's interval; where nothing or everything went wrong the rule of three (Hanley and Lippman-Hand, 1983). */
export const boundRate = (errors: number, count: number): Pick<Rate, 'rate' | 'low' | 'high'> => {
  if (count === 0) return { rate: null, low: 0, high: 1 }
  const rate = errors / count
  const three = Math.min(1, 3 / count)
  if (errors === 0) return { rate, low: 0, high: three }
  if (errors === count) return { rate, low: 1 - three, high: 1 }
  const spread = Z * Math.sqrt((rate * (1 - rate)) / count + Z ** 2 / (4 * count ** 2))
  const scale = 1 + Z ** 2 / count
  const middle = rate + Z ** 2 / (2 * count)
  return { rate, low: (middle - spread) / scale, high: (middle + spread) / scale }
}

const rateOf = (presentations: readonly Presentation[], isWrong: (cues: Cues) => boolean): Rate => {
  const seen = presentations.flatMap(({ cues }) => cues ?? [])
  const errors = seen.filter(isWrong).length
  const noFace = presentations.length - seen.length
  return { presentations: presentations.length, no_face: noFace, errors, ...boundRate(errors, seen.length) }
}

/** A cue alone, as it counts alone. */
const speaksAgainst = (name: CueName, cues: Cues): boolean => (cues[name] ?? 0) >= cueWeights[name].from

export type AttackReport = {
  /** Living faces that are refused. */
  readonly bpcer: Rate
  /** Attacks that are accepted, by species (ISO/IEC 30107-3 forbids their mean). */
  readonly apcer: Readonly<Record<string, Rate>>
  /** The same for each cue by itself: which of them does anything here. */
  readonly by_cue: Readonly<Record<CueName, { readonly bpcer: Rate; readonly apcer: Readonly<Record<string, Rate>> }>>
}

export const reportAttacks = (presentations: readonly Presentation[]): AttackReport => {
  const living = presentations.filter(({ species }) => species === LIVING)
  const names = [...new Set(presentations.map(({ species }) => species))].filter((name) => name !== LIVING).sort()
  const judge = (isRefused: (cues: Cues) => boolean) => ({
    bpcer: rateOf(living, isRefused),
    apcer: Object.fromEntries(
      names.map((name) => {
        const attacks = presentations.filter(({ species }) => species === name)
        return [name, rateOf(attacks, (cues) => !isRefused(cues))]
      }),
    ),
  })
  const byCue = cueNames.map((name) => [name, judge((cues) => speaksAgainst(name, cues))] as const)
  return { ...judge(isAttack), by_cue: Object.fromEntries(byCue) as AttackReport['by_cue'] }
}
