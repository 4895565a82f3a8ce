// The lock that lets one door process serve a runtime folder, taken by real processes.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeLock } from '../../drivers/door/lock.ts'

let folder = ''
let path = ''
let children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-'))
  path = join(folder, 'lock.sock')
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  await rm(folder, { recursive: true, force: true })
})

/** Says whether it got the lock, then lives until killed. */
const program = `
  const { takeLock } = await import(process.argv[1])
  process.stdout.write(String(await takeLock(process.argv[2])))
  setInterval(() => undefined, 1000)
`
const startTaker = () => {
  const lock = new URL('../../drivers/door/lock.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, lock, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const got = new Promise<boolean>((resolve) => {
    child.stdout.once('data', (text: Buffer) => resolve(text.toString() === 'true'))
  })
  return { child, got }
}

test('a lock that is held is refused to this and any other process', async () => {
  expect(await takeLock(path)).toBe(true)
  expect(await takeLock(path)).toBe(false)
  expect(await startTaker().got).toBe(false)
})

test('a lock whose holder was killed is free', async () => {
  const holder = startTaker()
  expect(await holder.got).toBe(true)
  holder.child.kill('SIGKILL')
  await new Promise((resolve) => holder.child.once('exit', resolve))
  expect(await takeLock(path)).toBe(true)
})

test('of several that find a dead holder at once, one gets the lock', async () => {
  const holder = startTaker()
  await holder.got
  holder.child.kill('SIGKILL')
  await new Promise((resolve) => holder.child.once('exit', resolve))
  const got = await Promise.all(Array.from({ length: 4 }, () => startTaker().got))
  expect(got.filter(Boolean)).toHaveLength(1)
}, 60_000)

test('a folder that is not there is an error, not a lock', async () => {
  await expect(takeLock(join(folder, 'none', 'lock.sock'))).rejects.toThrow()
})
