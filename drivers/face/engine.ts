// The face model, the gallery and the template key of this process: what all its cameras share. Opens sealed templates into the
// gallery and seals new ones; no vector leaves it but to the device that asked. Must never tell a score. Opened by the face part.

import { done, failed, type Result, reveal, type Secret } from '../../config/words.ts'
import type { Face } from '../../models/face.ts'
import { type FaceModel, type OpenFailure, openFaceModel } from '../../models/face-model.ts'
import type { JudgeSurface } from '../../models/liveness-net.ts'
import { openSurface } from '../../models/liveness-set.ts'
import { createGallery, type Gallery, isVectorFor, mostVectors, type Search } from '../../models/match.ts'
import type { Picture } from '../../models/picture.ts'
import type { Runtime } from '../../models/runtime.ts'
import type { EnrolmentLimits } from '../../models/thresholds.ts'
import { log } from '../log.ts'
import type { GalleryTemplate, SealedTemplate } from '../protocol.ts'
import { type BoundOpener, createBoundOpener } from './bound.ts'
import { createRisk, type Risk } from './risk.ts'
import { openTemplate, sealTemplate } from './seal.ts'
import type { FaceSettings } from './settings.ts'
import { type KeyFailure, readTemplateKey } from './template-key.ts'
import type { Limits } from './track.ts'

/** Under the threshold by no more than this, three frames running, is somebody known whom the model is not sure of: told to use card
 * or code. Wider, and every second stranger would be told so: the rate of false matches rises about fivefold over this band. */
const UNCERTAIN_BAND = 0.05

export type Engine = {
  readonly modelId: string
  readonly assistsOnly: boolean
  /** For the gallery as it is now. */
  readonly enrolment: () => EnrolmentLimits
  readonly detect: (picture: Picture) => Promise<readonly Face[]>
  /** The vector belongs to the caller, who wipes it. */
  readonly embed: (picture: Picture, face: Face) => Promise<Float32Array>
  /** `only`: among these credentials. */
  readonly search: (vector: Float32Array, only?: ReadonlySet<string>) => Search
  /** For the gallery as it is now. */
  readonly limits: () => Limits
  /** The gallery is larger than what the model was measured for: calibrate on site. */
  readonly extrapolated: () => boolean
  /** Of the threshold of the gallery as it is now, and of a calibration (risk.ts). */
  readonly risk: Risk
  /** What the site's calibration adds to the threshold. */
  readonly raise: (by: number) => void
  readonly templates: () => number
  /** Gives how many could not be opened: another model's, another key's, altered, or one too many. */
  readonly addTemplates: (templates: readonly GalleryTemplate[]) => number
  /** At once: their bytes are zero when this returns. */
  readonly forget: (credentials: readonly string[]) => void
  readonly clear: () => void
  /** The process ends: nothing of the gallery or of the key is left for whoever reads its memory. Opens and seals nothing more. */
  readonly wipe: () => void
  /** `cardSecret`: of the card without which it is never to open again. */
  readonly seal: (vector: Float32Array, credential: string, cardSecret?: Secret<Buffer>) => SealedTemplate
  /** For the claim of whoever has shown the card that his face is bound to. */
  readonly openBound: BoundOpener['open']
  /** Where the networks for liveness are installed and some hour asks for them. */
  readonly judgeSurface?: JudgeSurface
}

/** The model looks at one picture at a time; two cameras take turns. At most one look a camera waits. */
const createTurns = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}

/** A second after the last vector, when no decision waits for another: then the model's own memory gives it up as well. */
const RINSE_AFTER_MS = 1000

const createRinse = (rinse: () => Promise<void>) => {
  let due: NodeJS.Timeout | undefined
  const putOff = (): void => {
    clearTimeout(due)
    due = setTimeout(() => void rinse(), RINSE_AFTER_MS)
  }
  return { putOff, cancel: (): void => clearTimeout(due) }
}

