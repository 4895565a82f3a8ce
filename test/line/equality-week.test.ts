// The equality alarm on a real gate, from a week that lies in its record: card and code worse than face stand at the gate, in status, log,
// record and report, and go to the broker; fewer tries than may be judged say nothing. And a key that nobody could press for a week takes
// its keypad out of the ways that count, until it is not told any more.

import { expect, onTestFinished, test } from 'vitest'
import type { Clock, MonotonicMs, Path, WallMs } from '../../config/words.ts'
import { systemClock } from '../../config/words.ts'
import { bucketName, DAY_MS, dayOf, type Tally, tallyName } from '../../daemon/core/path-counts.ts'
import { LEAST_TRIES } from '../../daemon/core/path-judgement.ts'
import { createWatchers } from '../../daemon/happening.ts'
import { describeEvent } from '../../daemon/mqtt/event.ts'
import { watchPaths } from '../../daemon/path-watch.ts'
import type { EqualityReport } from '../../daemon/report/equality.ts'
import type { DeviceState } from '../../drivers/protocol.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { makePlace, openLedger, openReads } from '../store/place.ts'
import { addCamera } from './camera-plan.ts'
import { type GatePlace, makeGatePlace, prepareStore, readLedger } from './gate-place.ts'
import { runGate } from './running-gate.ts'

const TIMEZONE = 'Asia/Shanghai'
type Week = Partial<
  Readonly<Record<Path, { readonly opened: number; readonly failed: number; readonly tookMs: number }>>
>

/** Of the last seven days, in the store of a gate that does not run yet. */
const playWeek = (place: GatePlace, week: Week) =>
  prepareStore(place, async ({ ledger }) => {
    const day = (dayOf(Date.now() as WallMs, TIMEZONE) - 2 * DAY_MS) as WallMs
    for (const path of ['card', 'keypad', 'face'] as const) {
      const { opened, failed, tookMs } = week[path] ?? { opened: 0, failed: 0, tookMs: 0 }
      const add = (what: string, times: number) => ledger.count({ side: 'entry', path, what, times, wall: day })
      const tally = (one: Tally, times: number) => add(tallyName(one), times)
      if (opened > 0) tally('opened', opened)
      if (opened > 0) add(bucketName(tookMs), opened)
      if (failed > 0) tally('failed', failed)
      if (opened + failed > 0) tally('read', opened + failed)
    }
  })

test('card slower and code failing more than face stand at the gate, in status, log, record, report and broker', async () => {
  await using place = await makeGatePlace(addCamera)
  await playWeek(place, {
    card: { opened: LEAST_TRIES, failed: 0, tookMs: 1400 },
    keypad: { opened: LEAST_TRIES - 2, failed: 2, tookMs: 300 },
    face: { opened: LEAST_TRIES, failed: 0, tookMs: 400 },
  })
  await using gate = await runGate(place, { waitFor: ['door', 'card', 'keypad'] })
  await gate.alarm('path_slower')
  await gate.alarm('path_fails_more')
  expect(await gate.ask('status')).toMatchObject({
    value: {
      flaws: [
        { side: 'entry', path: 'card', flaw: 'path_slower' },
        { side: 'entry', path: 'keypad', flaw: 'path_fails_more' },
      ],
    },
  })
  // What the lamp and the buzzer at the gate are told, in the same breath.
  for (const cause of ['path_slower', 'path_fails_more'])
    await waitUntil('the outlet', () => new RegExp(`alarm_stands.*${cause}`).test(gate.stderr()))
  await waitUntil('the record', () => readLedger(place, 'path_fails_more').length === 1)
  for (const kind of ['path_slower', 'path_fails_more']) {
    const [event] = readLedger(place, kind)
    expect(event && describeEvent(event)).toMatchObject({ topic: `event/${kind}` })
  }
  const { value } = (await gate.ask('report equality')) as { value: EqualityReport }
  const entry = value.sides.find(({ side }) => side === 'entry')
  expect(entry?.ways.map(({ path, worse }) => [path, worse.map(({ flaw }) => flaw)])).toEqual([
    ['card', ['path_slower']],
    ['keypad', ['path_fails_more']],
    ['face', []],
  ])
}, 60_000)

