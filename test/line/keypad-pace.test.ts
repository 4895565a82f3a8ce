// A keypad under attack, on the gate's own line and on a clock that only the test moves: who waits, for how long, and who does not.

import { beforeEach, describe, expect, test } from 'vitest'
import type { MonotonicMs } from '../../config/words.ts'
import { freeWrong, PAUSE_LIMIT_MS } from '../../daemon/core/keypad-pace.ts'
import type { Facts } from '../../daemon/core/types.ts'
import { type Gate, openGate } from '../../daemon/gate.ts'
import type { GateWorld } from '../../daemon/gate-world.ts'
import type { Reading } from '../../drivers/protocol.ts'
import type { Sign } from '../../drivers/signal/contract.ts'

const RIGHT = '483920'
let now = 0
let due: { at: number; work: () => void }[] = []
let signs: Sign[] = []
let judged: string[] = []
let waited: (number | undefined)[] = []
let faults: string[] = []
let gate: Gate

/** Everybody is known; the slow hash is the code itself, in so many bytes. */
const world: GateWorld = {
  gate: 'south',
  clock: { wall: () => 0 as never, monotonic: () => now as MonotonicMs },
  later: (afterMs, work) => {
    const one = { at: now + afterMs, work }
    due.push(one)
    return () => {
      due = due.filter((other) => other !== one)
    }
  },
  facts: {
    cardKey: () => [],
    pinChallenge: () => ({ salt: Buffer.alloc(16), parameters: { memoryKib: 8, passes: 1, parallelism: 1 } }),
    hashCode: async () => Buffer.alloc(32),
    readFacts: (query): Facts => ({
      ...query,
      twoFactor: [],
      proofs: query.proofs.map(({ path, ...proof }) => ({
        path,
        pathPaused: false,
        codeRight: path === 'keypad' && 'number' in proof && String(proof.number).startsWith('1'),
        credential: {
          ...{ id: 'c_a', kind: path === 'card' ? 'card' : 'pin', residentId: 'r_a', revoked: false, lockedOut: false },
          residentSuspended: false,
          rights: [{ kind: 'always' }],
        },
      })),
    }),
  },
  record: async (_, { proofs: [proof] }, __, { outcome, reason }) => {
    judged.push(outcome === 'grant' ? `${proof?.path} in` : reason)
    waited.push(proof?.path === 'keypad' ? proof.waitedFrom : undefined)
    return { ref: String(judged.length), kept: 'stored' }
  },
  door: { open: () => true },
  signal: { show: (_, sign) => signs.push(sign) },
  askFace: () => undefined,
  menus: {
    open: () => undefined,
    isOpen: () => false,
    choose: async () => undefined,
    close: () => undefined,
    closeUntouched: () => undefined,
  },
  circumstances: () => ({
    mode: 'controlled',
    wall: 0 as never,
    monotonic: now as MonotonicMs,
    clockTrusted: true,
    timeZone: 'UTC',
    graceDays: 7,
  }),
  claimFace: () => undefined,
  twoFactor: () => [],
  sideOf: () => 'entry',
  onAttempt: () => undefined,
  onFlood: () => undefined,
  onFault: (code) => void faults.push(code),
}

/** Numbers that begin with 1 are typed with their right code, all others with a wrong one. */
const typed = (number: string, device = 'keypad', frame: 'open' | 'menu' = 'open'): Reading => ({
  ...{ type: 'reading', path: 'keypad', device, at: now as MonotonicMs },
  keys: { frame, number, code: RIGHT },
})
const type = async (number: string, device?: string, frame?: 'open' | 'menu') => {
  gate.take(typed(number, device, frame))
  await gate.settle()
}
const tap = async () => {
  const card = { kind: 'iso14443_3', identifier: '04aa', random: false } as const
  gate.take({ type: 'reading', path: 'card', device: 'reader', at: now as MonotonicMs, card })
  await gate.settle()
}
const pass = async (ms: number) => {
  const until = now + ms
  for (let next = due.sort((a, b) => a.at - b.at)[0]; next && next.at <= until; next = due[0]) {
    due = due.filter((one) => one !== next)
    now = Math.max(now, next.at)
    next.work()
    await gate.settle()
  }
  now = until
}
/** Until the keypad pauses as long as it ever does. */
const guess = async (count: number, number = '99') => {
  for (let n = 0; n < count; n++) {
    await type(number)
    await pass(PAUSE_LIMIT_MS)
  }
}

beforeEach(() => {
  now = 1000
  due = []
  signs = []
  judged = []
  waited = []
  faults = []
  gate = openGate(world)
})

describe('a keypad at which somebody guesses', () => {
  test('says wait instead of judging the sixth wrong code at once, and judges it when the pause is over', async () => {
    for (let n = 0; n < freeWrong; n++) await type('99')
    await type('99')
    expect(judged).toHaveLength(freeWrong)
    expect(signs.at(-1)).toBe('wait')
    await pass(999)
    expect(judged).toHaveLength(freeWrong)
    await pass(1)
    expect(judged).toHaveLength(freeWrong + 1)
  })

  test('delays a right code typed amid the guesses by nine seconds at most, and lets him in once', async () => {
    await guess(freeWrong + 10)
    await type('99')
    const typedAt = now + 20
    await pass(20)
    await type('12042')
    for (let n = 0; n < 40 && !judged.includes('keypad in'); n++) {
      await pass(230)
      await type('99')
    }
    expect(judged.filter((one) => one === 'keypad in')).toHaveLength(1)
    expect(now - typedAt).toBeLessThanOrEqual(PAUSE_LIMIT_MS + 230)
    expect(waited[judged.indexOf('keypad in')]).toBe(typedAt)
    expect(signs).toContain('granted')
    expect(faults).toEqual([])
  })

  test('judges no more guesses than one in nine seconds, however fast they are typed', async () => {
    await guess(freeWrong + 10)
    const before = judged.length
    for (let n = 0; n < 900; n++) {
      await type(String(90_000 + (n % 20)))
      await pass(100)
    }
    expect(judged.length - before).toBeLessThanOrEqual(90_000 / PAUSE_LIMIT_MS + 1)
  })

  test('takes a right code at once when the pause is over, and costs nobody after him anything', async () => {
    await guess(freeWrong + 10)
    for (const number of ['12042', '12043', '12044']) await type(number)
    expect(judged.slice(-3)).toEqual(['keypad in', 'keypad in', 'keypad in'])
    expect(due).toEqual([])
  })

  test('costs a card, and another keypad, nothing', async () => {
    await guess(freeWrong + 10)
    await type('99')
    await tap()
    expect(judged.at(-1)).toBe('card in')
    await type('12042', 'other')
    expect(judged.at(-1)).toBe('keypad in')
  })

  test('is no faster by the menu', async () => {
    for (let n = 0; n < freeWrong; n++) await type('99', 'keypad', n % 2 === 0 ? 'menu' : 'open')
    await type('99', 'keypad', 'menu')
    expect(judged).toHaveLength(freeWrong)
    expect(signs.at(-1)).toBe('wait')
  })

  test('judges nobody any more who waited when the gate was stopped', async () => {
    for (let n = 0; n < freeWrong; n++) await type('99')
    await type('12042')
    gate.stop()
    await pass(60_000)
    expect(judged).toHaveLength(freeWrong)
  })

  test('is as it was after ten quiet minutes', async () => {
    await guess(freeWrong + 10)
    await pass(600_000)
    const before = judged.length
    for (let n = 0; n < freeWrong; n++) await type('99')
    expect(judged.length - before).toBe(freeWrong)
  })
})
