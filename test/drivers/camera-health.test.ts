// A camera that cannot see, or sees badly: real pictures of a real ffmpeg, good at first, then not, then good again.

import { describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { createFfmpegCamera } from '../../drivers/camera/ffmpeg.ts'
import { type CameraFault, createCameraHealth, isBlind } from '../../drivers/camera/health.ts'
import { needPart } from '../parts.ts'

const shape = { width: 320, height: 240, framesPerSecond: 10 }
/** A fault must be told within it. */
const FAULT_LIMIT_MS = 5000
const BEGINS_S = 2
const ENDS_S = 8
const during = `enable='between(t,${BEGINS_S},${ENDS_S})'`

/** Shapes with a sensor's noise on them. */
const lane = 'testsrc2=size=320x240:rate=10'
const noise = 'noise=alls=6:allf=t'
const paint = (colour: string, where = '') => `drawbox=${where}color=${colour}:t=fill:${during}`

/** When the fault was told, when it was taken back, and what else was told. */
const watch = async (scene: string) => {
  const camera = createFfmpegCamera({ ...shape, input: scene, format: 'lavfi' }, systemClock)
  const health = createCameraHealth()
  const told: { readonly because: CameraFault | undefined; readonly frames: number }[] = []
  let frames = 0
  const { promise: over, resolve } = Promise.withResolvers<void>()
  camera.start(async (picture, at) => {
    frames++
    health.see(picture, at)
    if (told.at(-1)?.because !== health.fault() || frames === 1) told.push({ because: health.fault(), frames })
    if (frames >= (ENDS_S + 4) * shape.framesPerSecond) resolve()
  })
  await over
  await camera.stop()
  return told
}

const faults: readonly (readonly [CameraFault, string])[] = [
  ['camera_black', `${lane},${noise},${paint('black')}`],
  ['camera_dark', `${lane},lutyuv=y='16+(val-16)/7':u=128:v=128:${during},noise=alls=3:allf=t`],
  ['camera_covered', `${lane},${paint('0x806050')},${noise}`],
  ['camera_covered', `${lane},gblur=sigma=50:${during},noise=alls=4:allf=t`],
  ['camera_frozen', `${lane},${noise},loop=loop=${(ENDS_S - BEGINS_S) * 10 - 10}:size=1:start=${BEGINS_S * 10}`],
  ['camera_backlit', `${lane},${paint('white')},${paint('0x101010', 'x=80:y=40:w=160:h=200:')},${noise}`],
]

describe.skipIf(!needPart('ffmpeg'))('a camera whose picture is', () => {
  test.concurrent.each(faults)(
    '%s is found so within five seconds, and well again (%#)',
    { timeout: 30_000 },
    async (because, scene) => {
      const told = await watch(scene)
      expect(told.map((each) => each.because)).toEqual([undefined, because, undefined])
      const [, begun, ended] = told.map(({ frames }) => (frames / shape.framesPerSecond) * 1000)
      expect((begun ?? 0) - BEGINS_S * 1000).toBeGreaterThan(1000)
      expect((begun ?? 0) - BEGINS_S * 1000).toBeLessThan(FAULT_LIMIT_MS)
      expect((ended ?? 0) - ENDS_S * 1000).toBeLessThan(FAULT_LIMIT_MS)
    },
  )

  test.concurrent.each([
    ['of an empty lane', `${lane},${noise}`],
    ['of an empty lane at dusk', `${lane},lutyuv=y='16+(val-16)/3':u=128:v=128,noise=alls=10:allf=t`],
    [
      'of a white wall with a door',
      `color=0xe0e0e0:size=320x240:rate=10,drawbox=x=120:w=60:color=gray:t=fill,${noise}`,
    ],
  ])('%s has no fault', { timeout: 30_000 }, async (_, scene) => {
    expect((await watch(scene)).map((each) => each.because)).toEqual([undefined])
  })
})

test('before a backlit camera people are looked for, before a blind one they are not', () => {
  expect((['camera_black', 'camera_dark', 'camera_covered', 'camera_frozen'] as const).every(isBlind)).toBe(true)
  expect(isBlind('camera_backlit')).toBe(false)
  expect(isBlind(undefined)).toBe(false)
})
