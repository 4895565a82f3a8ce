// From how many persons on, whose faces one operator keeps, the law wants that filed. Pure. Called by cross-checks.ts and by `status`.

import { type Problem, problem } from './problems.ts'
import type { Config } from './settings.ts'

/** 人脸识别技术应用安全管理办法 15: within 30 working days of reaching 100 000 persons, with the cyberspace office of the province. */
export const FILING_PERSONS = 100_000

/** `kept`: persons whose faces this gate keeps. */
export const countPersons = (
  kept: number,
  { face }: { readonly face: Pick<Config['face'], 'personsElsewhere'> },
): number => kept + face.personsElsewhere

export const checkFiling = (config: Config): readonly Problem[] => {
  const persons = countPersons(config.face.plannedFaces, config)
  if (persons < FILING_PERSONS) return []
  return [problem('warning', 'filing_due', 'face.personsElsewhere', { persons, limit: FILING_PERSONS })]
}
