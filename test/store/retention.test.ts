// Retention: what the settings say is gone is gone, in short slices, and the record still verifies. Nothing else can be taken back.

import { expect, onTestFinished, test } from 'vitest'
import { systemClock, type WallMs } from '../../config/words.ts'
import { chainStart } from '../../daemon/store/chain.ts'
import type { FactsReader } from '../../daemon/store/facts.ts'
import type { Ledger } from '../../daemon/store/ledger.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { purgeLimit } from '../../daemon/store/retention.ts'
import { rowOf, weaken, weakenings } from './law.ts'
import { decryptStore } from './pages.ts'
import {
  addPerson,
  ask,
  consentOf,
  giveCard,
  makePlace,
  mirror,
  office,
  openLedger,
  openReads,
  type Place,
  refusal,
  take,
  until,
} from './place.ts'

const dayMs = 86_400_000
const retention = { namedEventsDays: 30, equalityDays: 60, consentDays: 60 }
const byDaemon = { role: 'daemon', caller: 'retention' }

/** One run of the gate so many days ago. */
const runBefore = async (place: Place, days: number, work: (ledger: Ledger) => Promise<unknown>): Promise<void> => {
  const clock = { ...systemClock, wall: () => (Date.now() - days * dayMs) as WallMs }
  const { ledger } = await openLedger(place, { clock })
  await work(ledger)
  await ledger.stop()
}

const passAs = (ledger: Ledger, resident: string, kind = 'attempt') => ledger.record({ kind, payload: { resident } })

/** Kind and resident of every event, sorted: on a busy machine the journal brings some later, and says so in events of its own. */
const listTold = (facts: FactsReader): readonly string[] =>
  facts
    .tailLedger(50)
    .filter(({ kind }) => kind !== 'record_late')
    .map(({ kind, payload }) => `${kind} ${payload?.['resident'] ?? '-'}`)
    .sort()

const purgeAll = async (ledger: Ledger) => {
  const slices = []
  for (;;) {
    const purged = await ledger.write('purgeExpired', retention, byDaemon)
    if (!purged.ok) return { slices, end: purged.code }
    slices.push(purged.value)
  }
}

test('attempts and menus lose their resident after the days of the settings, office events do not, and the chain verifies', async () => {
  const place = makePlace()
  await runBefore(place, 31, async (ledger) => {
    await passAs(ledger, 'r_old')
    await passAs(ledger, 'r_old', 'menu')
    await passAs(ledger, 'r_old', 'door')
    take(await ledger.write('addHousehold', { room: '1' }, office))
  })
  await runBefore(place, 29, (ledger) => passAs(ledger, 'r_young'))
  const opened = await openLedger(place)
  const facts = openReads(opened)
  await passAs(opened.ledger, 'r_now')
  expect(await purgeAll(opened.ledger)).toEqual({
    slices: [{ events: 2, counters: 0, consents: 0, receipts: 0, requests: 0 }],
    end: 'nothing_expired',
  })
  const told = listTold(facts)
  expect(told).toEqual([
    ...['attempt -', 'attempt r_now', 'attempt r_young', 'door r_old', 'household_added -', 'menu -'],
    'retention_purged -',
  ])
  const purged = facts.tailLedger(20).find(({ kind }) => kind === 'retention_purged')
  expect(purged?.payload).toEqual({ events: 2, counters: 0, consents: 0, receipts: 0, requests: 0, by: byDaemon })
  expect(facts.verifySlice({ seq: 0, hash: chainStart }, 100)).toMatchObject({ ok: true })
})

test('an event of an unset clock is dated by the record, so that it is neither purged at once nor kept for ever', async () => {
  const place = makePlace()
  await runBefore(place, 40, (ledger) => passAs(ledger, 'r_old'))
  for (const wrong of [1000, Date.UTC(2099, 0, 1)]) {
    const clock = { ...systemClock, wall: () => wrong as WallMs }
    const { ledger } = await openLedger(place, { clock, clockSet: () => false })
    await passAs(ledger, 'r_wrong')
    await ledger.stop()
  }
  await runBefore(place, 10, (ledger) => passAs(ledger, 'r_young'))
  const { ledger } = await openLedger(place, {
    clock: { ...systemClock, wall: () => 1000 as WallMs },
  })
  await passAs(ledger, 'r_young')
  await ledger.stop()
  const opened = await openLedger(place)
  await purgeAll(opened.ledger)
  expect(listTold(openReads(opened))).toEqual([
    ...Array(3).fill('attempt -'),
    ...Array(2).fill('attempt r_young'),
    'retention_purged -',
  ])
})

