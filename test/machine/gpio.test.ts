// The door's real drivers and its real process on a real kernel, with chips simulated by that kernel: one boot, one test a
// scenario. x86-64 only. Started by `npm run test:machine`; EVENGATE_SCENARIO=words_of_a_name runs a few.

import { beforeAll, describe, expect, test } from 'vitest'
import { findKernel, type MachineResult, runMachine } from './boot.ts'
import { scenarios } from './scenarios.ts'

const kernel = findKernel()
const wanted = (process.env['EVENGATE_SCENARIO'] ?? '').replaceAll('_', ' ')
const inCi = process.env['CI'] === 'true'
const missing =
  process.arch === 'x64'
    ? 'no kernel for the machine tests: `bash systemd/build-uml.sh` makes one (x86-64, about 10 minutes, once), or name one in EVENGATE_UML'
    : 'the machine tests need x86-64: user-mode Linux has no ARM port'

test.runIf(kernel === undefined)('there is a kernel to boot', () => {
  process.stderr.write(`${missing}\n`)
  expect(inCi && process.arch === 'x64' ? missing : 'said').toBe('said')
})

describe.skipIf(kernel === undefined)('on a real kernel', () => {
  let results: readonly MachineResult[] = []
  beforeAll(async () => {
    const ran = await runMachine(kernel ?? '')
    results = ran.results
    if (results.length === 0) throw new Error(`the machine said nothing of use: ${ran.said}`)
    const figures = results.flatMap((result) =>
      result.ok && Object.keys(result.figures).length > 0 ? [{ name: result.name, ...result.figures }] : [],
    )
    for (const figure of figures) process.stdout.write(`${JSON.stringify(figure)}\n`)
  })

  for (const { name } of scenarios.filter((scenario) => scenario.name.includes(wanted)))
    test(name, () => {
      const result = results.find((one) => one.name === name)
      if (!result) throw new Error('the machine ended before this')
      if (!result.ok) throw new Error(result.because)
    })
})
