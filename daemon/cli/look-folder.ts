// The folder of one live look at the parts: their sockets, the configuration they read, a key that opens nothing. Only the user can enter
// it, and it goes with this program, however that ends: a shell waits at the other end of a pipe, which the kernel closes for the dead,
// and removes it; what was killed along with that shell is removed by the next look. Called by doctor-parts.ts.

import { spawn } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { log } from '../../drivers/log.ts'
import { isAlive } from '../part-slot.ts'

const PREFIX = 'evengate-look-'

/** A part that starts just now may still write: tried again. A signal to the whole group must not end it before it has removed. */
const SCRIPT = `trap '' HUP INT TERM
read -r _
for n in 1 2 3 4 5; do /bin/rm -rf -- "$1" && exit; /bin/sleep 1; done`

/** Ours, and of a program that is no more. */
const isLeft = (parent: string, name: string): boolean => {
  const pid = Number(/^evengate-look-(\d+)-/.exec(name)?.[1])
  if (!Number.isInteger(pid) || isAlive(pid)) return false
  try {
    const found = lstatSync(join(parent, name))
    return found.isDirectory() && found.uid === process.getuid?.()
  } catch {
    return false // gone meanwhile
  }
}

const sweep = (parent: string): void => {
  for (const name of readdirSync(parent))
    if (isLeft(parent, name)) rmSync(join(parent, name), { recursive: true, force: true })
}

const removeAtEnd = (folder: string): void => {
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'evengate-look', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
    detached: true,
  })
  guard.unref()
  guard.on('error', () => log('warning', 'look_guard_missing'))
  guard.stdin.on('error', () => {
    // It is gone: the next look removes what this one leaves.
  })
}

/** Makes it (0700), after whatever killed looks have left was removed. */
export const openLookFolder = (): { readonly folder: string; readonly remove: () => void } => {
  const parent = tmpdir()
  sweep(parent)
  const folder = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  removeAtEnd(folder)
  return { folder, remove }
}
