// Facts: what one decision is told, in one read. The judging is decide's; here only that nothing is missing or stale.

import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { hide, type MonotonicMs, systemClock, type WallMs } from '../../config/words.ts'
import { slowTryMs } from '../../daemon/core/limits.ts'
import type { CredentialFacts } from '../../daemon/core/types.ts'
import { type FactsQuery, type FactsReader, openFacts } from '../../daemon/store/facts.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { isOtherWayLost, readWays, spellWays } from '../../daemon/store/other-way.ts'
import {
  addPerson,
  ask,
  consentOf,
  enrolFace,
  gate,
  giveCard,
  makePlace,
  mirror,
  office,
  openLedger,
  openReads,
  refusal,
  take,
} from './place.ts'

const dayMs = 86_400_000

const start = async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  return { ...opened, facts }
}

const credential = (
  facts: FactsReader,
  proof: FactsQuery['proofs'][number],
  more: Partial<FactsQuery> = {},
): CredentialFacts | undefined => ask(facts, [proof], more).proofs[0]?.credential

const inDays = (days: number) => ({ wall: (Date.now() + days * dayMs) as WallMs })

test('a revoked card is known and revoked', async () => {
  const { ledger, facts } = await start()
  const { token, credentialId } = await giveCard(ledger, facts, await addPerson(ledger))
  take(await ledger.write('revokeCredential', { credentialId, because: 'lost' }, office))
  expect(credential(facts, { path: 'card', token })).toMatchObject({ id: credentialId, revoked: true })
})

test('a suspension ends by its date, a removed resident’s card is nobody’s', async () => {
  const { ledger, facts } = await start()
  const residentId = await addPerson(ledger)
  const { token } = await giveCard(ledger, facts, residentId)
  const suspended = (days: number) => credential(facts, { path: 'card', token }, inDays(days))?.residentSuspended
  const until = (Date.now() + 2 * dayMs) as WallMs
  take(await ledger.write('suspendResident', { residentId, because: 'moved_out', until }, office))
  expect([suspended(1), suspended(3)]).toEqual([true, false])
  take(await ledger.write('liftSuspension', { residentId }, office))
  expect(suspended(1)).toBe(false)
  take(await ledger.write('removeResident', { residentId }, office))
  expect(credential(facts, { path: 'card', token })).toBeUndefined()
})

test('ten wrong codes lock the credential that they claim, and no other', async () => {
  const { ledger, facts } = await start()
  const one = await giveCard(ledger, facts, await addPerson(ledger))
  const other = await giveCard(ledger, facts, await addPerson(ledger))
  for (let count = 0; count < 10; count += 1) {
    await ledger.record({ kind: 'decision', payload: {} }, { wrongCode: [one.credentialId] })
  }
  const locked = (token: typeof one.token, afterMs = 0) =>
    credential(facts, { path: 'card', token }, { monotonic: (systemClock.monotonic() + afterMs) as MonotonicMs })
      ?.lockedOut
  expect([locked(one.token), locked(other.token), locked(one.token, slowTryMs)]).toEqual([true, false, false])
})

test('unknown and known numbers get challenges of one shape, the same each time', async () => {
  const { ledger, facts } = await start()
  const residentId = await addPerson(ledger)
  const challenge = facts.newChallenge()
  const hash = await facts.hashCode(hide('1234'), challenge)
  take(await ledger.write('setPin', { residentId, number: '777', hash, ...challenge }, office))
  const [known, unknown] = [facts.pinChallenge('777'), facts.pinChallenge('778')]
  expect(Object.keys(known)).toEqual(Object.keys(unknown))
  expect([known.salt.length, known.parameters]).toEqual([unknown.salt.length, unknown.parameters])
  expect(facts.pinChallenge('778')).toEqual(unknown)
  expect(facts.pinChallenge('779').salt).not.toEqual(unknown.salt)
})

test('the slow hash leaves the event loop free', async () => {
  const { facts } = await start()
  let turns = 0
  const timer = setInterval(() => (turns += 1), 1)
  onTestFinished(() => clearInterval(timer))
  await Promise.all([1, 2, 3].map(() => facts.hashCode(hide('1234'), facts.newChallenge())))
  expect(turns).toBeGreaterThan(3)
})

