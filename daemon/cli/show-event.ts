// One event of the record as one line for people, and the instants in it. What it says of a person is an id. Called where events
// are printed.

import type { Language } from '../../config/words.ts'
import type { LedgerLine } from '../store/reads.ts'
import { wordReason } from '../wording.ts'

/** By the clock of the gate's time zone, which the context has set; the offset says which that is. */
export const showInstant = (wall: number): string => {
  const at = new Date(wall)
  const two = (n: number) => String(n).padStart(2, '0')
  const ahead = -at.getTimezoneOffset()
  const zone = `${ahead < 0 ? '-' : '+'}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${zone}`
}

/** Numbers this large are instants of the wall clock: nothing is counted so far. */
const WALL_LEAST_MS = 1e12

const showPart = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(showPart).join('+')
  if (typeof value === 'number' && value >= WALL_LEAST_MS) return showInstant(value)
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.values(value).map(showPart).join('/')
}

const isEmpty = (value: unknown): boolean =>
  value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)

/** The door tells its own moment on the monotonic clock of the boot in which the event was recorded. */
const showMember = (name: string, value: unknown, { wall, monotonic }: LedgerLine): string =>
  name === 'at' && typeof value === 'number' && value < WALL_LEAST_MS
    ? `${name}=${showInstant(wall - (monotonic - value))}`
    : `${name}=${showPart(value)}`

/** What stands in the line in its own way, or is the same in every line. */
const told = new Set(['gate', 'outcome', 'reason', 'noticeHash', 'configHash', 'assessed', 'sides'])

const showPayload = (payload: Readonly<Record<string, unknown>>, line: LedgerLine, language: Language): string => {
  const { outcome, reason } = payload
  const verdict =
    typeof outcome === 'string' && typeof reason === 'string'
      ? [`${outcome} ${reason}: ${wordReason(reason, language)}`]
      : []
  const rest = Object.entries(payload).filter(([name, value]) => !told.has(name) && !isEmpty(value))
  return [...verdict, ...rest.map(([name, value]) => showMember(name, value, line))].join('  ')
}

export const showEvent = (raw: unknown, language: Language): string => {
  const line = raw as LedgerLine
  const { seq, wall, kind, flags, payload } = line
  const flagged = flags === '' ? '' : `  [${flags}]`
  return `${String(seq).padStart(6)}  ${showInstant(wall)}  ${kind.padEnd(16)}  ${payload ? showPayload(payload, line, language) : '-'}${flagged}`
}