const addTemplate = (gallery: Gallery, model: FaceModel, key: Secret<Buffer>, template: GalleryTemplate): boolean => {
  const opened = openTemplate(template, { credential: template.credential, model: model.modelId }, key)
  if (!opened.ok) return false
  const vector = opened.value
  const added = isVectorFor(vector, model.dimension) && gallery.add(template.credential, vector)
  vector.fill(0)
  return added
}

const createEngine = (
  model: FaceModel,
  key: Secret<Buffer>,
  settings: FaceSettings,
  surface?: JudgeSurface,
): Engine => {
  const gallery = createGallery({ dimension: model.dimension, capacity: mostVectors })
  const bound = createBoundOpener(model, key)
  const takeTurn = createTurns()
  const rinse = createRinse(() => takeTurn(model.rinse))
  const chooseLimits = () => {
    const { threshold, margin, extrapolated } = risk.derive()
    return Object.freeze({ threshold, margin, uncertainFloor: threshold - UNCERTAIN_BAND, extrapolated })
  }
  const risk = createRisk({ model, gallery, settings })
  let limits = chooseLimits()
  const changed = (): void => {
    risk.noteChange()
    limits = chooseLimits()
  }
  return {
    modelId: model.modelId,
    assistsOnly: model.assistsOnly,
    enrolment: () => ({ ...model.enrolment, mostOtherScore: risk.mostOtherScore() }),
    detect: (picture) => takeTurn(() => model.detect(picture)),
    embed: (picture, face) => takeTurn(() => model.embed(picture, face)).finally(rinse.putOff),
    search: gallery.search,
    limits: () => limits,
    extrapolated: () => limits.extrapolated,
    risk,
    raise: (by) => {
      risk.raise(by)
      limits = chooseLimits()
    },
    templates: gallery.size,
    addTemplates: (templates) => {
      const unreadable = templates.filter((template) => !addTemplate(gallery, model, key, template)).length
      changed()
      return unreadable
    },
    forget: (credentials) => {
      for (const credential of credentials) gallery.remove(credential)
      bound.forget(credentials)
      changed()
    },
    clear: () => {
      gallery.clear()
      bound.wipe()
      changed()
    },
    wipe: () => {
      rinse.cancel()
      gallery.clear()
      bound.wipe()
      reveal(key).fill(0)
    },
    seal: (vector, credential, cardSecret) =>
      sealTemplate(vector, { credential, model: model.modelId }, key, cardSecret),
    openBound: bound.open,
    ...(surface ? { judgeSurface: surface } : {}),
  }
}

/** Optional: without them, or on a runtime that does not know them, liveness goes on with the other cues. */
const openJudge = async (settings: FaceSettings, runtime: Runtime): Promise<JudgeSurface | undefined> => {
  if (settings.liveness === 'off') return undefined
  const surface = await openSurface(settings.modelsDirectory, runtime, settings.threads)
  if (surface.ok) return surface.value.judge
  log('notice', 'liveness_networks_absent', { because: surface.code })
  return undefined
}

/** The key first: it costs nothing, and without it no model is of use. */
export const openEngine = async (
  settings: FaceSettings,
): Promise<Result<Engine, KeyFailure | OpenFailure | 'model_changed'>> => {
  const key = readTemplateKey(settings.templateKeyFile)
  if (!key.ok) return key
  const { pack, modelsDirectory, threads, model: expected } = settings
  const model = await openFaceModel({ pack, modelsDirectory, ...(threads === undefined ? {} : { threads }) })
  if (!model.ok) return model
  const { runtime, failed: died } = model.value.runtime
  if (died.length > 0) log('warning', 'runtime_replaced', { by: runtime, died: died.join(' ') })
  if (expected === undefined || model.value.modelId === expected)
    return done(createEngine(model.value, key.value, settings, await openJudge(settings, runtime)))
  await model.value.close()
  return failed('model_changed', model.value.modelId)
}
