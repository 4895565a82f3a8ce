// A face that is bound to a card, in the store: by raw SQL in every weakening of SQLite's settings, what the schema refuses and what ends it;
// by the writer, that it is searched among nobody, ends with its card and comes back from no copy.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeBackup } from '../../daemon/store/backup.ts'
import { openReader } from '../../daemon/store/open.ts'
import { findUnlawful, now, openRaw, run, settle, templates, templateValues, weaken, weakenings } from './law.ts'
import { enrolFace, makePlace, mirror, model, office, openLedger, openReads, refusal, take } from './place.ts'

const bind = (face: string, card: string) => `INTO bound_face (credential_id, card_id) VALUES ('${face}', '${card}')`
const revoke = (id: string) => `UPDATE credential SET revoked_at = ${now}, revoked_because = 'lost' WHERE id = '${id}'`

describe.each(weakenings)('foreign_keys $foreignKeys, recursive_triggers $recursive, checks $checks', (how) => {
  /** face1 is bound to card1 and has a template; face2 is searched. */
  const settleBound = () => {
    const store = openRaw()
    weaken(store, how)
    settle(store)
    store.exec("DELETE FROM template WHERE id = 't1'")
    store.exec("UPDATE card SET proof = 'authenticated'")
    store.exec(`INSERT ${bind('face1', 'card1')}`)
    store.exec(`INSERT INTO template VALUES ${templateValues('b1', 'face1', 'n1')}`)
    return store
  }

  test('a face is bound to a card of its own resident that proves a key, before it has a template, and once', () => {
    const store = settleBound()
    const refused: readonly (readonly [what: string, before: string, insert: string, code: string])[] = [
      [
        'to a neighbour’s card',
        "DELETE FROM bound_face WHERE credential_id = 'face1'",
        bind('face1', 'card2'),
        'bound_card_unfit',
      ],
      ['to a code', "DELETE FROM bound_face WHERE credential_id = 'face1'", bind('face1', 'pin1'), 'bound_card_unfit'],
      [
        'to a card that is known by its number',
        `DELETE FROM bound_face; UPDATE card SET proof = 'identifier'`,
        bind('face1', 'card1'),
        'bound_card_unfit',
      ],
      ['to a revoked card', `DELETE FROM bound_face; ${revoke('card1')}`, bind('face1', 'card1'), 'bound_card_unfit'],
      ['after it has a template', '', bind('face2', 'card2'), 'credential_unfit'],
      ['a card', '', bind('card2', 'card2'), 'credential_unfit'],
      ['a second time', '', bind('face1', 'card1'), 'bound_face_fixed'],
    ]
    for (const [what, before, insert, code] of refused) {
      for (const verb of ['INSERT', 'REPLACE', 'INSERT OR IGNORE']) {
        store.exec('BEGIN')
        store.exec(before)
        expect([what, verb, run(store, `${verb} ${insert}`)]).toEqual([what, verb, code])
        store.exec('ROLLBACK')
      }
    }
    expect(run(store, "UPDATE bound_face SET card_id = 'card2'")).toBe('bound_face_fixed')
  })

  test('what ends its card, or lets go of it, takes the templates with it, and no neighbour’s', () => {
    const store = settleBound()
    for (const sql of [
      revoke('card1'),
      "DELETE FROM credential WHERE id = 'card1'",
      "DELETE FROM bound_face WHERE credential_id = 'face1'",
      "DELETE FROM resident WHERE id = 'r1'",
      `UPDATE consent SET ended_at = ${now}, ended_because = 'x' WHERE id = 'n1'`,
    ]) {
      store.exec('BEGIN')
      expect([sql, run(store, sql)]).toEqual([sql, 'done'])
      expect([sql, templates(store)]).toEqual([sql, ['t2']])
      expect([sql, findUnlawful(store)]).toEqual([sql, []])
      const owed = store.prepare("SELECT count(*) FROM erasure_pending WHERE template_id = 'b1'").pluck().get()
      expect([sql, owed]).toEqual([sql, 1])
      store.exec('ROLLBACK')
    }
  })

  test('a face that is searched goes on when a card of its resident ends', () => {
    const store = settleBound()
    store.exec(revoke('card2'))
    expect(templates(store)).toEqual(['b1', 't2'])
  })
})

