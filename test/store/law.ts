// A gate with lawful people in it, made by raw SQL, and the plain query that finds every template that breaks P2. The query
// uses none of the schema's own views: it is the second opinion.

import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { readSqliteCode, type WritableStore } from '../../daemon/store/handles.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { makePlace, take } from './place.ts'

export const openRaw = (): WritableStore => {
  const writer = take(openWriter(makePlace()))
  onTestFinished(writer.close)
  return writer.store
}

export const dayMs = 86_400_000
export const now = Date.now()
export const later = now + 300 * dayMs

/** Every setting that could weaken a schema. */
export const weakenings = [false, true].flatMap((foreignKeys) =>
  [false, true].flatMap((recursive) => [false, true].map((checks) => ({ foreignKeys, recursive, checks }))),
)
export type Weakening = (typeof weakenings)[number]

export const weaken = (store: WritableStore, how: Weakening): void => {
  store.pragma(`foreign_keys = ${how.foreignKeys ? 'ON' : 'OFF'}`)
  store.pragma(`recursive_triggers = ${how.recursive ? 'ON' : 'OFF'}`)
  store.pragma(`ignore_check_constraints = ${how.checks ? 'OFF' : 'ON'}`)
}

/** What a statement meets: the code of the refusal, or `done`. */
export const run = (store: WritableStore, sql: string): string => {
  try {
    store.exec(sql)
    return 'done'
  } catch (error) {
    if (readSqliteCode(error) === undefined || !(error instanceof Error)) throw error
    return error.message
  }
}

/** A consent of r1 as it should be, but for what a case makes of it. Values are SQL. */
export const consentBut = (more: Readonly<Record<string, string>>): string => {
  const values: Readonly<Record<string, string>> = {
    ...{ id: "'n9'", resident_id: "'r1'", notice_hash: "'notice'", model: "'model'", given_by: "'self'" },
    ...{ guardian_name: 'NULL', form_number: "'F'", witness: "'W'", language: "'en'" },
    ...{ given_at: String(now), expires_at: String(later), ...more },
  }
  return `INTO consent (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')})`
}

export const consentColumns = `(id, resident_id, notice_hash, model, given_by, form_number, witness, language, given_at, expires_at)`
export const consentValues = (id: string, resident: string, expires = later): string =>
  `('${id}', '${resident}', 'notice', 'model', 'self', 'F', 'W', 'en', ${now}, ${expires})`
export const blob = (): string => `x'${randomBytes(32).toString('hex')}'`
export const templateValues = (id: string, credential: string, consent: string, model = 'model'): string =>
  `('${id}', '${credential}', '${consent}', '${model}', ${blob()}, ${blob()}, ${now})`

/** r1 and r2 each have a right at `south`, a card, a code and a face: entry takes card, keypad, face; exit card and face. */
export const settle = (store: WritableStore): void => {
  store.exec(`
    INSERT INTO gate_side VALUES ('south', 'entry'), ('south', 'exit');
    INSERT INTO side_path VALUES ('south', 'entry', 'card'), ('south', 'entry', 'keypad'), ('south', 'entry', 'face'),
                                 ('south', 'exit', 'card'), ('south', 'exit', 'face');
    INSERT INTO household VALUES ('h1', '1'), ('h2', '2');
    INSERT INTO resident (id, household_id, name, created_at) VALUES ('r1', 'h1', 'one', ${now}), ('r2', 'h2', 'two', ${now});
    INSERT INTO entitlement (id, resident_id, gate, schedule_id) VALUES ('e1', 'r1', 'south', 'always'), ('e2', 'r2', 'south', 'always');`)
  for (const n of [1, 2]) {
    store.exec(`
      INSERT INTO credential (id, resident_id, kind, created_at) VALUES
        ('card${n}', 'r${n}', 'card', ${now}), ('pin${n}', 'r${n}', 'pin', ${now}), ('face${n}', 'r${n}', 'face', ${now});
      INSERT INTO card VALUES ('card${n}', ${blob()}, 1, 'identifier');
      INSERT INTO pin VALUES ('pin${n}', '100${n}', x'${'00'.repeat(16)}', ${blob()}, 1, 1, 1, NULL);
      INSERT INTO consent ${consentColumns} VALUES ${consentValues(`n${n}`, `r${n}`)};
      INSERT INTO consent_gate VALUES ('n${n}', 'south');
      UPDATE consent SET confirmed_at = ${now}, confirmed_by_credential = 'card${n}' WHERE id = 'n${n}';
      INSERT INTO template VALUES ${templateValues(`t${n}`, `face${n}`, `n${n}`)};`)
  }
}

export type Told = { readonly wall: number; readonly clockSet: boolean; readonly kind: string }

/** The latest time after one more event, counted in plain code. */
export const tellTime = (latest: number, { wall, clockSet, kind }: Told): number => {
  if (kind === 'clock_accepted') return wall
  const possible = clockSet && wall >= Date.UTC(2025, 0, 1) && (latest === 0 || wall < latest + 400 * dayMs)
  return possible && wall > latest ? wall : latest
}

