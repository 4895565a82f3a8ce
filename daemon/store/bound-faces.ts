// Faces that open only with the secret on one card of the same resident: which face, which card. Writes in the caller's transaction; reads on
// main's handle what one tap needs. Never holds the secret. What may be bound, and what ends with the card, is in the schema (0016).

import type { ReadableStore, WritableStore } from './handles.ts'

/** Before the face has a template; the schema refuses a card that is not fit. */
export const bindFace = (store: WritableStore, credentialId: string, cardId: string): void => {
  store.prepare('INSERT INTO bound_face (credential_id, card_id) VALUES (?, ?)').run(credentialId, cardId)
}

/** Of the table `credential AS c`: a face that is searched among others. */
export const unboundFace = `NOT EXISTS (SELECT 1 FROM bound_face b WHERE b.credential_id = c.id)`

export type BoundFaceLine = { readonly face: string; readonly card: string }

export const prepareBoundFaces = (store: ReadableStore) => {
  const ofResident = store.prepare<[string], BoundFaceLine>(
    `SELECT b.credential_id AS face, b.card_id AS card FROM bound_face b
     JOIN credential_active c ON c.id = b.credential_id WHERE c.resident_id = ?`,
  )
  const boundTo = store.prepare<[string], { face: string; resident: string }>(
    `SELECT b.credential_id AS face, c.resident_id AS resident FROM bound_face b
     JOIN credential_active c ON c.id = b.credential_id WHERE b.card_id = ?`,
  )
  const count = store
    .prepare<[], number>('SELECT count(*) FROM bound_face b JOIN credential_active c ON c.id = b.credential_id')
    .pluck()
  const card = store.prepare<[string, string], { one: 1 }>(
    `SELECT 1 AS one FROM credential_active c JOIN card ON card.credential_id = c.id
     WHERE c.id = ? AND c.resident_id = ? AND card.proof = 'authenticated'`,
  )
  return {
    /** One resident has one face; undefined: none, or one that is searched among others. */
    findBoundFace: (residentId: string): BoundFaceLine | undefined => ofResident.get(residentId),
    findFaceBoundTo: (cardId: string) => boundTo.get(cardId),
    countBoundFaces: (): number => count.get() ?? 0,
    /** A card of his own, in use, that proves a key. */
    isBindable: (cardId: string, residentId: string): boolean => card.get(cardId, residentId) !== undefined,
  }
}

export type BoundFaceReads = ReturnType<typeof prepareBoundFaces>
