// Where the accuracy tests find models and faces, and how a file becomes a picture. Reads only; says what it uses.
// Called by the tests of models/.

import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import sharp from 'sharp'
import type { Picture } from '../../models/picture.ts'

const root = resolve(import.meta.dirname, '../..')

export const modelsDirectory = process.env['EVENGATE_MODELS'] ?? join(root, '../shared/models')
const facesDirectory = process.env['EVENGATE_FACES'] ?? join(root, '../shared/faces')

/** Turned clockwise by `degrees` about its middle; what was outside is black. */
export const readPicture = async (path: string, degrees = 0): Promise<Picture> => {
  const upright = sharp(path).toColourspace('srgb').removeAlpha()
  const turned = degrees === 0 ? upright : upright.rotate(degrees, { background: 'black' })
  const { data, info } = await turned.raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, rgb: new Uint8Array(data) }
}

export const demoPicture = (number: number): string => {
  const entry = createRequire(import.meta.url).resolve('@vladmandic/face-api/dist/face-api.node-wasm.js')
  return join(dirname(entry), '..', 'demo', `sample${number}.jpg`)
}

/** A picture made by a rule. */
export const pixelsOf = (
  size: Pick<Picture, 'width' | 'height'>,
  shade: (x: number, y: number, c: number) => number,
): Picture => {
  const { width, height } = size
  const rgb = new Uint8Array(width * height * 3)
  for (let i = 0; i < rgb.length; i++) {
    const pixel = Math.floor(i / 3)
    rgb[i] = Math.max(0, Math.min(255, Math.round(shade(pixel % width, Math.floor(pixel / width), i % 3))))
  }
  return { width, height, rgb }
}

export type Person = { readonly name: string; readonly files: readonly string[] }

/** People with at least `least` pictures, in a fixed order; empty where there are no pictures. */
export const peopleOf = (set: 'lfw' | 'east-asian', least: number): readonly Person[] => {
  const folder = join(facesDirectory, set)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map((name) => ({
      name,
      files: readdirSync(join(folder, name))
        .sort()
        .map((file) => join(folder, name, file)),
    }))
    .filter((person) => person.files.length >= least)
}

export const cosineOf = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