const open = async () => {
  const opened = await openLedger(makePlace())
  const facts = openReads(opened)
  take(await mirror(opened.ledger))
  return { ...opened, facts }
}
const sealed = () => [{ sealed: randomBytes(600), wrappedKey: randomBytes(60) }]

/** Enrolled among others first, then bound: the new face takes the place of the former. */
const enrolBound = async ({ ledger, facts }: Awaited<ReturnType<typeof open>>) => {
  const { residentId, card } = await enrolFace(ledger, facts)
  const face = { residentId, model, templates: sealed(), boundTo: card.credentialId }
  expect(refusal(await ledger.write('addTemplates', face, office))).toBe('bound_card_unfit')
  // What was refused has changed nothing.
  expect(facts.listMatchable('south', '', 10)).toHaveLength(1)
  take(await ledger.write('issueCard', { residentId, token: card.token, generation: 1 }, office))
  const { credentialId } = take(await ledger.write('addTemplates', face, office))
  return { residentId, card: card.credentialId, face: credentialId }
}

test('a bound face is in no list of those that are searched, and is read by its own id alone', async () => {
  const opened = await open()
  const { facts, ledger } = opened
  const bound = await enrolBound(opened)
  const other = await enrolFace(ledger, facts)
  expect(facts.listMatchable('south', '', 10)).toEqual([other.faceId])
  expect(facts.readTemplates('south', bound.face)).toHaveLength(1)
  expect(facts.findBoundFace(bound.residentId)).toEqual({ face: bound.face, card: bound.card })
  expect(facts.findFaceBoundTo(bound.card)).toEqual({ face: bound.face, resident: bound.residentId })
  expect(facts.countBoundFaces()).toBe(1)
})

test('its consent withdrawn, its card revoked, or its resident erased, nothing of it may be read', async () => {
  const opened = await open()
  const { facts, ledger } = opened
  const [one, two, three] = [await enrolBound(opened), await enrolBound(opened), await enrolBound(opened)]
  take(await ledger.write('withdrawConsent', { residentId: one.residentId }, office))
  take(await ledger.write('revokeCredential', { credentialId: two.card, because: 'lost' }, office))
  take(await ledger.write('removeResident', { residentId: three.residentId, because: 'moved_out' }, office))
  for (const { face, residentId } of [one, two, three]) {
    expect(facts.readTemplates('south', face)).toEqual([])
    expect(facts.findBoundFace(residentId)).toBeUndefined()
  }
  expect(facts.countBoundFaces()).toBe(0)
  const ended = facts.showResident(two.residentId)?.credentials.find(({ id }) => id === two.face)
  expect(ended?.revokedBecause).toBe('card_ended')
  // His consent stands: with a new card he enrols anew and signs nothing.
  expect(facts.showResident(two.residentId)?.consents.some(({ endedAt }) => endedAt === null)).toBe(true)
})

test('a face bound anew to another card, or searched again, leaves nothing bound behind', async () => {
  const opened = await open()
  const { facts, ledger } = opened
  const { residentId, face } = await enrolBound(opened)
  const { credentialId } = take(await ledger.write('addTemplates', { residentId, model, templates: sealed() }, office))
  expect(facts.findBoundFace(residentId)).toBeUndefined()
  expect(facts.readTemplates('south', face)).toEqual([])
  expect(facts.listMatchable('south', '', 10)).toEqual([credentialId])
})

test('no copy says whose face is bound to which card', async () => {
  const opened = await open()
  await enrolBound(opened)
  const backup = join(opened.directory, 'backup.db')
  take(await makeBackup(opened, backup))
  const copy = take(openReader({ file: backup, key: opened.key }))
  for (const table of ['bound_face', 'template'])
    expect(copy.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0)
  copy.close()
})