test.each<[string, Week['card']]>([
  ['one try fewer than may be judged', { opened: LEAST_TRIES - 1, failed: 0, tookMs: 4000 }],
  ['half a second slower and no more', { opened: 500, failed: 0, tookMs: 900 }],
  ['two in a hundred failing and no more', { opened: 490, failed: 10, tookMs: 400 }],
])(
  '%s is no alarm, while the keypad beside it is one',
  async (_, card) => {
    await using place = await makeGatePlace(addCamera)
    const face = { opened: 500, failed: 0, tookMs: 400 }
    await playWeek(place, { ...(card ? { card } : {}), keypad: { opened: LEAST_TRIES, failed: 0, tookMs: 4000 }, face })
    await using gate = await runGate(place, { waitFor: ['door', 'card'] })
    await gate.alarm('path_slower')
    const flaws = [{ side: 'entry', path: 'keypad', flaw: 'path_slower' }]
    expect(await gate.ask('status')).toMatchObject({ value: { flaws } })
    await waitUntil('the record', () => readLedger(place, 'path_slower').length === 1)
    expect(readLedger(place, 'path_fails_more')).toEqual([])
  },
  60_000,
)

test('a reader that answers and reads no card for a day, while faces pass, is suspect at the gate and in the record', async () => {
  await using place = await makeGatePlace(addCamera)
  await prepareStore(place, async ({ ledger }) => {
    const today = dayOf(Date.now() as WallMs, TIMEZONE)
    const on = (daysAgo: number, path: Path, tally: Tally, times: number) => {
      const wall = (today - daysAgo * DAY_MS) as WallMs
      ledger.count({ side: 'entry', path, what: tallyName(tally), times, wall })
    }
    for (const daysAgo of [5, 4, 3, 2]) on(daysAgo, 'card', 'read', 20)
    for (const daysAgo of [5, 4, 3, 2, 1]) on(daysAgo, 'keypad', 'read', 20)
    on(1, 'face', 'opened', 60)
  })
  await using gate = await runGate(place, { waitFor: ['door', 'card', 'keypad'] })
  await gate.alarm('path_suspect')
  const flaws = [{ side: 'entry', path: 'card', flaw: 'path_suspect' }]
  expect(await gate.ask('status')).toMatchObject({ value: { flaws } })
  await waitUntil('the record', () => readLedger(place, 'path_suspect').length === 1)
}, 60_000)

test('a key unseen for a week takes its keypad out of the ways, in the record too, and is over when it is told no more', async () => {
  let now = 1e9
  const clock: Clock = { wall: systemClock.wall, monotonic: () => now as MonotonicMs }
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  const watchers = createWatchers(clock)
  const up: readonly DeviceState[] = [
    { device: 'pad', side: 'entry', state: 'up' },
    { device: 'reader', side: 'entry', state: 'up' },
  ]
  const sides = {
    entry: {
      keypad: [{ id: 'pad', driver: 'simulated' as const, silenceMs: 1000 }],
      card: [{ id: 'reader', driver: 'simulated' as const }],
    },
  }
  const paths = watchPaths({
    config: { gate: 'south', sides, timeZone: TIMEZONE },
    ...{ clock, facts, ledger: opened.ledger, supervisor: { devices: () => up } },
    ...{ watch: watchers.watch, announce: watchers.announce },
  })
  onTestFinished(paths.stop)
  const stateOf = (device: string) => paths.judgeDevices(up).find((one) => one.device === device)?.state
  expect(stateOf('pad')).toBe('up')
  paths.hearFault('pad', 'key_unseen')
  await waitUntil('the flaw', () => paths.flaws().length === 1)
  expect(paths.flaws()).toEqual([{ side: 'entry', path: 'keypad', flaw: 'path_suspect' }])
  expect([stateOf('pad'), stateOf('reader')]).toEqual(['down', 'up'])
  const kinds = () => facts.tailLedger(5).map(({ kind }) => kind)
  await waitUntil('the record', () => kinds().includes('path_suspect'))
  // The part tells it every hour; twice that without a word, and the key was seen.
  now += 2 * 3_600_000
  await waitUntil('its end', () => paths.flaws().length === 0)
  expect(stateOf('pad')).toBe('up')
  await waitUntil('the record', () => kinds().includes('path_suspect_over'))
})
