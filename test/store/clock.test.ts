// The law's clock: after a boot in 1970 nothing that has ended comes back to life, and an hour in 2099 does not end everything for
// good. What the ledger says is the latest time is counted again here in plain code.

import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { type Clock, systemClock, type WallMs } from '../../config/words.ts'
import { isClockTrusted } from '../../daemon/clock.ts'
import { openFacts } from '../../daemon/store/facts.ts'
import { readSqliteCode } from '../../daemon/store/handles.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { countLatest, openRaw, rowOf, tellTime } from './law.ts'
import { ask, enrolFace, makePlace, mirror, office, openLedger, openReads, type Place, refusal, take } from './place.ts'

const dayMs = 86_400_000
const clockAt = (wall: number): Clock => ({ ...systemClock, wall: () => wall as WallMs })
const in2099 = Date.UTC(2099, 0, 1)
const event = { kind: 'probe', payload: {} }

/** One run of the gate by a clock that says `wall`; what it leaves is read by the next. */
const runAt = async <T>(
  place: Place,
  wall: number,
  work: (opened: Awaited<ReturnType<typeof openLedger>>) => Promise<T>,
  clockSet = true,
): Promise<T> => {
  const opened = await openLedger(place, { clock: clockAt(wall), clockSet: () => clockSet })
  const worked = await work(opened)
  await opened.ledger.record(event)
  await opened.ledger.stop()
  return worked
}

const latestOf = (place: Place): number => {
  const { store, close } = take(openWriter(place))
  try {
    return countLatest(store)
  } finally {
    close()
  }
}

const enrolled = async (place: Place) =>
  runAt(place, Date.now(), async (opened) => {
    take(await mirror(opened.ledger))
    return enrolFace(opened.ledger, openReads(opened))
  })

const readFace = (place: Place, wall: number, credentialId: string) => {
  const facts = take(openFacts({ ...place, boot: 'b' }))
  onTestFinished(facts.close)
  return ask(facts, [{ path: 'face', credentialId }], { wall: wall as WallMs }).proofs[0]?.credential
}

test('an expired consent stays expired after a boot in 1970, however much happens there', async () => {
  const place = makePlace()
  const { faceId, residentId } = await enrolled(place)
  await runAt(place, Date.now() + 366 * dayMs, async () => undefined)
  await runAt(place, 1000, async ({ ledger }) => {
    for (let count = 0; count < 5; count += 1) await ledger.record(event)
    const templates = [{ sealed: Buffer.alloc(9), wrappedKey: Buffer.alloc(9) }]
    expect(refusal(await ledger.write('addTemplates', { residentId, model: 'model-1', templates }, office))).toBe(
      'consent_missing',
    )
  })
  expect(readFace(place, 1000, faceId)).toMatchObject({ consent: 'missing' })
})

test('a card revoked before the boot in 1970 stays lost', async () => {
  const place = makePlace()
  const { faceId, card } = await enrolled(place)
  await runAt(place, Date.now(), ({ ledger }) =>
    ledger.write('revokeCredential', { credentialId: card.credentialId, because: 'lost' }, office),
  )
  await runAt(place, Date.now() + 8 * dayMs, async () => undefined)
  await runAt(place, 1000, async () => undefined)
  expect(readFace(place, 1000, faceId)).toMatchObject({ otherWayLost: true })
})

test('a card revoked by a clock of 1970 or 2099 is dated by the record, so that the grace has its days and its end', async () => {
  for (const wrong of [1000, in2099]) {
    const place = makePlace()
    const { faceId, card } = await enrolled(place)
    await runAt(place, wrong, ({ ledger }) =>
      ledger.write('revokeCredential', { credentialId: card.credentialId, because: 'lost' }, office),
    )
    const lost = (days: number) => readFace(place, Date.now() + days * dayMs, faceId)?.otherWayLost
    expect([wrong, lost(6), lost(8)]).toEqual([wrong, false, true])
  }
})

