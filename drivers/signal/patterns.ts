// How each sign looks and sounds: a track of light and a track of tone. Every sign has both, and each is told from all others by its
// rhythm alone, without colour and without pitch: for whoever sees no colours, hears no tones, or has a buzzer with one. Pure tables.
// Durations are multiples of the sound's period (synth.ts). Called by side.ts.

import { type Colour, type Digit, digits, type Held, type Sign, type Spoken, spokenDigit } from './contract.ts'

/** One after the other; `null`: dark, or silent. */
export type Track<Value> = readonly (readonly [value: Value | null, ms: number])[]

export type Pattern = {
  /** A sign of lower rank waits for the end of one of higher; of the same rank the later one is shown at once. */
  readonly rank: 0 | 1 | 2
  readonly light: Track<Colour>
  readonly sound: Track<number>
  /** What is told again and again while somebody stands there does not begin anew each time. */
  readonly letsRun: boolean
}

const LOW_HZ = 220
const MIDDLE_HZ = 660
const HIGH_HZ = 880
const HIGHEST_HZ = 1320
const HELD_BEATS_LIMIT = 9

export const lengthOf = (track: Track<unknown>): number => track.reduce((sum, [, ms]) => sum + ms, 0)

/** Values at each on-time, with the pauses between them. */
const beats = <Value>(value: Value, ...ms: readonly number[]): Track<Value> =>
  ms.map((one, n) => [n % 2 === 0 ? value : null, one] as const)

const answer = (light: Track<Colour>, sound: Track<number>): Pattern => ({ rank: 2, light, sound, letsRun: false })
const request = (light: Track<Colour>, sound: Track<number>): Pattern => ({ rank: 1, light, sound, letsRun: true })
const hint = (light: Track<Colour>, sound: Track<number>): Pattern => ({ rank: 0, light, sound, letsRun: true })

export const patterns: Readonly<Record<Sign, Pattern>> = Object.freeze({
  granted: answer(beats('green', 2000), [
    [HIGH_HZ, 120],
    [null, 40],
    [HIGHEST_HZ, 160],
  ]),
  denied: answer(beats('red', 160, 160, 160, 160, 160, 160, 160, 160, 160), beats(LOW_HZ, 700)),
  use_card_or_code: request(beats('amber', 600, 400, 600, 400, 600), beats(MIDDLE_HZ, 160)),
  second_please: answer(beats('amber', 400, 200, 400, 200, 400), beats(HIGH_HZ, 80, 80, 80, 80, 80)),
  // Until the keypad takes the code (at most nine seconds); whoever types meanwhile does not begin it anew.
  wait: request(beats('amber', 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000), beats(MIDDLE_HZ, 240)),
  menu_open: answer(beats('amber', 100, 100, 100, 100, 600), [
    [MIDDLE_HZ, 60],
    [null, 60],
    [HIGH_HZ, 60],
    [null, 60],
    [HIGHEST_HZ, 240],
  ]),
  again_please: answer(beats('amber', 200, 400, 200), beats(HIGH_HZ, 60, 240, 60)),
  new_code_please: answer(beats('amber', 200, 400, 200, 400, 200), beats(HIGH_HZ, 60, 240, 60, 240, 60)),
  done: answer(beats('green', 400, 200, 200), [
    [HIGH_HZ, 240],
    [null, 80],
    [HIGHEST_HZ, 80],
  ]),
  refused: answer(beats('red', 400, 200, 400), beats(LOW_HZ, 240, 120, 240)),
  come_closer: hint(beats('amber', 200), beats(HIGH_HZ, 40)),
  look_here: hint(beats('amber', 120, 120, 120), beats(HIGH_HZ, 40, 80, 40)),
  more_light: hint(beats('amber', 400, 120, 120), beats(HIGH_HZ, 160, 80, 40)),
  show_face: hint(beats('amber', 120, 120, 400), beats(HIGH_HZ, 40, 80, 160)),
  hold_still: hint(beats('amber', 120, 120, 120, 120, 120), beats(HIGH_HZ, 40, 80, 40, 80, 40)),
  // One long for left, two for right, in light and in tone: the printed sign beside the camera says so.
  turn_left: request(beats('amber', 1200), beats(MIDDLE_HZ, 480)),
  turn_right: request(beats('amber', 800, 240, 800), beats(HIGHEST_HZ, 320, 160, 320)),
  // For whoever has a longer opening: the same welcome, one tone longer; the ticking that follows lasts as long as the door is released.
  granted_long: answer(beats('green', 4000), [
    [HIGH_HZ, 120],
    [null, 40],
    [HIGHEST_HZ, 160],
    [null, 40],
    [HIGHEST_HZ, 480],
  ]),
  // Rings twice; answered, it is one long and calm one. Asked for by the call button alone.
  calling: request(beats('amber', 300, 200, 300, 800, 300, 200, 300), beats(MIDDLE_HZ, 300, 200, 300)),
  answered: answer(beats('green', 3000), [
    [MIDDLE_HZ, 200],
    [null, 60],
    [HIGH_HZ, 400],
  ]),
})

