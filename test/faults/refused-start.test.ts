// What somebody sees who starts a gate on a store, keys or a folder that are not as they should be: one clear line, exit code 1, no part
// started, nothing changed on the disk. What the store itself finds is tested in test/store.

import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addPerson, type GatePlace, makeGatePlace, type Person, prepareStore, readLedger } from '../line/gate-place.ts'
import { refuseGate, runGate } from '../line/running-gate.ts'

let place: GatePlace
let person: Person
let whole: string
beforeAll(async () => {
  place = await makeGatePlace()
  person = await prepareStore(place, addPerson)
  whole = `${place.folder}/whole`
  for (const folder of ['store', 'keys']) cpSync(join(place.folder, folder), join(whole, folder), { recursive: true })
})
afterAll(() => place[Symbol.asyncDispose]())

const restore = () => {
  for (const folder of ['store', 'keys']) {
    rmSync(join(place.folder, folder), { recursive: true, force: true })
    cpSync(join(whole, folder), join(place.folder, folder), { recursive: true })
  }
}
/** Of every file that holds something; what SQLite keeps beside a file that it only looked into is empty. */
const hashesIn = (folder: string): Record<string, string> =>
  existsSync(folder)
    ? Object.fromEntries(
        readdirSync(folder)
          .filter((name) => statSync(join(folder, name)).isFile() && !/-shm$|gate\.lock/.test(name))
          .map((name) => [name, readFileSync(join(folder, name))] as const)
          .filter(([, bytes]) => bytes.length > 0)
          .map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
      )
    : {}

const key = (name: string) => join(place.keysDirectory, name)

type Spoiling = readonly [what: string, code: string, spoil: () => void]
const spoilings: readonly Spoiling[] = [
  ['a wrong key', 'store_key_wrong', () => writeFileSync(key('store.key'), `${'ab'.repeat(32)}\n`, { mode: 0o600 })],
  [
    'a plain database',
    'store_not_encrypted',
    () => {
      rmSync(place.storeFile)
      const plain = new Database(place.storeFile)
      plain.exec('CREATE TABLE resident (name TEXT)')
      plain.close()
    },
  ],
  ['a database cut off in its first page', 'store_truncated', () => truncateSync(place.storeFile, 1000)],
  [
    'a database cut off in the middle',
    'store_truncated',
    () => truncateSync(place.storeFile, Math.floor(statSync(place.storeFile).size / 2) + 100),
  ],
  [
    'a key file that cannot be read',
    'key_unreadable',
    () => {
      rmSync(key('store.key'))
      mkdirSync(key('store.key'), { mode: 0o700 })
    },
  ],
  ['a key file that others may read', 'key_permissions', () => chmodSync(key('store.key'), 0o644)],
  ['a key file with something else in it', 'key_malformed', () => writeFileSync(key('store.key'), 'not a key\n')],
  ['keys without their store', 'store_missing_for_key', () => rmSync(place.storeDirectory, { recursive: true })],
  ['a store without its keys', 'key_missing_for_store', () => rmSync(place.keysDirectory, { recursive: true })],
  ['a store without its template key', 'key_missing_for_store', () => rmSync(key('template.key'))],
]

describe('a gate that cannot start', () => {
  test.each(spoilings)('with %s says %s in one line and starts nothing', async (_, code, spoil) => {
    restore()
    spoil()
    const before = [hashesIn(place.storeDirectory), hashesIn(place.keysDirectory)]
    const refused = await refuseGate(place)
    expect(refused.code).toBe(1)
    expect(refused.lines).toHaveLength(1)
    expect(refused.stderr).toContain(code)
    // What to do stands before the code in brackets; a stack or an error's own text does not.
    expect(refused.stderr).toMatch(/^[A-Z].{40,}\(/)
    expect(refused.stderr).not.toMatch(/ at .*\.ts|Error:|SQLITE_/)
    expect(refused.told).toEqual([])
    expect([hashesIn(place.storeDirectory), hashesIn(place.keysDirectory)]).toEqual(before)
    expect(existsSync(join(place.runtimeDirectory, 'relay-log'))).toBe(false)
  })

  test('starts again on the whole store, which still knows its people', async () => {
    restore()
    await using gate = await runGate(place)
    await gate.play('entry-card', { tap: person.card })
    expect((await gate.attempt('card')).decision).toMatchObject({ outcome: 'grant' })
  })
})

describe('a second daemon', () => {
  test('on the same store is refused, and the first goes on', { timeout: 40_000 }, async () => {
    restore()
    await using gate = await runGate(place)
    const second = await refuseGate(place)
    expect(second.code).toBe(1)
    expect(second.stderr).toContain('store_in_use')
    expect(second.lines).toHaveLength(1)
    // Also from a runtime folder of its own, which a copied configuration would have.
    const elsewhere = `${place.folder}/elsewhere.yaml`
    const copied = JSON.parse(readFileSync(place.configFile, 'utf8')) as { runtime: { directory: string } }
    copied.runtime.directory = `${place.folder}/run2`
    writeFileSync(elsewhere, JSON.stringify(copied))
    const third = await refuseGate({ ...place, configFile: elsewhere, runtimeDirectory: copied.runtime.directory })
    expect([third.code, third.stderr.includes('store_in_use')]).toEqual([1, true])

    await gate.play('entry-card', { tap: person.card })
    const tap = await gate.attempt('card')
    expect(tap.decision).toMatchObject({ outcome: 'grant' })
    await gate.relayOn(tap)
    expect((await gate.ask('status')).ok).toBe(true)
    expect(readLedger(place).some(({ seq }) => String(seq) === tap.record.ref)).toBe(true)
  })
})
