// The outlet for alarms as a device: the lamp stands as long as the cause does, the buzzer until somebody acknowledges. Silences at once,
// by itself, and tells main, which records it and says what holds from then on. A main that is missing is a cause of its own: nobody else
// could say so. Under duress it calls for help on a wire that leads away from the gate, and shows nothing. Built by part.ts.

import type { MonotonicMs, Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import { log } from '../log.ts'
import type { ToPart } from '../protocol.ts'
import type { AlarmOutputs } from './contract.ts'
import type { MainWatch } from './main-watch.ts'

const CHECK_EVERY_MS = 1000
/** Short enough for a quick push of the button. */
const LOOK_EVERY_MS = 50
/** The button that was not looked at for this long is not watched. */
const LOOK_LATE_LIMIT_MS = 1000
/** Until acknowledged the lamp blinks: told by rhythm, not by colour alone. */
const BLINK_MS = 500
const BUZZ_MS = 200
const BUZZ_EVERY_MS = 2000
/** Long enough for a relay at an alarm centre, and over before anybody wonders. */
export const HELP_MS = 60_000
/** A call that waited in its queue while this part was away still helps. */
const HELP_AGE_LIMIT_MS = HELP_MS

type Standing = { readonly standing: boolean; readonly sounding: boolean; readonly blinks?: boolean }

/** Lamp and buzzer at an instant, for an alarm that sounds since `since`. Pure. */
export const alarmAt = ({ standing, sounding, blinks }: Standing, since: MonotonicMs, at: MonotonicMs) => {
  const passedMs = at - since
  const loud = standing && sounding
  return {
    lamp: standing && (!(sounding || blinks) || passedMs % (2 * BLINK_MS) < BLINK_MS),
    buzzer: loud && passedMs % BUZZ_EVERY_MS < BUZZ_MS,
  }
}

const either = (one: Standing, other: Standing): Standing => ({
  standing: one.standing || other.standing,
  sounding: (one.standing && one.sounding) || (other.standing && other.sounding),
  blinks: one.blinks === true || other.blinks === true,
})

const quiet: Standing = { standing: false, sounding: false }

export type AlarmOutlet = {
  readonly device: Device
  readonly receive: (message: ToPart) => void
  /** The button is being looked at, and main: what the watchdog lives on. */
  readonly isLooking: () => boolean
}

export const createAlarmOutlet = (
  side: Side,
  outputs: AlarmOutputs,
  port: Port,
  main: Pick<MainWatch, 'isMissing'>,
): AlarmOutlet => {
  const { clock } = port
  let told: Standing = quiet
  let missing: Standing = quiet
  let now: Standing = quiet
  let since = clock.monotonic()
  let lookedAt = since
  let pressed = false
  let helpUntil = Number.NEGATIVE_INFINITY
  let because: string | undefined
  let timers: readonly NodeJS.Timeout[] = []

  const show = () => {
    const next = either(told, missing)
    if (next.sounding && !now.sounding) since = clock.monotonic()
    now = next
    const at = clock.monotonic()
    outputs.set({ ...alarmAt(now, since, at), help: at < helpUntil })
  }
  const watchMain = () => {
    const isMissing = main.isMissing()
    if (isMissing === missing.standing) return
    missing = { standing: isMissing, sounding: isMissing }
    log(isMissing ? 'fault' : 'notice', isMissing ? 'main_missing' : 'main_settled')
  }
  const silence = () => {
    missing = { ...missing, sounding: false }
    if (told.standing && told.sounding) port.tell({ type: 'acknowledged', at: clock.monotonic() })
    told = { ...told, sounding: false }
  }
  const look = () => {
    lookedAt = clock.monotonic()
    watchMain()
    const before = pressed
    pressed = outputs.isPressed()
    if (pressed && !before && now.sounding) silence()
    show()
  }
  const device: Device = {
    id: 'alarm',
    side,
    start: () => {
      because = outputs.check()
      const check = () => {
        because = outputs.check()
      }
      timers = [setInterval(look, LOOK_EVERY_MS), setInterval(check, CHECK_EVERY_MS)]
      look()
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer)
      outputs.set({ lamp: false, buzzer: false, help: false })
      outputs.close()
    },
    state: () => ({ device: 'alarm', side, ...(because === undefined ? { state: 'up' } : { state: 'down', because }) }),
  }
  return {
    device,
    receive: (message) => {
      // Without a light, a tone or a line in any log of this process.
      if (message.type === 'help' && clock.monotonic() - message.at < HELP_AGE_LIMIT_MS) {
        helpUntil = clock.monotonic() + HELP_MS
        show()
      }
      if (message.type !== 'alarm') return
      told = message
      show()
    },
    isLooking: () => clock.monotonic() - lookedAt < LOOK_LATE_LIMIT_MS,
  }
}
