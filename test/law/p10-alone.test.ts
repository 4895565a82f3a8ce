// P10: no network, no broker, no correct clock is needed to let in a resident with round-the-clock rights.

import { describe, expect, test } from 'vitest'
import { systemClock, type WallMs } from '../../config/words.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { addPerson, type GatePlace, makeGatePlace, prepareStore, storeKeyOf, take } from '../line/gate-place.ts'
import { runGate } from '../line/running-gate.ts'
import { needPart } from '../parts.ts'

const ALL_WEEK = 7
const DAY_MINUTES = 1440

/** Hours around the clock, but hours: whoever has them needs a date. */
const addSchedule = (place: GatePlace, id: string) => {
  const { store, close } = take(openWriter({ file: place.storeFile, key: storeKeyOf(place) }))
  store.prepare("INSERT INTO schedule (id, name, kind) VALUES (?, ?, 'weekly')").run(id, id)
  const segment = store.prepare('INSERT INTO schedule_segment VALUES (?, ?, 0, ?)')
  for (let weekday = 1; weekday <= ALL_WEEK; weekday++) segment.run(id, weekday, DAY_MINUTES)
  close()
}

/** A gate whose record ends two hours ahead: this machine woke up in the past. */
const twoHoursAhead = { ...systemClock, wall: () => (systemClock.wall() + 2 * 3_600_000) as WallMs }

describe('P10 alone', () => {
  test.skipIf(!needPart('unshare'))('without a network and with a clock that is behind', async () => {
    await using place = await makeGatePlace()
    await prepareStore(place, async () => undefined)
    addSchedule(place, 'hours')
    const [always, hours] = await prepareStore(
      place,
      async (open) => [await addPerson(open), await addPerson(open, { scheduleId: 'hours' })] as const,
      twoHoursAhead,
    )
    await using gate = await runGate(place, { within: ['unshare', '-n'] })

    await gate.play('entry-card', { tap: always.card })
    const granted = await gate.attempt('card')
    expect(granted.decision).toMatchObject({ outcome: 'grant', reason: 'right' })
    await gate.relayOn(granted)
    await gate.play('entry-keypad', { keys: `${always.number}*${always.code}#` })
    expect((await gate.attempt('keypad')).decision).toMatchObject({ outcome: 'grant', reason: 'right' })

    await gate.play('entry-card', { tap: hours.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'deny', reason: 'clock_untrusted' })
    await gate.play('exit-card', { tap: hours.card })
    const leaving = (await gate.attempt('card')).decision
    expect(leaving).toMatchObject({ outcome: 'grant', reason: 'exit', notes: ['clock_untrusted'] })
  })
})
