// P1: the remedy. A pause or an open door that the law asked for comes in its time, outlives whatever fails, and ends when another
// way is back.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '../../config/settings.ts'
import { type Clock, type Mode, type Path, type Side, systemClock, type WallMs } from '../../config/words.ts'
import type { Status } from '../../daemon/commands/status.ts'
import { SETTLED_AFTER_MS } from '../../daemon/equality.ts'
import { adoptConfiguration } from '../../daemon/opening.ts'
import { openRemedy } from '../../daemon/remedy.ts'
import type { FacePauses, Standing } from '../../daemon/store/mirror.ts'
import { waitUntil } from '../drivers/play-main.ts'
import { addCamera } from '../line/camera-plan.ts'
import {
  addPerson,
  byOffice,
  type GatePlace,
  giveConsent,
  makeGatePlace,
  type OpenPlace,
  type Person,
  prepareStore,
  readLedger,
  take,
} from '../line/gate-place.ts'
import { type RunningGate, runGate, type Told } from '../line/running-gate.ts'

const HOUR_MS = 3_600_000
const START_LIMIT_MS = 40_000
const REMEDY_LIMIT_MS = SETTLED_AFTER_MS + 5000

const isFace =
  (state: 'up' | 'down') =>
  (told: Told): told is Extract<Told, { kind: 'part' }> =>
    told.kind === 'part' && told.part === 'face' && told.state === state

type Written = { name: string; because: string }

/** A remedy on a store that answers as told, and then well. */
const playRemedy = (
  remedy: string,
  answers: readonly string[] = [],
  before: FacePauses = {},
  more: object = { guard: 'the gate house' },
  hour = 12,
) => {
  const told: string[] = []
  const written: Written[] = []
  const left = [...answers]
  let mode: Mode = 'controlled'
  const write = async (name: string, args: { because?: string }) => {
    written.push({ name, because: args.because ?? '' })
    const code = left.shift() ?? 'ok'
    return code === 'ok' ? { ok: true, value: {} } : { ok: false, code }
  }
  const recorded: string[] = []
  const record = async ({ payload }: { payload: { mode?: Mode } }) => {
    // What the door was when the record was asked for, and what the record says.
    recorded.push(`${mode} ${payload.mode}`)
    await (more as { disk?: Promise<void> }).disk
    return left.shift() === 'lost' ? { flag: 'lost' } : { seq: 1 }
  }
  const parts = {
    config: {
      ...{ gate: 'south', timeZone: 'UTC', clock: { trust: 'always' } },
      inequality: { remedy, graceHours: 1, ...more },
    } as Config,
    clock: { ...systemClock, wall: () => Date.UTC(2026, 2, 1, hour) as WallMs },
    facts: { lastWall: () => 0 as WallMs },
    ledger: { write, record } as Parameters<typeof openRemedy>[0]['ledger'],
    face: { pause: (side: Side, paused: boolean) => void told.push(`${side} ${paused}`) },
    mode: () => mode,
    setMode: (next: Mode) => {
      mode = next
    },
  }
  const { keep, tellFace } = openRemedy(parts, before)
  const tick = (...remedied: Side[]) => keep(new Set(remedied))
  return { ...parts, tick, tellFace, told, recorded, written: () => written.map(({ name }) => name) }
}

describe('the remedy that pauses face', () => {
  test('is written once, and told to the face part first', async () => {
    const { tick, told, written } = playRemedy('pause-face')
    await tick('entry')
    await tick('entry')
    expect(told).toEqual(['entry true'])
    expect(written()).toEqual(['pausePath'])
  })

  test.each(['store_full', 'write_unanswered'])('is written again after %s', async (code) => {
    const { tick, written } = playRemedy('pause-face', [code])
    await tick('entry')
    await tick('entry')
    await tick('entry')
    expect(written()).toEqual(['pausePath', 'pausePath'])
  })

  test('is lifted when the interval is over, again after a refusal', async () => {
    const { tick, told, written } = playRemedy('pause-face', ['ok', 'store_full'])
    await tick('entry')
    await tick()
    expect(told).toEqual(['entry true'])
    await tick()
    await tick()
    expect(told).toEqual(['entry true', 'entry false'])
    expect(written()).toEqual(['pausePath', 'resumePath', 'resumePath'])
  })

  test('is lifted though nobody heard whether it was written', async () => {
    const { tick, told } = playRemedy('pause-face', ['write_unanswered'])
    await tick('entry')
    await tick()
    expect(told).toEqual(['entry true', 'entry false'])
  })

  test('of a run before is known, told to each new face part, and lifted', async () => {
    const { tick, tellFace, told, written } = playRemedy('pause-face', [], { entry: 'inequality' })
    tellFace()
    await tick('entry')
    expect(written()).toEqual([])
    await tick()
    tellFace()
    expect(told).toEqual(['entry true', 'entry false'])
  })

  test('leaves the office’s own pause alone', async () => {
    const { tick, tellFace, told } = playRemedy('pause-face', ['path_paused', 'path_paused'], { entry: 'office' })
    await tick('entry')
    await tick()
    tellFace()
    expect(told).not.toContain('entry false')
    expect(told.at(-1)).toBe('entry true')
  })
})

