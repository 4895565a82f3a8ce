// Spoken sentences from a folder: SIGN.LANGUAGE.wav, as `evengate voice make` writes them. A file that is missing or not of the form
// is left out and named by a code; tones go on without it. Called by sound.ts at the part's start.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '../../config/words.ts'
import { type Spoken, spokens } from './contract.ts'
import { RATE } from './synth.ts'

/** Ten seconds. */
const WAV_LIMIT_BYTES = 10 * RATE * 2

export type Sentences = ReadonlyMap<Spoken, Int16Array>
export type Voice = { readonly sentences: Sentences; readonly because?: string }

export const nameSentence = (sign: Spoken, language: Language): string => `${sign}.${language}.wav`

const PCM = 1

/** The samples of a RIFF file of 16 bits, one channel, at our rate; undefined when it is anything else. */
export const readWav = (file: Buffer): Int16Array | undefined => {
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE')
    return undefined
  let fits = false
  for (let at = 12; at + 8 <= file.length; ) {
    const id = file.toString('latin1', at, at + 4)
    const body = file.subarray(at + 8, Math.min(file.length, at + 8 + file.readUInt32LE(at + 4)))
    if (id === 'fmt ' && body.length >= 16)
      fits =
        body.readUInt16LE(0) === PCM &&
        body.readUInt16LE(2) === 1 &&
        body.readUInt32LE(4) === RATE &&
        body.readUInt16LE(14) === 16
    if (id === 'data')
      return fits ? Int16Array.from({ length: body.length >> 1 }, (_, n) => body.readInt16LE(n * 2)) : undefined
    // Chunks begin at even offsets.
    at += 8 + body.length + (body.length % 2)
  }
  return undefined
}

const readSentence = (path: string): Int16Array | undefined =>
  statSync(path).size > WAV_LIMIT_BYTES ? undefined : readWav(readFileSync(path))

export const readVoice = (folder: string, language: Language): Voice => {
  try {
    const present = new Set(readdirSync(folder))
    const found = spokens
      .filter((sign) => present.has(nameSentence(sign, language)))
      .map((sign) => [sign, readSentence(join(folder, nameSentence(sign, language)))] as const)
    const sentences = new Map(found.flatMap(([sign, samples]) => (samples ? [[sign, samples]] : [])))
    if (found.length === 0) return { sentences, because: 'voice_missing' }
    return sentences.size < found.length ? { sentences, because: 'voice_malformed' } : { sentences }
  } catch {
    // Absent, forbidden or no folder: the remedy is the same.
    return { sentences: new Map(), because: 'voice_missing' }
  }
}