test('a paused path is paused on its side alone until it is resumed', async () => {
  const { ledger, facts } = await start()
  const paused = (side: 'entry' | 'exit') => ask(facts, [{ path: 'face' }], { side }).proofs[0]?.pathPaused
  const face = { gate, side: 'entry', path: 'face' } as const
  take(await ledger.write('pausePath', { ...face, because: 'office' }, office))
  expect([paused('entry'), paused('exit')]).toEqual([true, false])
  take(await ledger.write('resumePath', face, office))
  expect(paused('entry')).toBe(false)
  expect(refusal(await ledger.write('resumePath', face, office))).toBe('path_not_paused')
})

test('a new notice or model makes the consent stale and empties the gallery; the old ones bring it back', async () => {
  const { ledger, facts } = await start()
  const { faceId } = await enrolFace(ledger, facts)
  const seen = () => [
    credential(facts, { path: 'face', credentialId: faceId })?.consent,
    facts.listMatchable(gate, '', 10).length,
  ]
  expect(seen()).toEqual(['current', 1])
  take(await mirror(ledger, undefined, { noticeHash: 'notice-2' }))
  expect(seen()).toEqual(['stale', 0])
  take(await mirror(ledger, undefined, { model: 'model-2' }))
  expect(seen()).toEqual(['stale', 0])
  take(await mirror(ledger))
  expect(seen()).toEqual(['current', 1])
})

test('a consent is missing after its expiry, by the wall clock or by the ledger’s', async () => {
  const { ledger, facts } = await start()
  const { faceId } = await enrolFace(ledger, facts)
  expect(credential(facts, { path: 'face', credentialId: faceId }, inDays(366))?.consent).toBe('missing')
  expect(credential(facts, { path: 'face', credentialId: faceId }, { wall: 0 as WallMs })?.consent).toBe('current')
})

test('a withdrawn consent leaves the card as it was and the face without consent', async () => {
  const { ledger, facts } = await start()
  const { residentId, faceId, card } = await enrolFace(ledger, facts)
  const before = credential(facts, { path: 'card', token: card.token })
  take(await ledger.write('withdrawConsent', { residentId }, office))
  expect(credential(facts, { path: 'card', token: card.token })).toEqual(before)
  expect(credential(facts, { path: 'face', credentialId: faceId })).toMatchObject({ consent: 'missing', revoked: true })
})

test('face goes on for the grace after the last other credential is lost, then not', async () => {
  const { ledger, facts } = await start()
  const { faceId, card, residentId } = await enrolFace(ledger, facts)
  const lost = (days: number) => credential(facts, { path: 'face', credentialId: faceId }, inDays(days))?.otherWayLost
  expect(lost(300)).toBe(false)
  take(await ledger.write('revokeCredential', { credentialId: card.credentialId, because: 'lost' }, office))
  expect([lost(6.9), lost(7.1)]).toEqual([false, true])
  await giveCard(ledger, facts, residentId)
  expect(lost(7.1)).toBe(false)
})

test('the other way of a two-factor side ends with the first of its two credentials', () => {
  const side = { ways: { paths: ['card', 'keypad', 'face'], twoFactor: [['card', 'keypad']] }, past: [] } as const
  const held = [
    { path: 'card', from: 0, until: Number.POSITIVE_INFINITY },
    { path: 'keypad', from: 0, until: 10 * dayMs },
  ] as const
  expect(isOtherWayLost(held, side, 16 * dayMs, 7)).toBe(false)
  expect(isOtherWayLost(held, side, 18 * dayMs, 7)).toBe(true)
})

