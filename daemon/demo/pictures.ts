// Whose faces the demo can show. Labeled Faces in the Wild where it lies beside the checkout: enrolment and probe are then different
// pictures of one person. Otherwise face-api's demo pictures from npm: several people to a picture, and what is shown of each are
// views of one crop, which the demo labels so. Reads names of files only; the simulated camera reads the pictures.

import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { View } from '../../drivers/camera/scene.ts'
import type { Chance } from './chance.ts'

/** Three for the templates, one to be recognised by; any more are further tries. */
const PICTURES_LEAST = 4
const ENROLMENT_PICTURES = 3

/** What the simulated camera is told to show. */
export type Look = { readonly file: string; readonly view?: Partial<View> }
export type Person = { readonly enrolment: readonly Look[]; readonly probes: readonly Look[] }
export type Pictures = {
  readonly from: 'lfw' | 'npm' | 'none'
  /** How a probe differs from what was enrolled. */
  readonly kind: 'different picture' | 'synthetic view' | 'none'
  readonly people: readonly Person[]
}

/** The face is in the middle of these pictures; at their edges other people look in. */
const MIDDLE = { x: 0.22, y: 0.2, width: 0.56, height: 0.6, scale: 0.7 } as const

const sharedFaces = fileURLToPath(new URL('../../../shared/faces', import.meta.url))

const listLfw = (folder: string): Person[] => {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const looks = readdirSync(join(folder, name))
        .filter((file) => file.endsWith('.jpg'))
        .toSorted()
        .map((file) => ({ file: join(folder, name, file), view: MIDDLE }))
      if (looks.length < PICTURES_LEAST) return []
      return [{ enrolment: looks.slice(0, ENROLMENT_PICTURES), probes: looks.slice(ENROLMENT_PICTURES) }]
    })
}

/** Middles of faces in face-api's demo pictures, in fractions of the picture's sides; ten different people who look at the camera. */
const demoFaces = [
  ['sample6.jpg', 0.4, 0.307],
  ['sample3.jpg', 0.359, 0.343],
  ['sample6.jpg', 0.83, 0.27],
  ['sample2.jpg', 0.804, 0.205],
  ['sample5.jpg', 0.452, 0.157],
  ['sample5.jpg', 0.622, 0.233],
  ['sample5.jpg', 0.244, 0.733],
  ['sample4.jpg', 0.392, 0.138],
  ['sample3.jpg', 0.829, 0.321],
  ['sample6.jpg', 0.665, 0.299],
] as const
/** What is shown around the middle: head and shoulders. */
const CROP = { width: 0.22, height: 0.38 } as const
const enrolmentViews: readonly Partial<View>[] = [{}, { brightness: 1.1 }, { scale: 0.95 }]
const probeViews: readonly Partial<View>[] = [{ brightness: 0.9, shift: { x: 0.02, y: 0 } }, { brightness: 1.05 }]

const findDemoFolder = (): string | undefined => {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo')
  } catch {
    return undefined // a development package, left out by an install without them
  }
}

const listDemo = (folder: string): Person[] =>
  demoFaces.map(([name, middleX, middleY]) => {
    const crop = { ...CROP, x: Math.max(0, middleX - CROP.width / 2), y: Math.max(0, middleY - CROP.height / 2) }
    const show = (view: Partial<View>): Look => ({ file: join(folder, name), view: { ...crop, ...view } })
    return { enrolment: enrolmentViews.map(show), probes: probeViews.map(show) }
  })

/**
 * EVENGATE_FACES names another folder like ../shared/faces. The builtin pack recognises one picture of a person in another too seldom
 * (facts: it misses a third and more): it is shown views of one crop where there are any.
 */
export const findPictures = (pack: 'recommended' | 'builtin', chance: Chance): Pictures => {
  const lfw = listLfw(join(process.env['EVENGATE_FACES'] ?? sharedFaces, 'lfw'))
  const folder = findDemoFolder()
  if (lfw.length > 0 && (pack === 'recommended' || folder === undefined))
    return { from: 'lfw', kind: 'different picture', people: chance.shuffle(lfw) }
  if (folder === undefined) return { from: 'none', kind: 'none', people: [] }
  return { from: 'npm', kind: 'synthetic view', people: chance.shuffle(listDemo(folder)) }
}
