// What a command is on the daemon's side: a strict schema for its arguments and what it does with them. Every change goes through
// the ledger's operations, so that its event stands in the same transaction; a name never leaves the answer. Used by each command.

import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { type Failure, failed, type Result } from '../../config/words.ts'
import type { Conversation } from '../control.ts'
import type { Daemon } from '../daemon.ts'
import type { Caller } from '../store/protocol.ts'
import { currentCaller, type Role } from './roles.ts'

type Run = (daemon: Daemon, rawArgs: unknown, conversation: Conversation) => Promise<Result<unknown>>
/** `roles`: who may ask besides the administrator; absent where nobody has said, and then nobody else may. */
export type Command = Run & { readonly roles?: readonly Role[] }

/** A schema may name the code of its refusal. Otherwise only the place is said: what was given may be a code. */
const refuseArgs = (issue: v.BaseIssue<unknown>): Failure =>
  /^[a-z]+(_[a-z]+)+$/.test(issue.message)
    ? failed(issue.message)
    : failed('args_refused', v.getDotPath(issue) ?? undefined)

/** Which roles may ask for it, where the command is defined. `root` alone: the administrator's own. */
export const commandFor =
  (...roles: readonly [Role, ...Role[]]) =>
  <Schema extends v.GenericSchema>(
    schema: Schema,
    run: (daemon: Daemon, args: v.InferOutput<Schema>, conversation: Conversation) => Promise<Result<unknown>>,
  ): Command =>
    Object.assign(command(schema, run), { roles })

export const command =
  <Schema extends v.GenericSchema>(
    schema: Schema,
    run: (daemon: Daemon, args: v.InferOutput<Schema>, conversation: Conversation) => Promise<Result<unknown>>,
  ): Command =>
  async (daemon, rawArgs, conversation) => {
    const parsed = v.safeParse(schema, rawArgs)
    if (!parsed.success) return refuseArgs(parsed.issues[0])
    return run(daemon, parsed.output, conversation)
  }

/** Whoever asked, by his socket's role and his uid; outside a command the user that the daemon runs as. */
export const byOffice = (): Caller => currentCaller() ?? { role: 'root', caller: `uid:${process.getuid?.() ?? 0}` }
export const currentRole = (): Role => currentCaller()?.role ?? 'root'

export const noArgs = v.strictObject({})
const idOr = (code: string) => v.pipe(v.string(), v.regex(/^[a-z]_[a-z2-7]{1,32}$/, code))
export const residentId = idOr('resident_unknown')
export const credentialId = idOr('credential_unknown')
/** The number of an event, by which receipts and requests go. */
export const eventNumber = v.pipe(v.string(), v.regex(/^[1-9]\d{0,11}$/, 'number_not_event'), v.transform(Number))
export const residentArgs = v.strictObject({ resident: residentId })

/** Lines of the store read in one turn of the loop: 1 to 2 ms. */
export const PAGE_LINES = 50

/** Everything that `readPage` gives after the last line of the page before, with the gate's own work in between. */
export const readPages = async <Line>(
  readPage: (after: Line | undefined, limit: number) => readonly Line[],
): Promise<readonly Line[]> => {
  const lines: Line[] = []
  for (;;) {
    const page = readPage(lines.at(-1), PAGE_LINES)
    lines.push(...page)
    if (page.length < PAGE_LINES) return lines
    await setImmediate()
  }
}

/**
 * Calls `look` at once, then every `everyMs` or when woken, never sooner than `leastMs` after the last, until nobody listens.
 * A throw in `look` ends the command and nothing else.
 */
export const lookUntilLeft = async (
  look: () => void,
  rhythm: { readonly everyMs: number; readonly leastMs: number },
  onLeave: Conversation['onLeave'],
  onWake: (wake: () => void) => () => void = () => () => undefined,
): Promise<void> => {
  const leaving = new AbortController()
  onLeave(() => leaving.abort())
  let waking = new AbortController()
  const sleep = (ms: number, signal: AbortSignal) => pause(ms, undefined, { signal }).catch(() => undefined)
  const unwatch = onWake(() => waking.abort())
  try {
    while (!leaving.signal.aborted) {
      waking = new AbortController()
      look()
      await sleep(rhythm.leastMs, leaving.signal)
      await sleep(rhythm.everyMs - rhythm.leastMs, AbortSignal.any([leaving.signal, waking.signal]))
    }
  } finally {
    unwatch()
  }
}
