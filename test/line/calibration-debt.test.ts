// When the enrolled are compared with each other, and when they are owed it: a part that is new, two enrolments at once, one that failed.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { openCalibration } from '../../daemon/calibration.ts'
import { keepCalibrated } from '../../daemon/calibration-debt.ts'

const SECOND_MS = 1000
const by = { role: 'office', caller: 'uid:0' }
type Deps = Parameters<typeof openCalibration>[0]

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** `holds`: templates of the part, which a sync makes six. */
const openPlayed = () => {
  const part = { holds: 0, under: 0, most: 0, compared: [] as number[] }
  const deps = {
    model: 'model-1',
    facts: { listCalibrations: () => [], listSeveralFaces: () => [] },
    ledger: { write: async () => ({ ok: true, value: {} }) },
    gallery: {
      sync: async () => {
        part.holds = 6
      },
    },
    face: {
      tellSite: () => undefined,
      calibrate: async () => {
        part.under++
        part.most = Math.max(part.most, part.under)
        part.compared.push(part.holds)
        await new Promise(setImmediate)
        part.under--
        return { outcome: 'done', model: 'model-1', people: part.holds / 3, points: [], lookAlikes: [] }
      },
    },
  }
  return { part, calibration: openCalibration(deps as unknown as Deps) }
}

test('a part that is new is given everybody before it compares: nobody is no look-alike of nobody', async () => {
  vi.useRealTimers()
  const { part, calibration } = openPlayed()
  expect(await calibration.renew(by)).toMatchObject({ ok: true })
  expect(part.compared).toEqual([6])
})

test('of two enrolments at once the second is compared after the first, and neither is refused', async () => {
  vi.useRealTimers()
  const { part, calibration } = openPlayed()
  expect(await Promise.all([calibration.renew(by), calibration.renew(by)])).toMatchObject([{ ok: true }, { ok: true }])
  expect(part).toMatchObject({ most: 1, compared: [6, 6] })
})

const keep = () => {
  const world = { owed: true, part: true, refuses: true, asked: [] as number[] }
  const monotonic = () => performance.now() as MonotonicMs
  const from = monotonic()
  const { stop } = keepCalibrated({
    clock: { monotonic },
    model: 'model-1',
    facts: { isCalibrationOwed: () => world.owed },
    face: { gallery: () => (world.part ? { templates: 6, unreadable: 0 } : undefined) },
    calibration: {
      renew: async () => {
        world.asked.push(Math.round((monotonic() - from) / SECOND_MS))
        if (world.refuses) return { ok: false, code: 'face_absent' }
        world.owed = false
        return { ok: true, value: {} }
      },
    },
  })
  return { world, stop }
}

test('one that failed is tried again until it succeeds, each time later, and then no more', async () => {
  const { world, stop } = keep()
  await vi.advanceTimersByTimeAsync(150 * SECOND_MS)
  expect(world.asked).toEqual([20, 60, 140])
  world.refuses = false
  await vi.advanceTimersByTimeAsync(3600 * SECOND_MS)
  expect(world.asked).toEqual([20, 60, 140, 300])
  world.owed = true
  await vi.advanceTimersByTimeAsync(60 * SECOND_MS)
  expect(world.asked).toHaveLength(5)
  stop()
})

test('nothing is tried while nobody is owed one, or while the part has not said what it holds', async () => {
  const { world, stop } = keep()
  world.part = false
  await vi.advanceTimersByTimeAsync(100 * SECOND_MS)
  world.part = true
  world.owed = false
  await vi.advanceTimersByTimeAsync(100 * SECOND_MS)
  expect(world.asked).toEqual([])
  stop()
})
