// What the kernel knows of the clock's own error (adjtimex(2)): how fast the crystal runs, how wrong the time may be. Reads, never sets.
// Loads no foreign code before somebody asks. Called by `doctor`.

/** struct timex of 64-bit Linux: modes, offset, freq, maxerror, esterror, status, … */
const TIMEX_BYTES = 208
const FREQUENCY_AT = 16
const MOST_ERROR_AT = 24
const STATUS_AT = 40
/** The frequency is told in parts per million with 16 binary places. */
const FREQUENCY_UNIT = 2 ** -16
const STA_UNSYNC = 0x40
const DAY_S = 86_400

export type ClockDrift = {
  /** What the time service takes off or adds: seconds a day by which the clock would run wrong without it. */
  readonly secondsADay: number
  /** How wrong the time may be at most, by the kernel; absent while nothing disciplines the clock. */
  readonly withinMs?: number
}

type AdjustTime = (timex: Buffer) => number

export const parseTimex = (timex: Buffer): ClockDrift => {
  const ppm = Number(timex.readBigInt64LE(FREQUENCY_AT)) * FREQUENCY_UNIT
  const secondsADay = (ppm / 1e6) * DAY_S
  if ((timex.readInt32LE(STATUS_AT) & STA_UNSYNC) !== 0) return { secondsADay }
  return { secondsADay, withinMs: Number(timex.readBigInt64LE(MOST_ERROR_AT)) / 1000 }
}

/** Undefined where the kernel says nothing. */
export const readClockDrift = async (): Promise<ClockDrift | undefined> => {
  const { default: koffi } = await import('koffi')
  const adjust: AdjustTime = koffi.load(null).func('int adjtimex(void *timex)')
  const timex = Buffer.alloc(TIMEX_BYTES) // no modes: nothing is set
  return adjust(timex) < 0 ? undefined : parseTimex(timex)
}
