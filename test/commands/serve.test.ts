// The end of the control socket when the gate stops: what runs is waited for, and not for ever.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { done, type Result } from '../../config/words.ts'
import { type Served, serveCommands } from '../../daemon/commands/serve.ts'
import { callControl } from '../../daemon/control.ts'
import type { Daemon } from '../../daemon/daemon.ts'
import { ownSockets } from '../../daemon/sockets.ts'

type Serving = { readonly served: Served; readonly answer: Promise<Result<unknown>> }

/** A change of the office under way, on a gate of nothing but a ledger that `write` stands for. */
const startChange = async (write: () => Promise<Result<unknown>>): Promise<Serving> => {
  const runtimeDirectory = mkdtempSync(join(tmpdir(), 'eg-serve-'))
  onTestFinished(() => rmSync(runtimeDirectory, { recursive: true, force: true }))
  const begun = Promise.withResolvers<void>()
  const ledger = {
    write: () => {
      begun.resolve()
      return write()
    },
  }
  const served = serveCommands({ runtimeDirectory, ledger, sockets: ownSockets } as unknown as Daemon)
  const request = { command: 'household add', args: { room: '1204' } }
  const answer = callControl(join(runtimeDirectory, 'control.sock'), request, () => undefined)
  await begun.promise
  return { served, answer }
}

test('a change under way lands and is answered before the gate stops', async () => {
  const disk = Promise.withResolvers<void>()
  let landed = false
  const { served, answer } = await startChange(async () => {
    await disk.promise
    landed = true
    return done({ householdId: 'h_a' })
  })
  const closed = served.close().then(() => landed)
  disk.resolve()
  expect(await closed).toBe(true)
  expect(await answer).toMatchObject({ ok: true })
})

test('a change that hangs holds up the stop for a moment only', async () => {
  const { served } = await startChange(() => new Promise(() => undefined))
  const began = performance.now()
  await served.close()
  expect(performance.now() - began).toBeLessThan(4000)
})
