// A visitor's pass that was held before a camera, as the face part tells it to main. The token opens as a code does: it goes no further
// than the attempt. Read by protocol.ts.

import * as v from 'valibot'
import { PASS_TOKEN_BYTES } from './pass/text.ts'

export const passReading = v.object({
  type: v.literal('reading'),
  path: v.literal('pass'),
  device: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)),
  at: v.pipe(v.number(), v.finite()),
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]+$/), v.length(PASS_TOKEN_BYTES * 2)),
})

/** What the gate says aloud digit by digit; a star is a pause. */
export const spokenDigits = v.pipe(v.string(), v.regex(/^[0-9*]{1,12}$/))