/** The latest time that the whole ledger tells, from its first row on; what the rows say of it themselves is not asked. */
export const countLatest = (store: WritableStore): number =>
  store
    .prepare<[], { wall: number; set: number; kind: string }>(
      'SELECT at_wall AS wall, clock_set AS "set", kind FROM ledger ORDER BY seq',
    )
    .all()
    .reduce((latest, row) => tellTime(latest, { ...row, clockSet: row.set === 1 }), 0)

/** The next row of the ledger, whole but for a hash that proves anything. */
export const rowOf = (store: WritableStore, row: Told & { readonly latest?: number }): string => {
  const { wall, clockSet, kind } = row
  const latest = row.latest ?? tellTime(countLatest(store), row)
  const last = store.prepare<[], { seq: number; hash: Buffer }>(
    'SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1',
  )
  const { seq = 0, hash = Buffer.alloc(32) } = last.get() ?? {}
  return `INTO ledger VALUES (${seq + 1}, ${wall}, 0, 'b', ${clockSet ? 1 : 0}, ${latest}, '${kind}', '', x'00', x'00',
    zeroblob(32), x'${hash.toString('hex')}', ${blob()})`
}

const unlawful = `
  SELECT t.id FROM template t
  LEFT JOIN credential c ON c.id = t.credential_id
  LEFT JOIN resident r ON r.id = c.resident_id
  LEFT JOIN consent n ON n.id = t.consent_id
  WHERE c.id IS NULL OR r.id IS NULL OR n.id IS NULL
     OR c.kind IS NOT 'face' OR c.revoked_at IS NOT NULL
     OR n.resident_id IS NOT c.resident_id OR n.model IS NOT t.model
     OR n.confirmed_at IS NULL OR n.confirmed_by_credential IS NULL OR n.ended_at IS NOT NULL
     OR n.expires_at IS NULL OR n.expires_at <= ${now}
     OR NOT EXISTS (SELECT 1 FROM consent_gate g WHERE g.consent_id = n.id)
     OR n.form_number NOT GLOB '*[^ ]*' OR n.witness NOT GLOB '*[^ ]*' OR (n.guardian_name IS NULL) <> (n.given_by = 'self')
     OR n.expires_at - n.given_at NOT BETWEEN 1 AND ${366 * dayMs}
     OR n.given_at NOT BETWEEN ${now - 367 * dayMs} AND ${now + 120_000}
     OR n.confirmed_at NOT BETWEEN n.given_at - 60000 AND ${now + 120_000}
     OR (SELECT count(*) FROM consent o WHERE o.resident_id = n.resident_id AND o.ended_at IS NULL) <> 1`

export const findUnlawful = (store: WritableStore): readonly string[] =>
  store
    .prepare<[], { id: string }>(unlawful)
    .all()
    .map((row) => row.id)

/** Did the template's consent still run by the law's clock when it was made, just now? */
export const isInForce = (store: WritableStore, template: string): boolean => {
  const made = store.prepare<[string], { ends: number }>(
    'SELECT n.expires_at AS ends FROM template t JOIN consent n ON n.id = t.consent_id WHERE t.id = ?',
  )
  return (made.get(template)?.ends ?? 0) > Math.max(now, countLatest(store))
}

/** Does the last row tell the latest time that the whole ledger tells? */
export const tellsLatest = (store: WritableStore): boolean =>
  (store.prepare('SELECT latest_wall FROM ledger ORDER BY seq DESC LIMIT 1').pluck().get() ?? 0) === countLatest(store)

export const templates = (store: WritableStore): readonly string[] =>
  store
    .prepare<[], { id: string }>('SELECT id FROM template ORDER BY id')
    .all()
    .map((row) => row.id)

type SideRow = { side: string; path: string }

/** Could the resident pass every face-offering side of his gates without face? Counted in plain code. */
export const hasOtherWay = (store: WritableStore, resident: string): boolean => {
  const held = new Set<string>()
  for (const [path, kind] of [
    ['card', 'card'],
    ['keypad', 'pin'],
  ] as const) {
    const rows = store
      .prepare(
        `SELECT 1 FROM credential c JOIN ${kind} x ON x.credential_id = c.id
         WHERE c.resident_id = ? AND c.kind = '${kind}' AND c.revoked_at IS NULL AND coalesce(c.not_before, 0) <= ${now}
           AND coalesce(c.expires_at, 9e15) > ${now} AND coalesce(c.uses_left, 1) > 0`,
      )
      .all(resident)
    if (rows.length > 0) held.add(path)
  }
  const gates = store
    .prepare<[string], { gate: string }>('SELECT DISTINCT gate FROM entitlement WHERE resident_id = ?')
    .all(resident)
  return (
    gates.length > 0 &&
    gates.every(({ gate }) => {
      const offered = store.prepare<[string], SideRow>('SELECT side, path FROM side_path WHERE gate = ?').all(gate)
      const faceSides = offered.filter((row) => row.path === 'face').map((row) => row.side)
      return faceSides.every((side) => {
        const usable = offered.filter((row) => row.side === side && held.has(row.path)).map((row) => row.path)
        const rules = store
          .prepare<[string, string], { path_a: string; path_b: string }>(
            'SELECT path_a, path_b FROM two_factor WHERE gate = ? AND side = ?',
          )
          .all(gate, side)
        if (rules.length === 0) return usable.length > 0
        return rules.some((rule) => usable.includes(rule.path_a) && usable.includes(rule.path_b))
      })
    })
  )
}
