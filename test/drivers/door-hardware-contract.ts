// What every driver of a door's lines must keep, as cases that need no test framework: the simulated door runs them in vitest,
// gpiochip and onoff inside a machine with simulated GPIO (test/machine). A case fails by throwing.

import { deepEqual, equal } from 'node:assert/strict'
import type { DoorHardware } from '../../drivers/door/contract.ts'
import type { InputName } from '../../drivers/door/lines.ts'
import { waitUntil } from './play-main.ts'

export type Wiring = Readonly<Record<Exclude<InputName, 'guardButton' | 'obstacle'>, boolean>> & {
  readonly guardButton?: boolean
  /** A gate motor's light barrier, its stop and its close. */
  readonly motor?: boolean
}

/** One door's wires, seen from the other end. */
export type DoorBench = {
  /** Inputs rest. */
  readonly open: (wiring?: Wiring) => Promise<DoorHardware>
  /** Energised, as a lock would feel it. */
  readonly relay: () => boolean
  /** The motor's contact is closed. */
  readonly motor: (name: 'stop' | 'close') => boolean
  readonly drive: (name: InputName, active: boolean) => Promise<void>
}

export type ContractCase = { readonly name: string; readonly check: (bench: DoorBench) => Promise<void> }

/** Of every input of a bench with real lines. */
export const DEBOUNCE_MS = 30
const withGuard = { fire: true, exitButton: true, contact: true, guardButton: true } as const
const withMotor = { fire: true, exitButton: true, contact: true, motor: true } as const
const inert = { fire: false, exitButton: false, contact: 'closed' } as const

export const levelsOf = (door: DoorHardware) => {
  const read = door.readInputs()
  return read.kind === 'done' ? read.value : read
}

const isPressed = (door: DoorHardware): boolean => {
  const levels = levelsOf(door)
  return 'exitButton' in levels && levels.exitButton
}

const withDoor =
  (check: (door: DoorHardware, bench: DoorBench) => Promise<void>, wiring?: Wiring) => async (bench: DoorBench) => {
    const door = await bench.open(wiring)
    try {
      await check(door, bench)
    } finally {
      await door.close()
    }
  }

const seesInput = (input: InputName, active: object, wiring?: Wiring, rest: object = inert): ContractCase => ({
  name: `reads ${input} as it stands`,
  check: withDoor(async (door, { drive }) => {
    for (const on of [true, false, true, false]) {
      await drive(input, on)
      const wanted = JSON.stringify(on ? { ...rest, ...active } : rest)
      await waitUntil(`${input} ${on}`, () => JSON.stringify(levelsOf(door)) === wanted)
    }
  }, wiring),
})

export const doorContract: readonly ContractCase[] = [
  {
    name: 'begins with the relay and every input at rest',
    check: withDoor(async (door, { relay }) => {
      equal(relay(), false)
      deepEqual(levelsOf(door), inert)
    }),
  },
  {
    name: 'energises the relay and puts it at rest, as the other end sees it',
    check: withDoor(async (door, { relay }) => {
      for (const on of [true, false, true, true, false, false]) {
        deepEqual(door.setRelay(on), { kind: 'done', value: undefined })
        equal(relay(), on)
      }
    }),
  },
  {
    name: 'keeps the relay while it reads the inputs',
    check: withDoor(async (door, { relay, drive }) => {
      door.setRelay(true)
      await drive('exitButton', true)
      await waitUntil('pressed', () => isPressed(door))
      equal(relay(), true)
    }),
  },
  seesInput('exitButton', { exitButton: true }),
  seesInput('fire', { fire: true }),
  seesInput('contact', { contact: 'open' }),
  seesInput('guardButton', { guardButton: true }, withGuard, { ...inert, guardButton: false }),
  {
    name: 'reads inputs that are not wired as at rest',
    check: withDoor(async (door) => deepEqual(levelsOf(door), { fire: false, exitButton: false, contact: 'none' }), {
      fire: false,
      exitButton: false,
      contact: false,
    }),
  },
  {
    name: 'wakes for every move of an input, when its level counts',
    check: withDoor(async (door, { drive }) => {
      let seen = false
      door.onEdge(() => {
        const levels = levelsOf(door)
        seen = 'fire' in levels && levels.fire
      })
      for (const on of [true, false, true, false]) {
        await drive('fire', on)
        await waitUntil(`woken for ${on}`, () => seen === on)
      }
    }),
  },
  {
    name: 'wakes as well for a move that a look came upon before its edge was told',
    check: withDoor(async (door, { drive }) => {
      let seen = false
      door.onEdge(() => {
        const levels = levelsOf(door)
        seen = 'fire' in levels && levels.fire
      })
      for (let n = 1; n <= 40; n++) {
        const on = n % 2 === 1
        const driven = drive('fire', on)
        // Without a turn of the loop, in which an edge could be told; afterwards no other look is taken.
        for (const until = performance.now() + DEBOUNCE_MS / 2; performance.now() < until; ) levelsOf(door)
        await driven
        await waitUntil(`woken for ${on}`, () => seen === on)
      }
    }),
  },
  {
    name: 'puts an energised relay at rest when it is closed',
    check: async (bench) => {
      const door = await bench.open()
      door.setRelay(true)
      await door.close()
      equal(bench.relay(), false)
    },
  },
  {
    name: 'neither moves nor throws when it is used after its end',
    check: async (bench) => {
      const door = await bench.open()
      await door.close()
      door.setRelay(false)
      equal(bench.relay(), false)
    },
  },
  {
    name: 'lets go of its lines, so that the next one has them',
    check: async (bench) => {
      for (let n = 0; n < 3; n++)
        await withDoor(async (door) => {
          deepEqual(door.setRelay(true), { kind: 'done', value: undefined })
          deepEqual(levelsOf(door), inert)
        })(bench)
    },
  },
]

/** Of drivers that let go of a line with their process: on no other is a motor moved. */
export const motorContract: readonly ContractCase[] = [
  seesInput('obstacle', { obstacle: true }, withMotor, { ...inert, obstacle: false }),
  {
    name: 'closes and opens the contacts of a motor, each by itself, as the other end sees them',
    check: withDoor(async (door, { relay, motor }) => {
      for (const name of ['stop', 'close'] as const)
        for (const on of [true, true, false, false]) {
          deepEqual(door.setMotor?.(name, on), { kind: 'done', value: undefined })
          deepEqual([motor('stop'), motor('close'), relay()], [name === 'stop' && on, name === 'close' && on, false])
        }
    }, withMotor),
  },
  {
    name: 'opens the contacts of a motor when it is closed',
    check: async (bench) => {
      const door = await bench.open(withMotor)
      for (const name of ['stop', 'close'] as const) door.setMotor?.(name, true)
      await door.close()
      deepEqual([bench.motor('stop'), bench.motor('close')], [false, false])
    },
  },
]

/** Only of lines that stand before anybody opens them. */
export const wiredContract: readonly ContractCase[] = [
  {
    name: 'reads levels that were there before it, without an edge',
    check: async (bench) => {
      for (const input of ['fire', 'exitButton', 'contact'] as const) await bench.drive(input, true)
      await withDoor(async (door) => deepEqual(levelsOf(door), { fire: true, exitButton: true, contact: 'open' }))(
        bench,
      )
    },
  },
  {
    name: 'does not count a level that stood shorter than its debounce',
    check: withDoor(async (door, { drive }) => {
      await drive('exitButton', true)
      await drive('exitButton', false)
      const until = performance.now() + 2 * DEBOUNCE_MS
      while (performance.now() < until) {
        deepEqual(levelsOf(door), inert)
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }),
  },
]
