// Samples of tones and sentences: signed 16 bits, one channel, in periods of PERIOD_MS. Each source's tone begins and ends on a short
// slope, so that it does not crackle. Pure but for the phase it keeps; knows no device. Called by sound.ts.

export const RATE = 22_050
export const PERIOD_MS = 20
export const PERIOD_SAMPLES = (RATE * PERIOD_MS) / 1000
export const PERIOD_BYTES = PERIOD_SAMPLES * 2

const FULL = 32_767
/** A tone and a sentence together just fit; more is cut off. */
const TONE_SHARE = 0.3
const SPOKEN_SHARE = 0.7
const SLOPE_SAMPLES = 44

/** What one side is to be heard with in one period. `spoken`: the sentence's samples from `offset` on. */
export type Heard = {
  readonly hz: number
  readonly spoken?: { readonly samples: Int16Array; readonly offset: number }
}

type Voice = { hz: number; phase: number; level: number }

const turnVoice = (voice: Voice, wantedHz: number): number => {
  // A tone that ends fades at its own pitch.
  if (wantedHz > 0) voice.hz = wantedHz
  const wanted = wantedHz > 0 ? 1 : 0
  const step = 1 / SLOPE_SAMPLES
  voice.level = wanted > voice.level ? Math.min(wanted, voice.level + step) : Math.max(wanted, voice.level - step)
  voice.phase = (voice.phase + voice.hz / RATE) % 1
  return voice.level === 0 ? 0 : Math.sin(2 * Math.PI * voice.phase) * voice.level * TONE_SHARE * FULL
}

export const createSynth = (sources: number): { readonly render: (heard: readonly Heard[]) => Buffer } => {
  const voices: readonly Voice[] = Array.from({ length: sources }, () => ({ hz: 0, phase: 0, level: 0 }))
  const sampleOf = (heard: readonly Heard[], n: number): number => {
    let sum = 0
    for (const [at, voice] of voices.entries()) {
      const one = heard[at]
      sum += turnVoice(voice, one?.hz ?? 0) + (one?.spoken?.samples[one.spoken.offset + n] ?? 0) * SPOKEN_SHARE
    }
    return Math.max(-FULL, Math.min(FULL, Math.round(sum)))
  }
  return {
    render: (heard) => {
      const period = Buffer.allocUnsafe(PERIOD_BYTES)
      for (let n = 0; n < PERIOD_SAMPLES; n++) period.writeInt16LE(sampleOf(heard, n), n * 2)
      return period
    },
  }
}