test('a clock behind the record is refuted though the operator vouches for it, also after events of its own', async () => {
  const place = makePlace()
  const before = Date.now()
  await runAt(place, before, async () => undefined)
  const opened = await openLedger(place, { clock: clockAt(1000) })
  const facts = openReads(opened)
  await opened.ledger.record(event)
  expect(facts.lastWall()).toBe(before)
  expect(isClockTrusted('always', 1000 as WallMs, facts.lastWall())).toBe(false)
  expect(isClockTrusted('always', before as WallMs, facts.lastWall())).toBe(true)
})

test('an hour in 2099 moves nothing, is not trusted, and is over when the clock is right again', async () => {
  const place = makePlace()
  const before = Date.now()
  const { faceId } = await enrolled(place)
  await runAt(place, in2099, async () => undefined)
  expect(latestOf(place)).toBeLessThan(before + 60_000)
  expect(isClockTrusted('always', in2099 as WallMs, before as WallMs)).toBe(false)
  expect(readFace(place, Date.now(), faceId)).toMatchObject({ consent: 'current', otherWayLost: false })
})

test('a clock that nobody has set moves nothing', async () => {
  const place = makePlace()
  await runAt(place, Date.now() + 5 * dayMs, async () => undefined, false)
  expect(latestOf(place)).toBe(0)
  const facts = take(openFacts({ ...place, boot: 'b' }))
  onTestFinished(facts.close)
  expect(facts.tailLedger(5).map(({ kind }) => kind)).toContain('probe')
})

test('the office accepts a clock, forward over a leap and back from one, and never one of 1970', async () => {
  const place = makePlace()
  const start = Date.now()
  const accept = (wall: number) =>
    runAt(place, wall, async ({ ledger }) => refusal(await ledger.write('acceptClock', {}, office)))
  await runAt(place, start, async () => undefined)
  expect([await accept(in2099), latestOf(place)]).toEqual(['accepted', in2099])
  expect([await accept(start + dayMs), latestOf(place)]).toEqual(['accepted', start + dayMs])
  expect([await accept(1000), latestOf(place)]).toEqual(['clock_untrusted', start + dayMs])
})

test('the schema takes no row that tells another latest time than its rule', () => {
  const store = openRaw()
  const start = Date.now()
  const walls = fc.oneof(
    fc.integer({ min: 0, max: in2099 }),
    fc.integer({ min: -2, max: 2 }).map((days) => start + days * dayMs),
    fc.integer({ min: 398, max: 402 }).map((days) => start + days * dayMs),
  )
  const row = fc.record({
    wall: walls,
    clockSet: fc.boolean(),
    kind: fc.constantFrom('attempt', 'attempt', 'attempt', 'clock_accepted'),
    lie: fc.constantFrom(0, 0, 1, -1, dayMs),
  })
  const insert = (sql: string): string => {
    try {
      store.exec(sql)
      return 'done'
    } catch (error) {
      if (readSqliteCode(error) === undefined || !(error instanceof Error)) throw error
      return error.message
    }
  }
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
      store.exec('BEGIN')
      try {
        for (const { lie, ...told } of rows) {
          const latest = tellTime(countLatest(store), told)
          const met = insert(`INSERT ${rowOf(store, { ...told, latest: latest + lie })}`)
          const early = told.kind === 'clock_accepted' && told.wall < Date.UTC(2025, 0, 1)
          expect([told, met]).toEqual([told, early ? 'clock_untrusted' : lie === 0 ? 'done' : 'ledger_broken'])
        }
        expect(store.prepare('SELECT coalesce(max(seq), 0) AS n FROM ledger').get()).toEqual({
          n: store.prepare('SELECT 1 FROM ledger').all().length,
        })
      } finally {
        store.exec('ROLLBACK')
      }
    }),
    { numRuns: 100 },
  )
})
