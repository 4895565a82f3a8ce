// The account that judges a storm on real lines (test/machine/storm.test.ts): it must find what it is there to find.

import { describe, expect, test } from 'vitest'
import { type AuditLimits, auditBoot, type Trace } from '../machine/audit.ts'

const limits: AuditLimits = { pulseMs: 300, pulseLimitMs: 1000, silenceMs: 2000, lateMs: 100, firstMs: 50, restMs: 250 }

const line = (from: number, until: number): Trace[] => [
  { kind: 'line', at: from, on: true },
  { kind: 'line', at: until, on: false },
]
const lives = (from: number, until: number): Trace[] => [
  { kind: 'door', at: from, life: 'started' },
  { kind: 'door', at: from + 10, life: 'ready' },
  { kind: 'door', at: until, life: 'dead' },
]
const press = (from: number, until: number): Trace[] => [
  { kind: 'button', at: from, down: true },
  { kind: 'button', at: until, down: false },
]
const judge = (...traces: readonly Trace[][]) =>
  auditBoot(
    traces.flat().toSorted((a, b) => a.at - b.at),
    limits,
  ).findings

describe('energised without a cause is', () => {
  test.each<[string, Trace[][]]>([
    ['a line that nobody asked for', [lives(0, 9000), line(500, 510)]],
    ['a line energised before the press', [lives(0, 9000), press(500, 600), line(490, 800)]],
    ['a pulse that does not end', [lives(0, 9000), [{ kind: 'order', at: 100, pulseMs: 300 }], line(110, 520)]],
    ['a press held beyond the limit', [lives(0, 9000), press(100, 5000), line(110, 1250)]],
    ['a line that outlives its door', [lives(0, 500), press(100, 5000), line(110, 760)]],
    ['fire without a door', [lives(0, 500), [{ kind: 'fire', at: 100, on: true }], line(110, 2000)]],
    [
      'an order given before the door lived',
      [lives(500, 900), [{ kind: 'order', at: 100, pulseMs: 700 }], line(510, 600)],
    ],
    ['a mode whose main is silent', [lives(0, 9000), [{ kind: 'mode', at: 100, mode: 'open' }], line(110, 2300)]],
    [
      'a mode that comes back by a late sign of life',
      [
        lives(0, 9000),
        [
          { kind: 'mode', at: 100, mode: 'open' },
          { kind: 'heard', at: 2300 },
        ],
        line(110, 2110),
        line(2310, 2400),
      ],
    ],
    [
      'a mode that ended',
      [
        lives(0, 9000),
        [
          { kind: 'mode', at: 100, mode: 'open' },
          { kind: 'mode', at: 500, mode: 'lockdown' },
        ],
        line(110, 700),
      ],
    ],
    [
      'a frozen door that was at rest',
      [
        lives(0, 9000),
        [
          { kind: 'door', at: 500, life: 'frozen' },
          { kind: 'door', at: 900, life: 'thawed' },
        ],
        line(600, 700),
      ],
    ],
  ])('%s', (_, traces) => {
    expect(judge(...traces).map(({ what }) => what)).toEqual(['energised_without_cause'])
  })
})

describe('explained is', () => {
  test.each<[string, Trace[][]]>([
    ['a line at rest', [lives(0, 9000)]],
    ['a press and its pulse', [lives(0, 9000), press(100, 200), line(110, 590)]],
    ['an order', [lives(0, 9000), [{ kind: 'order', at: 100, pulseMs: 300 }], line(105, 480)]],
    [
      'fire for as long as it lasts',
      [
        lives(0, 9000),
        [
          { kind: 'fire', at: 100, on: true },
          { kind: 'fire', at: 8000, on: false },
        ],
        line(110, 8050),
      ],
    ],
    [
      'a mode while main is heard',
      [
        lives(0, 9000),
        [
          { kind: 'mode', at: 100, mode: 'evacuation' },
          { kind: 'heard', at: 1500 },
        ],
        line(110, 3590),
      ],
    ],
    ['a button that is down when a door starts', [press(100, 4000), lives(2000, 9000), line(2100, 3050)]],
    ['a line that falls within the limit after its door died', [lives(0, 500), press(100, 5000), line(110, 740)]],
    [
      'an energised line whose door is frozen',
      [
        lives(0, 9000),
        press(100, 200),
        [
          { kind: 'door', at: 400, life: 'frozen' },
          { kind: 'door', at: 2000, life: 'thawed' },
        ],
        line(110, 2090),
      ],
    ],
    [
      'a press that a frozen door learns of later',
      [
        lives(0, 9000),
        [
          { kind: 'door', at: 400, life: 'frozen' },
          { kind: 'door', at: 2000, life: 'thawed' },
        ],
        press(500, 2500),
        line(2010, 2890),
      ],
    ],
    [
      'a press while a door starts, from when it has its inputs',
      [
        [
          { kind: 'door', at: 0, life: 'started' },
          { kind: 'door', at: 3000, life: 'ready' },
          { kind: 'door', at: 9000, life: 'dead' },
        ],
        press(500, 5000),
        line(3010, 4090),
      ],
    ],
    [
      'the end of a press or a fire that a starting door learns of when it works',
      [
        [
          { kind: 'door', at: 0, life: 'started' },
          { kind: 'door', at: 3000, life: 'ready' },
          { kind: 'door', at: 9000, life: 'dead' },
          { kind: 'fire', at: 2000, on: true },
          { kind: 'fire', at: 2500, on: false },
        ],
        press(2100, 2800),
        line(3040, 3440),
      ],
    ],
    [
      'an order that a door had no time to hear before it froze',
      [
        lives(0, 9000),
        [
          { kind: 'order', at: 490, pulseMs: 300 },
          { kind: 'door', at: 500, life: 'frozen' },
          { kind: 'door', at: 2000, life: 'thawed' },
        ],
        line(2010, 2390),
      ],
    ],
    [
      'what is late by as much as the machine stood still',
      [lives(0, 9000), press(100, 200), [{ kind: 'gap', at: 900, lastedMs: 420 }], line(110, 990)],
    ],
  ])('%s', (_, traces) => {
    expect(judge(...traces)).toEqual([])
  })
})

describe('at rest under fire is', () => {
  const fire: Trace[] = [
    { kind: 'fire', at: 100, on: true },
    { kind: 'fire', at: 5000, on: false },
  ]

  test('a door that does not release', () => {
    expect(judge(lives(0, 9000), fire)).toEqual([{ what: 'at_rest_under_fire', from: 200, until: 5000 }])
  })

  test('a door that locks again while it burns', () => {
    expect(judge(lives(0, 9000), fire, line(110, 800), line(820, 5010))).toEqual([
      { what: 'at_rest_under_fire', from: 800, until: 820 },
    ])
  })

  test('not a door that is dead, starting or frozen', () => {
    const frozen: Trace[] = [
      { kind: 'door', at: 60, life: 'frozen' },
      { kind: 'door', at: 900, life: 'thawed' },
    ]
    expect(judge(lives(0, 2000), lives(3000, 9000), fire, frozen, line(990, 2100), line(3060, 5050))).toEqual([])
  })
})
