// One keypad between its line and main: bytes through the key codes and the grammar to `key`, `touched`, `asked`, `reading` and `fault`. Owns the
// timer that clears what was typed when nobody presses again. Never keeps or logs a byte: what it was given is overwritten.
// Called by the drivers beside it.

import type { MonotonicMs } from '../../config/words.ts'
import type { Port } from '../contracts.ts'
import { createGrammar, type Frame } from './grammar.ts'
import { createKeyReader, type Heard } from './key-codes.ts'
import { createKeyWatch } from './key-watch.ts'

export type Pad = {
  /** Takes what the line gave and overwrites it; gives the instant it was taken at, which is that of its keys. */
  readonly take: (bytes: Uint8Array) => MonotonicMs
  /** The keypad is gone: what was typed goes too. */
  readonly forget: () => void
  /** For so long each key is told by its name, one at a time: somebody stands there and tries the keys. */
  readonly look: (forMs: number) => void
  /** A key is held down: nobody can type a code meanwhile. */
  readonly isHeld: () => boolean
}

export const openPad = (settings: { readonly id: string; readonly silenceMs: number }, port: Port): Pad => {
  const device = settings.id
  const keyReader = createKeyReader()
  const grammar = createGrammar(settings)
  const keyWatch = createKeyWatch(port.clock.monotonic())
  let timer: NodeJS.Timeout | undefined
  let lookUntil = Number.NEGATIVE_INFINITY

  const tellFrame = (frame: Frame | undefined) => {
    if (frame) port.tell({ type: 'reading', path: 'keypad', device, at: frame.at, keys: frame.keys })
  }
  const tellSeen = (heard: Heard) => {
    if (heard.kind !== 'key' && heard.kind !== 'noise') return
    const key = heard.kind === 'key' ? heard.key : heard.kind
    port.tell({ type: 'looked', device, seen: { kind: 'key', key } })
  }
  const takeByte = (byte: number, at: MonotonicMs) => {
    const heard = keyReader.read(byte, at)
    if (at < lookUntil) tellSeen(heard)
    if (heard.kind === 'burst') {
      grammar.clear()
      port.tell({ type: 'fault', device, code: heard.because })
    } else if (heard.kind === 'key') {
      port.tell({ type: 'key', device, at })
      const flaw = keyWatch.press(heard.key, at)
      if (flaw) port.tell({ type: 'fault', device, code: flaw })
      const step = grammar.press(heard.key, at)
      tellFrame(step.frame)
      if (step.touched) port.tell({ type: 'touched', device, at })
      if (step.asked) port.tell({ type: 'asked', device, at })
    }
  }
  const setTimer = () => {
    clearTimeout(timer)
    const dueAt = grammar.dueAt()
    if (dueAt === undefined) return
    timer = setTimeout(
      () => {
        tellFrame(grammar.tick(port.clock.monotonic()).frame)
        // A timer may fire a fraction early; then there is still something due.
        setTimer()
      },
      Math.ceil(dueAt - port.clock.monotonic()),
    )
  }

  return {
    take: (bytes) => {
      const at = port.clock.monotonic()
      for (const byte of bytes) takeByte(byte, at)
      bytes.fill(0)
      setTimer()
      return at
    },
    forget: () => {
      clearTimeout(timer)
      grammar.clear()
    },
    look: (forMs) => {
      lookUntil = port.clock.monotonic() + forMs
    },
    isHeld: () => keyWatch.isHeld(port.clock.monotonic()),
  }
}
