// The outlet for alarms as a device: the lamp stands as long as the cause does, the buzzer until somebody acknowledges. Silences at once,
// by itself, and tells main, which records it and says what holds from then on. A main that is gone is a cause of its own: nobody else
// could say so. Built by part.ts.

import type { MonotonicMs, Side } from '../../config/words.ts'
import type { Device, Port } from '../contracts.ts'
import type { ToPart } from '../protocol.ts'
import type { AlarmOutputs } from './contract.ts'

const CHECK_EVERY_MS = 1000
/** Short enough for a quick push of the button. */
const LOOK_EVERY_MS = 50
/** A restart is no alarm. */
const MAIN_AWAY_MS = 30_000
/** Until acknowledged the lamp blinks: told by rhythm, not by colour alone. */
const BLINK_MS = 500
const BUZZ_MS = 200
const BUZZ_EVERY_MS = 2000

type Standing = { readonly standing: boolean; readonly sounding: boolean }

/** Lamp and buzzer at an instant, for an alarm that sounds since `since`. Pure. */
export const alarmAt = ({ standing, sounding }: Standing, since: MonotonicMs, at: MonotonicMs) => {
  const passedMs = at - since
  const loud = standing && sounding
  return {
    lamp: standing && (!sounding || passedMs % (2 * BLINK_MS) < BLINK_MS),
    buzzer: loud && passedMs % BUZZ_EVERY_MS < BUZZ_MS,
  }
}

export type AlarmOutlet = {
  readonly device: Device
  readonly receive: (message: ToPart) => void
  readonly loseMain: () => void
}

/** `awayMs`: main may be gone for so long. */
export const createAlarmOutlet = (
  side: Side,
  outputs: AlarmOutputs,
  port: Port,
  awayMs: number = MAIN_AWAY_MS,
): AlarmOutlet => {
  const { clock } = port
  const quiet: Standing = { standing: false, sounding: false }
  let now: Standing = quiet
  let since = clock.monotonic()
  let pressed = false
  let because: string | undefined
  let timers: readonly NodeJS.Timeout[] = []
  let away: NodeJS.Timeout | undefined

  const show = () => outputs.set(alarmAt(now, since, clock.monotonic()))
  const change = (next: Standing) => {
    if (next.sounding && !now.sounding) since = clock.monotonic()
    now = next
    show()
  }
  const look = () => {
    const before = pressed
    pressed = outputs.isPressed()
    if (pressed && !before && now.sounding) {
      change({ ...now, sounding: false })
      port.tell({ type: 'acknowledged', at: clock.monotonic() })
    }
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
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer)
      clearTimeout(away)
      outputs.set({ lamp: false, buzzer: false })
      outputs.close()
    },
    state: () => ({ device: 'alarm', side, ...(because === undefined ? { state: 'up' } : { state: 'down', because }) }),
  }
  return {
    device,
    receive: (message) => {
      if (message.type !== 'alarm') return
      clearTimeout(away)
      change({ standing: message.standing, sounding: message.sounding })
    },
    loseMain: () => {
      clearTimeout(away)
      away = setTimeout(() => change({ standing: true, sounding: true }), awayMs)
    },
  }
}
