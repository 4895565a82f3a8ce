// Whether everybody can see and hear what the gate says, and whether an alarm is seen at the gate. Pure. Called by cross-checks.ts.

import { hasRealDoor, listSides, type Mounted, offers } from './mounted.ts'
import { type Problem, problem } from './problems.ts'
import type { Config } from './settings.ts'

const lamps = ['green', 'red', 'amber'] as const

/** Nothing is said by sound alone or by light alone: some cannot hear it, some cannot see it. */
const checkSide = ({ side, settings: { signal } }: Mounted, hasSpeaker: boolean): readonly Problem[] => {
  const at = signal ? `sides.${side}.signal` : `sides.${side}`
  if (signal?.driver === 'simulated') return [problem('warning', 'simulated_signal', `${at}.driver`)]
  const hasLight = lamps.some((lamp) => signal?.[lamp] !== undefined)
  const hasSound = hasSpeaker || signal?.buzzer !== undefined
  return [
    ...(hasLight ? [] : [problem('warning', 'signal_without_light', at, { side })]),
    ...(hasSound ? [] : [problem('warning', 'signal_without_sound', at, { side })]),
  ]
}

const checkAlarm = ({ alarm }: Config): readonly Problem[] => {
  if (alarm?.driver !== 'gpiochip' || alarm.lamp) return []
  return alarm.buzzer
    ? [problem('warning', 'alarm_without_lamp', 'alarm')]
    : [problem('error', 'alarm_without_output', 'alarm')]
}

/** That face is all there is must be seen at the gate itself, whether or not a network is there (P1). */
const checkOutlet = (config: Config): readonly Problem[] =>
  config.alarm?.driver === 'gpiochip'
    ? []
    : listSides(config)
        .filter(({ settings }) => offers(settings, 'face'))
        .map(({ side }) => problem('error', 'alarm_outlet_missing', `sides.${side}.face`, { side }))

export const checkSignal = (config: Config): readonly Problem[] => {
  if (!hasRealDoor(config)) return checkAlarm(config)
  return [
    ...listSides(config).flatMap((mounted) => checkSide(mounted, config.sound !== undefined)),
    ...checkAlarm(config),
    ...checkOutlet(config),
  ]
}
