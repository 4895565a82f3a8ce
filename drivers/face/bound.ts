// The face of whoever has just shown the card that opens it: in no gallery, opened for one claim with the secret from that card, compared
// with nobody else, and wiped when the claim ends, whatever came of it. Must never be searched without a claim. Made by the engine for
// claim.ts.

import { type Secret, type Side, sides } from '../../config/words.ts'
import type { FaceModel } from '../../models/face-model.ts'
import { createGallery, type Gallery, isVectorFor, type Search } from '../../models/match.ts'
import type { GalleryTemplate } from '../protocol.ts'
import { openTemplate } from './seal.ts'

/** As many as one enrolment may have in the store. */
const MOST_TEMPLATES = 16

export type BoundFace = {
  /** Templates that the secret opened; 0 once it is wiped. */
  readonly size: () => number
  readonly search: (vector: Float32Array) => Search
  readonly wipe: () => void
}

export type BoundOpener = {
  /** What was open on this side before is wiped. The secret stays the caller's, who wipes it. */
  readonly open: (side: Side, templates: readonly GalleryTemplate[], cardSecret: Secret<Buffer>) => BoundFace
  readonly forget: (credentials: readonly string[]) => void
  readonly wipe: () => void
}

/** One memory a side, zeroed between two people. */
const createSlot = (dimension: number) => {
  const gallery = createGallery({ dimension, capacity: MOST_TEMPLATES })
  let standing: object | undefined
  const wipe = (): void => {
    gallery.clear()
    standing = undefined
  }
  return {
    wipe,
    remove: gallery.remove,
    fill: (add: (put: Gallery['add']) => void): BoundFace => {
      wipe()
      const own = {}
      standing = own
      add(gallery.add)
      return {
        size: () => (standing === own ? gallery.size() : 0),
        search: (vector) => (standing === own ? gallery.search(vector) : {}),
        wipe: () => {
          if (standing === own) wipe()
        },
      }
    },
  }
}

export const createBoundOpener = (
  { modelId, dimension }: Pick<FaceModel, 'modelId' | 'dimension'>,
  templateKey: Secret<Buffer>,
): BoundOpener => {
  const slots = { entry: createSlot(dimension), exit: createSlot(dimension) }
  const addTo = (put: Gallery['add'], template: GalleryTemplate, cardSecret: Secret<Buffer>): void => {
    const place = { credential: template.credential, model: modelId }
    const opened = openTemplate(template, place, templateKey, cardSecret)
    if (!opened.ok) return
    if (isVectorFor(opened.value, dimension)) put(template.credential, opened.value)
    opened.value.fill(0)
  }
  return {
    open: (side, templates, cardSecret) =>
      slots[side].fill((put) => {
        for (const template of templates.slice(0, MOST_TEMPLATES)) addTo(put, template, cardSecret)
      }),
    forget: (credentials) => {
      for (const side of sides) for (const credential of credentials) slots[side].remove(credential)
    },
    wipe: () => {
      for (const side of sides) slots[side].wipe()
    },
  }
}
