// Counts over random kills: a process that counts wrong codes and the uses of passes is killed in the middle, again and again, at moments
// drawn from a seed. What it acknowledged is counted, and of what it did not at most the one that was on its way.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { reveal } from '../../config/words.ts'
import { freeTries } from '../../daemon/core/limits.ts'
import { openWriter } from '../../daemon/store/open.ts'
import { addPerson, ask, giveCard, makePlace, openLedger, openReads, type Place, take } from './place.ts'

const KILLS = 8
const CARDS = 40
const PASSES = 5
const TAGS = 3
const USES = 10_000
const LIFE_MS = { least: 30, most: 250 }
const entry = fileURLToPath(new URL('./counting-child.ts', import.meta.url))

const drawLife = (seed: number): number => LIFE_MS.least + ((seed * 7919) % (LIFE_MS.most - LIFE_MS.least))

/** Runs until it is killed; the credentials that it acknowledged. */
const runOnce = async (place: Place, seed: number, credentials: readonly string[]): Promise<readonly string[]> => {
  const key = reveal(place.key).toString('hex')
  const child = spawn(process.execPath, [entry, place.directory, key, String(seed), ...credentials], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged: string[] = []
  const opened = Promise.withResolvers<void>()
  const lines = createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'opened') opened.resolve()
    else acknowledged.push(line)
  })
  const read = once(lines, 'close')
  await opened.promise
  await pause(drawLife(seed))
  child.kill('SIGKILL')
  await read
  return acknowledged
}

/** Passes with very many uses; what issues them is elsewhere. */
const addPasses = (place: Place, residentId: string): readonly string[] => {
  const { store, close } = take(openWriter({ file: place.file, key: place.key }))
  const ids = Array.from({ length: PASSES }, (_, n) => `c_pass${'abcdefgh'[n]}`)
  const insert = store.prepare(
    "INSERT INTO credential (id, resident_id, kind, created_at, uses_left) VALUES (?, ?, 'pass', 1, ?)",
  )
  for (const id of ids) insert.run(id, residentId, USES)
  close()
  return ids
}

test('whatever is killed when, no wrong code and no use that was acknowledged is forgotten, and none is counted twice', {
  timeout: 60_000,
}, async () => {
  const place = makePlace()
  const first = await openLedger(place, { boot: 'child' })
  const reads = openReads(first)
  const residentId = await addPerson(first.ledger)
  const cards = []
  for (let n = 0; n < CARDS; n++) cards.push(await giveCard(first.ledger, reads, residentId))
  await first.ledger.stop()
  const passes = addPasses(place, residentId)
  const credentials = cards.flatMap(({ credentialId }, n) => [credentialId, ...(passes[n] ? [passes[n]] : [])])
  const counted = new Map<string, number>()
  for (let kill = 1; kill <= KILLS; kill++)
    for (const id of await runOnce(place, kill, credentials)) counted.set(id, (counted.get(id) ?? 0) + 1)
  const again = await openLedger(place, { boot: 'child' })
  const facts = openReads(again)
  let [locked, free] = [0, 0]
  for (const { credentialId, token } of cards) {
    const times = counted.get(credentialId) ?? 0
    const isLocked = ask(facts, [{ path: 'card', token }]).proofs[0]?.credential?.lockedOut
    if (times >= freeTries) {
      locked++
      expect(isLocked).toBe(true)
    } else if (times + KILLS < freeTries) {
      free++
      expect(isLocked).toBe(false)
    }
  }
  for (const id of passes) {
    const left = ask(facts, [{ path: 'keypad', held: id }]).proofs[0]?.credential?.usesLeft ?? -1
    const used = counted.get(id) ?? 0
    expect(left).toBeLessThanOrEqual(USES - used)
    expect(left).toBeGreaterThanOrEqual(USES - used - KILLS)
  }
  // A run in which nothing was counted would prove nothing.
  expect(locked).toBeGreaterThan(0)
  expect(free).toBeGreaterThan(0)
  expect(counted.size).toBeGreaterThan(CARDS / 2)
})

test('no message of a tag that was acknowledged is forgotten, whatever is killed when', {
  timeout: 60_000,
}, async () => {
  const place = makePlace()
  const first = await openLedger(place, { boot: 'child' })
  const reads = openReads(first)
  const residentId = await addPerson(first.ledger)
  const tags = []
  for (let n = 0; n < TAGS; n++) tags.push(await giveCard(first.ledger, reads, residentId))
  await first.ledger.stop()
  const shown = new Map(tags.map(({ credentialId }) => [credentialId, 0]))
  for (let kill = 1; kill <= KILLS; kill++) {
    const named = [...shown].map(([id, counter]) => `${id}=${counter}`)
    for (const told of await runOnce(place, kill, named)) {
      const [id = '', counter] = told.split('=')
      shown.set(id, Number(counter))
    }
  }
  const again = await openLedger(place, { boot: 'child' })
  const facts = openReads(again)
  for (const { credentialId, token } of tags) {
    const told = shown.get(credentialId) ?? 0
    const kept = ask(facts, [{ path: 'card', token }]).proofs[0]?.credential?.cardCounter ?? 0
    // One may have been on its way at each kill; it is shown again in the next life.
    expect(kept).toBeGreaterThanOrEqual(told)
    expect(kept).toBeLessThanOrEqual(told + 1)
  }
  // A run in which nothing was counted would prove nothing.
  expect(Math.max(...shown.values())).toBeGreaterThan(KILLS)
})
