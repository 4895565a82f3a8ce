// What is tried inside the machine, by name. A scenario fails by throwing and may give figures. Each has a chip of its own. The
// names are read outside as well (gpio.test.ts), where nothing of this can run.

import { doorContract, motorContract, wiredContract } from '../drivers/door-hardware-contract.ts'
import { type Active, createBench, type Driver } from './bench.ts'
import { callScenarios } from './calls.ts'
import { crashScenarios } from './crashes.ts'
import { motorScenarios } from './motors.ts'
import { signalScenarios } from './signals.ts'
import { strainScenarios } from './strain.ts'
import { lineScenarios } from './trouble.ts'

export type Figures = Readonly<Record<string, number>>
export type Scenario = { readonly name: string; readonly run: (label: string) => Promise<Figures | undefined> }

const drivers: readonly Driver[] = ['gpiochip', 'onoff']
const polarities: readonly Active[] = ['high', 'low']

const contractScenarios: readonly Scenario[] = drivers.flatMap((driver) =>
  polarities.flatMap((active) =>
    [...doorContract, ...wiredContract, ...(driver === 'gpiochip' ? motorContract : [])].map(({ name, check }) => ({
      name: `${driver}, active ${active}: ${name}`,
      run: async (label: string) => {
        const bench = createBench(driver, active, label)
        await check(bench)
        bench.chip.remove()
        return undefined
      },
    })),
  ),
)

export const scenarios: readonly Scenario[] = [
  ...contractScenarios,
  ...crashScenarios,
  ...lineScenarios,
  ...strainScenarios,
  ...signalScenarios,
  ...callScenarios,
  ...motorScenarios,
]
