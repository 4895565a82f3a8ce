// Whether a call can be answered where it is made. Its pins are judged with all others (wires.ts). Pure. Called by cross-checks.ts.

import { hasRealDoor } from './mounted.ts'
import { type Problem, problem } from './problems.ts'
import type { Config } from './settings.ts'

export const checkCall = (config: Config): readonly Problem[] => {
  const { call, sides, sound } = config
  if (!call) return []
  const { side, driver } = call
  const mounted = sides[side]
  if (!mounted) return [problem('error', 'call_side_missing', 'call.side', { side })]
  return [
    ...(mounted.signal || sound ? [] : [problem('warning', 'call_unseen', 'call.side', { side })]),
    ...(hasRealDoor(config) && driver === 'simulated' ? [problem('warning', 'call_simulated', 'call.driver')] : []),
  ]
}
