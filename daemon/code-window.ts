// The minute in which one keypad takes a new code for the resident who is served at the desk: typed there twice, `CODE#`, as at the menu. Takes
// nothing that was typed before it, nothing at another keypad, and nothing that a menu is open for; `NUMBER*CODE#` stays what it is. A code
// goes to the command that waits for it and is kept nowhere. Opens nothing. Opened by `desk keypad`; asked by the gate for each choice.

import { type Clock, hide, type MonotonicMs, reveal, type Secret } from '../config/words.ts'
import type { Sign } from '../drivers/signal/contract.ts'

/** To go to the keypad and type twice; whoever needs longer is asked again. */
export const CODE_WINDOW_MS = 60_000

/** `answer`: shown at the keypad, once it is known what came of it. */
export type TypedCode = { readonly code: Secret<string>; readonly answer: (sign: Sign) => void }

type Wanted = {
  /** What is wrong with such a code; undefined: nothing. */
  readonly flawOf: (code: string) => string | undefined
  readonly onHint: (hint: string) => void
  readonly onLeave: (leave: () => void) => void
}

export type CodeWindow = {
  readonly isOpen: () => boolean
  /** Undefined: nobody typed one in time, or the caller has gone. */
  readonly open: (device: string, wanted: Wanted) => Promise<TypedCode | undefined>
  /** Undefined: it is nobody's here. */
  readonly take: (device: string, digits: string, at: MonotonicMs) => Promise<Sign> | undefined
}

type Open = Wanted & {
  readonly device: string
  readonly since: MonotonicMs
  readonly settle: (typed: TypedCode | undefined) => void
  first?: Secret<string>
}

/** What the desk and whoever types are told; the second of two that are alike goes to the desk, and `done` waits for it. */
const step = (window: Open, digits: string): Sign | 'typed_twice' => {
  const { first } = window
  delete window.first
  if (first !== undefined && reveal(first) === digits) return 'typed_twice'
  const hint = first === undefined ? window.flawOf(digits) : 'keypad_codes_differ'
  if (hint !== undefined) {
    window.onHint(hint)
    return 'new_code_please'
  }
  window.first = hide(digits)
  window.onHint('type_code_again')
  return 'again_please'
}

export const createCodeWindow = (clock: Pick<Clock, 'monotonic'>): CodeWindow => {
  let window: Open | undefined
  return {
    isOpen: () => window !== undefined,
    open: (device, wanted) =>
      new Promise((resolve) => {
        // A caller who hangs up late does not close the window of the next.
        const settle = (typed: TypedCode | undefined): void => {
          clearTimeout(limit)
          if (window === own) window = undefined
          resolve(typed)
        }
        const limit = setTimeout(() => settle(undefined), CODE_WINDOW_MS)
        const own: Open = { ...wanted, device, since: clock.monotonic(), settle }
        window = own
        wanted.onLeave(() => settle(undefined))
      }),
    take: (device, digits, at) => {
      if (window === undefined || device !== window.device || at < window.since) return undefined
      const taken = step(window, digits)
      if (taken !== 'typed_twice') return Promise.resolve(taken)
      const { promise, resolve } = Promise.withResolvers<Sign>()
      window.settle({ code: hide(digits), answer: resolve })
      return promise
    },
  }
}
