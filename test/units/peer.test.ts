// Who called, by the kernel: another user is another uid, whatever he writes.

import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readPeerUid } from '../../daemon/peer.ts'

const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

/** The uid that a caller of this user is seen with. */
const seenUid = async (uid: number): Promise<number | undefined> => {
  const folder = mkdtempSync(join(tmpdir(), 'eg-peer-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  const path = join(folder, 'a.sock')
  const called = Promise.withResolvers<Socket>()
  const server = createServer(called.resolve)
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(path, resolve))
  chmodSync(path, 0o666)
  const script = `require('node:net').connect(${JSON.stringify(path)}).write('I am root')`
  const child = spawn(process.execPath, ['-e', script], { uid, gid: uid, cwd: '/', stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const socket = await called.promise
  const seen = await readPeerUid(socket)
  socket.destroy()
  expect(await readPeerUid(socket)).toBeUndefined()
  return seen
}

test.skipIf(!isRoot)('nobody is nobody', async () => {
  expect(await seenUid(NOBODY)).toBe(NOBODY)
})

test('we are ourselves, and whoever has gone is no one', async () => {
  expect(await seenUid(process.getuid?.() ?? -1)).toBe(process.getuid?.())
})
