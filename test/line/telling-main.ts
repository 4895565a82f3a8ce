// `evengate run` for tests of the whole line: the real daemon in a process of its own, which also says on stdout, one JSON object a
// line, what happens. Adds nothing to the gate and takes nothing from it. Started by running-gate.ts.

import { writeSync } from 'node:fs'
import { runDaemon } from '../../daemon/cli/run.ts'
import { serveCommands } from '../../daemon/commands/serve.ts'

const tell = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`)

const [configFile] = process.argv.slice(2)
if (configFile === undefined) throw new Error('use: telling-main.ts CONFIG')
process.exitCode = await runDaemon(configFile, (daemon) => {
  const unwatch = daemon.watch(tell)
  const control = serveCommands(daemon)
  tell({ kind: 'started' })
  return {
    close: async () => {
      unwatch()
      await control.close()
    },
  }
})
