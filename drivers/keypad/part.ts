// Entry of the keypad process: which driver each keypad gets. Frames keys and nothing more: it knows no resident,
// no code's meaning and no menu. Started by the supervisor or by its unit.

import * as v from 'valibot'
import { runPart } from '../harness.ts'
import { createEvdevKeypad } from './evdev.ts'
import { createSerialKeypad } from './serial.ts'
import { type Keypad, keypadSettings } from './settings.ts'
import { createSimulatedKeypad } from './simulated.ts'

/** A keypad's line was lost: EX_TEMPFAIL, start me anew. */
const EXIT_KEYPAD_LOST = 75
/** For the fault to reach main. */
const FAREWELL_MS = 50

const leave = () => {
  setTimeout(() => process.exit(EXIT_KEYPAD_LOST), FAREWELL_MS)
}

let keypads: readonly Keypad[] = []

runPart('keypad', {
  build: (settings, port) => {
    const { devices } = v.parse(keypadSettings, settings)
    keypads = devices.map((keypad) => {
      if (keypad.driver === 'serial') return createSerialKeypad(keypad, port, leave)
      if (keypad.driver === 'evdev') return createEvdevKeypad(keypad, port, leave)
      return createSimulatedKeypad(keypad, port)
    })
    return keypads
  },
  receive: (message) => {
    if (message.type === 'look') for (const keypad of keypads) keypad.look(message.forMs)
  },
})
