// The door's real drivers and its real process on a real kernel, with chips simulated by that kernel: one boot, one test a
// scenario, one line of figures. x86-64 only. Started by `npm run test:machine`; EVENGATE_SCENARIO=words_of_a_name runs a few.

import * as v from 'valibot'
import { beforeAll, describe, expect, test } from 'vitest'
import { bootMachine, kernel, kernelMissing, mustHaveKernel } from './boot.ts'
import { findFigures, type MachineResult, result } from './results.ts'
import { scenarios } from './scenarios.ts'

const BOOT_LIMIT_MS = 15 * 60_000
const MARK = '@result '
const scenario = process.env['EVENGATE_SCENARIO'] ?? ''
const wanted = scenario.replaceAll('_', ' ')

test.runIf(kernel === undefined)('there is a kernel to boot', () => {
  process.stderr.write(`${kernelMissing}\n`)
  expect(mustHaveKernel ? kernelMissing : 'said').toBe('said')
})

describe.skipIf(kernel === undefined)('on a real kernel', () => {
  const results: MachineResult[] = []
  let said = ''
  beforeAll(async () => {
    const program = { file: 'inside.ts', env: { EVENGATE_SCENARIO: scenario } }
    const machine = bootMachine(kernel ?? '', program, BOOT_LIMIT_MS, (line) => {
      if (line.startsWith(MARK)) results.push(v.parse(result, JSON.parse(line.slice(MARK.length))))
    })
    said = await machine.ended
    process.stdout.write(`${JSON.stringify(findFigures(results))}\n`)
  })

  for (const { name } of scenarios.filter((one) => one.name.includes(wanted)))
    test(name, () => {
      const found = results.find((one) => one.name === name)
      if (!found) throw new Error(`the machine ended before this: ${said}`)
      if (!found.ok) throw new Error(found.because)
    })
})
