// One line of JSON to stderr. Only codes, numbers and flags can be said: the type has no room for a name, a code typed, an
// identifier or a vector (design: nothing secret leaves). Under systemd each line carries its priority.

const priorities = { fault: 3, warning: 4, notice: 5 } as const
export type LogLevel = keyof typeof priorities

declare const wordBrand: unique symbol
/** A word that was written in our source, not one that came from outside. */
export type Word = string & { readonly [wordBrand]?: never }
export type Loggable = Readonly<Record<string, Word | number | boolean>>

const underJournal = process.env['JOURNAL_STREAM'] !== undefined

let silent = false
/** For a program that shows a live picture on the terminal: what happens stands there in its own words. */
export const silenceLog = (): void => {
  silent = true
}

export const log = (level: LogLevel, code: Word, fields: Loggable = {}): void => {
  if (silent) return
  const line = JSON.stringify({ at: new Date().toISOString(), level, code, ...fields })
  process.stderr.write(underJournal ? `<${priorities[level]}>${line}\n` : `${line}\n`)
}

const ownWords = new WeakMap<Error, { readonly because: Word; readonly about?: Word }>()

/** An error that we throw ourselves: its words were written in our source, or are an id, and may be said, as no other error's may. */
export const codedError = (because: Word, about?: Word): Error => {
  const error = new Error(about === undefined ? because : `${because}: ${about}`)
  Error.captureStackTrace(error, codedError)
  ownWords.set(error, about === undefined ? { because } : { because, about })
  return error
}

/** What may be said of an error: nothing, unless we made it. */
export const wordsOf = (error: unknown): { readonly because?: Word; readonly about?: Word } =>
  (error instanceof Error ? ownWords.get(error) : undefined) ?? {}

/** `file:line` of the first frame in our own source: what may be said of an unknown error, whose text may quote a secret. */
export const originOf = (error: Error): string => {
  const frame = /([\w-]+\.ts:\d+):\d+/.exec(error.stack ?? '')
  return frame?.[1] ?? 'unknown'
}
