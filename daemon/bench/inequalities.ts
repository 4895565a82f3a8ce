// How soon a gate notices that face alone is left on a side: its pcscd dies, its keypad is pulled out, its card process is killed as often
// as it comes back. Called by bench.ts.
//
// Measured from outside: from just before the blow to the first reading of the record that has the interval. Each blow falls on a gate and
// a store of its own. What a machine has no program for is left out, and said to be.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { systemClock } from '../../config/words.ts'
import type { Measurement } from './figures.ts'
import { type GateRun, isFaceUp, readDevices, startGate, waitFor } from './gate-run.ts'
import type { Lab } from './lab.ts'
import { openReaderService, openSerialLine, type Plug } from './plug-parts.ts'
import { ask } from './withdrawals.ts'

const START_LIMIT_MS = 30_000
const NOTICE_LIMIT_MS = 20_000
const OTHER = 'other-way'

const events = v.array(v.object({ kind: v.string() }))

type Blow = 'pcscd_killed' | 'device_removed' | 'process_killed'
/** The way beside the face, and what strikes it: once, and then again whenever the record was looked at. */
type Struck = {
  readonly entry: object
  readonly env: Readonly<Record<string, string>>
  readonly strike: (gate: GateRun) => Promise<void>
  readonly again: (gate: GateRun) => void
  readonly close: () => Promise<void>
}

const pulled = (path: 'card' | 'keypad', { settings, env, pull, close }: Plug): Struck => ({
  entry: { [path]: [{ id: OTHER, ...settings }] },
  env,
  strike: pull,
  again: () => undefined,
  close,
})

const killCardProcess = (gate: GateRun): void => {
  const pid = gate.processes().find(({ name }) => name === 'card')?.pid
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
}

const openers: Readonly<Record<Blow, (lab: Lab) => Promise<Struck | undefined>>> = {
  pcscd_killed: async ({ runtimeDirectory }) => {
    const service = await openReaderService(runtimeDirectory)
    return service && pulled('card', service)
  },
  device_removed: async ({ runtimeDirectory }) => {
    const line = await openSerialLine(runtimeDirectory)
    return line && pulled('keypad', line)
  },
  process_killed: async () => ({
    entry: { card: [{ id: OTHER, driver: 'simulated' }] },
    env: {},
    strike: async (gate) => killCardProcess(gate),
    again: killCardProcess,
    close: async () => undefined,
  }),
}

const writeGate = (
  lab: Lab,
  blow: Blow,
  entry: object,
): { readonly configFile: string; readonly remove: () => void } => {
  const folder = dirname(lab.doorGate)
  const configFile = join(folder, `${blow}.yaml`)
  const gate = JSON.parse(readFileSync(lab.doorGate, 'utf8')) as { readonly store: object }
  const directory = join(folder, `store-${blow}`)
  const face = [{ id: 'entry-camera', driver: 'folder' }]
  const own = {
    store: { ...gate.store, directory, keysDirectory: `${directory}-keys` },
    sides: {
      entry: { ...entry, face },
      // Where a consent is confirmed and withdrawn: no gate with a camera is without.
      exit: { keypad: [{ id: 'exit-keypad', driver: 'simulated' }] },
    },
  }
  writeFileSync(configFile, JSON.stringify({ ...gate, ...own }))
  return {
    configFile,
    remove: () => {
      for (const path of [configFile, directory, `${directory}-keys`]) rmSync(path, { recursive: true, force: true })
    },
  }
}

const isRecorded = async (gate: GateRun): Promise<boolean> => {
  const answer = await ask(gate, 'log tail', { count: 50 })
  return answer.ok && v.parse(events, answer.value).some(({ kind }) => kind === 'inequality_opened')
}

const isOtherUp = async (gate: GateRun): Promise<boolean> =>
  (await readDevices(gate)).some(({ device, state }) => device === OTHER && state === 'up')

const timeNotice = async (gate: GateRun, blow: Blow, { strike, again }: Struck): Promise<number> => {
  await waitFor(gate, `${blow}: both ways`, START_LIMIT_MS, async () =>
    (await isFaceUp(gate).catch(() => false)) && (await isOtherUp(gate)) ? true : undefined,
  )
  const since = systemClock.monotonic()
  await strike(gate)
  await waitFor(gate, `${blow} noticed`, NOTICE_LIMIT_MS, async () => {
    if (await isRecorded(gate)) return true
    again(gate)
    return undefined
  })
  return systemClock.monotonic() - since
}

const measureBlow = async (lab: Lab, blow: Blow): Promise<number | undefined> => {
  const struck = await openers[blow](lab)
  if (!struck) return undefined
  const { configFile, remove } = writeGate(lab, blow, struck.entry)
  const gate = startGate(configFile, lab.runtimeDirectory, struck.env)
  try {
    return await timeNotice(gate, blow, struck)
  } finally {
    await gate.stop()
    await struck.close()
    remove()
  }
}

export type InequalityOptions = { readonly lab: Lab; readonly rounds: number; readonly say: (line: string) => void }

export const measureInequalities = async ({ lab, rounds, say }: InequalityOptions): Promise<Measurement> => {
  const worst = new Map<Blow, number>()
  const missing: Blow[] = []
  for (const blow of ['pcscd_killed', 'device_removed', 'process_killed'] as const) {
    say(`until face alone is noticed: ${blow}`)
    for (let round = 0; round < rounds; round++) {
      const took = await measureBlow(lab, blow)
      if (took === undefined) {
        missing.push(blow)
        break
      }
      worst.set(blow, Math.max(worst.get(blow) ?? 0, took))
    }
  }
  const left = missing.length === 0 ? {} : { not_measured: missing.join(', ') }
  return { worst: Math.max(...worst.values()), of: Object.fromEntries(worst), ...left }
}
