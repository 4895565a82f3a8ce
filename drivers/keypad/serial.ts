// A keypad on a serial line: what the line gives goes to the pad. When the line is lost its process ends itself and is started anew
// (serial-line.ts says why). Called by part.ts.

import type { Port } from '../contracts.ts'
import { keepSerialLine } from '../serial-line.ts'
import { openPad } from './pad.ts'
import type { Keypad, SerialKeypad } from './settings.ts'

/** `leave` ends the process, which the supervisor starts anew. */
export const createSerialKeypad = (settings: SerialKeypad, port: Port, leave: () => void): Keypad => {
  const { id: device, side } = settings
  const pad = openPad(settings, port)
  const line = keepSerialLine(settings, 'keypad_lost', {
    take: pad.take,
    lost: () => {
      pad.forget()
      port.tell({ type: 'fault', device, code: 'keypad_lost' })
      leave()
    },
  })

  return {
    id: device,
    side,
    look: pad.look,
    start: line.start,
    stop: async () => {
      pad.forget()
      await line.stop()
    },
    state: () => {
      const flaw = line.because() ?? (pad.isHeld() ? 'key_held' : undefined)
      return { device, side, ...(flaw === undefined ? { state: 'up' } : { state: 'down', because: flaw }) }
    },
  }
}