describe('the remedy that holds open', () => {
  test('holds while a side needs it, and no longer', async () => {
    const { tick, mode } = playRemedy('hold-open')
    await tick('entry', 'exit')
    await tick('entry')
    expect(mode()).toBe('open')
    await tick()
    expect(mode()).toBe('controlled')
  })

  const window = (from: string, to: string, hour: number) =>
    playRemedy('hold-open', [], {}, { holdOpen: { from, to } }, hour)

  test.each([
    ['07:00', '22:00', 7],
    ['22:00', '07:00', 23],
    ['22:00', '07:00', 6],
  ])('without a guard from %s to %s: at %i it holds', async (from, to, hour) => {
    const { tick, mode, written } = window(from, to, hour)
    await tick('entry')
    expect([mode(), written()]).toEqual(['open', []])
  })

  test.each([
    ['07:00', '22:00', 22],
    ['22:00', '07:00', 7],
  ])('without a guard from %s to %s: at %i face pauses instead, and the door stays shut', async (from, to, hour) => {
    const { tick, mode, written } = window(from, to, hour)
    await tick('entry')
    expect([mode(), written()]).toEqual(['controlled', ['pausePath']])
  })

  test('with neither guard nor window nothing is held open', async () => {
    const { tick, mode } = playRemedy('hold-open', [], {}, {})
    await tick('entry')
    expect(mode()).toBe('controlled')
  })

  test('is recorded before the door opens and after it closes', async () => {
    const { tick, recorded } = playRemedy('hold-open')
    await tick('entry')
    await tick('entry')
    await tick()
    expect(recorded).toEqual(['controlled open', 'controlled controlled'])
  })

  test('holds nothing open that could not be recorded, and tries again', async () => {
    const { tick, mode } = playRemedy('hold-open', ['lost'])
    await tick('entry')
    expect(mode()).toBe('controlled')
    await tick('entry')
    expect(mode()).toBe('open')
  })

  test('holds nothing open whose need was over, or whose door was locked down, before the record stood', async () => {
    const disk = Promise.withResolvers<void>()
    const guard = 'the gate house'
    const late = playRemedy('hold-open', [], {}, { guard, disk: disk.promise })
    const locked = playRemedy('hold-open', [], {}, { guard, disk: disk.promise })
    const asked = [late.tick('entry'), locked.tick('entry'), late.tick()]
    locked.setMode('lockdown')
    disk.resolve()
    await Promise.all(asked)
    expect([late.mode(), locked.mode()]).toEqual(['controlled', 'lockdown'])
  })

  test('lifts no lockdown', async () => {
    const { tick, mode, setMode } = playRemedy('hold-open')
    setMode('lockdown')
    await tick('entry')
    await tick()
    expect(mode()).toBe('lockdown')
  })
})

