// How often an input that chatters may wake the door. Called by onoff.ts; gpiochip.ts rests in its own loop.

/** A hundred looks a second, not one an edge. */
export const WAKE_GAP_MS = 10

/** At once, then no more often than every WAKE_GAP_MS, and always once after the last call. */
export const createPace = (wake: () => void) => {
  let timer: NodeJS.Timeout | undefined
  let again = false
  const call = () => {
    again = timer !== undefined
    if (again) return
    timer = setTimeout(() => {
      timer = undefined
      if (again) call()
    }, WAKE_GAP_MS)
    wake()
  }
  return call
}