type Beat = readonly [colour: Colour, hz: number, ms: number]

const countBeats = (count: number, beat: Beat): readonly Beat[] =>
  count === 0 ? [['red', LOW_HZ, 80]] : Array<Beat>(Math.min(count, HELD_BEATS_LIMIT)).fill(beat)

/** A beat for each card, a pause, a beat for each code, a pause, a long one for face: high for yes, low for no. */
export const describeHeld = ({ cards, codes, face }: Held): Pattern => {
  const groups: readonly (readonly Beat[])[] = [
    countBeats(cards, ['green', HIGH_HZ, 80]),
    countBeats(codes, ['amber', MIDDLE_HZ, 80]),
    [face ? ['green', HIGHEST_HZ, 320] : ['red', LOW_HZ, 320]],
  ]
  const track = <Value>(pick: (beat: Beat) => Value): Track<Value> =>
    groups.flatMap((group, n) =>
      group.flatMap((beat, m) => {
        const pauseMs = m < group.length - 1 ? 160 : n < groups.length - 1 ? 500 : 0
        return [[pick(beat), beat[2]] as const, [null, pauseMs] as const]
      }),
    )
  return answer(
    track(([colour]) => colour),
    track(([, hz]) => hz),
  )
}

/** In this the digit is spoken; without a voice it tells one digit from the next. */
const DIGIT_SPOKEN_MS = 900
const NUMBER_DIGITS_LIMIT = 12
/** A star: what comes before it and what comes after it are typed apart. */
const STAR_MS = 1500

type Told = Digit | '*'

const digitTrack = <Value>(value: Value, digit: Told): Track<Value> => {
  if (digit === '*') return [[null, STAR_MS]]
  const count = Number(digit)
  const tones =
    count === 0 ? [[value, 600] as const] : Array.from({ length: count }, () => beats(value, 120, 120)).flat()
  return [[null, DIGIT_SPOKEN_MS], ...tones]
}

/** Each digit spoken, then as many beats as it says; a long one is a nought. It waits for the sign that runs. */
export const describeNumber = (
  number: number | string,
): { readonly pattern: Pattern; readonly spoken: readonly (readonly [Spoken, number])[] } => {
  const told = [...String(number)]
    .slice(-NUMBER_DIGITS_LIMIT)
    .flatMap((one) => ([...digits, '*'] as const).find((digit) => digit === one) ?? [])
  const track = <Value>(value: Value): Track<Value> => told.flatMap((digit) => digitTrack(value, digit))
  const starts = told.map((_, n) => told.slice(0, n).reduce((sum, digit) => sum + lengthOf(digitTrack(1, digit)), 0))
  return {
    pattern: { rank: 1, light: track<Colour>('green'), sound: track(HIGH_HZ), letsRun: false },
    spoken: told.flatMap((digit, n) => (digit === '*' ? [] : [[spokenDigit(digit), starts[n] ?? 0] as const])),
  }
}