test('who passed is in no old frame of the log either, while the gate runs on', async () => {
  const place = makePlace()
  await runBefore(place, 31, (ledger) => passAs(ledger, 'r_longago'))
  const opened = await openLedger(place)
  // The name comes into the log once more with the page that it shares.
  await passAs(opened.ledger, 'r_now')
  const tells = (resident: string) => decryptStore(place.file, place.key).includes(resident)
  expect(tells('r_longago')).toBe(true)
  await purgeAll(opened.ledger)
  await until(() => !tells('r_longago'))
  expect(tells('r_now')).toBe(true)
  expect(
    openReads(opened)
      .tailLedger(9)
      .map(({ kind }) => kind),
  ).not.toContain('templates_erased')
})

test('a purge goes in short slices', async () => {
  const place = makePlace()
  const more = 50
  await runBefore(place, 31, async (ledger) => {
    const all = Array.from({ length: 2 * purgeLimit + more }, (_, n) => passAs(ledger, `r_${n}`))
    await Promise.all(all)
  })
  const opened = await openLedger(place)
  const began = performance.now()
  const { slices } = await purgeAll(opened.ledger)
  console.log(`a slice of ${purgeLimit}: ${((performance.now() - began) / 3).toFixed(1)} ms with its round trip`)
  expect(slices.map(({ events }) => events)).toEqual([purgeLimit, purgeLimit, more])
})

test('counts and ended consents go after their days, with the names of guardian and witness', async () => {
  const place = makePlace()
  const names = { witness: 'witness Zhao', guardianName: 'guardian Qian', guardianBorn: '1987-06-05' }
  await runBefore(place, 61, async (ledger) => {
    take(await mirror(ledger))
    ledger.count({ side: 'entry', path: 'face', what: 'face_unknown' })
    const { householdId } = take(await ledger.write('addHousehold', { room: '1' }, office))
    const child = { householdId, name: 'x', guardianRequired: true, rights: [] }
    const { residentId } = take(await ledger.write('addResident', child, office))
    const consent = { ...consentOf(residentId), ...names, givenBy: 'guardian' as const }
    take(await ledger.write('recordConsent', consent, office))
    take(await ledger.write('withdrawConsent', { residentId }, office))
  })
  const has = () => Object.values(names).map((name) => decryptStore(place.file, place.key).includes(name))
  expect(has()).toEqual([true, true, true])
  const opened = await openLedger(place)
  const other = await addPerson(opened.ledger)
  take(await opened.ledger.write('recordConsent', consentOf(other), office))
  take(await opened.ledger.write('withdrawConsent', { residentId: other }, office))
  opened.ledger.count({ side: 'entry', path: 'face', what: 'face_unknown' })
  const facts = openReads(opened)
  expect((await purgeAll(opened.ledger)).slices).toEqual([
    { events: 0, counters: 1, consents: 1, receipts: 0, requests: 0 },
  ])
  expect(facts.showResident(other)?.consents).toHaveLength(1)
  await opened.ledger.stop()
  expect(facts.readCounters(0 as WallMs, Number.MAX_SAFE_INTEGER as WallMs)).toHaveLength(1)
  facts.close()
  expect(has()).toEqual([false, false, false])
})

test('receipts and requests go when the law wants them no longer, and not before', async () => {
  const place = makePlace()
  // Into the future: no clock from before this program was written is trusted, and none after a gate stood still for 400 days.
  for (const day of [0, 350, 700, 1050, 1400])
    await runBefore(place, -day, async (ledger) => {
      if (day === 0) take(await mirror(ledger))
      const residentId = await addPerson(ledger)
      const givenAt = (Date.now() + day * dayMs) as WallMs
      const dated = { givenAt, expiresAt: (givenAt + 100 * dayMs) as WallMs }
      take(await ledger.write('recordConsent', { ...consentOf(residentId), ...dated }, office))
      take(await ledger.write('withdrawConsent', { residentId }, office))
      const { request } = take(await ledger.write('addRequest', { kind: 'complaint' }, office))
      take(await ledger.write('closeRequest', { number: request, outcome: 'given', costFen: 0 }, office))
    })
  const clock = { ...systemClock, wall: () => (Date.now() + 1500 * dayMs) as WallMs }
  const { ledger } = await openLedger(place, { clock })
  await passAs(ledger, 'r_now')
  const ofLaw = { ...retention, consentDays: 1095 }
  const purged = take(await ledger.write('purgeExpired', ofLaw, byDaemon))
  // What is 1500 and 1150 days old; of the receipts the first ones alone, for a consent may have stood for a year after its own.
  expect(purged).toMatchObject({ consents: 2, receipts: 1, requests: 2 })
  expect(refusal(await ledger.write('purgeExpired', ofLaw, byDaemon))).toBe('nothing_expired')
})

