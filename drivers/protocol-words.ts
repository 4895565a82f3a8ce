// The smallest pieces of messages that more than one declaration file uses. Read by protocol.ts and those beside it.

import * as v from 'valibot'

export const code = v.pipe(v.string(), v.regex(/^[a-z0-9_]{1,48}$/))
export const opaqueId = v.pipe(v.string(), v.regex(/^[a-z]_[a-z2-7]{1,32}$/))

/** Milliseconds on the machine's monotonic clock. */
export const instant = v.pipe(v.number(), v.finite())
