// The figures of erasure, on a real encrypted file: so many people with three views each, some of them erased one after the other; each
// must be found before and not after, while attempts are recorded all the time. Prints JSON. Nothing but this machine's disk is measured.
//
//   NODE_COMPILE_CACHE=.cache/node npm exec -c 'node test/store/erasures.ts 10000 200 7'    residents, erasures, seed
//
// One seed makes the same templates and the same order of erasures again; it stands in what is printed. Exit 1 when one was not found
// before, or one was found after.

import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import { hide, type Result, systemClock } from '../../config/words.ts'
import { padSealed } from '../../daemon/store/credentials.ts'
import { type FactsReader, openFacts } from '../../daemon/store/facts.ts'
import { countPrints, type Fingerprints, makeFingerprints, searchPrints } from '../../daemon/store/fingerprints.ts'
import { type Ledger, startLedger } from '../../daemon/store/ledger.ts'
import { openWriter, type StorePlace } from '../../daemon/store/open.ts'
import { decipherPages } from '../../daemon/store/page-cipher.ts'
import { findRemains } from '../../daemon/store/remains.ts'
import { createChance } from '../machine/seeded.ts'
import { seededBytes } from './seeded-bytes.ts'

const [residents = 10_000, erasures = 5, seed = randomInt(2 ** 31)] = process.argv.slice(2).map(Number)
const bytes = seededBytes(seed)
const chance = createChance(seed)
const VIEWS = 3
/** As seal.ts makes them of 512 numbers, and of a key. */
const SEALED_BYTES = 2077
const KEY_BYTES = 61
const CHUNK = 500
const RECORDS = 200
const DAY_MS = 86_400_000
const office = { role: 'office', caller: 'bench' }

const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`refused: ${result.code} ${result.detail ?? ''}`)
  return result.value
}

/** On the checkout's own disk: one in memory would be none. */
const makeFolder = (): string => {
  const parent = resolve(import.meta.dirname, '../../.cache')
  mkdirSync(parent, { recursive: true })
  return mkdtempSync(join(parent, 'erasures-'))
}

const idOf = (kind: string, n: number): string => `${kind}_${n.toString(36).replaceAll(/[01]/g, 'z')}x${n}`

/** By raw SQL, through every trigger of the law, laid out as addTemplates does. */
const fill = (place: StorePlace): void => {
  const { store, close } = take(openWriter({ ...place, create: true }))
  const now = Date.now()
  store.exec(`INSERT INTO gate_side VALUES ('south', 'entry');
    INSERT INTO side_path VALUES ('south', 'entry', 'card'), ('south', 'entry', 'face');
    INSERT INTO effective VALUES ('south', 'notice', 'model', 'config', ${now});`)
  const run = (sql: string, ...values: unknown[]) => store.prepare(sql).run(...values)
  const add = (n: number) => {
    const [home, who, card, face, consent] = ['h', 'r', 'c', 'f', 'n'].map((kind) => idOf(kind, n))
    run('INSERT INTO household VALUES (?, ?)', home, `room ${n}`)
    run('INSERT INTO resident (id, household_id, name, created_at) VALUES (?, ?, ?, ?)', who, home, `name ${n}`, now)
    run(
      `INSERT INTO entitlement (id, resident_id, gate, schedule_id) VALUES (?, ?, 'south', 'always')`,
      idOf('e', n),
      who,
    )
    run(`INSERT INTO credential (id, resident_id, kind, created_at) VALUES (?, ?, 'card', ?)`, card, who, now)
    run(`INSERT INTO card VALUES (?, ?, 1, 'identifier')`, card, randomBytes(32))
    run(
      `INSERT INTO consent (id, resident_id, notice_hash, model, given_by, form_number, witness, language, given_at, expires_at)
       VALUES (?, ?, 'notice', 'model', 'self', 'F', 'W', 'en', ?, ?)`,
      ...[consent, who, now, now + 300 * DAY_MS],
    )
    run(`INSERT INTO consent_gate VALUES (?, 'south')`, consent)
    run('UPDATE consent SET confirmed_at = ?, confirmed_by_credential = ? WHERE id = ?', now, card, consent)
    run(`INSERT INTO credential (id, resident_id, kind, created_at) VALUES (?, ?, 'face', ?)`, face, who, now)
    for (let view = 0; view < VIEWS; view += 1) {
      const id = `${idOf('t', n)}v${view}`
      const blobs = [padSealed(bytes(SEALED_BYTES)), bytes(KEY_BYTES)]
      run(`INSERT INTO template VALUES (?, ?, ?, 'model', ?, ?, ?)`, id, face, consent, ...blobs, now)
    }
  }
  for (let from = 0; from < residents; from += CHUNK) {
    store.transaction(() => {
      for (let n = from; n < Math.min(from + CHUNK, residents); n += 1) add(n)
    })()
  }
  close()
}

