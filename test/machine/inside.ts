// The program of the machine: runs every scenario, or those whose name contains EVENGATE_SCENARIO, and prints one line a result.
// Started by init.sh, read by boot.ts.

import { scenarios } from './scenarios.ts'

const SCENARIO_LIMIT_MS = 90_000

const limit = (name: string) =>
  new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`${name}: not within ${SCENARIO_LIMIT_MS} ms`)), SCENARIO_LIMIT_MS).unref()
  })

/** The kernel's command line splits at spaces. */
const wanted = (process.env['EVENGATE_SCENARIO'] ?? '').replaceAll('_', ' ')
for (const [n, { name, run }] of scenarios.entries()) {
  if (!name.includes(wanted)) continue
  const since = performance.now()
  const result = await Promise.race([run(`chip-${n}`), limit(name)]).then(
    (figures) => ({ name, ok: true, figures: figures ?? {} }),
    (error: Error) => ({ name, ok: false, because: (error.stack ?? error.message).slice(0, 2000) }),
  )
  console.log(`@result ${JSON.stringify({ ...result, tookMs: Math.round(performance.now() - since) })}`)
}
// A scenario that failed may have left a door open.
process.exit(0)
