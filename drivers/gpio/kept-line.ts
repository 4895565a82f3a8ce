// One line of a chip that is kept open: tried again when it is absent or lost, so that one missing line takes no other along. Knows no
// kernel: whoever calls says how a line is opened. Called by the drivers of door and signal.

import { type Clock, type Failure, failed, type MonotonicMs, type Result } from '../../config/words.ts'
import { log } from '../log.ts'

/** An absent line is tried again this often: a chip comes back, another program lets go, a permission is mended. */
const REOPEN_MS = 1000

/** Active is `true`. Any failure but `relay_stuck` means that the line is lost. */
export type Line = { readonly read: () => Result<boolean>; readonly close: () => void }

export type Kept<One> = {
  /** Opens the line first when it is absent and its time has come. */
  readonly use: <T>(act: (line: One) => Result<T>) => Result<T>
  readonly close: () => void
}

/** What a driver says of others: the kernel's text, cut to what a log line may hold. */
const ownerOf = (detail: string | undefined) =>
  detail === undefined ? {} : { owner: detail.replaceAll(/[^\w.-]/g, '_').slice(0, 32) }

/** A failure's detail says who holds a busy line. */
export const keepLine = <One extends Line>(name: string, open: () => Result<One>, clock: Clock): Kept<One> => {
  let line: One | undefined
  let absent: Failure = failed('line_closed')
  let openAt: MonotonicMs | undefined = clock.monotonic()

  const lose = (because: string, detail?: string) => {
    if (absent.code !== because) log('fault', 'line_absent', { line: name, because, ...ownerOf(detail) })
    absent = failed(because)
    openAt = (clock.monotonic() + REOPEN_MS) as MonotonicMs
  }
  const openAgain = () => {
    const opened = open()
    if (!opened.ok) return lose(opened.code, opened.detail)
    line = opened.value
    if (absent.code !== 'line_closed') log('notice', 'line_back', { line: name })
    absent = failed('line_closed')
  }
  const shut = () => {
    line?.close()
    line = undefined
  }
  return {
    use: (act) => {
      if (!line && openAt !== undefined && clock.monotonic() >= openAt) openAgain()
      if (!line) return absent
      const result = act(line)
      if (!result.ok && result.code !== 'relay_stuck') {
        shut()
        lose(result.code)
      }
      return result
    },
    close: () => {
      shut()
      openAt = undefined
      absent = failed('line_closed')
    },
  }
}
