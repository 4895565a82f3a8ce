// One event of the record as one line for people, and the instants in it. What it says of a person is an id. Called where events
// are printed.

import type { Language } from '../../config/words.ts'
import type { LedgerLine } from '../store/reads.ts'
import { wordReason } from '../wording.ts'

export const showInstant = (wall: number): string => {
  const at = new Date(wall)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

const showPart = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(showPart).join('+')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.values(value).map(showPart).join('/')
}

/** What stands in the line in its own way, or is the same in every line. */
const told = new Set(['gate', 'outcome', 'reason', 'noticeHash', 'configHash', 'sides'])

const showPayload = (payload: Readonly<Record<string, unknown>>, language: Language): string => {
  const { outcome, reason } = payload
  const verdict =
    typeof outcome === 'string' && typeof reason === 'string'
      ? [`${outcome} ${reason}: ${wordReason(reason, language)}`]
      : []
  const rest = Object.entries(payload).filter(([name]) => !told.has(name))
  return [...verdict, ...rest.map(([name, value]) => `${name}=${showPart(value)}`)].join('  ')
}

export const showEvent = (raw: unknown, language: Language): string => {
  const { seq, wall, kind, flags, payload } = raw as LedgerLine
  const flagged = flags === '' ? '' : `  [${flags}]`
  return `${String(seq).padStart(6)}  ${showInstant(wall)}  ${kind.padEnd(16)}  ${payload ? showPayload(payload, language) : '-'}${flagged}`
}
