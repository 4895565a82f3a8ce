// What keeps a door's lines open, over a played driver and a played clock: absent lines, lost lines, a relay that does not obey.

import { describe, expect, test } from 'vitest'
import type { RealDoor } from '../../config/settings.ts'
import { done, failed, type MonotonicMs, type Result, type WallMs } from '../../config/words.ts'
import { createDebounce } from '../../drivers/door/debounce.ts'
import { type Input, type LineDriver, openLines, type Relay } from '../../drivers/door/lines.ts'

const input = { line: 1, active: 'high', debounceMs: 30 } as const
const settings: RealDoor = {
  driver: 'gpiochip',
  chip: 'played',
  pulseMs: 500,
  pulseLimitMs: 1000,
  heldAfterMs: 1000,
  staffHold: false,
  relay: { line: 0, active: 'high' },
  exitButton: input,
  contact: { ...input, line: 2 },
}

/** A chip whose lines can be taken away and stuck. */
const playDoor = () => {
  const world = {
    now: 0,
    relay: false,
    stuck: false,
    relayOpens: 0,
    exitButton: false,
    contact: false,
    obstacle: false,
    gone: new Set<string>(),
    closed: [] as string[],
  }
  const guarded = <T>(name: string, act: () => T): Result<T> =>
    world.gone.has(name) ? failed('chip_lost') : done(act())
  const lineOf = (name: 'relay' | 'exitButton' | 'contact' | 'obstacle'): Input => ({
    read: () => guarded(name, () => world[name]),
    close: () => {
      world.closed.push(name)
    },
  })
  const driver: LineDriver = {
    openOutput: () => {
      if (world.gone.has('relay')) return failed('chip_missing')
      world.relayOpens++
      world.relay = false
      const relay: Relay = {
        ...lineOf('relay'),
        write: (on) =>
          guarded('relay', () => {
            if (!world.stuck) world.relay = on
            return undefined
          }),
      }
      return done(relay)
    },
    openInput: (name) =>
      name === 'fire' || name === 'guardButton' || world.gone.has(name)
        ? failed('line_busy', 'another program')
        : done(lineOf(name)),
    close: () => Promise.resolve(),
  }
  const clock = { monotonic: () => world.now as MonotonicMs, wall: () => 0 as WallMs }
  const levels = (door: ReturnType<typeof openLines>) => {
    const read = door.readInputs()
    if (read.kind !== 'done') throw new Error(read.kind)
    return read.value
  }
  return { world, open: (more: Partial<RealDoor> = {}) => openLines({ ...settings, ...more }, driver, clock), levels }
}

describe('a line that is absent', () => {
  test('is told by its code and tried again each second', () => {
    const { world, open, levels } = playDoor()
    world.gone.add('relay')
    const door = open()
    expect(levels(door).fault).toBe('chip_missing')
    expect(door.setRelay(true)).toEqual({ kind: 'fault', code: 'chip_missing' })
    world.gone.clear()
    world.now = 999
    expect(levels(door).fault).toBe('chip_missing')
    world.now = 1000
    expect(levels(door).fault).toBeUndefined()
  })

  test('takes no other line along', () => {
    const { world, open, levels } = playDoor()
    world.gone.add('contact')
    const door = open()
    world.exitButton = true
    expect(levels(door)).toEqual({ fire: false, exitButton: true, contact: 'none', fault: 'line_busy' })
    expect(door.setRelay(true).kind).toBe('done')
  })
})

describe('a line that is lost', () => {
  test('keeps the level that was last read', () => {
    const { world, open, levels } = playDoor()
    const door = open()
    world.contact = true
    expect(levels(door).contact).toBe('open')
    world.gone.add('contact')
    world.contact = false
    expect(levels(door)).toEqual({ fire: false, exitButton: false, contact: 'open', fault: 'chip_lost' })
    expect(world.closed).toEqual(['contact'])
  })

  test('comes back energised when that is still wanted, and only then', () => {
    const { world, open, levels } = playDoor()
    const door = open()
    door.setRelay(true)
    world.gone.add('relay')
    levels(door)
    world.gone.clear()
    world.now = 1000
    levels(door)
    expect(world).toMatchObject({ relay: true, relayOpens: 2 })

    world.gone.add('relay')
    levels(door)
    expect(door.setRelay(false).kind).toBe('fault')
    world.gone.clear()
    world.now = 2000
    levels(door)
    expect(world).toMatchObject({ relay: false, relayOpens: 3 })
  })
})

