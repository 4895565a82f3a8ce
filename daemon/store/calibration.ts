// The site's calibration in the store: replaced as a whole by each new one, kept by model, read back for whoever uses or shows it. The
// schema forgets a pair with the template of either. Written in the writer thread; read on main's handle.

import { done, type Result, type WallMs } from '../../config/words.ts'
import type { ReadableStore, WritableStore } from './handles.ts'

export type NewCalibration = {
  readonly model: string
  readonly people: number
  readonly peoplePairs: number
  readonly pairs: number
  readonly leastRate: number
  readonly raisedBy: number
  readonly points: readonly { readonly threshold: number; readonly pairs: number }[]
  /** Credentials. */
  readonly lookAlikes: readonly (readonly [string, string])[]
}

export type KeptCalibration = Omit<NewCalibration, 'lookAlikes'> & { readonly at: WallMs }

export type LookAlike = {
  readonly credentials: readonly [string, string]
  readonly residents: readonly [string, string]
}

/** The event has counts only: it stays when the pairs have gone. */
export const keepCalibration = (
  store: WritableStore,
  args: NewCalibration,
  at: WallMs,
): Result<{ model: string; people: number; pairs: number; raisedBy: number; lookAlikes: number }> => {
  const { model, people, pairs, raisedBy } = args
  store
    .prepare(
      `REPLACE INTO calibration (model, at, people, people_pairs, pairs, least_rate, raised_by, points)
       VALUES (@model, @at, @people, @peoplePairs, @pairs, @leastRate, @raisedBy, @points)`,
    )
    .run({ ...args, lookAlikes: null, at, points: JSON.stringify(args.points) })
  store.prepare('DELETE FROM look_alike').run()
  // A face that ended meanwhile is left out, in the one transaction that could still meet it.
  const insert = store.prepare<[string, string]>(
    `INSERT INTO look_alike (credential_a, credential_b) SELECT min(a, b), max(a, b) FROM (SELECT ? AS a, ? AS b)
     WHERE EXISTS (SELECT 1 FROM template WHERE credential_id = a) AND EXISTS (SELECT 1 FROM template WHERE credential_id = b)`,
  )
  const kept = args.lookAlikes.filter(([one, other]) => insert.run(one, other).changes > 0)
  return done({ model, people, pairs, raisedBy, lookAlikes: kept.length })
}

type Row = Omit<KeptCalibration, 'points'> & { readonly points: string }
type PairRow = Readonly<Record<'oneCredential' | 'otherCredential' | 'oneResident' | 'otherResident', string>>

export const prepareCalibration = (store: ReadableStore) => {
  const kept = store.prepare<[], Row>(
    `SELECT model, at, people, people_pairs AS peoplePairs, pairs, least_rate AS leastRate, raised_by AS raisedBy, points
     FROM calibration ORDER BY at DESC`,
  )
  const pairs = store.prepare<[], PairRow>(
    `SELECT credential_a AS oneCredential, credential_b AS otherCredential,
       a.resident_id AS oneResident, b.resident_id AS otherResident
     FROM look_alike JOIN credential a ON a.id = credential_a JOIN credential b ON b.id = credential_b
     ORDER BY credential_a, credential_b`,
  )
  const several = store.prepare<[], { ids: string }>(
    `SELECT group_concat(id, ' ') AS ids FROM credential_active WHERE kind = 'face' GROUP BY resident_id HAVING count(*) > 1`,
  )
  const owed = store
    .prepare<[{ model: string }], number>(
      `SELECT EXISTS (SELECT 1 FROM credential_active c
         WHERE c.kind = 'face' AND c.created_at >= coalesce((SELECT at FROM calibration WHERE model = @model), 0)
         AND EXISTS (SELECT 1 FROM template t WHERE t.credential_id = c.id AND t.model = @model))`,
    )
    .pluck()
  return {
    /** Somebody was enrolled since the last one of this model was kept. */
    isCalibrationOwed: (model: string): boolean => owed.get({ model }) === 1,
    /** Of every model that was ever calibrated here, newest first. */
    listCalibrations: (): readonly KeptCalibration[] =>
      kept.all().map((row) => ({ ...row, points: JSON.parse(row.points) as KeptCalibration['points'] })),
    listLookAlikes: (): readonly LookAlike[] =>
      pairs.all().map(({ oneCredential, otherCredential, oneResident, otherResident }) => ({
        credentials: [oneCredential, otherCredential],
        residents: [oneResident, otherResident],
      })),
    /** The face credentials of each resident who has more than one. */
    listSeveralFaces: (): readonly (readonly string[])[] => several.all().map(({ ids }) => ids.split(' ')),
  }
}

export type CalibrationReads = ReturnType<typeof prepareCalibration>
