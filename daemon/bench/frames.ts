// Measures how long the gate takes from a frame in memory to knowing whose face it is, and how the two usual libraries do
// on the same frame in the same minutes. Judges nothing and stores nothing. Called by the `bench` command.

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type FaceModel, openFaceModel } from '../../models/face-model.ts'
import { createGallery, type Gallery } from '../../models/match.ts'
import type { Picture } from '../../models/picture.ts'
import { type Comparator, type Look, openComparators } from './comparators.ts'
import { type Unmeasured, unmeasured } from './figures.ts'
import { rankOf } from './ranks.ts'

export type Spread = { readonly p50: number; readonly min: number; readonly p95: number }
/** Median over the rounds of their median over ours. */
export type Ratio = { readonly value: number; readonly theirs_ms: Spread }
export type FrameFigures = {
  /** With the hash of the settings behind it, as `models evaluate` prints it. */
  readonly frame_to_decision_ms: (Spread & { readonly pipeline: string }) | Unmeasured
  readonly face_api_ratio: Ratio | Unmeasured
  readonly human_ratio: Ratio | Unmeasured
}
export type FrameBenchOptions = {
  readonly modelsDirectory: string
  /** Rounds; in each, every contestant looks several times, one contestant after the other. */
  readonly runs: number
}

const galleryVectors = 1000
const looksPerRound = { ours: 20, theirs: 3 } as const
const warmUps = { ours: 20, theirs: 2 } as const

/** A part of face-api's first demo picture with one of its three faces. */
const cutFrame = async (): Promise<Picture> => {
  const { default: sharp } = await import('sharp')
  const entry = createRequire(import.meta.url).resolve('@vladmandic/face-api/dist/face-api.node-wasm.js')
  const { data } = await sharp(join(dirname(entry), '..', 'demo', 'sample1.jpg'))
    .extract({ left: 165, top: 240, width: 640, height: 480 })
    .resize(640, 480)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: 640, height: 480, rgb: new Uint8Array(data) }
}

/** Strangers without a face: directions from a fixed sequence, the same on every machine. */
const fillGallery = (dimension: number): Gallery => {
  const gallery = createGallery({ dimension, capacity: galleryVectors + 1 })
  let state = 1
  for (let row = 0; row < galleryVectors; row++) {
    const vector = new Float32Array(dimension)
    for (let i = 0; i < dimension; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      vector[i] = state / 2 ** 32 - 0.5
    }
    const length = Math.hypot(...vector)
    gallery.add(
      `stranger ${row}`,
      vector.map((value) => value / length),
    )
  }
  return gallery
}

/** Detect, align, embed, match: 1 when the face was recognised, as it must be. */
const createOurLook = async (model: FaceModel, frame: Picture): Promise<Look> => {
  const gallery = fillGallery(model.dimension)
  const { threshold, margin } = model.thresholdFor(galleryVectors, 0.01)
  const [known] = await model.detect(frame)
  if (known === undefined) throw new Error('no face in the frame of the bench')
  gallery.add('known', await model.embed(frame, known))
  return async () => {
    const [face] = await model.detect(frame)
    if (face === undefined) return 0
    const vector = await model.embed(frame, face)
    const { best, runnerUp } = gallery.search(vector)
    vector.fill(0)
    const certain = best !== undefined && best.score >= threshold && best.score - (runnerUp?.score ?? -1) >= margin
    return certain && best.id === 'known' ? 1 : 0
  }
}

const timeLooks = async (look: Look, count: number): Promise<number[]> => {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    const faces = await look()
    times.push(performance.now() - start)
    if (faces !== 1) throw new Error(`a look found ${faces} faces where there is one`)
  }
  return times
}

const spreadOf = (times: readonly number[]): Spread => ({
  p50: rankOf(times, 0.5),
  min: Math.min(...times),
  p95: rankOf(times, 0.95),
})

type Contest = { readonly look: Look; readonly rounds: number[][] }

const ratioOf = (theirs: Comparator, contest: Contest | undefined, ours: readonly number[][]): Ratio | Unmeasured => {
  if (contest === undefined) return unmeasured('why' in theirs ? theirs.why : 'not run')
  const ratios = contest.rounds.map((round, i) => rankOf(round, 0.5) / rankOf(ours[i] ?? [], 0.5))
  return { value: rankOf(ratios, 0.5), theirs_ms: spreadOf(contest.rounds.flat()) }
}

const contestOf = (comparator: Comparator): Contest | undefined =>
  'why' in comparator ? undefined : { look: comparator.look, rounds: [] }

const runRounds = async (model: FaceModel, frame: Picture, runs: number): Promise<FrameFigures> => {
  const look = await createOurLook(model, frame)
  const { faceApi, human } = await openComparators(frame)
  const contests = [contestOf(faceApi), contestOf(human)] as const
  const ours: number[][] = []
  await timeLooks(look, warmUps.ours)
  for (const contest of contests) if (contest !== undefined) await timeLooks(contest.look, warmUps.theirs)
  for (let round = 0; round < runs; round++) {
    ours.push(await timeLooks(look, looksPerRound.ours))
    for (const contest of contests) {
      if (contest !== undefined) contest.rounds.push(await timeLooks(contest.look, looksPerRound.theirs))
    }
  }
  return {
    frame_to_decision_ms: { ...spreadOf(ours.flat()), pipeline: model.pipeline },
    face_api_ratio: ratioOf(faceApi, contests[0], ours),
    human_ratio: ratioOf(human, contests[1], ours),
  }
}

/** All three are null, with the reason, where the recommended pack is not installed. */
export const benchFrames = async ({ modelsDirectory, runs }: FrameBenchOptions): Promise<FrameFigures> => {
  const nothing = (why: string): FrameFigures => ({
    frame_to_decision_ms: unmeasured(why),
    face_api_ratio: unmeasured(why),
    human_ratio: unmeasured(why),
  })
  const frame = await cutFrame().catch(() => undefined)
  if (frame === undefined) return nothing('the demo pictures of @vladmandic/face-api are not installed')
  const opened = await openFaceModel({ pack: 'recommended', modelsDirectory, threads: 1 })
  if (!opened.ok) return nothing(`recommended pack: ${opened.code} ${opened.detail ?? ''}`.trim())
  try {
    return await runRounds(opened.value, frame, runs)
  } finally {
    await opened.value.close()
  }
}
