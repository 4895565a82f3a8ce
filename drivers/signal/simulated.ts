// The simulated light and voice: hands each sign to whoever watches (the demo, `sim`, `status --watch`). Keeps nothing.

import type { Side } from '../../config/words.ts'
import type { Held, Sign, Signal } from './contract.ts'

export type ShownSign = { readonly side: Side; readonly sign: Sign | 'held'; readonly held?: Held }

export const openSimulatedSignal = (onShow: (shown: ShownSign) => void): Signal => ({
  show: (side, sign) => onShow({ side, sign }),
  tellHeld: (side, held) => onShow({ side, sign: 'held', held }),
})
