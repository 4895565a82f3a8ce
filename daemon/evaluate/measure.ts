// Runs the gate's own pipeline over the pictures of people: read, detect, align, embed. Vectors live in this process's memory until the
// figures are computed; nothing is written and nobody is named. Called by the `models evaluate` command.

import { readStill } from '../../drivers/camera/still.ts'
import { type Evaluation, evaluateSamples, type Figures } from '../../models/evaluate.ts'
import type { Sample } from '../../models/evaluate-pairs.ts'
import type { FaceModel } from '../../models/face-model.ts'
import type { Picture } from '../../models/picture.ts'
import type { People, Person } from './people.ts'

/** Where a picture stands in the order of names: person and picture, both from 1. Says which without saying who. */
export type Place = { readonly person: number; readonly picture: number }
export type Progress = { readonly done: number; readonly of: number }

type Seen = {
  readonly group: string | undefined
  /** In which a face was found. */
  readonly vectors: readonly Float32Array[]
  readonly detectionFailures: number
}
export type Measured = {
  readonly all: Figures
  readonly groups: Readonly<Record<string, Figures>>
  readonly unreadable: readonly Place[]
  /** Median of detecting, aligning and embedding one picture; 0 where no face was found. */
  readonly pictureMs: number
}

/** The nearest face, as the gate takes it: press photographs have bystanders. */
const embedNearest = async (model: FaceModel, picture: Picture): Promise<Float32Array | undefined> => {
  const [face] = (await model.detect(picture)).toSorted((a, b) => b.width * b.height - a.width * a.height)
  return face && model.embed(picture, face)
}

const numberSamples = (people: readonly Seen[]): readonly Sample[] =>
  people.flatMap(({ vectors }, person) => vectors.map((vector) => ({ person, vector })))

const evaluatePeople = (people: readonly Seen[], margin: number): Figures => {
  const detectionFailures = people.reduce((sum, each) => sum + each.detectionFailures, 0)
  const evaluation: Evaluation = { samples: numberSamples(people), people: people.length, detectionFailures, margin }
  return evaluateSamples(evaluation)
}

type Look = (file: string) => Promise<'unreadable' | 'no_face' | Float32Array>

const createLook = (model: FaceModel, times: number[]): Look => {
  return async (file) => {
    const picture = await readStill(file)
    if (!picture.ok) return 'unreadable'
    const start = performance.now()
    const vector = await embedNearest(model, picture.value)
    picture.value.rgb.fill(0)
    if (vector === undefined) return 'no_face'
    times.push(performance.now() - start)
    return vector
  }
}

export type MeasurePlan = {
  readonly model: FaceModel
  readonly people: People
  readonly margin: number
  readonly onProgress: (progress: Progress) => void
}

export const measurePeople = async ({ model, people, margin, onProgress }: MeasurePlan): Promise<Measured> => {
  const of = people.people.reduce((sum, { files }) => sum + files.length, 0)
  const [times, unreadable, seen]: [number[], Place[], Seen[]] = [[], [], []]
  const look = createLook(model, times)
  let done = 0
  const lookAll = async ({ group, files }: Person, person: number): Promise<Seen> => {
    const vectors: Float32Array[] = []
    let detectionFailures = 0
    for (const [picture, file] of files.entries()) {
      const found = await look(file)
      onProgress({ done: ++done, of })
      if (found === 'unreadable') unreadable.push({ person: person + 1, picture: picture + 1 })
      else if (found === 'no_face') detectionFailures++
      else vectors.push(found)
    }
    return { group, vectors, detectionFailures }
  }
  for (const [number, person] of people.people.entries()) seen.push(await lookAll(person, number))
  try {
    const all = evaluatePeople(seen, margin)
    const groups = people.groups.map(
      (name) =>
        [
          name,
          evaluatePeople(
            seen.filter(({ group }) => group === name),
            margin,
          ),
        ] as const,
    )
    return {
      all,
      groups: Object.fromEntries(groups),
      unreadable,
      pictureMs: times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0,
    }
  } finally {
    for (const { vectors } of seen) for (const vector of vectors) vector.fill(0)
  }
}
