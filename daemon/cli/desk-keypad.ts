// The desk while a resident types his code at a keypad of the gate: waits for it, until something is typed at the desk. Called by desk.ts.

import type { Result } from '../../config/words.ts'

type Waiting = {
  readonly ask: (command: string, args: object, hangUp: AbortSignal) => Promise<Result<unknown>>
  readonly resident: string
  readonly keypad: string | undefined
  /** Somebody typed at the desk: he would rather not wait. */
  readonly interrupted: Promise<undefined>
}

/** What was taken in the last moment counts. */
export const awaitKeypad = async ({ ask, resident, keypad, interrupted }: Waiting): Promise<Result<unknown>> => {
  const hangUp = new AbortController()
  const asked = ask('desk keypad', { resident, ...(keypad === undefined ? {} : { keypad }) }, hangUp.signal)
  const answered = await Promise.race([asked, interrupted])
  if (answered) return answered
  hangUp.abort()
  return asked
}
