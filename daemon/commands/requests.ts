// The register of requests: what somebody asks of the operator, until when it is due, and how it ended. Called by the control socket.

import * as v from 'valibot'
import { done, type WallMs } from '../../config/words.ts'
import { isDay } from '../core/day.ts'
import type { RequestLine } from '../store/proof-reads.ts'
import { requestKinds } from '../store/requests.ts'
import { byOffice, commandFor, eventNumber, readPages, residentId } from './command.ts'

export const requestAdd = commandFor('office')(
  v.strictObject({
    kind: v.picklist(requestKinds, 'request_kind_unknown'),
    resident: v.exactOptional(residentId),
    asked: v.exactOptional(v.pipe(v.string(), v.check(isDay, 'date_unknown'))),
  }),
  (daemon, { kind, resident, asked }) => {
    const given = {
      kind,
      ...(resident === undefined ? {} : { residentId: resident }),
      ...(asked === undefined ? {} : { askedAt: Date.parse(asked) as WallMs }),
    }
    return daemon.ledger.write('addRequest', given, byOffice())
  },
)

export type ListedRequest = RequestLine & { readonly overdue: boolean }

export const requestList = commandFor('office', 'auditor')(
  v.strictObject({ all: v.optional(v.boolean(), false) }),
  async ({ facts, clock }, { all }) => {
    const lines = await readPages<RequestLine>((last, limit) => facts.listRequests(last?.number ?? 0, limit, !all))
    const now = clock.wall()
    return done(lines.map((line): ListedRequest => ({ ...line, overdue: line.dueAt < (line.closedAt ?? now) })))
  },
)

/** Money as people write it, in fen: 12.50 is 1250. */
const cost = v.pipe(
  v.string(),
  v.regex(/^\d{1,6}(\.\d{1,2})?$/, 'cost_malformed'),
  v.transform((yuan) => Math.round(Number(yuan) * 100)),
)

export const requestClose = commandFor('office')(
  v.strictObject({
    number: eventNumber,
    outcome: v.picklist(['given', 'refused']),
    cost: v.optional(cost, '0'),
    because: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  }),
  (daemon, { number, outcome, cost: costFen, because }) =>
    daemon.ledger.write(
      'closeRequest',
      { number, outcome, costFen, ...(because === undefined ? {} : { because }) },
      byOffice(),
    ),
)
