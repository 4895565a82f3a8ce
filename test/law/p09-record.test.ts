// P9: an event that was acknowledged to the line survives kill -9 of main, and the chain of the record holds.

import { describe, expect, test } from 'vitest'
import { waitUntil } from '../drivers/play-main.ts'
import {
  addPerson,
  type GatePlace,
  makeGatePlace,
  prepareStore,
  readLedger,
  readRelayLog,
  verifyLedger,
} from '../line/gate-place.ts'
import { type AttemptHappening, type RunningGate, runGate } from '../line/running-gate.ts'

const KILLS = 3
const TAPS_BEFORE_KILL = 25

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
    // Nothing opened without a record: the relay was first energised after the first grant was recorded.
    const grants = readLedger(place, 'attempt').filter(({ payload }) => payload?.['outcome'] === 'grant')
    const firstOn = readRelayLog(place).find(({ on }) => on)
    expect(firstOn?.at).toBeGreaterThan(grants[0]?.monotonic ?? Number.POSITIVE_INFINITY)
  })
})