describe('what the store keeps', () => {
  const face = { gate: 'south', side: 'entry' as Side, path: 'face' as Path }
  const adopt = async ({ config, model, ledger, facts }: OpenPlace): Promise<Standing> => {
    const store = { ledger, facts, templateKeyFile: undefined, close: async () => undefined }
    const { intervals, facePauses } = take(await adoptConfiguration(config, model, store))
    return { intervals, facePauses }
  }

  test('an open interval is found by the next start, and by the one after', async () => {
    await using place = await makeGatePlace()
    await prepareStore(place, async (open) => {
      const record = (kind: string, side: string, more = {}) =>
        open.ledger.record({ kind: `inequality_${kind}`, payload: { gate: 'south', side, ...more } })
      expect(await adopt(open)).toEqual({ intervals: {}, facePauses: {} })
      await record('opened', 'entry', { openedAt: 1000 })
      await record('opened', 'exit', { openedAt: 2000 })
      expect((await adopt(open)).intervals).toEqual({
        entry: { openedAt: 1000, remedied: false },
        exit: { openedAt: 2000, remedied: false },
      })
      await record('remedy', 'entry')
      await record('closed', 'exit')
      const left = { entry: { openedAt: 1000, remedied: true } }
      expect((await adopt(open)).intervals).toEqual(left)
      expect((await adopt(open)).intervals).toEqual(left)
      await record('closed', 'entry')
      expect((await adopt(open)).intervals).toEqual({})
    })
  })

  test('a pause of the remedy neither takes the place of the office’s nor lifts it', async () => {
    await using place = await makeGatePlace()
    await prepareStore(place, async (open) => {
      const { ledger } = open
      take(await ledger.write('pausePath', { ...face, because: 'office' }, byOffice))
      expect(await ledger.write('pausePath', { ...face, because: 'inequality' }, byOffice)).toMatchObject({
        code: 'path_paused',
      })
      expect(await ledger.write('resumePath', { ...face, because: 'inequality' }, byOffice)).toMatchObject({
        code: 'path_paused',
      })
      expect((await adopt(open)).facePauses).toEqual({ entry: 'office' })
      take(await ledger.write('resumePath', face, byOffice))
      take(await ledger.write('pausePath', { ...face, because: 'inequality' }, byOffice))
      take(await ledger.write('pausePath', { ...face, because: 'inequality' }, byOffice))
      expect((await adopt(open)).facePauses).toEqual({ entry: 'inequality' })
      take(await ledger.write('resumePath', { ...face, because: 'inequality' }, byOffice))
      expect((await adopt(open)).facePauses).toEqual({})
    })
  })
})

describe('at a running gate', () => {
  const earlier: Clock = { ...systemClock, wall: () => (Date.now() - 2 * HOUR_MS) as WallMs }
  /** A run before this one noticed two hours ago that face was alone; the grace is one. */
  const leaveInterval = (place: GatePlace) =>
    prepareStore(
      place,
      ({ ledger }) => ledger.record({ kind: 'inequality_opened', payload: { gate: 'south', side: 'entry' } }),
      earlier,
    )
  const unplugAll = async (gate: RunningGate) => {
    await gate.play('entry-card', { unplug: true })
    await gate.play('entry-keypad', { unplug: true })
  }

  describe('with pause-face', () => {
    let place: GatePlace
    let person: Person
    beforeAll(async () => {
      place = await makeGatePlace((plan) => {
        addCamera(plan)
        plan.inequality = { graceHours: 1, remedy: 'pause-face' }
      })
      await leaveInterval(place)
      person = await prepareStore(place, async (open) => {
        const added = await addPerson(open)
        await giveConsent(open, added)
        return added
      })
    }, START_LIMIT_MS)
    afterAll(() => place?.[Symbol.asyncDispose]())

    const expectFacePaused = async (gate: RunningGate) =>
      waitUntil('a face part that rests', async () => {
        const asked = await gate.ask('face enrol', { resident: person.residentId, side: 'entry' })
        return !asked.ok && asked.code === 'path_paused'
      })

    test('the grace of a run before counts, and the pause outlives a killed face part and a restart', async () => {
      {
        await using gate = await runGate(place)
        await unplugAll(gate)
        await gate.alarm('inequality_remedy', REMEDY_LIMIT_MS)
        await waitUntil('the record', () => readLedger(place, 'path_paused').length === 1)
        await expectFacePaused(gate)
        process.kill(gate.pidOf('face') ?? -1, 'SIGKILL')
        await gate.next(isFace('down'))
        await gate.next(isFace('up'), START_LIMIT_MS)
        await expectFacePaused(gate)
      }
      await using gate = await runGate(place)
      await expectFacePaused(gate)
      expect(readLedger(place, 'path_paused')).toHaveLength(1)
      expect(readLedger(place, 'inequality_opened')).toHaveLength(1)
    }, 60_000)
  })

  test('with hold-open the door is held open again after main was killed', async () => {
    await using place = await makeGatePlace((plan) => {
      addCamera(plan)
      plan.inequality = { graceHours: 1, remedy: 'hold-open', guard: 'the gate house' }
    })
    await leaveInterval(place)
    const expectOpen = (gate: RunningGate) =>
      waitUntil(
        'a door held open',
        async () => {
          const status = await gate.ask('status')
          return status.ok && (status.value as Status).mode === 'open'
        },
        REMEDY_LIMIT_MS,
      )
    {
      await using gate = await runGate(place)
      await unplugAll(gate)
      await expectOpen(gate)
      await waitUntil('the record', () => readLedger(place, 'inequality_remedy').length === 1)
      gate.kill('SIGKILL')
      await gate.exited()
    }
    await using gate = await runGate(place)
    await expectOpen(gate)
    expect(readLedger(place, 'inequality_remedy')).toHaveLength(1)
  }, 60_000)
})
