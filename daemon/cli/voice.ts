// `voice make FOLDER`: has espeak-ng speak every sentence of the gate in both languages into a folder, for the setting sound.voice. Whoever
// wants another voice puts files of the same names and form there. Needs no running gate and no configuration. Called by main.

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { done, failed, type Language, languages, type Result } from '../../config/words.ts'
import { type Spoken, spokens } from '../../drivers/signal/contract.ts'
import { sentences } from '../../drivers/signal/sentences.ts'
import { nameSentence } from '../../drivers/signal/voice.ts'
import { openContext, pick, printAnswer, printFailure } from './context.ts'
import type { CommandLine } from './parse.ts'

const SPEAK_LIMIT_MS = 20_000
const voices: Readonly<Record<Language, string>> = { 'zh-CN': 'cmn', en: 'en' }

/** espeak-ng writes 16 bits, one channel, 22050 Hz: what the gate plays. */
const speak = (folder: string, sign: Spoken, language: Language): Result<undefined> => {
  const file = join(folder, nameSentence(sign, language))
  const words = ['-v', voices[language], '-w', file, '--', sentences[sign][language]]
  const { error, status } = spawnSync('espeak-ng', words, { timeout: SPEAK_LIMIT_MS, stdio: 'ignore' })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return failed('espeak_missing')
  return status === 0 ? done(undefined) : failed('voice_failed', file)
}

const makeAll = (folder: string): Result<number> => {
  try {
    mkdirSync(folder, { recursive: true })
  } catch {
    return failed('voice_failed', folder)
  }
  for (const language of languages)
    for (const sign of spokens) {
      const spoken = speak(folder, sign, language)
      if (!spoken.ok) return spoken
    }
  return done(languages.length * spokens.length)
}

export const makeVoice = async ({ args, common }: CommandLine): Promise<number> => {
  const context = openContext(common)
  const folder = resolve(String(args['folder']))
  const made = makeAll(folder)
  if (!made.ok) return printFailure(context, made)
  const { language } = context
  return printAnswer(context, { folder, sentences: made.value }, () =>
    pick(language, `${made.value} sentences in ${folder}`, `已在 ${folder} 生成 ${made.value} 个语音文件`),
  )
}
