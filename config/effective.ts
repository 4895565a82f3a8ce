// The configuration as it runs, for people: every default filled in, every secret masked. Never prints a camera's
// password. Called by `check` and by wording, which may quote a text that holds one.

import { stringify } from 'yaml'
import type { Config } from './settings.ts'

/**
 * Masks what an address may hide: `user:password@`, its query, and path segments that carry `key=value`, as some
 * cameras take their password there. Up to the last @, since a password may hold any character; rather too much.
 */
export const maskText = (text: string): string => {
  const start = text.indexOf('://')
  if (start < 0) return text
  const rest = text.slice(start + 3)
  const at = rest.lastIndexOf('@')
  const [place = '', query] = rest.slice(at + 1).split(/[?#](.*)/s)
  const segments = place.split('/').map((segment, index) => (index > 0 && segment.includes('=') ? '***' : segment))
  return `${text.slice(0, start + 3)}${at < 0 ? '' : '***@'}${segments.join('/')}${query === undefined ? '' : '?***'}`
}

const maskValue = (_key: unknown, value: unknown): unknown => (typeof value === 'string' ? maskText(value) : value)

/** YAML text of the effective configuration; it can be read back, but for what was masked. */
export const maskConfig = (config: Config): string => stringify(config, maskValue, { lineWidth: 0 })
