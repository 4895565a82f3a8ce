// `run` while it runs: a reload judges first, keeps the door, and goes on answering.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { type Gate, startGate, until } from './start-gate.ts'

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate?.stop())

type Settings = { sides: { entry: Record<string, unknown>; exit?: unknown }; door: { pulseMs: number } }
const read = (): Settings => parse(readFileSync(gate.configFile, 'utf8')) as Settings
const reload = (settings: Settings) => {
  writeFileSync(gate.configFile, stringify(settings))
  gate.child.kill('SIGHUP')
}
const doorPid = () => readFileSync(join(gate.runtimeDirectory, 'door.pid'), 'utf8')
const logged = (code: string) => until(code, () => gate.log().includes(code) || undefined)

test('a refused configuration never replaces the running one', async () => {
  const good = read()
  reload({ ...good, sides: { entry: { face: good.sides.entry['face'] } } })
  await logged('reload_refused')
  expect(gate.log()).toMatch(/face must never be the only way/)
  expect((await gate.status()).sides.entry?.card).toMatchObject([{ state: 'up' }])
  // Commands still find the gate by the file that was refused.
  expect((await gate.cli('status')).code).toBe(0)
  writeFileSync(gate.configFile, stringify(good))
})

test('a good one does, with the same door process, and the next command is answered', async () => {
  const door = doorPid()
  const good = read()
  const { card: _, ...entry } = good.sides.entry
  reload({ ...good, sides: { ...good.sides, entry } })
  await logged('gate_reloaded')
  await until('a status without a card reader', async () => {
    const { sides, door: doorState } = await gate.status()
    return (
      (sides.entry?.card === undefined && doorState === 'up' && sides.entry?.keypad?.[0]?.state === 'up') || undefined
    )
  })
  expect(doorPid()).toBe(door)
  expect((await gate.cli('open')).code).toBe(0)
})

test('a gate that is ended says so with 0 and leaves no part behind', async () => {
  const pid = Number(doorPid())
  gate.child.kill('SIGTERM')
  await until('the end', () => gate.child.exitCode ?? undefined)
  expect(gate.child.exitCode).toBe(0)
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  expect((await gate.cli('status')).stderr).toContain('daemon_absent')
  expect(gate.log()).toContain('"gate_stopped"')
  const again = await startGate({ folder: { ...gate } })
  const events = (await again.ask('log tail')) as readonly { readonly kind: string }[]
  const kinds = events.map(({ kind }) => kind)
  expect(kinds.slice(kinds.indexOf('gate_stopped'))).toEqual([
    'gate_stopped',
    'configuration_effective',
    ...kinds.slice(kinds.indexOf('gate_stopped') + 2),
  ])
  await again.stop()
})
