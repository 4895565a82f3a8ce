// What people read when a command is refused: one line that says why and what to do, in both languages, from the code alone.
// A code without a line of its own is shown as it is; a test names every code that a command can give. Used by the command line.

import type { Language } from '../config/words.ts'
import { denials, grants } from './core/reasons.ts'
import { cardKeyLines } from './wording-cards.ts'
import { codeLines } from './wording-codes.ts'
import { deskLines } from './wording-desk.ts'
import { equalityLines } from './wording-equality.ts'
import { erasureLines } from './wording-erasure.ts'
import { faceLines } from './wording-face.ts'
import { guardLines } from './wording-guard.ts'
import { handoverLines } from './wording-handover.ts'
import { importLines } from './wording-import.ts'
import { livenessLines } from './wording-liveness.ts'
import { mqttLines } from './wording-mqtt.ts'
import { officeLines } from './wording-office.ts'
import { pageLines } from './wording-pages.ts'
import { partLines } from './wording-parts.ts'
import { passLines } from './wording-passes.ts'
import { proofLines } from './wording-proof.ts'
import { rightLines } from './wording-rights.ts'
import { ruleLines } from './wording-rules.ts'
import { signalLines } from './wording-signal.ts'
import { simLines } from './wording-sim.ts'
import { storeLines } from './wording-store.ts'

export type Line = readonly [en: string, zh: string]

const lines: Readonly<Record<string, Line>> = {
  ...storeLines,
  ...cardKeyLines,
  ...officeLines,
  ...codeLines,
  ...erasureLines,
  ...deskLines,
  ...equalityLines,
  ...faceLines,
  ...handoverLines,
  ...importLines,
  ...livenessLines,
  ...mqttLines,
  ...pageLines,
  ...partLines,
  ...passLines,
  ...guardLines,
  ...proofLines,
  ...ruleLines,
  ...rightLines,
  ...signalLines,
  ...simLines,
}
/** Some reasons at the gate share their code with a refusal at the office, which has another remedy. */
const reasons: ReadonlyMap<string, Line> = new Map(
  [...denials, ...grants].map(([code, en, zh]) => [code, [en, zh] as const]),
)

const inLanguage = (line: Line | undefined, language: Language): string | undefined => line?.[language === 'en' ? 0 : 1]

export const wordReason = (reason: string, language: Language): string =>
  inLanguage(reasons.get(reason), language) ?? reason

export const hasWording = (code: string): boolean => Object.hasOwn(lines, code)

/** What a grant or denial, or the door's own act, came from. */
export const wordCause = (code: string, language: Language): string =>
  (inLanguage(reasons.get(code), language) ?? wordCode(code, language)).replace(/[.。]$/, '')

/** The line alone; the code itself when there is none. */
export const wordCode = (code: string, language: Language): string =>
  inLanguage(hasWording(code) ? lines[code] : undefined, language) ?? code

export const wordFailure = (code: string, detail: string | undefined, language: Language): string => {
  const about = detail === undefined || detail === '' ? code : `${code}: ${detail}`
  return hasWording(code) ? `${wordCode(code, language)} (${about})` : about
}
