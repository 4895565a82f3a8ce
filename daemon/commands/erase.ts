// `erase`: a resident goes for good, and whoever asked holds a receipt by which it can be proved; `erase verify`: looks for what is left.
// The fingerprints of a receipt are made here, given to the caller and kept nowhere. Called by the control socket.

import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import * as v from 'valibot'
import { done, failed, type Result, systemClock } from '../../config/words.ts'
import type { Daemon } from '../daemon.ts'
import { linesOfErasure, readFingerprints } from '../erasure-receipt.ts'
import { countPrints, type Fingerprints, makeFingerprints, printedKinds, printsLimit } from '../store/fingerprints.ts'
import { RECEIPT_LIMIT_CHARACTERS } from '../store/receipt-text.ts'
import { byOffice, commandFor, residentArgs } from './command.ts'
import { endFaces } from './end-faces.ts'

/** A face that comes between fingerprints and erasure is printed anew; more often than this it is a fault. */
const TRIES_LIMIT = 3
/** From the deletion to proved gone, as long as the disk answers; a read under way holds it up. */
const GONE_LIMIT_MS = 10_000
const GONE_POLL_MS = 20

const hashPrints = ({ key, prints }: Fingerprints): string =>
  createHash('sha256')
    .update([key, ...printedKinds.map((kind) => prints[kind])].join('\n'))
    .digest('hex')

type Printed = { readonly fingerprints: Fingerprints; readonly templateIds: readonly string[] }

/** What main's memory holds for it is wiped at once. */
const printResident = ({ facts }: Pick<Daemon, 'facts'>, residentId: string): Printed => {
  const { templates, codeHashes } = facts.readErasable(residentId)
  const pieces = {
    sealed: templates.map(({ sealed }) => sealed),
    wrappedKey: templates.map(({ wrappedKey }) => wrappedKey),
    codeHash: codeHashes,
  }
  const fingerprints = makeFingerprints(pieces)
  for (const kind of printedKinds) for (const piece of pieces[kind]) piece.fill(0)
  return { fingerprints, templateIds: templates.map(({ id }) => id) }
}

/** True once nothing is owed any more; false when the disk takes longer. The erasure goes on either way. */
const awaitGone = async ({ facts }: Pick<Daemon, 'facts'>, ids: readonly string[]): Promise<boolean> => {
  const until = systemClock.monotonic() + GONE_LIMIT_MS
  while (facts.isErasureOwed(ids)) {
    if (systemClock.monotonic() > until) return false
    await pause(GONE_POLL_MS)
  }
  return true
}

const eraseOnce = async (daemon: Daemon, residentId: string) => {
  const { config, clock, facts, ledger, signet } = daemon
  const { fingerprints, templateIds } = printResident(daemon, residentId)
  const args = { residentId, templateIds, fingerprints: hashPrints(fingerprints) }
  const at = clock.wall()
  const written = await endFaces(daemon, residentId, () => ledger.write('eraseResident', args, byOffice()))
  if (!written.ok) return written
  const gone = await awaitGone(daemon, [residentId, ...templateIds])
  const { receipt: sequence, credentials, templates } = written.value
  const receipt = signet.sign({
    gate: config.gate,
    sequence,
    who: residentId,
    what: 'erasure',
    at,
    head: facts.findErasure(sequence)?.head ?? '',
    more: linesOfErasure(written.value, gone ? clock.wall() : undefined, fingerprints),
  })
  return done({ residentId, sequence, credentials, templates, gone, receipt })
}

export const eraseResident = commandFor('office')(
  residentArgs,
  async (daemon, { resident }): Promise<Result<unknown>> => {
    for (let tries = 1; ; tries++) {
      const erased = await eraseOnce(daemon, resident)
      if (erased.ok || erased.code !== 'erasure_outdated' || tries === TRIES_LIMIT) return erased
    }
  },
)

export const eraseVerify = commandFor('office', 'auditor')(
  v.strictObject({ receipt: v.pipe(v.string(), v.maxLength(RECEIPT_LIMIT_CHARACTERS, 'receipt_malformed')) }),
  async ({ facts, storeFile, signet }, args): Promise<Result<unknown>> => {
    const read = signet.read(args.receipt)
    if (!read.ok) return read
    const { sequence, more = {} } = read.value
    const fingerprints = readFingerprints(more)
    if (!fingerprints || countPrints(fingerprints) > printsLimit) return failed('receipt_malformed')
    // The record vouches for the fingerprints: others would find nothing, and prove nothing.
    if (facts.findErasure(sequence)?.fingerprints !== hashPrints(fingerprints)) return failed('receipt_unknown')
    const began = systemClock.monotonic()
    const searched = await storeFile.findRemains(fingerprints)
    if (!searched.ok) return searched
    const left = searched.value.filter(({ found }) => printedKinds.some((kind) => found[kind] > 0))
    if (left.length > 0) return failed('remains_found', left.map(({ file }) => file).join(', '))
    const files = searched.value.map(({ file, pages }) => ({ file, pages }))
    const tookMs = Math.round(systemClock.monotonic() - began)
    return done({ sequence, windows: countPrints(fingerprints), files, tookMs })
  },
)
