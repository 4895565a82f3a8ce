// The contract of a door's lines, kept by the simulated door. The drivers with real lines keep it in test/machine.

import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { openSimulatedDoor } from '../../drivers/door/simulated.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { type DoorBench, doorContract } from './door-hardware-contract.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const createBench = (): DoorBench => ({
  open: async (wiring = { exitButton: true, contact: true, fire: true }) =>
    openSimulatedDoor(wiring, folder, systemClock),
  relay: () => readFileSync(join(folder, 'relay-log'), 'utf8').trimEnd().endsWith('on'),
  drive: async (name, active) => {
    const order = {
      fire: { fire: active },
      exitButton: { button: active },
      guardButton: { guard: active },
      contact: { contact: active ? 'open' : 'closed' },
    }
    await playDevice(folder, 'door', order[name])
  },
})

describe('the simulated door', () => {
  for (const { name, check } of doorContract) test(name, () => check(createBench()))
})