test('a side that changes gives a grace to whoever could pass it until then, and to nobody else', () => {
  const [changed, days] = [400, (n: number) => n * dayMs]
  const cards = readWays('card face')
  const side = { ways: readWays('face keypad'), past: [{ until: days(changed), ...cards }] }
  const card = (from: number, until: number) => [{ path: 'card' as const, from: days(from), until }]
  const lost = (held: ReturnType<typeof card>, day: number, past = side.past) =>
    isOtherWayLost(held, { ...side, past }, days(day), 7)
  const holding = card(0, Number.POSITIVE_INFINITY)
  expect([lost(holding, changed + 6), lost(holding, changed + 8)]).toEqual([false, true])
  expect(lost(card(0, days(30)), changed + 1)).toBe(true)
  // Lost within the grace before the change: the days go on from the loss.
  expect([lost(card(0, days(398)), changed + 4), lost(card(0, days(398)), changed + 6)]).toEqual([false, true])
  // A card of after the change never fitted here.
  expect(lost(card(changed + 1, Number.POSITIVE_INFINITY), changed + 2)).toBe(true)
  // A second change shortens nobody's grace.
  const twice = [...side.past, { until: days(changed + 3), ...readWays('face keypad') }]
  expect([lost(holding, changed + 6, twice), lost(holding, changed + 8, twice)]).toEqual([false, true])
})

test('the ways of a side come back from their spelling, whatever their order', () => {
  const [paths, pair] = [
    ['card', 'keypad', 'face'],
    ['card', 'keypad'],
  ] as const
  expect(spellWays({ paths, twoFactor: [pair, ['card', 'face']] })).toBe(
    spellWays({ paths: paths.toReversed(), twoFactor: [['card', 'face'], pair] }),
  )
  expect(readWays(spellWays({ paths, twoFactor: [pair] }))).toEqual({
    paths: ['card', 'face', 'keypad'],
    twoFactor: [pair],
  })
  expect(readWays(spellWays({ paths: [], twoFactor: [] }))).toEqual({ paths: [], twoFactor: [] })
})

test('a reload that changes a side begins no grace anew for a card lost long before, and one for a card that stops fitting', async () => {
  const { ledger, facts, ...place } = await start()
  const [losing, holding] = [await enrolFace(ledger, facts), await enrolFace(ledger, facts)]
  take(await ledger.write('revokeCredential', { credentialId: losing.card.credentialId, because: 'lost' }, office))
  await ledger.stop()
  const later = await openLedger(place, { clock: { ...systemClock, wall: () => inDays(30).wall } })
  take(await mirror(later.ledger, [{ side: 'entry', paths: ['keypad', 'face'] }]))
  const lost = ({ faceId }: typeof losing, days: number) =>
    credential(facts, { path: 'face', credentialId: faceId }, inDays(days))?.otherWayLost
  expect([lost(losing, 31), lost(holding, 31), lost(holding, 36), lost(holding, 38)]).toEqual([
    true,
    false,
    false,
    true,
  ])
  take(await mirror(later.ledger))
  expect([lost(losing, 31), lost(holding, 38)]).toEqual([true, false])
})

test('a right with a weekly schedule brings its segments, and a missing schedule has none', async () => {
  const { ledger, facts, file, key } = await start()
  const { token } = await giveCard(ledger, facts, await addPerson(ledger))
  await ledger.stop()
  const writer = take(openWriter({ file, key }))
  onTestFinished(writer.close)
  writer.store.exec(`INSERT INTO schedule VALUES ('s1', 'cleaner', 'weekly'); INSERT INTO schedule_segment VALUES ('s1', 1, 480, 720);
    UPDATE entitlement SET schedule_id = 's1'`)
  const rights = () => credential(facts, { path: 'card', token })?.rights
  expect(rights()).toEqual([{ kind: 'weekly', segments: [{ weekday: 1, fromMinute: 480, toMinute: 720 }] }])
  writer.store.pragma('foreign_keys = OFF')
  writer.store.exec("UPDATE entitlement SET schedule_id = 'gone'")
  expect(rights()).toEqual([{ kind: 'weekly', segments: [] }])
})

test('the two-factor rules of the side come with the facts', async () => {
  const { ledger, facts } = await start()
  take(await mirror(ledger, [{ side: 'entry', paths: ['card', 'keypad'], twoFactor: [['card', 'keypad']] }]))
  expect(ask(facts, []).twoFactor).toEqual([['card', 'keypad']])
  expect(ask(facts, [], { side: 'exit' }).twoFactor).toEqual([])
})