const rank = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return Number((sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN).toFixed(2))
}
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = systemClock.monotonic()
  await work()
  return systemClock.monotonic() - began
}

/** Without the thread of `erase verify`, whose start costs more than a small store. */
const searchHere = (place: StorePlace, fingerprints: Fingerprints): boolean => {
  const search = searchPrints(fingerprints)
  for (const page of decipherPages(place.file, place.key)) search.look(page)
  const { sealed, wrappedKey } = search.found()
  return sealed > 0 && wrappedKey > 0
}

const recordOnce = (ledger: Ledger) => timed(() => ledger.record({ kind: 'attempt', payload: { gate: 'south' } }))

const recordAll = async (ledger: Ledger): Promise<number[]> => {
  const times = []
  for (let n = 0; n < RECORDS; n += 1) times.push(await recordOnce(ledger))
  return times
}

const erase = async (ledger: Ledger, facts: FactsReader, residentId: string) => {
  const { templates } = facts.readErasable(residentId)
  const sealed = templates.map((one) => one.sealed)
  const fingerprints = makeFingerprints({ sealed, wrappedKey: templates.map((one) => one.wrappedKey), codeHash: [] })
  const templateIds = templates.map(({ id }) => id)
  const run = async () => {
    take(await ledger.write('eraseResident', { residentId, templateIds, fingerprints: 'hash' }, office))
    while (facts.isErasureOwed([residentId, ...templateIds])) await pause(1)
  }
  return { fingerprints, run }
}

/** So many different residents, in any order. */
const drawPeople = (): ReadonlySet<number> => {
  const drawn = new Set<number>()
  while (drawn.size < Math.min(erasures, residents)) drawn.add(Math.floor(chance.next() * residents))
  return drawn
}

const measure = async (place: StorePlace, ledger: Ledger, facts: FactsReader) => {
  const quiet = await recordAll(ledger)
  let [foundBefore, foundAfter, windows, pages] = [0, 0, 0, 0]
  const [eraseMs, verifyMs, busy]: [number[], number[], number[]] = [[], [], []]
  for (const who of drawPeople()) {
    const { fingerprints, run } = await erase(ledger, facts, idOf('r', who))
    const look = async (): Promise<boolean> => {
      const [store] = take(await findRemains(place, fingerprints))
      pages = store?.pages ?? 0
      return (store?.found.sealed ?? 0) + (store?.found.wrappedKey ?? 0) > 0
    }
    if (searchHere(place, fingerprints)) foundBefore += 1
    let erasing = true
    const erased = timed(run).then((ms) => {
      erasing = false
      eraseMs.push(ms)
    })
    while (erasing) {
      busy.push(await recordOnce(ledger))
      // A record that is journaled answers at once: without this nobody else would have a turn.
      await setImmediate()
    }
    await erased
    verifyMs.push(
      await timed(async () => {
        if (await look()) foundAfter += 1
      }),
    )
    windows = countPrints(fingerprints)
  }
  return {
    ...{
      seed,
      residents,
      erasures,
      views: VIEWS,
      store_mib: Math.round(statSync(place.file).size / 2 ** 20),
      pages,
      windows,
    },
    ...{ found_before: foundBefore, found_after: foundAfter },
    erase_to_gone_ms: { p50: rank(eraseMs, 0.5), max: rank(eraseMs, 1) },
    verify_ms: { p50: rank(verifyMs, 0.5), max: rank(verifyMs, 1) },
    record_ms_quiet: { n: quiet.length, p50: rank(quiet, 0.5), p99: rank(quiet, 0.99) },
    record_ms_while_erasing: { n: busy.length, p50: rank(busy, 0.5), p99: rank(busy, 0.99) },
  }
}

const folder = makeFolder()
try {
  const place = { file: join(folder, 'store', 'gate.db'), key: hide(randomBytes(32)) }
  fill(place)
  const boot = randomUUID()
  const settings = { ...place, clock: systemClock, clockSet: () => true, boot, onAlarm: () => undefined }
  const ledger = take(await startLedger({ ...settings, journalFile: join(folder, 'run', 'journal-count') }))
  const facts = take(openFacts({ ...place, boot, pending: ledger.pending }))
  const measured = await measure(place, ledger, facts)
  console.log(JSON.stringify(measured, undefined, 1))
  if (measured.found_before !== erasures || measured.found_after !== 0) process.exitCode = 1
  facts.close()
  await ledger.stop()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
