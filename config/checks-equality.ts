// Whether the remedy of an inequality can do what it says, and whether another way than face is as cheap. Pure. Called by cross-checks.ts.

import { type Problem, problem } from './problems.ts'
import type { Config } from './settings.ts'

const checkRemedy = ({ inequality, alarm, mqtt }: Config): readonly Problem[] => {
  const { remedy, guard, holdOpen } = inequality
  if (remedy === 'guard' && (guard === undefined || (alarm === undefined && mqtt === undefined)))
    return [problem('error', 'guard_not_reached', 'inequality.remedy')]
  if (remedy === 'hold-open' && guard === undefined && holdOpen === undefined)
    return [problem('error', 'hold_open_unguarded', 'inequality.remedy')]
  return []
}

const checkPrices = ({ otherWay }: Config): readonly Problem[] => {
  const { currency } = otherWay
  return (['firstCardPrice', 'replacementCardPrice'] as const).flatMap((name) => {
    const price = otherWay[name]
    return price > 0 ? [problem('warning', 'card_not_free', `otherWay.${name}`, { price, currency })] : []
  })
}

export const checkEqualRemedy = (config: Config): readonly Problem[] => [...checkRemedy(config), ...checkPrices(config)]
