// The line on a small world: people, a record and a door that are lists. What the running daemon does is in the other files here.

import { beforeEach, describe, expect, test } from 'vitest'
import { type MonotonicMs, type Path, reveal, type Side } from '../../config/words.ts'
import type { Attempt, Facts } from '../../daemon/core/types.ts'
import { type Gate, openGate } from '../../daemon/gate.ts'
import type { GateWorld, RecordRef } from '../../daemon/gate-world.ts'
import type { ProofQuery } from '../../daemon/store/facts.ts'
import type { Reading } from '../../drivers/protocol.ts'
import type { Sign } from '../../drivers/signal/contract.ts'

let now = 0
let kept: RecordRef['kept'] = 'stored'
let doorThere = true
let twoFactor = false
let pairs: [Path, Path][] = []
let told: { opened: string[]; signs: Sign[]; menus: string[]; attempts: string[]; faults: string[]; claims: string[] }
let gate: Gate

/** Everybody whose identifier or number begins with 1 is resident a, with 2 resident b; nobody else is known. */
const credentialOf = (query: ProofQuery, name: string) => {
  const residentId = name.startsWith('1') ? 'r_a' : 'r_b'
  const kind = query.path === 'keypad' ? 'pin' : query.path
  return {
    id: `c_${query.path}_${name}`,
    kind,
    residentId,
    revoked: false,
    lockedOut: false,
    residentSuspended: false,
    rights: [{ kind: 'always' }],
  } as const
}
const nameOf = (query: ProofQuery): string | undefined => {
  if (query.path === 'card') return query.token && Buffer.from(query.token[0]?.hash ?? []).toString('hex')
  return query.path === 'keypad' ? query.number : query.credentialId
}

