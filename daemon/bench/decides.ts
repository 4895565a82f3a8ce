// How fast `decide` is on the facts of a compound: 20 000 residents, 60 000 credentials, in a real encrypted store of its own. Facts are
// read before; `facts_and_decide_us` says what both cost together. Called by bench.ts.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HolidayCalendar, makeCalendar } from '../../config/holidays.ts'
import { hide, type MonotonicMs, type Schedule, type WallMs } from '../../config/words.ts'
import { decide } from '../core/decide.ts'
import type { Rules } from '../core/rules.ts'
import type { Attempt } from '../core/types.ts'
import { openFacts } from '../store/facts.ts'
import { openWriter } from '../store/open.ts'
import type { Measurement } from './figures.ts'

const RESIDENTS = 20_000
const SAMPLES = 20_000
const ROUNDS = 10
const gate = 'bench'

const office: Schedule = {
  kind: 'weekly',
  segments: [1, 2, 3, 4, 5, 6, 7, 8].flatMap((weekday) => [
    { weekday, fromMinute: 0, toMinute: 700 },
    { weekday, fromMinute: 700, toMinute: 1440 },
  ]),
}
const calendar: HolidayCalendar = makeCalendar()
const rules: Rules = {
  schedules: new Map([['office', office]]),
  calendar,
  pairHours: new Map(),
  firstGroups: new Set(),
  passback: { kind: 'hard', forgetAfterMs: 3_600_000, sameOpeningMs: 400 },
}

const fill = (file: string, key: Buffer, hashes: readonly Buffer[]): void => {
  const opened = openWriter({ file, key: hide(key), create: true })
  if (!opened.ok) throw new Error(`the bench’s store refused: ${opened.code}`)
  const { store, close } = opened.value
  const run = (sql: string) => store.prepare(sql)
  store.transaction(() => {
    run("INSERT INTO schedule (id, name, kind) VALUES ('office', 'office', 'weekly')").run()
    const household = run('INSERT INTO household (id, room) VALUES (?, ?)')
    const resident = run("INSERT INTO resident (id, household_id, name, created_at) VALUES (?, ?, 'x', 1)")
    const right = run('INSERT INTO entitlement (id, resident_id, gate, schedule_id) VALUES (?, ?, ?, ?)')
    const credential = run("INSERT INTO credential (id, resident_id, kind, created_at) VALUES (?, ?, 'card', 1)")
    const card = run(
      "INSERT INTO card (credential_id, index_hash, key_generation, proof) VALUES (?, ?, 1, 'identifier')",
    )
    for (let n = 0; n < RESIDENTS; n++) {
      household.run(`h${n}`, `${n}`)
      resident.run(`r${n}`, `h${n}`)
      right.run(`e${n}`, `r${n}`, gate, n % 2 === 0 ? 'always' : 'office')
      for (let k = 0; k < 3; k++) {
        credential.run(`c${n}-${k}`, `r${n}`)
        card.run(`c${n}-${k}`, hashes[n * 3 + k])
      }
    }
  })()
  close()
}

const rank = (sorted: Float64Array, share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN

export const measureDecides = (): Record<'decide_per_s' | 'decide_us', Measurement> => {
  const folder = mkdtempSync(join(tmpdir(), 'eg-decide-'))
  try {
    const [file, key] = [join(folder, 'gate.db'), randomBytes(32)]
    const hashes = Array.from({ length: RESIDENTS * 3 }, () => randomBytes(32))
    fill(file, key, hashes)
    const reader = openFacts({ file, key: hide(key), boot: 'bench' })
    if (!reader.ok) throw new Error(`the bench’s store refused: ${reader.code}`)
    const facts = reader.value
    const wall = Date.UTC(2026, 10, 16, 4) as WallMs
    const attempt: Attempt = { gate, side: 'entry', at: 0 as MonotonicMs, proofs: [{ path: 'card' }] }
    const read = (n: number) =>
      facts.readFacts({
        ...{ gate, side: 'entry', mode: 'controlled', timeZone: 'Asia/Shanghai', clockTrusted: true, rules },
        ...{ wall: (wall + n) as WallMs, monotonic: n as MonotonicMs, controllerFault: false, graceDays: 7 },
        proofs: [
          { path: 'card', token: [{ generation: 1, hash: hashes[(n * 7919) % hashes.length] ?? Buffer.alloc(32) }] },
        ],
      })
    const together = Float64Array.from({ length: SAMPLES }, (_, n) => {
      const began = performance.now()
      decide(attempt, read(n))
      return (performance.now() - began) * 1000
    }).sort()
    const known = Array.from({ length: SAMPLES }, (_, n) => read(n))
    facts.close()
    const alone = Float64Array.from(known, (one) => {
      const began = performance.now()
      decide(attempt, one)
      return (performance.now() - began) * 1000
    }).sort()
    let granted = 0
    const began = performance.now()
    for (let round = 0; round < ROUNDS; round++)
      for (const one of known) if (decide(attempt, one).outcome === 'grant') granted += 1
    const seconds = (performance.now() - began) / 1000
    if (granted !== SAMPLES * ROUNDS) throw new Error('somebody with a right was denied')
    return {
      decide_per_s: { value: (SAMPLES * ROUNDS) / seconds, residents: RESIDENTS, credentials: RESIDENTS * 3 },
      decide_us: {
        p50: rank(alone, 0.5),
        p99: rank(alone, 0.99),
        facts_and_decide_p50: rank(together, 0.5),
        facts_and_decide_p99: rank(together, 0.99),
      },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
