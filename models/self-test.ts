// Proves, each time a pack is opened, that this machine computes it: a full way through the detector, and an answer of the embedder
// that is known beforehand. Keeps nothing. Called by face-model.ts.

import { arcfaceTemplate, templateSidePixels } from './align.ts'
import { type Embedder, toUnitLength } from './embed.ts'
import type { Detector, Face } from './face.ts'
import { type Network, outputOf } from './network.ts'
import type { Pack } from './packs.ts'
import type { Picture } from './picture.ts'
import { done, failed, type Result } from './result.ts'

/** Sums of every eighth value: a few numbers that all values of the vector go into. */
const SUMS = 8
/** Between correct machines sums differ by 1e-4 at most; a wrong instruction or half precision gives another vector. */
const MOST_DIFFERENCE = 0.02

/** A grey ramp with the five points where they belong: no face, but a full way through both networks. */
const testPicture = (): { readonly picture: Picture; readonly face: Face } => {
  const side = templateSidePixels
  const rgb = Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * 7) % 251)
  const face = { x: 0, y: 0, width: side, height: side, score: 1, points: Float32Array.from(arcfaceTemplate) }
  return { picture: { width: side, height: side, rgb }, face }
}

/** What the unit vector sums up to for a ramp that goes straight into the network, whatever alignment does before it. */
export const answerOf = async (network: Network, { embedder }: Pack): Promise<readonly number[]> => {
  const { side, planar, input, output } = embedder
  const values = Float32Array.from({ length: side * side * 3 }, (_, i) => ((i * 7) % 251) / 125.5 - 1)
  const shape = planar ? [1, 3, side, side] : [1, side, side, 3]
  const outputs = await network.run({ [input]: { values, shape } })
  const sums = new Array<number>(SUMS).fill(0)
  for (const [i, value] of toUnitLength(outputOf(outputs, output)).entries())
    sums[i % SUMS] = (sums[i % SUMS] ?? 0) + value
  return sums
}

export type UnderTest = {
  readonly pack: Pack
  readonly detector: Detector
  readonly embedder: Embedder
  /** What computes the embedder. */
  readonly network: Network
}

export const testModel = async (tested: UnderTest): Promise<Result<true, 'self_test_failed'>> => {
  const { pack, detector, embedder, network } = tested
  const { picture, face } = testPicture()
  try {
    await detector.detect(picture)
    await embedder.embed(picture, face)
    const answer = await answerOf(network, pack)
    const off = pack.embedder.answer.findIndex((value, i) => !(Math.abs(value - (answer[i] ?? 0)) <= MOST_DIFFERENCE))
    return off === -1
      ? done(true)
      : failed(
          'self_test_failed',
          `sum ${off} of the known answer is ${answer[off]?.toFixed(4)} instead of ${pack.embedder.answer[off]}`,
        )
  } catch (error) {
    return failed('self_test_failed', error instanceof Error ? error.message : String(error))
  }
}