const world: GateWorld = {
  gate: 'south',
  clock: { wall: () => 0 as never, monotonic: () => now as MonotonicMs },
  facts: {
    // Nothing is hashed here: the token is the identifier, so that a test can say whose card it is.
    cardKey: (identifier) => [{ generation: 1, hash: reveal(identifier) }],
    pinChallenge: () => ({ salt: Buffer.alloc(16), parameters: { memoryKib: 8, passes: 1, parallelism: 1 } }),
    hashCode: async () => Buffer.alloc(32),
    readFacts: (query): Facts => ({
      ...query,
      twoFactor: twoFactor ? pairs : [],
      proofs: query.proofs.map((proof) => {
        const name = nameOf(proof)
        const known = name !== undefined && /^[12]/.test(name)
        return {
          path: proof.path,
          pathPaused: false,
          codeRight: known,
          ...(known ? { credential: credentialOf(proof, name) } : {}),
        }
      }),
    }),
  },
  record: async (_, attempt: Attempt) => {
    told.attempts.push(attempt.proofs.map(({ path }) => path).join('+'))
    return { ref: String(told.attempts.length), kept }
  },
  door: {
    open: (ref) => {
      if (doorThere) told.opened.push(ref)
      return doorThere
    },
  },
  signal: { show: (_, sign) => told.signs.push(sign) },
  askFace: () => undefined,
  menus: {
    open: (_: Side, residentId: string) => void told.menus.push(`open ${residentId}`),
    close: () => void told.menus.push('close'),
    isOpen: () => false,
    choose: async () => undefined,
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
  claimFace: (_, residentId) => void told.claims.push(residentId),
  twoFactor: () => (twoFactor ? pairs : []),
  sideOf: () => 'entry',
  onAttempt: () => undefined,
  onFlood: () => undefined,
  onFault: (code) => void told.faults.push(code),
}

const tap = (identifier: string): Reading => {
  return {
    type: 'reading',
    path: 'card',
    device: 'reader',
    at: now as MonotonicMs,
    card: { kind: 'iso14443_3', identifier, random: false },
  }
}
const type = (frame: 'open' | 'menu', number: string): Reading => ({
  type: 'reading',
  path: 'keypad',
  device: 'keypad',
  at: now as MonotonicMs,
  keys: { frame, number, code: '471100' },
})
const choice = (digits: string): Reading => ({
  type: 'reading',
  path: 'keypad',
  device: 'keypad',
  at: now as MonotonicMs,
  keys: { frame: 'choice', digits },
})
const look = (credential: string): Reading => ({
  type: 'reading',
  path: 'face',
  device: 'camera',
  at: now as MonotonicMs,
  credential,
  standing: 'certain',
})
const give = async (reading: Reading) => {
  gate.take(reading)
  await gate.settle()
}

beforeEach(() => {
  now = 1000
  kept = 'stored'
  doorThere = true
  twoFactor = false
  pairs = [['card', 'keypad']]
  told = { opened: [], signs: [], menus: [], attempts: [], faults: [], claims: [] }
  gate = openGate(world)
})

describe('the line', () => {
  test('the same answer by card, code and face is the same sign', async () => {
    for (const reading of [tap('11'), type('open', '11'), look('11'), tap('91'), type('open', '91'), look('91')])
      await give(reading)
    expect(told.signs).toEqual([...Array(3).fill('granted'), ...Array(3).fill('denied')])
  })

  test('records, then opens with the name of the record', async () => {
    await give(tap('1a'))
    expect(told).toMatchObject({ attempts: ['card'], opened: ['1'], signs: ['granted'] })
  })

  test('a grant of which no record could be kept opens nothing and is not shown as granted', async () => {
    kept = 'lost'
    await give(tap('1a'))
    expect(told).toMatchObject({ opened: [], signs: ['refused'] })
  })

  test('a grant held in memory opens', async () => {
    kept = 'journaled'
    await give(tap('1a'))
    expect(told.opened).toEqual(['1'])
  })

  test('a grant without a door is not shown as granted', async () => {
    doorThere = false
    await give(tap('1a'))
    expect(told.signs).toEqual(['refused'])
  })

  test('a code that cannot be hashed and a choice that fails are answered, open nothing and hold up nobody', async () => {
    const broken = { ...world.facts, hashCode: () => Promise.reject(new Error('out of memory')) }
    const menus = { ...world.menus, isOpen: () => true, choose: () => Promise.reject(new Error('the disk is gone')) }
    gate = openGate({ ...world, facts: broken, menus })
    await give(type('open', '1204'))
    await give(choice('9'))
    expect(told).toMatchObject({ opened: [], signs: ['refused', 'refused'], faults: ['reading_failed', 'menu_failed'] })
    await give(tap('10'))
    expect(told.opened).toEqual(['1'])
  })

  test('a reading that waited over two seconds opens nothing', async () => {
    const old = tap('1a')
    now = 3001
    await give(old)
    expect(told).toMatchObject({ opened: [], attempts: [], faults: ['reading_stale'] })
  })

  test('a stray key does not spoil a tap that waits for its code', async () => {
    twoFactor = true
    await give(tap('1a'))
    await give(choice('7'))
    await give(type('open', '1204'))
    expect(told.attempts).toEqual(['keypad', 'card+keypad'])
    expect(told.opened).toEqual(['2'])
  })
})

describe('whose face is asked for', () => {
  test('is told when his card or code came first and may be followed by a face', async () => {
    twoFactor = true
    pairs = [
      ['card', 'face'],
      ['face', 'keypad'],
    ]
    await give(tap('1a'))
    await give(type('open', '2204'))
    expect(told.claims).toEqual(['r_a', 'r_b'])
  })

  test('is not told where no face may follow, nor for a card that nobody holds, a wrong code or a face', async () => {
    twoFactor = true
    await give(tap('1a'))
    pairs = [
      ['card', 'face'],
      ['face', 'keypad'],
    ]
    await give(tap('3a'))
    await give(type('open', '3204'))
    await give(look('1_face'))
    twoFactor = false
    await give(tap('1a'))
    expect(told.claims).toEqual([])
  })
})

describe('the menu at the keypad', () => {
  test('is offered to whoever taps, also while a second proof is awaited', async () => {
    twoFactor = true
    await give(tap('1a'))
    expect(told.menus).toEqual(['open r_a'])
  })

  test('is not handed back to somebody who gave up before the next one tapped', async () => {
    twoFactor = true
    await give(tap('1a'))
    await give(tap('2b'))
    expect(told.menus.at(-1)).toBe('open r_b')
  })

  test('ends when somebody else opens by code or is refused a menu of his own', async () => {
    await give(tap('1a'))
    await give(type('open', '2301'))
    expect(told.menus).toEqual(['open r_a', 'close'])
    await give(tap('1a'))
    await give(type('menu', '9999'))
    expect(told.menus.slice(2)).toEqual(['open r_a', 'close'])
  })

  test('is neither opened nor ended by a face or a mistyped key', async () => {
    await give(tap('1a'))
    await give(look('2b'))
    await give(choice('33'))
    expect(told.menus).toEqual(['open r_a'])
  })
})
