// A card that is left on its reader after it was read: told once, by those readers that know when a card leaves. What that may mean is
// main's to know. Used by pcsc.ts and its simulated twin.

import type { MonotonicMs } from '../../config/words.ts'
import type { Port } from '../contracts.ts'

/** As long as the guard's button is held down. Nobody leaves a card there so long by chance. */
export const STAY_MS = 5000

export type Stay = {
  /** `readAt`: of the reading that was told of it. */
  readonly begin: (readAt: MonotonicMs) => void
  /** It left the field, or the reader went. */
  readonly end: () => void
}

export const createStay = (device: string, port: Pick<Port, 'tell'>, stayMs = STAY_MS): Stay => {
  let timer: NodeJS.Timeout | undefined
  const end = () => clearTimeout(timer)
  return {
    begin: (readAt) => {
      end()
      timer = setTimeout(() => port.tell({ type: 'stays', device, at: readAt }), stayMs)
    },
    end,
  }
}
