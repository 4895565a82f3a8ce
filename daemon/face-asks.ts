// The calibrations that main has asked of the face part and still waits for. A part that goes away has answered all of them. Holds no
// answer. Used by face-link.ts.

import { randomBytes } from 'node:crypto'
import type { Calibrated, FromPart, ToPart } from '../drivers/protocol.ts'

type Result = Calibrated['result']
const faceAbsent: Result = { outcome: 'failed', because: 'face_absent' }

export type CalibrationAsks = {
  /** `same`: credentials of one resident, where he has more than one. */
  readonly ask: (same: readonly (readonly string[])[]) => Promise<Result>
  readonly take: (message: FromPart) => void
  readonly lose: () => void
}

export const createCalibrationAsks = (send: (message: ToPart) => boolean): CalibrationAsks => {
  const waiting = new Map<string, (result: Result) => void>()
  return {
    ask: (same) => {
      const request = randomBytes(8).toString('hex')
      const { promise, resolve } = Promise.withResolvers<Result>()
      waiting.set(request, resolve)
      if (!send({ type: 'calibrate', request, same: same.map((ids) => [...ids]) })) resolve(faceAbsent)
      return promise.finally(() => waiting.delete(request))
    },
    take: (message) => {
      if (message.type === 'calibrated') waiting.get(message.request)?.(message.result)
    },
    lose: () => {
      for (const settle of waiting.values()) settle(faceAbsent)
    },
  }
}
