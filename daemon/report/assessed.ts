// What an assessment of impact rests on, part by part, and what of it has changed since one was signed: settings by their names, the
// notice, the model, how many faces, the operator's own words. Secrets are masked before anything is kept or compared. Pure. Called by the
// page, the command and the status of the running gate.

import { createHash } from 'node:crypto'
import { maskText } from '../../config/effective.ts'
import { hashNotice } from '../../config/notice.ts'
import type { Config } from '../../config/settings.ts'
import type { ImpactText } from '../store/assessment.ts'

/** What was assessed of a gate besides its configuration. */
export type AssessedGate = {
  readonly model: string
  /** Residents with a face. */
  readonly faces: number
  readonly texts: readonly Pick<ImpactText, 'part' | 'body'>[]
}

export type Basis = {
  readonly settings: Readonly<Record<string, string>>
  readonly notice: string
  readonly model: string
  readonly faces: number
  /** Hash of each part that is written. */
  readonly texts: Readonly<Record<string, string>>
}

export type Change = {
  readonly kind: 'operator' | 'setting' | 'notice' | 'model' | 'faces' | 'text'
  /** Of a setting or a part; otherwise empty. */
  readonly name: string
  /** Empty: there was none. */
  readonly before: string
  readonly after: string
}

/** A gate with half as many faces again touches other people than the one that was assessed; below so many more it is everyday life. */
const FACES_GROWN_SHARE = 0.5
const FACES_GROWN_LEAST = 20

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

const flatten = (value: unknown, path: string): readonly (readonly [string, string])[] => {
  if (value === undefined || value === null) return []
  if (typeof value !== 'object') return [[path, maskText(String(value))]]
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return [[path, maskText(value.map(String).join(', '))]]
  return Object.entries(value).flatMap(([name, one]) => flatten(one, path === '' ? name : `${path}.${name}`))
}

/** The settings on which an assessment rests, as they read. A camera's password is none of it. */
const listSettings = (config: Config): Basis['settings'] => {
  const { gate, operator, sides, face, retention, inequality, otherWay, mqtt } = config
  return Object.fromEntries(flatten({ gate, operator, sides, face, retention, inequality, otherWay, mqtt }, ''))
}

/** Everything the assessment takes from the configuration. Another sentence of the notice is another assessment. */
export const hashAssessed = (config: Config): string => hash(JSON.stringify([listSettings(config), hashNotice(config)]))

export const basisOf = (config: Config, { model, faces, texts }: AssessedGate): Basis => ({
  settings: listSettings(config),
  notice: hashNotice(config),
  ...{ model, faces },
  texts: Object.fromEntries(texts.filter(({ body }) => body !== '').map(({ part, body }) => [part, hash(body)])),
})

type Values = Readonly<Record<string, string>>
const compare = (before: Values, after: Values, kindOf: (name: string) => Change['kind']): readonly Change[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ kind: kindOf(name), name, before: before[name] ?? '', after: after[name] ?? '' }))

const hasGrown = (before: number, after: number): boolean =>
  after - before >= FACES_GROWN_LEAST && after > before * (1 + FACES_GROWN_SHARE)

/** Empty: nothing on which the signed one rests has changed. */
export const compareBasis = (before: Basis, after: Basis): readonly Change[] => [
  ...compare(before.settings, after.settings, (name) => (name.startsWith('operator.') ? 'operator' : 'setting')),
  ...compare({ notice: before.notice }, { notice: after.notice }, () => 'notice').map((one) => ({ ...one, name: '' })),
  ...compare({ model: before.model }, { model: after.model }, () => 'model').map((one) => ({ ...one, name: '' })),
  ...(hasGrown(before.faces, after.faces)
    ? [{ kind: 'faces' as const, name: '', before: String(before.faces), after: String(after.faces) }]
    : []),
  ...compare(before.texts, after.texts, () => 'text'),
]

/** As the store keeps it; of another program's, what cannot be read is nothing. */
export const readBasis = (kept: string | undefined): Basis | undefined => {
  if (kept === undefined) return undefined
  const read = JSON.parse(kept) as Partial<Basis>
  const { settings, notice, model, faces, texts } = read
  if (!settings || notice === undefined || model === undefined || faces === undefined || !texts) return undefined
  return { settings, notice, model, faces, texts }
}
