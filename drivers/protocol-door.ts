// What main and the parts say to each other of a gate motor, a staff card that holds the door, and the call button. One declaration a message.
// Read by protocol.ts alone.

import * as v from 'valibot'
import { instant } from './protocol-words.ts'

/** What the door tells of its motor; `obstructed` of its standing: something has stood in the light barrier for long. */
export const motorEvents = ['motor_close', 'motor_stop', 'close_cut', 'obstacle_long', 'obstacle_over'] as const

export const saidAtDoor = [
  /** signal: the call button. `rings` and `rests` are no news but what stands, for a main that has just come; `at`: since when. */
  v.object({ type: v.literal('call'), what: v.picklist(['requested', 'answered', 'rings', 'rests']), at: instant }),
  /** card: what was read at `at` has not left its reader for five seconds. */
  v.object({ type: v.literal('stays'), device: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)), at: instant }),
] as const

/** An order of main's to the door, as `open` is. */
const ordered = { ref: v.string(), issuedAt: instant }

export const toldAtDoor = [
  /** A staff card holds the door as the guard's button does, while main answers for it. */
  v.object({ type: v.literal('guard'), what: v.picklist(['hold', 'release']), ...ordered }),
  /** To a gate motor, for somebody who said so. */
  v.object({ type: v.literal('motor'), what: v.picklist(['stop', 'close']), ...ordered }),
] as const
