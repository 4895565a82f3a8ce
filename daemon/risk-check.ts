// What the models say of a configuration before anybody is enrolled: how many residents a door would turn away, at the target that the
// operator set and with the people he plans for. Pure but for looking for the installed pack. Called by `check`, start, reload, doctor.

import { checkMisses } from '../config/checks-face.ts'
import { listSides, opensByOne } from '../config/mounted.ts'
import type { Problem } from '../config/problems.ts'
import type { Config } from '../config/settings.ts'
import { findPack, type Pack } from '../models/packs.ts'
import { type Basis, deriveThreshold, MOST_FNIR, TEMPLATES_EACH } from '../models/thresholds.ts'

/** The threshold for so many residents as are planned. */
export const planBasis = (pack: Pack, { targetFpir, plannedFaces }: Config['face']): Basis =>
  deriveThreshold({ pack, templates: plannedFaces * TEMPLATES_EACH, targetFpir })

/** A side that lets a face in by itself; behind a card or code it is compared with one person, and the search decides nothing. */
const opensByFaceAlone = (config: Config): boolean =>
  listSides(config).some(({ settings }) => settings.face !== undefined && opensByOne(settings))

/** What a face alone needs at this gate, for as many residents as are planned; absent where no face opens by itself. */
export const findPlannedBasis = async (config: Config): Promise<Basis | undefined> => {
  const { pack, modelsDirectory } = config.face
  if (modelsDirectory === undefined || !opensByFaceAlone(config)) return undefined
  const found = await findPack(pack, modelsDirectory)
  return found.ok && !found.value.pack.assistsOnly ? planBasis(found.value.pack, config.face) : undefined
}

/** Nothing is said where no face opens by itself. */
export const judgeRisk = async (config: Config): Promise<readonly Problem[]> => {
  const basis = await findPlannedBasis(config)
  return basis === undefined ? [] : checkMisses(config, basis.fnir, MOST_FNIR)
}
