// The relay in a storm on real lines (P7): a machine is booted again and again, its door and main are killed, frozen, ended and
// started by a seed, and the power fails at a random moment. A watcher outside the door's process looks at the line; every moment at
// which it was energised must have its cause. Prints its figure and its seed; EVENGATE_SEED=N repeats one.

import * as v from 'valibot'
import { expect, test } from 'vitest'
import { type Account, auditBoot, type Trace, trace } from './audit.ts'
import { bootMachine, kernel } from './boot.ts'
import { BLOW_MARK, ENOUGH, TRACE_MARK } from './say.ts'
import { type Chance, createChance } from './seeded.ts'
import { STORM_PULSE_LIMIT_MS, STORM_PULSE_MS } from './storm-limits.ts'

const BOOTS = 10
/** Of each boot, besides the boot itself and the power cut. */
const BLOWS = 8
const BOOT_LIMIT_MS = 180_000
/** The power fails this long after the last blow, at most. */
const CUT_WITHIN_MS = 1500

/**
 * Round and round. With gpiochip the kernel itself puts a dead door's relay at rest; with onoff a program must be started, which a
 * loaded machine delays: how long it takes is a figure of gpio.test.ts, here it must come.
 */
const doors = [
  { driver: 'gpiochip', active: 'high', restMs: 250 },
  { driver: 'onoff', active: 'high', restMs: 3000 },
  { driver: 'gpiochip', active: 'low', restMs: 250 },
  { driver: 'onoff', active: 'low', restMs: 3000 },
] as const
type StormDoor = (typeof doors)[number]

/** What a machine with one slow processor is granted besides the time in which it stood still. */
const LATE_MS = 250
/** And a door there for its first look and its first pulse, in which its code runs for the first time. */
const FIRST_MS = 500

type Boot = Account & {
  readonly traces: readonly Trace[]
  readonly blows: readonly string[]
  readonly door: string
  readonly longestGapMs: number
}

const BEFORE_MS = 4000
const AFTER_MS = 500

/** What was going on, for whoever must find out why. */
const tellStory = ({ door, traces, findings }: Boot): readonly string[] =>
  findings.map(({ what, from, until }) => {
    const round = traces.filter(({ at }) => at > from - BEFORE_MS && at < until + AFTER_MS)
    return [`${door}: ${what} from ${from} until ${until}`, ...round.map((one) => JSON.stringify(one))].join('\n')
  })

const bootOnce = async (path: string, door: StormDoor, chance: Chance): Promise<Boot> => {
  const traces: Trace[] = []
  const blows: string[] = []
  const seed = Math.floor(chance.next() * 2 ** 32)
  const cutMs = chance.between(0, CUT_WITHIN_MS)
  let enough = false
  const program = { file: 'storm.ts', env: { EVENGATE_STORM: `${seed},${door.driver},${door.active},${BLOWS}` } }
  const machine = bootMachine(path, program, BOOT_LIMIT_MS, (line) => {
    if (line.startsWith(TRACE_MARK)) traces.push(v.parse(trace, JSON.parse(line.slice(TRACE_MARK.length))))
    else if (line.startsWith(BLOW_MARK)) blows.push(line.slice(BLOW_MARK.length))
    else if (line === ENOUGH) {
      enough = true
      setTimeout(machine.cutPower, cutMs)
    }
  })
  const said = await machine.ended
  if (!enough) throw new Error(`the storm ended by itself: ${said}`)
  const { restMs } = door
  const limits = {
    pulseMs: STORM_PULSE_MS,
    pulseLimitMs: STORM_PULSE_LIMIT_MS,
    silenceMs: 2000,
    lateMs: LATE_MS,
    firstMs: FIRST_MS,
    restMs,
  }
  const gaps = traces.map((one) => (one.kind === 'gap' ? one.lastedMs : 0))
  return {
    ...auditBoot(traces, limits),
    ...{ traces, blows, door: `${door.driver}, active ${door.active}`, longestGapMs: Math.round(Math.max(0, ...gaps)) },
  }
}

test.skipIf(kernel === undefined)(
  'in a storm of boots, kills, stops, restarts and power cuts the relay is energised by its causes alone, and fire never locks',
  { timeout: BOOTS * BOOT_LIMIT_MS },
  async () => {
    const seed = Number(process.env['EVENGATE_SEED'] ?? Math.floor(Math.random() * 2 ** 32))
    process.stdout.write(`storm: EVENGATE_SEED=${seed}\n`)
    const chance = createChance(seed)
    const boots: Boot[] = []
    for (let n = 0; n < BOOTS; n++)
      boots.push(await bootOnce(kernel ?? '', doors[n % doors.length] ?? doors[0], chance))
    const count = (what: string) => boots.flatMap(({ findings }) => findings.filter((one) => one.what === what)).length
    const figure = {
      relay_without_cause: count('energised_without_cause'),
      locked_under_fire: count('at_rest_under_fire'),
      blows: 2 * boots.length + boots.flatMap((boot) => boot.blows).length,
      power_cuts: boots.length,
      energised: boots.reduce((sum, boot) => sum + boot.energised, 0),
      longest_gap_ms: Math.max(...boots.map((boot) => boot.longestGapMs)),
      seed,
    }
    process.stdout.write(`${JSON.stringify(figure)}\n`)
    expect(boots.flatMap(tellStory).join('\n\n')).toBe('')
    expect(figure.blows).toBeGreaterThanOrEqual(100)
    // A door that never opens keeps every rule as well.
    expect(Math.min(...boots.map((boot) => boot.energised))).toBeGreaterThan(0)
  },
)
