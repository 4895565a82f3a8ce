// `face off` and `face on`: a court's order, or another authority's, stops every face at this gate within a second and until the office
// says otherwise; both want the reason in words, which stands in the record. Called by the control socket.

import * as v from 'valibot'
import { byOffice, commandFor } from './command.ts'

/** The number of an order, an authority, a date. It stays in the record, so it is no place for anybody's name. */
const because = v.strictObject({
  because: v.pipe(v.string(), v.trim(), v.minLength(1, 'because_missing'), v.maxLength(200)),
})

export const faceOff = commandFor('office')(because, ({ faceStop }, { because }) => faceStop.stop(because, byOffice()))
export const faceOn = commandFor('office')(because, ({ faceStop }, { because }) => faceStop.lift(because, byOffice()))
