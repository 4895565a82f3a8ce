// The contract of a door's lines, kept by the simulated door. The drivers with real lines keep it in test/machine.

import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { openSimulatedDoor } from '../../drivers/door/simulated.ts'
import { playDevice } from '../../drivers/simulation.ts'
import { type DoorBench, doorContract, motorContract } from './door-hardware-contract.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eg-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const createBench = (): DoorBench => ({
  open: async ({ motor = false, ...wiring } = { exitButton: true, contact: true, fire: true }) => {
    const wires = motor ? { motor: { obstacle: true, stop: true, close: true } } : {}
    return openSimulatedDoor({ ...wiring, ...wires }, folder, systemClock)
  },
  motor: (name) =>
    readFileSync(join(folder, 'motor-log'), 'utf8')
      .split('\n')
      .findLast((line) => line.includes(` ${name} `))
      ?.endsWith('on') === true,
  relay: () => readFileSync(join(folder, 'relay-log'), 'utf8').trimEnd().endsWith('on'),
  drive: async (name, active) => {
    const order = {
      fire: { fire: active },
      exitButton: { button: active },
      guardButton: { guard: active },
      obstacle: { obstacle: active },
      contact: { contact: active ? 'open' : 'closed' },
    }
    await playDevice(folder, 'door', order[name])
  },
})

describe('the simulated door', () => {
  for (const { name, check } of [...doorContract, ...motorContract]) test(name, () => check(createBench()))
})
