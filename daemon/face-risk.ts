// Main's end of the face part in what concerns its threshold: asks for a calibration, tells what the last one adds, and whose card or
// code was just shown. Sees counts and ids. A part that goes away has answered all that it was asked. Beside face-link.ts.

import { randomBytes } from 'node:crypto'
import type { Side } from '../config/words.ts'
import type { FromPart, ToPart } from '../drivers/protocol.ts'
import type { Calibrated } from '../drivers/protocol-risk.ts'

type Result = Calibrated['result']
const faceAbsent: Result = { outcome: 'failed', because: 'face_absent' }
const late: Result = { outcome: 'failed', because: 'calibration_late' }
/** Ten thousand faces compared with each other, beside the frames of two cameras, on the slowest Pi. */
const CALIBRATION_LIMIT_MS = 120_000

export type FaceRisk = {
  /** Compares the enrolled with each other. `same`: credentials of one resident, where he has more than one. */
  readonly calibrate: (same: readonly (readonly string[])[]) => Promise<Result>
  /** What this site's calibration adds to the threshold. */
  readonly tellSite: (raisedBy: number) => void
  /** For so long a face on this side is compared with these alone. */
  readonly claim: (side: Side, credentials: readonly string[], forMs: number) => void
  readonly take: (message: FromPart) => void
  readonly lose: () => void
}

export const openFaceRisk = (send: (message: ToPart) => boolean): FaceRisk => {
  const waiting = new Map<string, (result: Result) => void>()
  return {
    calibrate: (same) => {
      const request = randomBytes(8).toString('hex')
      const { promise, resolve } = Promise.withResolvers<Result>()
      waiting.set(request, resolve)
      const limit = setTimeout(() => resolve(late), CALIBRATION_LIMIT_MS)
      limit.unref()
      if (!send({ type: 'calibrate', request, same: same.map((ids) => [...ids]) })) resolve(faceAbsent)
      return promise.finally(() => {
        clearTimeout(limit)
        waiting.delete(request)
      })
    },
    tellSite: (raisedBy) => void send({ type: 'site', raisedBy }),
    claim: (side, credentials, forMs) => void send({ type: 'claim', side, credentials: [...credentials], forMs }),
    take: (message) => {
      if (message.type === 'calibrated') waiting.get(message.request)?.(message.result)
    },
    lose: () => {
      for (const settle of [...waiting.values()]) settle(faceAbsent)
    },
  }
}
