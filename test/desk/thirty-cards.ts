// How many cards a desk gives in ten minutes: the real command on a terminal, a gate of its own, a real pcscd with a virtual reader and cards that
// are put on it and taken off as a person does. Nothing in it is hurried but the person. Prints one line of JSON. Run as
// `npm run -s bench:desk`, with `-- CARDS` for another number. Needs root, pcscd, vpcd and socat.

import { systemClock } from '../../config/words.ts'
import { startVirtualReader } from '../drivers/virtual-card.ts'
import { makeGatePlace, prepareStore, readStore, take } from '../line/gate-place.ts'
import { runGate } from '../line/running-gate.ts'
import { openDesk } from './desk-terminal.ts'

const CARDS = 30
const TEN_MINUTES_MS = 600_000
const CARD_LIMIT_MS = 60_000

export type DeskFigure = {
  readonly cards: number
  readonly took_s: number
  readonly worst_card_s: number
  readonly in_ten_minutes: number
}

export const measureDesk = async (cards: number): Promise<DeskFigure> => {
  await using reader = await startVirtualReader()
  await using place = await makeGatePlace((plan) => {
    plan.sides.entry.card = [{ id: 'entry-card', driver: 'pcsc', reader: reader.names[0] }]
  })
  const nameOf = (n: number) => `Resident ${String(n).padStart(3, '0')}`
  await prepareStore(place, async ({ config, ledger }) => {
    const by = { role: 'root', caller: 'uid:0' }
    for (let n = 0; n < cards; n++) {
      const { householdId } = take(await ledger.write('addHousehold', { room: String(1001 + n) }, by))
      take(await ledger.write('addResident', { householdId, name: nameOf(n), rights: [{ gate: config.gate }] }, by))
    }
  })
  await using _gate = await runGate(place, { env: reader.env })
  await using terminal = openDesk(place.configFile, '--language', 'en')
  const took: number[] = []
  const startedAt = systemClock.monotonic()
  for (let n = 0; n < cards; n++) {
    const before = systemClock.monotonic()
    const uid = `04${n.toString(16).padStart(4, '0')}a1b2c3d4`
    await terminal.shows(`Room ${1001 + n}`, CARD_LIMIT_MS)
    await terminal.shows('>>> Tap the new card', CARD_LIMIT_MS)
    await reader.tap(uid)
    await terminal.shows('>>> Tap the same card once more', CARD_LIMIT_MS)
    await reader.remove()
    await reader.tap(uid)
    await terminal.shows(`Card given:  ${1001 + n}`, CARD_LIMIT_MS)
    await reader.remove()
    took.push(systemClock.monotonic() - before)
  }
  const tookMs = systemClock.monotonic() - startedAt
  const held = readStore(place, (facts) => facts.countActive().card)
  if (held !== cards) throw new Error(`${held} cards in the store, ${cards} wanted`)
  return {
    cards,
    took_s: Math.round(tookMs / 100) / 10,
    worst_card_s: Math.round(Math.max(...took) / 100) / 10,
    in_ten_minutes: Math.floor((cards * TEN_MINUTES_MS) / tookMs),
  }
}

if (import.meta.main) {
  const asked = Number(process.argv[2] ?? CARDS)
  process.stdout.write(`${JSON.stringify(await measureDesk(asked))}\n`)
}
