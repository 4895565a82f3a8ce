// `voice make` with the real espeak-ng: what it writes is what the signal part plays.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtempDisposable, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { languages } from '../../config/words.ts'
import { hasWording } from '../../daemon/wording.ts'
import { spokens } from '../../drivers/signal/contract.ts'
import { RATE } from '../../drivers/signal/synth.ts'
import { nameSentence, readVoice } from '../../drivers/signal/voice.ts'
import { needPart } from '../parts.ts'

const root = resolve(import.meta.dirname, '../..')
const LIMIT_MS = 60_000

const make = (folder: string, env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [join(root, 'daemon/main.ts'), 'voice', 'make', folder, '--language', 'en', '--json'], {
    encoding: 'utf8',
    timeout: LIMIT_MS,
    env,
  })

describe.skipIf(!needPart('espeak-ng'))('with espeak-ng', () => {
  test('every sign has a sentence in both languages, of a few seconds', { timeout: LIMIT_MS }, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'eg-'))
    const into = join(folder.path, 'voice')
    const { status, stdout } = make(into)
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ folder: into, sentences: 2 * spokens.length })
    for (const language of languages) {
      const voice = readVoice(into, language)
      expect(voice.because).toBeUndefined()
      expect([...voice.sentences.keys()]).toEqual([...spokens])
      for (const samples of voice.sentences.values()) {
        expect(samples.length / RATE).toBeGreaterThan(0.3)
        expect(samples.length / RATE).toBeLessThan(6)
        expect(Math.max(...samples)).toBeGreaterThan(5000)
      }
    }
  })

  test('a file of another form is left out and named by a code', { timeout: LIMIT_MS }, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'eg-'))
    make(folder.path)
    await writeFile(join(folder.path, nameSentence('done', 'en')), 'no sound at all')
    const voice = readVoice(folder.path, 'en')
    expect(voice.because).toBe('voice_malformed')
    expect(voice.sentences.size).toBe(spokens.length - 1)
    // Whoever has recorded only some sentences is not told of the others.
    await rename(join(folder.path, nameSentence('done', 'en')), join(folder.path, 'elsewhere'))
    expect(readVoice(folder.path, 'en')).toMatchObject({
      sentences: expect.objectContaining({ size: spokens.length - 1 }),
    })
    expect(readVoice(folder.path, 'en').because).toBeUndefined()
  })
})

test('without espeak-ng it says what is missing', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'eg-'))
  const { status, stdout } = make(join(folder.path, 'voice'), { ...process.env, PATH: folder.path })
  expect(status).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ failed: true, code: 'espeak_missing' })
})

test('each way in which the speaker fails has a line', () => {
  const texts = ['speaker', 'voice', 'sound'].map((name) =>
    readFileSync(join(root, `drivers/signal/${name}.ts`), 'utf8'),
  )
  const codes = [...texts.join('\n').matchAll(/'((?:sound|voice|aplay)_[a-z_]+)'/g)].map(([, code = '']) => code)
  expect(codes.length).toBeGreaterThan(7)
  expect(codes.filter((code) => !hasWording(code) && code !== 'voice_incomplete')).toEqual([])
})

test('a folder that is not there is no voice', () => {
  expect(readVoice('/nowhere/at/all', 'en')).toEqual({ sentences: new Map(), because: 'voice_missing' })
})
