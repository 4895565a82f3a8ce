// Whether a gate that offers face says how a photograph is kept from opening it, and whether whoever is asked to turn the head can know.
// Pure. Called by checks-face.ts.

import { hasRealDoor, type Mounted, opensByOne } from './mounted.ts'
import { type Problem, problem } from './problems.ts'
import type { Config } from './settings.ts'

const policiesOf = ({ face: { liveness, livenessTimes = [] } }: Config): readonly string[] => [
  liveness,
  ...livenessTimes.map((hours) => hours.liveness),
]

/** Nothing is asked by sound alone or by light alone. */
const isUnseen = ({ sound }: Config, { settings: { signal } }: Mounted): boolean => {
  if (signal?.driver !== 'gpiochip') return signal === undefined
  const lit = signal.green ?? signal.red ?? signal.amber
  return lit === undefined || (signal.buzzer === undefined && sound === undefined)
}

export const checkLiveness = (config: Config, withFace: readonly Mounted[]): readonly Problem[] => {
  const policies = policiesOf(config)
  const off = hasRealDoor(config) && policies.includes('off') && withFace.some(isAlone)
  const unseen = hasRealDoor(config) && policies.includes('challenge')
  return [
    ...(off ? [problem('warning', 'liveness_off', 'face.liveness')] : []),
    ...(unseen ? withFace : [])
      .filter((mounted) => isUnseen(config, mounted))
      .map(({ side }) => problem('error', 'challenge_unseen', `sides.${side}.face`, { side })),
  ]
}

/** Some way through this side needs a face and nothing else. */
const isAlone = ({ settings }: Mounted): boolean => opensByOne(settings)
