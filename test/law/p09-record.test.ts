// P9: no grant opens before its record stands; an event that was acknowledged to the line survives kill -9 of main, and the chain of
// the record holds.

import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../config/words.ts'
import { recordLimitMs } from '../../daemon/store/queue.ts'
import type { LedgerLine } from '../../daemon/store/reads.ts'
import { waitUntil } from '../drivers/play-main.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  type Person,
  prepareStore,
  readLedger,
  readRelayLog,
  verifyLedger,
} from '../line/gate-place.ts'
import { lockStore } from '../line/locked-store.ts'
import { type AttemptHappening, type RunningGate, runGate } from '../line/running-gate.ts'

const KILLS = 3
const TAPS_BEFORE_KILL = 25
/** A timer may end this much early. */
const TIMER_ROUNDING_MS = 2

/** Taps as fast as the reader answers, until main is gone. */
const tapOn = async (gate: RunningGate, cards: readonly string[]): Promise<void> => {
  for (let n = 0; ; n++) {
    const card = cards[n % cards.length]
    const answered = await gate.play('entry-card', { tap: card }).catch(() => undefined)
    if (!answered) return
    // No faster than the line answers: beyond eight that wait, a reader floods.
    const answers = () => attemptsOf(gate).length + 4 > n
    if (
      !(await waitUntil('the line', answers, 300).then(
        () => true,
        () => false,
      ))
    )
      return
  }
}

const attemptsOf = (gate: RunningGate): AttemptHappening[] => gate.told.filter((one) => one.kind === 'attempt')
/** What a stalled disk left in memory was said to be there, and goes with the process. */
const isAcknowledged = ({ record }: AttemptHappening) => record.kept === 'stored'

const expectRecorded = (place: GatePlace, attempts: readonly AttemptHappening[]) => {
  const lines = new Map(readLedger(place).map((line) => [String(line.seq), line]))
  for (const { record, decision, attempt } of attempts) {
    expect(lines.get(record.ref)).toMatchObject({
      kind: 'attempt',
      payload: {
        side: attempt.side,
        outcome: decision.outcome,
        reason: decision.reason,
        ...(decision.credentialIds.length > 0 ? { credentials: decision.credentialIds } : {}),
      },
    })
  }
}

/** Until the ledger of a gate that has just started keeps its bound: one that is late lets the next ones go on at once. */
const warmUp = (gate: RunningGate): Promise<void> =>
  waitUntil(
    'a record in time',
    async () => {
      await gate.play('entry-card', { tap: '04a0a0a0a0a0a0' })
      return (await gate.attempt('card')).record.kept === 'stored'
    },
    10_000,
  )

const isGrantOf =
  ({ residentId }: Person) =>
  ({ payload }: LedgerLine): boolean =>
    payload?.['outcome'] === 'grant' && payload['resident'] === residentId

describe('P9 the record', () => {
  test('holds every grant and denial that the gate acted on, after each kill -9 of main among taps', async () => {
    await using place = await makeGatePlace()
    const people = await prepareStore(place, async (open) => [await addPerson(open), await addPerson(open)])
    const cards = [...people.map(({ card }) => card), '04a0a0a0a0a0a0']
    const attempts: AttemptHappening[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      await using gate = await runGate(place)
      const tapping = tapOn(gate, cards)
      await waitUntil('taps', () => attemptsOf(gate).length >= TAPS_BEFORE_KILL, 20_000)
      gate.kill('SIGKILL')
      await tapping
      await gate.exited()
      attempts.push(...attemptsOf(gate).filter(isAcknowledged))
      expectRecorded(place, attempts)
      expect(verifyLedger(place)).toMatchObject({ ok: true })
    }
    expect(attempts.length).toBeGreaterThan((KILLS * TAPS_BEFORE_KILL) / 2)
  })

  // Held for less than the bound, and for longer: the row is visible to no other reader before the lock is gone.
  test.each([
    50, 300,
  ])('comes first: with the store locked for %i ms no relay moves before the row or the bound', async (heldMs) => {
    await using place = await makeGatePlace()
    const person = await prepareStore(place, addPerson)
    await using gate = await runGate(place)
    await warmUp(gate)
    const unlock = lockStore(place)
    const released = pause(heldMs).then(() => {
      const at = systemClock.monotonic()
      unlock()
      return at
    })
    await gate.play('entry-card', { tap: person.card })
    const tap = await gate.attempt('card')
    await gate.relayOn(tap)
    const moved = readRelayLog(place).find(({ on }) => on)
    const boundAt = tap.attempt.at + recordLimitMs - TIMER_ROUNDING_MS
    expect(moved?.at).toBeGreaterThanOrEqual(Math.min(await released, boundAt))
    await waitUntil('the row', () => readLedger(place, 'attempt').some(isGrantOf(person)))
  })
})