test('a clock that cannot be right purges nothing', async () => {
  const place = makePlace()
  await runBefore(place, 31, (ledger) => passAs(ledger, 'r_old'))
  const wrong = [{ clock: { ...systemClock, wall: () => Date.UTC(2099, 0, 1) as WallMs } }, { clockSet: () => false }]
  for (const clock of wrong) {
    const { ledger } = await openLedger(place, clock)
    expect(refusal(await ledger.write('purgeExpired', retention, byDaemon))).toBe('clock_untrusted')
    await ledger.stop()
  }
})

test('a lockout outlives the purge of the tries that made it', async () => {
  const place = makePlace()
  const opened = await openLedger(place)
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  const card = await giveCard(opened.ledger, facts, await addPerson(opened.ledger))
  for (let count = 0; count < 10; count += 1) {
    await opened.ledger.record({ kind: 'attempt', payload: {} }, { wrongCode: [card.credentialId] })
  }
  const locked = () => ask(facts, [{ path: 'card', token: card.token }]).proofs[0]?.credential?.lockedOut
  expect(locked()).toBe(true)
  await opened.ledger.stop()
  const { ledger } = await openLedger(place, {
    boot: opened.boot,
    clock: { ...systemClock, wall: () => (Date.now() + 31 * dayMs) as WallMs },
  })
  await passAs(ledger, 'r_now')
  expect((await purgeAll(ledger)).slices).toEqual([{ events: 10, counters: 0, consents: 0, receipts: 0, requests: 0 }])
  expect(locked()).toBe(true)
})

test('raw SQL takes back payload and salt together, of attempts and menus older than a day, and nothing else', () => {
  const { store, close } = take(openWriter(makePlace()))
  onTestFinished(close)
  const now = Date.now()
  const rows = [
    { wall: now - 40 * dayMs, kind: 'consent_recorded' },
    { wall: now - 40 * dayMs, kind: 'attempt' },
    { wall: now - 40 * dayMs, kind: 'menu' },
    { wall: now - dayMs / 2, kind: 'attempt' },
    { wall: 1000, kind: 'attempt' },
  ]
  for (const row of rows) store.exec(`INSERT ${rowOf(store, { ...row, clockSet: true })}`)
  const run = (sql: string): string => {
    try {
      store.exec(sql)
      return 'done'
    } catch (error) {
      return error instanceof Error ? error.message : 'unknown'
    }
  }
  for (const how of weakenings) {
    weaken(store, how)
    for (const seq of [1, 4, 5]) {
      expect([seq, run(`UPDATE ledger SET payload = NULL, salt = NULL WHERE seq = ${seq}`)]).toEqual([
        seq,
        'ledger_fixed',
      ])
    }
    for (const seq of [2, 3]) {
      store.exec('BEGIN')
      for (const part of ['payload', 'salt']) {
        expect(run(`UPDATE OR REPLACE ledger SET ${part} = NULL WHERE seq = ${seq}`)).toBe('ledger_fixed')
      }
      for (const more of [
        "kind = 'x'",
        'at_wall = 1',
        'latest_wall = 1',
        'clock_set = 0',
        'hash = payload_hash',
        "boot = 'x'",
      ]) {
        expect([more, run(`UPDATE ledger SET payload = NULL, salt = NULL, ${more} WHERE seq = ${seq}`)]).toEqual([
          more,
          'ledger_fixed',
        ])
      }
      expect(run(`UPDATE ledger SET payload = NULL, salt = NULL WHERE seq = ${seq}`)).toBe('done')
      expect(run(`UPDATE ledger SET payload = x'00', salt = x'00' WHERE seq = ${seq}`)).toBe('ledger_fixed')
      store.exec('ROLLBACK')
    }
  }
})