test('face stands alone where faces are enrolled and nobody holds another path of the side', async () => {
  const { ledger, facts } = await start()
  const sides = [
    { side: 'entry', paths: ['keypad', 'face'], twoFactor: [] },
    { side: 'exit', paths: ['card', 'face'], twoFactor: [] },
  ] as const
  expect(facts.findFaceAlone(sides)).toEqual([])
  await enrolFace(ledger, facts)
  expect(facts.findFaceAlone(sides)).toEqual(['entry'])
  const both = [{ side: 'entry', paths: ['card', 'keypad', 'face'], twoFactor: [['card', 'keypad']] }] as const
  expect(facts.findFaceAlone(both)).toEqual(['entry'])
})

test('strangers are counted by the hour', async () => {
  const { ledger, facts } = await start()
  for (let count = 0; count < 3; count += 1) ledger.count({ side: 'entry', path: 'face', what: 'face_unknown' })
  await ledger.stop()
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000
  const rows = facts.readCounters(0 as WallMs, (hour + 3_600_000) as WallMs)
  expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(3)
  expect(rows[0]).toMatchObject({ side: 'entry', path: 'face', what: 'face_unknown' })
})

test('a re-recorded consent needs the old one ended first', async () => {
  const { ledger, facts } = await start()
  const { residentId } = await enrolFace(ledger, facts)
  expect(refusal(await ledger.write('recordConsent', consentOf(residentId), office))).toBe('consent_open')
  take(await ledger.write('withdrawConsent', { residentId }, office))
  take(await ledger.write('recordConsent', consentOf(residentId), office))
  expect(facts.showResident(residentId)?.consents.map((one) => one.endedBecause)).toEqual(['withdrawn', null])
})

test('facts for ten thousand residents come in well under a millisecond', async () => {
  const { ledger, facts, file, key } = await start()
  await ledger.stop()
  const writer = take(openWriter({ file, key }))
  onTestFinished(writer.close)
  const tokens = Array.from({ length: 10_000 }, () => facts.cardKey(hide(randomBytes(7))))
  writer.store.transaction(() => {
    const household = writer.store.prepare('INSERT INTO household VALUES (?, ?)')
    const resident = writer.store.prepare(
      "INSERT INTO resident (id, household_id, name, created_at) VALUES (?, ?, 'x', 1)",
    )
    const right = writer.store.prepare(
      `INSERT INTO entitlement (id, resident_id, gate, schedule_id) VALUES (?, ?, '${gate}', 'always')`,
    )
    const made = writer.store.prepare(
      "INSERT INTO credential (id, resident_id, kind, created_at) VALUES (?, ?, 'card', 1)",
    )
    const card = writer.store.prepare("INSERT INTO card VALUES (?, ?, 1, 'identifier')")
    tokens.forEach((token, n) => {
      household.run(`h${n}`, `${n}`)
      resident.run(`r${n}`, `h${n}`)
      right.run(`e${n}`, `r${n}`)
      made.run(`c${n}`, `r${n}`)
      card.run(`c${n}`, token[0]?.hash)
    })
  })()
  const measured = Array.from({ length: 2000 }, (_, n) => {
    const token = tokens[(n * 7919) % tokens.length] ?? []
    const began = performance.now()
    const known = ask(facts, [{ path: 'card', token }]).proofs[0]?.credential
    return { ms: performance.now() - began, known }
  })
  expect(measured.filter((one) => one.known === undefined)).toEqual([])
  const times = measured.map((one) => one.ms).sort((a, b) => a - b)
  const [p50, p99] = [times[1000] ?? 0, times[1980] ?? 0]
  console.log(`readFacts at 10000 residents: p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms`)
  // The goal is p99 0.2 on a quiet machine, which bench measures; a loaded one is judged by its median.
  expect(p50).toBeLessThan(1)
})

test('a store damaged while it runs is the controller’s fault, with nobody known and nothing thrown', async () => {
  const { ledger, facts, file, key } = await start()
  const { token } = await giveCard(ledger, facts, await addPerson(ledger))
  await ledger.stop()
  facts.close()
  const fresh = take(openFacts({ file, key, boot: 'b' }))
  onTestFinished(() => fresh.close())
  writeFileSync(file, readFileSync(file).fill(0xa5, 4096), { flag: 'r+' })
  expect(fresh.cardKey(hide(randomBytes(4)))).toHaveLength(1)
  expect(ask(fresh, [{ path: 'card', token }])).toMatchObject({
    controllerFault: true,
    proofs: [{ path: 'card', pathPaused: false }],
  })
})
