// What stands beside the time of a frame: the hash of the settings with which it was measured. Says nothing of speed.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { benchFrames } from '../../daemon/bench/frames.ts'
import { packNamed, pipelineOf } from '../../models/packs.ts'
import { modelsDirectory } from '../models/pictures.ts'

const pack = packNamed('recommended')
const isHere = pack.files.every(({ name }) => existsSync(join(modelsDirectory, name)))
if (!isHere) console.log(`no recommended pack in ${modelsDirectory}: no frame is timed`)

test.runIf(isHere)('a frame is timed with the settings that an evaluation names', { timeout: 90_000 }, async () => {
  const { frame_to_decision_ms: figure } = await benchFrames({ modelsDirectory, runs: 1 })
  expect(figure).toMatchObject({ p50: expect.any(Number), pipeline: pipelineOf(pack) })
})

test('another setting of the pipeline is another hash', () => {
  const { detector, embedder } = pack
  const others = [
    { ...pack, detector: { ...detector, longestSide: 352 } },
    { ...pack, detector: { ...detector, secondLookSide: 160 } },
    { ...pack, embedder: { ...embedder, range: 256 } },
  ]
  expect(new Set([pack, ...others].map(pipelineOf)).size).toBe(4)
  expect(pipelineOf({ ...pack, measured: [] })).toBe(pipelineOf(pack))
})
