// What of a ledger row may leave the gate: for each kind the fields it names, and of each field only values from closed lists of
// ours, numbers and flags. Never a resident, a credential, a name, a score or a note about a person; a kind that is not listed here,
// such as everything the office does to people, is `other` with its place and time. Pure. Called by drain.ts for each row.

import { type Path, paths, type Side, sides } from '../../config/words.ts'
import type { DoorEvent } from '../../drivers/protocol.ts'
import { denyReasons, grantReasons, type Reason } from '../core/reasons.ts'
import { causes } from '../standing-alarms.ts'
import type { LedgerLine } from '../store/reads.ts'

type Value = string | number | boolean | readonly string[]
type Field = (given: unknown) => Value | undefined

const word = (known: readonly string[]): Field => {
  return (given) => known.find((one) => one === given)
}
const words = (known: readonly string[]): Field => {
  return (given) => (Array.isArray(given) ? known.filter((one) => given.includes(one)) : undefined)
}
const count: Field = (given) => (Number.isSafeInteger(given) && Number(given) >= 0 ? Number(given) : undefined)
const flag: Field = (given) => (typeof given === 'boolean' ? given : undefined)

const side = word(sides satisfies readonly Side[])
const path = word(paths satisfies readonly Path[])
const answer = { outcome: word(['grant', 'deny']), reason: word([...denyReasons, ...grantReasons] satisfies Reason[]) }

/** What the record keeps of the door (events.ts), and `absent`: an order that found no door part. */
const doorWords: readonly (DoorEvent['what'] | 'absent')[] = [
  ...(['exit_button', 'fire_on', 'fire_off', 'held', 'held_over', 'forced', 'mode_dropped', 'refused'] as const),
  ...(['guard_open', 'guard_hold', 'guard_hold_long', 'guard_hold_over'] as const),
  ...(['motor_close', 'motor_stop', 'close_cut', 'obstacle_long', 'obstacle_over'] as const),
  'absent',
]

const fieldsOfKind: ReadonlyMap<string, Readonly<Record<string, Field>>> = new Map(
  Object.entries({
    attempt: { side, paths: words(paths), ...answer },
    // Silent at the gate, and for this it is there: whoever listens here is elsewhere.
    duress: { side, of: count },
    door: { what: word(doorWords), ...answer },
    open: answer,
    motor: { what: word(['stop', 'close']) },
    staff_hold: { side, what: word(['hold', 'release']) },
    call_requested: { side },
    call_answered: { side, how: word(['button', 'command']) },
    call_unanswered: {},
    call_unanswered_over: {},
    inequality_opened: { side },
    inequality_remedy: { side },
    inequality_closed: { side, lastedMs: count, remedied: flag },
    path_suspect: { side, path },
    path_suspect_over: { side, path },
    path_slower: { side, path },
    path_slower_over: { side, path },
    path_fails_more: { side, path },
    path_fails_more_over: { side, path },
    path_paused: { side, path },
    path_resumed: { side, path },
    request_overdue: {},
    request_overdue_over: {},
    alarm_acknowledged: { causes: words(causes) },
    configuration_effective: {},
    record_late: { of: count },
    journal_lost: { count },
  }),
)

export type OutgoingEvent = {
  /** Below the prefix. */
  readonly topic: `event/${string}`
  /** JSON. */
  readonly payload: string
}

export const describeEvent = ({ seq, wall, kind, flags, payload }: LedgerLine): OutgoingEvent => {
  const fields = fieldsOfKind.get(kind)
  const shown = fields ? kind : 'other'
  const told = Object.entries(fields ?? {}).flatMap(([name, read]) => {
    const value = read(payload?.[name])
    return value === undefined ? [] : [[name, value] as const]
  })
  const late = flags === 'journaled' ? { journaled: true } : {}
  const event = { seq, at: new Date(wall).toISOString(), kind: shown, ...Object.fromEntries(told), ...late }
  return { topic: `event/${shown}`, payload: JSON.stringify(event) }
}
