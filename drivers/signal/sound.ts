// The speaker as a device: asks each side what is to be heard in the moments just ahead, makes the samples and writes them a little
// before they are due. Writes nothing while there is silence, so that no delay gathers and nothing is computed. Built by part.ts.

import type { Language, MonotonicMs, Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import { log } from '../log.ts'
import type { Look } from './contract.ts'
import type { Listener } from './player.ts'
import type { SoundSettings } from './settings.ts'
import { createSpeaker } from './speaker.ts'
import { createSynth, type Heard, PERIOD_MS, RATE } from './synth.ts'
import { readVoice, type Sentences, type Voice } from './voice.ts'

/** Written this far ahead: what a late timer may lose, and what a new sign waits for while another sounds. */
const AHEAD_MS = 50
/** After the last sound: more than a change waits for what is written already. */
const TAIL_PERIODS = 5

export type Source = { readonly hearAt: (at: MonotonicMs) => Look }
export type Sound = Listener & { readonly device: Device }

const hear = ({ hz, sentence }: Look, at: MonotonicMs, sentences: Sentences): Heard => {
  const samples = sentence && sentences.get(sentence.name)
  if (!sentence || !samples) return { hz }
  const offset = Math.round(((at - sentence.since) / 1000) * RATE)
  return offset < samples.length ? { hz, spoken: { samples, offset } } : { hz }
}

const loadVoice = ({ voice: folder }: SoundSettings, language: Language): Voice => {
  const voice: Voice = folder === undefined ? { sentences: new Map() } : readVoice(folder, language)
  if (voice.because !== undefined) log('warning', 'voice_incomplete', { because: voice.because })
  return voice
}

/** `sources`: the sides, asked only after `wake`. */
export const createSound = (
  settings: SoundSettings & { readonly language: Language; readonly side: Side },
  sources: readonly Source[],
  port: Port,
): Sound => {
  const { clock } = port
  const speaker = createSpeaker(settings.device, clock)
  const voice = loadVoice(settings, settings.language)
  const synth = createSynth(sources.length)
  let writtenUntil = clock.monotonic()
  let silentPeriods = 0
  let timer: NodeJS.Timeout | undefined

  const writePeriod = () => {
    const heard = sources.map(({ hearAt }) => hear(hearAt(writtenUntil), writtenUntil, voice.sentences))
    speaker.write(synth.render(heard))
    silentPeriods = heard.every(({ hz, spoken }) => hz === 0 && !spoken) ? silentPeriods + 1 : 0
    writtenUntil = (writtenUntil + PERIOD_MS) as MonotonicMs
  }
  const turn = () => {
    const now = clock.monotonic()
    writtenUntil = Math.max(writtenUntil, now) as MonotonicMs
    while (writtenUntil < now + AHEAD_MS && silentPeriods <= TAIL_PERIODS) writePeriod()
    timer = silentPeriods <= TAIL_PERIODS ? setTimeout(turn, PERIOD_MS) : undefined
  }
  const device: Device = {
    id: 'sound',
    side: settings.side,
    start: () => {
      speaker.start()
      if (voice.because !== undefined) port.tell({ type: 'fault', device: 'sound', code: voice.because })
    },
    stop: async () => {
      clearTimeout(timer)
      await speaker.stop()
    },
    state: () => {
      const because = speaker.because()
      return {
        device: 'sound',
        side: settings.side,
        ...(because === undefined ? { state: 'up' } : { state: 'down', because }),
      }
    },
  }
  return {
    device,
    heardFrom: () => Math.max(writtenUntil, clock.monotonic()) as MonotonicMs,
    wake: () => {
      silentPeriods = 0
      if (timer === undefined) turn()
    },
  }
}
