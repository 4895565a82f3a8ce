// `evengate demo`: the real daemon in this process, its parts as real children, simulated devices, real models; a morning at the gate
// as a live picture, plain lines or JSON. Whatever happens, the folder and the children are gone afterwards. Called by main.
//
//   exit codes   0 everything came out as it should · 1 something did not · 2 wrong use · 130 interrupted

import { parseArgs } from 'node:util'
import { type Language, languages, type Result } from '../../config/words.ts'
import { startJudged } from '../cli/run.ts'
import type { Daemon } from '../daemon.ts'
import { wordFailure } from '../wording.ts'
import { playMorning } from './morning.ts'
import { type Place, preparePlace } from './place.ts'
import { chooseScreen, type Screen } from './screen.ts'
import { type Wording, wordIn } from './wording.ts'

const DEFAULT_SEED = 1
const SEED_LIMIT = 2 ** 32
const INTERRUPTED = 130

type Wish = { readonly json: boolean; readonly seed: number; readonly language: Language; readonly help: boolean }

const guessLanguage = (): Language =>
  (process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '').startsWith('zh') ? 'zh-CN' : 'en'

/** Undefined: wrong use. */
const readWish = (argv: readonly string[]): Wish | undefined => {
  const options = {
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(DEFAULT_SEED) },
    language: { type: 'string', default: guessLanguage() },
  } as const
  try {
    const { json, help, seed, language } = parseArgs({ args: [...argv], options }).values
    const known = languages.find((one) => one === language)
    if (!known || !/^\d{1,10}$/.test(seed) || Number(seed) >= SEED_LIMIT) return undefined
    return { json, help, seed: Number(seed), language: known }
  } catch (error) {
    if (error instanceof TypeError) return undefined // parseArgs says so of unknown options
    throw error
  }
}

/** The same end however it comes, and only once. */
const createEnd = (screen: Screen) => {
  let place: Place | undefined
  let opening: Promise<Result<Daemon>> | undefined
  let ended: Promise<void> | undefined
  const end = async (): Promise<void> => {
    screen.close()
    const opened = await opening
    if (opened?.ok) await opened.value.stop()
    place?.remove()
  }
  return {
    take: (made: Place, started: Promise<Result<Daemon>>) => {
      place = made
      opening = started
      // The last net, under a bug that throws where nobody waits.
      process.once('exit', made.remove)
    },
    end: () => {
      ended ??= end()
      return ended
    },
  }
}

const play = async ({ seed, language }: Wish, screen: Screen, wording: Wording, life: ReturnType<typeof createEnd>) => {
  screen.tell(wording.say('starting'))
  const place = await preparePlace(language)
  const opening = startJudged(place.configFile, language)
  life.take(place, opening)
  const opened = await opening
  if (!opened.ok) {
    screen.close()
    process.stderr.write(`${wordFailure(opened.code, opened.detail, language)}\n`)
    return 1
  }
  const summary = await playMorning({ daemon: opened.value, pack: place.pack, seed, screen, wording })
  screen.summary(summary)
  return summary.as_intended ? 0 : 1
}

export const runDemo = async (argv: readonly string[]): Promise<number> => {
  const wish = readWish(argv)
  const wording = wordIn(wish?.language ?? guessLanguage())
  if (!wish || wish.help) {
    ;(wish ? process.stdout : process.stderr).write(`${wording.say('usage')}\n`)
    return wish ? 0 : 2
  }
  const screen = chooseScreen(wish.json, wording)
  const life = createEnd(screen)
  const interrupt = () =>
    void life.end().then(() => {
      process.stderr.write(`${wording.say('interrupted')}\n`)
      process.exit(INTERRUPTED)
    })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, interrupt)
  // Whoever read our lines has gone, as `| head` does.
  process.stdout.once('error', interrupt)
  try {
    return await play(wish, screen, wording, life)
  } finally {
    await life.end()
    for (const signal of signals) process.off(signal, interrupt)
    process.stdout.off('error', interrupt)
  }
}
