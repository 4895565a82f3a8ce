// The door's process as a service manager runs it: started again whenever it ended, and the lock unit's program when it died. Inside
// the machine, used by the storm and by the scenarios of crashes.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PlayedMain } from '../drivers/play-main.ts'
import type { MachineBench } from './bench.ts'

const programs = {
  'rest.sh': fileURLToPath(new URL('../../drivers/door/rest.sh', import.meta.url)),
  'rest.ts': fileURLToPath(new URL('../../drivers/door/rest.ts', import.meta.url)),
}

export const childrenOf = (parent: number | undefined): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/stat`))
    .filter((name) => Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]) === parent)
    .map(Number)

/** As when a whole unit is killed: the guard of a sysfs relay first, then the door. */
export const killWhole = (pid: number | undefined): void => {
  if (pid === undefined) return
  for (const child of childrenOf(pid)) process.kill(child, 'SIGKILL')
  process.kill(pid, 'SIGKILL')
}

const run = async (bench: MachineBench, command: readonly [string, ...string[]]) => {
  const [program, ...args] = command
  const child = spawn(program, args, {
    env: { ...process.env, EVENGATE_RUNTIME: bench.runtimeDirectory },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [exitCode] = await once(child, 'close')
  return { exitCode: Number(exitCode), said }
}

const restCommand = (bench: MachineBench) =>
  [process.execPath, programs['rest.ts'], '--config', bench.configFile] as const

/** Without the shell before it. */
export const runRest = (bench: MachineBench) => run(bench, restCommand(bench))
/** As the lock unit runs it. */
export const runLockUnit = (bench: MachineBench) => run(bench, [programs['rest.sh'], ...restCommand(bench)])
/** Its first half alone: what does not wait for Node. */
export const runLockShell = (bench: MachineBench) => run(bench, [programs['rest.sh'], '/bin/true'])

/** The door has its lines: it writes this when it has. */
export const isWorking = (bench: MachineBench, main: PlayedMain): boolean => {
  const file = join(bench.runtimeDirectory, 'door.pid')
  return existsSync(file) && readFileSync(file, 'utf8').trim() === `${main.child.pid}`
}
