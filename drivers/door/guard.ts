// Puts a sysfs relay at rest when the door's process dies in whatever way, kill -9 included: a shell that waits at the other end
// of a pipe, which the kernel closes for the dead, and then writes one word into one file. It knows nothing else and does
// nothing while the door lives. When it is killed along with the door (the whole unit), rest.ts is left. Started by onoff.ts.

import { spawn } from 'node:child_process'
import { log } from '../log.ts'

/** The signals that end a whole unit must not end it before it has written. */
const SCRIPT = `trap '' HUP INT TERM; read -r _; echo "$1" > "$2"`

/** `word` goes into `file` when this process has ended, or at `stop`, which comes when the line is at rest already. */
export const startGuard = (word: string, file: string): { readonly stop: () => void } => {
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'evengate-guard', word, file], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  })
  let stopped = false
  // Alone it must not keep a process alive.
  guard.unref()
  guard.on('error', () => log('fault', 'guard_missing'))
  guard.on('exit', () => {
    if (!stopped) log('fault', 'guard_ended')
  })
  guard.stdin.on('error', () => {
    // It is gone: its exit has been told.
  })
  return {
    stop: () => {
      stopped = true
      guard.stdin.end()
    },
  }
}
