// What is said between main and the parts of a face that opens only with the secret on its owner's card: the secret goes from the card part
// through main to the face part, for one comparison or one enrolment. One declaration a message. Read by protocol.ts.

import * as v from 'valibot'

const SECRET_BYTES = 32
export const boundSecret = v.pipe(v.string(), v.regex(/^[0-9a-f]+$/), v.length(2 * SECRET_BYTES))

/** To the card part: at these readers, and no others, a card that has proved its key is asked for its secret too. */
export const cardSecrets = v.object({
  type: v.literal('card_secrets'),
  devices: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/))), v.maxLength(64)),
})

/** From the face part: how many of the templates that came with a claim the secret opened. */
export const boundOpened = v.object({
  type: v.literal('bound_opened'),
  request: v.pipe(v.string(), v.maxLength(64)),
  opened: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(16)),
})