describe('a light barrier', () => {
  const motor = { impulseMs: 300, travelMs: 1000, holdOffSeconds: 0, obstacleAfterSeconds: 60 }

  test('that cannot be read counts as interrupted, from the start and when it is lost: somebody may stand there', () => {
    const { world, open, levels } = playDoor()
    world.gone.add('obstacle')
    const door = open({ motor: { ...motor, obstacle: { ...input, line: 3 } } })
    expect(levels(door).obstacle).toBe(true)
    world.gone.delete('obstacle')
    world.now = 1000
    expect(levels(door).obstacle).toBe(false)
    world.gone.add('obstacle')
    expect(levels(door)).toMatchObject({ obstacle: true, fault: 'chip_lost' })
  })

  test('that is not wired says nothing', () => {
    const { open, levels } = playDoor()
    expect(levels(open({ motor }))).not.toHaveProperty('obstacle')
  })
})

describe('a relay', () => {
  test('that does not obey is stuck, and stays open for the next try', () => {
    const { world, open, levels } = playDoor()
    const door = open()
    world.stuck = true
    expect(door.setRelay(true)).toEqual({ kind: 'fault', code: 'relay_stuck' })
    expect(levels(door).fault).toBe('relay_stuck')
    world.stuck = false
    expect(levels(door).fault).toBeUndefined()
    expect(world).toMatchObject({ relay: true, relayOpens: 1 })
  })

  test('that somebody else moved is put back at the next look', () => {
    const { world, open, levels } = playDoor()
    const door = open()
    world.relay = true
    expect(levels(door).fault).toBeUndefined()
    expect(world.relay).toBe(false)
  })

  test('is not opened again after the end', async () => {
    const { world, open, levels } = playDoor()
    const door = open()
    await door.close()
    world.now = 10_000
    expect(door.setRelay(false)).toEqual({ kind: 'fault', code: 'line_closed' })
    levels(door)
    expect(world).toMatchObject({ relayOpens: 1, closed: ['relay', 'exitButton', 'contact'] })
  })
})

describe('debounce', () => {
  const at = (ms: number) => ms as MonotonicMs

  test('counts the first level at once', () => {
    expect(createDebounce(30).count(true, at(0))).toBe(true)
  })

  test('counts a level when it has stood for its time, not a millisecond before', () => {
    const debounce = createDebounce(30)
    debounce.count(false, at(0))
    debounce.move(at(100))
    expect(debounce.count(true, at(129))).toBe(false)
    expect(debounce.count(true, at(130))).toBe(true)
  })

  test('begins anew with every edge', () => {
    const debounce = createDebounce(30)
    debounce.count(false, at(0))
    debounce.move(at(100))
    debounce.move(at(120))
    expect(debounce.count(true, at(149))).toBe(false)
    expect(debounce.count(true, at(150))).toBe(true)
  })

  test('counts a level whose edge was lost, from when it was seen', () => {
    const debounce = createDebounce(30)
    debounce.count(false, at(0))
    expect(debounce.isMoving()).toBe(false)
    expect(debounce.count(true, at(500))).toBe(false)
    expect(debounce.isMoving()).toBe(true)
    expect(debounce.count(true, at(530))).toBe(true)
    expect(debounce.isMoving()).toBe(false)
  })

  test('forgets a level that went back', () => {
    const debounce = createDebounce(30)
    debounce.count(false, at(0))
    expect(debounce.count(true, at(500))).toBe(false)
    expect(debounce.count(false, at(510))).toBe(false)
    expect(debounce.count(true, at(900))).toBe(false)
  })
})
