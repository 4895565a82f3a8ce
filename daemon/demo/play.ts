// One order to a simulated device of the demo, given again while its process is being started anew or waits for its turn on a busy
// machine: a person would tap again too. Bounded; knows no device. Called by the stage.

import { setTimeout as pause } from 'node:timers/promises'
import type { Clock, MonotonicMs } from '../../config/words.ts'
import { codedError, wordsOf } from '../../drivers/log.ts'
import { playDevice } from '../../drivers/simulation.ts'

/** A part that was killed is back in half of it, also with a cold model. */
const PATIENCE_MS = 45_000
const AGAIN_MS = 200

type Place = { readonly runtimeDirectory: string; readonly clock: Pick<Clock, 'monotonic'> }

export const playPatiently = async (
  { runtimeDirectory, clock }: Place,
  device: string,
  order: object,
): Promise<Record<string, unknown>> => {
  const until = clock.monotonic() + PATIENCE_MS
  for (;;) {
    try {
      return await playDevice(runtimeDirectory, device, order)
    } catch (error) {
      if (wordsOf(error).because === undefined || clock.monotonic() > until) throw error
      await pause(AGAIN_MS)
    }
  }
}

/** The device's own instant of what was played. */
export const playNow = async (place: Place, device: string, order: object): Promise<MonotonicMs> => {
  const { at } = await playPatiently(place, device, order)
  if (typeof at !== 'number') throw codedError('order_refused', device)
  return at as MonotonicMs
}
