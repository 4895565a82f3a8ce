// Whether whoever declines face is left with a code alone. Pure. Called by cross-checks.ts.

import { listSides, offers } from './mounted.ts'
import { type Problem, problem } from './problems.ts'
import type { Config } from './settings.ts'

/** A code is forgotten, watched and slower than a card: lawful beside face, but no equal way for everybody. */
export const checkCodes = (config: Config): readonly Problem[] =>
  listSides(config).flatMap(({ side, settings }) =>
    offers(settings, 'face') && offers(settings, 'keypad') && !offers(settings, 'card')
      ? [problem('warning', 'code_alone_beside_face', `sides.${side}.keypad`, { side })]
      : [],
  )
