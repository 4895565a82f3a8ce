// The legal stop of all faces as the store keeps it: a pause of every side under a name that no gate has, so that neither another name
// of the gate nor a new side ends it, and no remedy's pause is in its way. The operations run in the writer thread; the read is main's.

import { done, failed, type Result, sides, type WallMs } from '../../config/words.ts'
import type { ReadableStore, WritableStore } from './handles.ts'

/** No gate is called so (settings: a–z 0–9 -). The look-up of a decision takes it in (statements.ts). */
export const EVERY_GATE = '*'

type Because = { readonly because: string }

export const stopFaces = (store: WritableStore, { because }: Because, at: WallMs): Result<Because> => {
  const insert = store.prepare(`REPLACE INTO path_pause (gate, side, path, because, at) VALUES (?, ?, 'face', ?, ?)`)
  for (const side of sides) insert.run(EVERY_GATE, side, because, at)
  return done({ because })
}

export const allowFaces = (store: WritableStore, { because }: Because): Result<Because> => {
  const { changes } = store.prepare('DELETE FROM path_pause WHERE gate = ?').run(EVERY_GATE)
  return changes === 0 ? failed('face_not_stopped') : done({ because })
}

export type StopReads = {
  /** Why all faces are stopped; undefined: they are not. */
  readonly readFaceStop: () => string | undefined
}

export const prepareStopReads = (store: ReadableStore): StopReads => {
  const stop = store.prepare<[string], { because: string }>('SELECT because FROM path_pause WHERE gate = ? LIMIT 1')
  return { readFaceStop: () => stop.get(EVERY_GATE)?.because }
}
